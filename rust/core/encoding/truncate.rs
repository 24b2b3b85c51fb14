//! Truncation: cutting encodings into windows.

use std::ops::Range;
use std::sync::Arc;

use super::{Budget, Direction, Encoding, Own, nests};
use crate::error::{Error, Result};
use crate::limits::Limits;

/// Checked truncation settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truncation {
    max_length: usize,
    stride: usize,
    strategy: Strategy,
    direction: Direction,
}

/// Which of two inputs is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Strategy {
    /// The longer one, down to the length of the other; then both.
    #[default]
    LongestFirst,
    /// The first.
    OnlyFirst,
    /// The second.
    OnlySecond,
}

impl Truncation {
    /// At most `max_length` tokens, special tokens included; windows share `stride` tokens with their neighbour.
    ///
    /// `max_length` is at most [`Limits::padded_length`] and more than `stride` (0 and 0 is allowed: nothing stays).
    /// Errors are of class `Limit` or `Format`, with the path `max_length` or `stride`.
    pub fn new(
        max_length: usize,
        stride: usize,
        strategy: Strategy,
        direction: Direction,
        limits: &Limits,
    ) -> Result<Self> {
        if max_length as u64 > limits.padded_length {
            return Err(Error::limit("padded_length", max_length as u64, limits.padded_length).at("max_length"));
        }
        let truncation = Truncation { max_length, stride, strategy, direction };
        truncation.with_special_tokens(0)
    }

    /// What is left for the input itself when so many special tokens will be added to it. The settings must leave room
    /// for them, and more than `stride` tokens besides; errors as [`Truncation::new`].
    pub fn with_special_tokens(self, added: usize) -> Result<Self> {
        let Some(left) = self.max_length.checked_sub(added) else {
            let message = format!("{} is less than the {added} special tokens that are added", self.max_length);
            return Err(Error::format("truncation", "max_length", message));
        };
        if self.stride >= left && (self.stride, left) != (0, 0) {
            let message = match added {
                0 => format!("{} must be less than max_length, {left}", self.stride),
                _ => format!("{} must be less than max_length without special tokens, {left}", self.stride),
            };
            return Err(Error::format("truncation", "stride", message));
        }
        Ok(Truncation { max_length: left, ..self })
    }

    /// Tokens that stay.
    pub fn max_length(&self) -> usize {
        self.max_length
    }

    /// Tokens that neighbouring windows share.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Which input is cut.
    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// Which end is cut.
    pub fn direction(&self) -> Direction {
        self.direction
    }
}

/// Cuts one or two inputs so that together they have at most [`Truncation::max_length`] tokens.
///
/// A missing second input under [`Strategy::OnlySecond`], an input that is too short to be cut that far, and a stride
/// that does not fit the half of two inputs that are both cut are errors of class `Argument`; too many windows one of
/// class `Limit`.
pub fn truncate_encodings(first: &mut Encoding, second: Option<&mut Encoding>, to: &Truncation) -> Result<()> {
    let Truncation { max_length, stride, strategy, direction } = *to;
    if max_length == 0 {
        first.truncate(0, stride, direction)?;
        return second.map_or(Ok(()), |second| second.truncate(0, stride, direction));
    }
    let total = first.len().saturating_add(second.as_ref().map_or(0, |second| second.len()));
    let Some(excess) = total.checked_sub(max_length).filter(|&excess| excess > 0) else { return Ok(()) };
    let one = match (strategy, second) {
        (Strategy::LongestFirst, Some(second)) => {
            let (n1, n2) = longest_first(first.len(), second.len(), max_length);
            first.truncate(n1, stride, direction)?;
            return second.truncate(n2, stride, direction);
        }
        (Strategy::LongestFirst | Strategy::OnlyFirst, _) => first,
        (Strategy::OnlySecond, Some(second)) => second,
        (Strategy::OnlySecond, None) => {
            return Err(Error::argument(
                "truncation: only the second input is to be cut, but there is no second input",
            ));
        }
    };
    match one.len().checked_sub(excess) {
        None | Some(0) => Err(Error::argument(format!(
            "truncation: the input to cut has {} tokens, too few to take {excess} away and keep any",
            one.len()
        ))),
        Some(kept) => one.truncate(kept, stride, direction),
    }
}

/// The lengths of two inputs that together exceed `most`: the longer one gives way, then both share.
fn longest_first(first: usize, second: usize, most: usize) -> (usize, usize) {
    let (short, long) = (first.min(second), most.saturating_sub(first.min(second)).max(first.min(second)));
    let (short, long) = if short + long > most { (most / 2, most / 2 + most % 2) } else { (short, long) };
    if first > second { (long, short) } else { (short, long) }
}

impl Encoding {
    /// Keeps at most `max_length` tokens; what is cut off becomes [`Encoding::overflowing`], in windows of that length
    /// that share `stride` tokens. Windows that were there before are dropped, unless nothing is cut.
    ///
    /// A stride that is not less than `max_length` is an error of class `Argument`, if anything is to be cut.
    pub fn truncate(&mut self, max_length: usize, stride: usize, direction: Direction) -> Result<()> {
        if max_length >= self.len() {
            return Ok(());
        }
        if max_length == 0 {
            nests(self.nesting() + 1)?;
            let empty = Encoding::new(Arc::clone(&self.names));
            let all = std::mem::replace(self, empty);
            self.set_overflowing(vec![all]);
            return Ok(());
        }
        if stride >= max_length {
            return Err(Error::argument(format!(
                "truncation: the stride, {stride}, must be less than the {max_length} tokens that stay \
                 (special tokens and the other input take their share of `max_length`)"
            )));
        }
        let mut budget = Budget::new();
        let mut windows = Vec::new();
        for window in Windows::new(self.len(), max_length, stride, direction) {
            budget.add(window.len())?;
            windows.push(window);
        }
        let mut cut = windows.into_iter().map(|window| self.window(window));
        let Some(mut kept) = cut.next() else { return Ok(()) };
        kept.set_overflowing(cut.collect());
        *self = kept;
        Ok(())
    }

    /// The tokens of a range. Which input they belong to is forgotten, as in Hugging Face `tokenizers`.
    fn window(&self, range: Range<usize>) -> Encoding {
        let (start, end) = (range.start as u32, range.end as u32);
        let mut window = Encoding::new(Arc::clone(&self.names));
        window.ids = self.ids.get(range.clone()).unwrap_or_default().to_vec();
        window.places = self.places.from(range.start).take(range.len()).collect();
        for (run, attributes) in self.runs_within(start..end) {
            window.push_run(run.start - start..run.end - start, attributes);
        }
        let own = &self.rare().own;
        let first = own.partition_point(|own| own.end <= start);
        for own in own.iter().skip(first).take_while(|own| own.start < end) {
            let Own { start: own_start, end: own_end, token } = own;
            window.push_own_run(start.max(*own_start) - start, end.min(*own_end) - start, token);
        }
        window
    }
}

/// The windows of `length` tokens over `total`, the one that is kept first; the last one reaches the other end.
struct Windows {
    total: usize,
    length: usize,
    step: usize,
    direction: Direction,
    /// Tokens between the end that is kept and the next window; none when the other end was reached.
    done: Option<usize>,
}

impl Windows {
    /// `stride` is less than `length`.
    fn new(total: usize, length: usize, stride: usize, direction: Direction) -> Self {
        Windows { total, length, step: length.saturating_sub(stride).max(1), direction, done: Some(0) }
    }
}

impl Iterator for Windows {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let near = self.done.filter(|&near| near < self.total)?;
        let far = self.total.min(near.saturating_add(self.length));
        self.done = (far < self.total).then(|| near + self.step);
        Some(match self.direction {
            Direction::Right => near..far,
            Direction::Left => self.total - far..self.total - near,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    #[test]
    fn settings_are_checked() {
        #[rustfmt::skip]
        let cases = [
            // max_length, stride, special tokens, place of the error
            (8,       3, 0, None),
            (8,       3, 4, None),
            (8,       3, 5, Some("stride")), // Hugging Face accepts that, and panics
            (8,       0, 8, None),           // nothing of the input stays
            (8,       0, 9, Some("max_length")),
            (2,       2, 0, Some("stride")),
            (0,       0, 0, None),
            (0,       1, 0, Some("stride")),
            (1 << 24, 0, 0, None),
            (1 << 25, 0, 0, Some("max_length")),
        ];
        for (max_length, stride, added, place) in cases {
            let made = Truncation::new(max_length, stride, Strategy::OnlyFirst, Direction::Left, &Limits::default())
                .and_then(|truncation| truncation.with_special_tokens(added));
            match (made, place) {
                (Ok(truncation), None) => assert_eq!(truncation.max_length(), max_length - added),
                (Err(error), Some(place)) => assert_eq!(error.path(), Some(place)),
                (made, _) => panic!("{max_length} {stride} {added}: {made:?}"),
            }
        }
    }

    #[test]
    fn the_longer_input_gives_way() {
        #[rustfmt::skip]
        let cases = [
            // first, second, most, what stays
            (2, 9, 6, (2, 4)),
            (9, 2, 6, (4, 2)),
            (9, 9, 7, (3, 4)), // of two halves, the second is the larger
            (9, 8, 7, (4, 3)), // unless the first input is longer
            (3, 9, 6, (3, 3)),
            (9, 9, 1, (0, 1)),
            (5, 9, 4, (2, 2)),
            (0, 9, 4, (0, 4)),
        ];
        for (first, second, most, want) in cases {
            assert_eq!(longest_first(first, second, most), want, "{first} {second} {most}");
        }
    }

    #[test]
    fn a_stride_that_half_the_length_cannot_hold_is_an_error() {
        let five = || Encoding::from_ids(Arc::default(), vec![0; 5], 0).unwrap();
        let to = Truncation::new(4, 3, Strategy::LongestFirst, Direction::Right, &Limits::default()).unwrap();
        let error = truncate_encodings(&mut five(), Some(&mut five()), &to).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Argument);
        assert!(truncate_encodings(&mut five(), None, &to).is_ok());
    }

    #[test]
    fn windows_cover_everything_and_overlap_by_the_stride() {
        for (total, length, stride) in (1..20).flat_map(|t| (1..9).flat_map(move |l| (0..l).map(move |s| (t, l, s)))) {
            let right: Vec<_> = Windows::new(total, length, stride, Direction::Right).collect();
            let mut left: Vec<_> = Windows::new(total, length, stride, Direction::Left).collect();
            assert_eq!((right[0].start, right[right.len() - 1].end), (0, total));
            assert!(right.windows(2).all(|two| two[0].end - two[1].start == stride), "{right:?}");
            assert!(right.iter().all(|window| !window.is_empty() && window.len() <= length));
            for window in &mut left {
                *window = total - window.end..total - window.start;
            }
            assert_eq!(left, right, "cutting from the left is the mirror image");
        }
    }
}
