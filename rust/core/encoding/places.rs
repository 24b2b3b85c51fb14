//! Where tokens come from: the span and the word of each.
//!
//! Tokens mostly follow each other, in the same word or the next one, and are short. So a token's place is one byte that
//! says how it goes on from the place before; the few that do not go on like that are written out. Every [`BLOCK`]-th
//! token has a mark to count from, so that any place is found in a few steps.

use std::iter::FusedIterator;

use super::{NO_WORD, fit};
use crate::text::Span;

/// Tokens from one mark to the next.
const BLOCK: usize = 256;

/// The span of a token and the number of its word, or [`NO_WORD`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) span: Span,
    pub(crate) word: u32,
}

impl Place {
    /// That of special tokens and padding.
    pub(crate) const NOWHERE: Place = Place { span: Span::new(0, 0), word: NO_WORD };
}

/// The places of some tokens. Equal places are stored equally.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// A code a token.
    steps: Vec<u8>,
    now: Reached,
    far: Option<Box<Far>>,
}

/// What most texts do not need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Far {
    /// Where the blocks but the first one begin.
    marks: Vec<Reached>,
    /// Places that no step leads to, by ascending token.
    jumps: Vec<(u32, Place)>,
}

/// What a step goes on from: where the last token ended, and its word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Reached {
    end: u32,
    word: u32,
}

/// How a place goes on from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    from: From,
    len: u32,
    /// Whether the next word begins.
    next: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// The end of the last token plus so much: 1 behind a space that is left out, less than 0 where a character is
    /// spread over tokens, all of which cover the whole of it.
    End(i32),
    /// The start of the text: words that are given one by one begin there.
    Start,
}

const BACK: i32 = 4;
const STARTS: [From; 7] =
    [From::End(0), From::End(1), From::End(-1), From::End(-2), From::End(-3), From::End(-BACK), From::Start];
/// Lengths that a step can have: 0 to this, exclusive.
const LENGTHS: u32 = 18;
/// [`Place::NOWHERE`]; what comes after goes on from what came before.
const NOWHERE: u8 = 252;
/// The place is among the jumps.
const JUMP: u8 = 253;

impl Step {
    fn code(self) -> Option<u8> {
        let from = STARTS.iter().position(|&from| from == self.from)? as u32;
        let code = (self.len * STARTS.len() as u32 + from) * 2 + u32::from(self.next);
        (self.len < LENGTHS).then_some(code as u8)
    }

    fn of(code: u8) -> Self {
        let next = code % 2 == 1;
        let (len, from) = (u32::from(code / 2) / STARTS.len() as u32, code as usize / 2 % STARTS.len());
        Step { from: STARTS.get(from).copied().unwrap_or(From::Start), len, next }
    }
}

impl Reached {
    /// The step from here to a place, if there is one.
    fn to(self, Place { span, word }: Place) -> Option<u8> {
        let next = word.wrapping_sub(self.word);
        let ahead = span.start.wrapping_sub(self.end) as i32;
        if word == NO_WORD || next > 1 || span.end < span.start {
            return None;
        }
        let from = if (-BACK..=1).contains(&ahead) { From::End(ahead) } else { From::Start };
        let goes = from != From::Start || span.start == 0;
        goes.then_some(Step { from, len: span.end - span.start, next: next == 1 })?.code()
    }

    fn go(&mut self, Step { from, len, next }: Step) -> Place {
        let start = match from {
            From::End(ahead) => self.end.wrapping_add_signed(ahead),
            From::Start => 0,
        };
        let place = Place { span: Span::new(start, start + len), word: self.word + u32::from(next) };
        self.jump(place);
        place
    }

    fn jump(&mut self, place: Place) {
        self.end = place.span.end;
        if place.word != NO_WORD {
            self.word = place.word;
        }
    }
}

impl Places {
    pub(super) fn with_capacity(tokens: usize) -> Self {
        Places { steps: Vec::with_capacity(tokens), ..Places::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    pub(super) fn push(&mut self, place: Place) {
        let at = self.steps.len();
        if at.is_multiple_of(BLOCK) && at > 0 {
            self.far.get_or_insert_default().marks.push(self.now);
        }
        if place == Place::NOWHERE {
            return self.steps.push(NOWHERE);
        }
        match self.now.to(place) {
            Some(code) => self.steps.push(code),
            None => {
                self.steps.push(JUMP);
                self.far.get_or_insert_default().jumps.push((at as u32, place));
            }
        }
        self.now.jump(place);
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink_to_fit(&mut self) {
        fit(&mut self.steps);
        if let Some(Far { marks, jumps }) = self.far.as_deref_mut() {
            fit(marks);
            fit(jumps);
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<Place> {
        self.from(at).next()
    }

    /// All places.
    pub(super) fn iter(&self) -> Iter<'_> {
        self.from(0)
    }

    /// The places from a token on.
    pub(super) fn from(&self, at: usize) -> Iter<'_> {
        let block = at.min(self.len()) / BLOCK;
        let (marks, jumps) = self.far.as_deref().map_or((&[][..], &[][..]), |far| (&far.marks, &far.jumps));
        let now = block.checked_sub(1).and_then(|before| marks.get(before)).copied().unwrap_or_default();
        let steps = self.steps.get(block * BLOCK..).unwrap_or_default();
        let first = jumps.partition_point(|&(jump, _)| (jump as usize) < block * BLOCK);
        let mut iter = Iter { steps: steps.iter(), jumps: jumps.get(first..).unwrap_or_default().iter(), now };
        if let Some(last) = (at - block * BLOCK).checked_sub(1) {
            iter.nth(last);
        }
        iter
    }
}

impl Extend<Place> for Places {
    fn extend<I: IntoIterator<Item = Place>>(&mut self, places: I) {
        let places = places.into_iter();
        self.steps.reserve(places.size_hint().0);
        places.for_each(|place| self.push(place));
    }
}

impl FromIterator<Place> for Places {
    fn from_iter<I: IntoIterator<Item = Place>>(places: I) -> Self {
        let mut all = Places::default();
        all.extend(places);
        all
    }
}

/// Walks over places.
#[derive(Debug, Clone)]
pub(super) struct Iter<'p> {
    steps: std::slice::Iter<'p, u8>,
    jumps: std::slice::Iter<'p, (u32, Place)>,
    now: Reached,
}

impl Iterator for Iter<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        Some(match *self.steps.next()? {
            NOWHERE => Place::NOWHERE,
            JUMP => {
                let (_, place) = *self.jumps.next()?;
                self.now.jump(place);
                place
            }
            code => self.now.go(Step::of(code)),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.steps.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}
impl FusedIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_steps() {
        for code in 0..NOWHERE {
            assert_eq!(Step::of(code).code(), Some(code));
        }
        let next = Step { from: From::Start, len: LENGTHS - 1, next: true };
        assert_eq!(next.code(), Some(NOWHERE - 1), "all codes below are used");
    }

    /// Places as they come, and as nobody would expect them.
    fn places() -> impl Strategy<Value = Vec<Place>> {
        let usual = (-5i64..3, 0u32..20, 0u32..2, any::<bool>());
        let step = prop_oneof![
            20 => usual.prop_map(Ok),
            1 => Just(Err(Place::NOWHERE)),
            1 => (any::<u32>(), any::<u32>(), any::<u32>())
                .prop_map(|(start, end, word)| Err(Place { span: Span::new(start, end), word })),
            1 => (0u32..9, 0u32..40, 0u32..4).prop_map(|(start, len, word)| {
                Err(Place { span: Span::new(start, start + len), word })
            }),
        ];
        proptest::collection::vec(step, 0..1500).prop_map(|steps| {
            let mut last = Place { span: Span::default(), word: 0 };
            let go = |step: Result<(i64, u32, u32, bool), Place>| {
                let place = match step {
                    Err(place) => place,
                    Ok((ahead, len, next, begin)) => {
                        let start = (i64::from(last.span.end) + ahead).clamp(0, 1 << 30) as u32;
                        let start = if begin && next == 1 { 0 } else { start };
                        Place { span: Span::new(start, start + len), word: last.word.saturating_add(next) }
                    }
                };
                last = if place == Place::NOWHERE { last } else { place };
                place
            };
            steps.into_iter().map(go).collect()
        })
    }

    proptest! {
        #[test]
        fn places_come_back(all in places(), at in 0usize..2000) {
            let stored: Places = all.iter().copied().collect();
            prop_assert_eq!(stored.iter().collect::<Vec<_>>(), &all[..]);
            prop_assert_eq!(stored.get(at), all.get(at).copied());
            prop_assert!(stored.from(at).eq(all.iter().copied().skip(at)));
            let again: Places = stored.iter().collect();
            prop_assert_eq!(again, stored);
        }
    }

    #[test]
    fn tokens_of_text_take_a_byte() {
        let mut places = Places::default();
        // A word of two tokens, a character over two tokens, a space left out, padding, a word that was given apart.
        let spans = [(0, 3, 0), (3, 9, 0), (9, 12, 1), (9, 12, 1), (13, 18, 2), (0, 4, 3)];
        places.extend(spans.map(|(start, end, word)| Place { span: Span::new(start, end), word }));
        places.push(Place::NOWHERE);
        assert_eq!((places.len(), &places.far), (7, &None));
    }
}
