//! Joining encodings, and the combinations of their windows.

use std::sync::Arc;

use super::{Budget, Encoding, Own, Place, Sequence, fits, nests};
use crate::error::Result;
use crate::text::Span;

impl Encoding {
    /// All encodings in a row. With `growing_offsets` the spans of each go on where the one before ended.
    ///
    /// Every window of one is combined with the others and with every window of theirs, as in Hugging Face
    /// `tokenizers`; more of them than `Limits::overflow_tokens` is an error.
    pub fn merge(encodings: impl IntoIterator<Item = Encoding>, growing_offsets: bool) -> Result<Self> {
        let mut encodings = encodings.into_iter();
        let mut merged = encodings.next().unwrap_or_default();
        for encoding in encodings {
            merged.merge_with(&encoding, growing_offsets)?;
        }
        Ok(merged)
    }

    /// Appends another encoding, as [`Encoding::merge`] does.
    pub fn merge_with(&mut self, other: &Encoding, growing_offsets: bool) -> Result<()> {
        if other.overflowing().is_empty() {
            return self.append_everywhere(other, growing_offsets);
        }
        nests(self.nesting() + other.nesting())?;
        weigh(self, other, &mut Budget::new())?;
        let windows = combinations(self, other, growing_offsets)?;
        self.set_overflowing(windows);
        self.append(other, growing_offsets)
    }

    /// Appends an encoding without windows to this one and to its windows.
    fn append_everywhere(&mut self, other: &Encoding, growing_offsets: bool) -> Result<()> {
        for window in self.overflowing_mut() {
            window.append_everywhere(other, growing_offsets)?;
        }
        self.append(other, growing_offsets)
    }

    /// Appends the tokens of another encoding, not its windows.
    pub(crate) fn append(&mut self, other: &Encoding, growing_offsets: bool) -> Result<()> {
        let at = fits(self.len())?;
        fits(self.len().saturating_add(other.len()))?;
        self.append_own(other, at);
        let last = self.len().checked_sub(1).and_then(|last| self.places.get(last));
        let shift = if growing_offsets { last.map_or(0, |last| last.span.end) } else { 0 };
        let moved = |span: Span| Span::new(span.start.saturating_add(shift), span.end.saturating_add(shift));
        self.ids.extend_from_slice(&other.ids);
        self.places.extend(other.places.iter().map(|place| Place { span: moved(place.span), ..place }));
        for (run, attributes) in other.runs() {
            self.push_run(at + run.start..at + run.end, attributes);
        }
        for Sequence { id, start, end } in &other.rare().sequences {
            self.insert_sequence(Sequence { id: *id, start: at + start, end: at + end });
        }
        Ok(())
    }

    /// Appends the strings that must be kept, before the tokens are there.
    fn append_own(&mut self, other: &Encoding, at: u32) {
        if self.is_empty() {
            self.names = Arc::clone(&other.names);
        }
        if Arc::ptr_eq(&self.names, &other.names) {
            for Own { start, end, token } in &other.rare().own {
                self.push_own_run(at + start, at + end, token);
            }
            return;
        }
        // Of another tokenizer: what is called differently here is kept as it is.
        let names = Arc::clone(&self.names);
        for ((token, &id), at) in other.tokens().zip(&other.ids).zip(at..) {
            if names.token(id).unwrap_or_default() != token {
                self.push_own_run(at, at + 1, token);
            }
        }
    }
}

/// Pairs of encodings to join for the windows of `a + b`: each window of `a` with `b` and with the windows of `b`, then
/// `a` with the windows of `b`. Each combination has combinations of its own, one level less deep.
fn pairs<'e>(a: &'e Encoding, b: &'e Encoding) -> impl Iterator<Item = (&'e Encoding, &'e Encoding)> {
    let with_left = move |left| std::iter::once(b).chain(b.overflowing()).map(move |right| (left, right));
    a.overflowing().iter().flat_map(with_left).chain(b.overflowing().iter().map(move |right| (a, right)))
}

fn combinations(a: &Encoding, b: &Encoding, growing_offsets: bool) -> Result<Vec<Encoding>> {
    let combine = |(a, b): (&Encoding, &Encoding)| {
        let mut both = Encoding::with_capacity(Arc::clone(&a.names), a.len().saturating_add(b.len()));
        both.append(a, false)?;
        both.append(b, growing_offsets)?;
        both.set_overflowing(combinations(a, b, growing_offsets)?);
        Ok(both)
    };
    pairs(a, b).map(combine).collect()
}

/// What the combinations will cost, before any is made.
fn weigh(a: &Encoding, b: &Encoding, budget: &mut Budget) -> Result<()> {
    for (a, b) in pairs(a, b) {
        budget.add(a.len().saturating_add(b.len()))?;
        weigh(a, b, budget)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Direction, NO_WORD, Names};
    use super::*;
    use crate::error::ErrorClass;
    use crate::limits::Limits;
    use crate::vocab::Vocab;

    fn names(tokens: &[&str]) -> Arc<Names> {
        let model = Vocab::new(tokens.iter().copied().zip(0..), &Limits::default()).unwrap();
        Arc::new(Names { model: Arc::new(model), added: Vec::new() })
    }

    fn encoding(names: &Arc<Names>, ids: impl IntoIterator<Item = u32>) -> Encoding {
        let mut encoding = Encoding::new(Arc::clone(names));
        for (id, at) in ids.into_iter().zip(0..) {
            encoding.push(id, Span::new(at, at + 1), NO_WORD);
        }
        encoding
    }

    #[test]
    fn strings_survive_another_vocabulary() {
        let (ab, ba) = (names(&["a", "b", "c"]), names(&["b", "a", "c"]));
        let merged = Encoding::merge([encoding(&ab, [0, 1, 2]), encoding(&ba, [0, 1, 2])], true).unwrap();
        assert_eq!(merged.tokens().collect::<Vec<_>>(), ["a", "b", "c", "b", "a", "c"]);
        assert_eq!(merged.rare().own.len(), 2, "what both call the same is kept once");
        let starts: Vec<u32> = merged.offsets().map(|span| span.start).collect();
        assert_eq!(starts, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn too_many_windows_are_refused_before_they_are_made() {
        let names = names(&["a"]);
        let mut long = encoding(&names, std::iter::repeat_n(0, 100_000));
        long.truncate(4, 3, Direction::Right).unwrap();
        assert_eq!(long.overflowing().len(), 99_996);
        assert_eq!(long.clone().merge_with(&long, false).unwrap_err().class(), ErrorClass::Limit);
        let mut longer = encoding(&names, std::iter::repeat_n(0, 200_000));
        assert_eq!(longer.truncate(1000, 999, Direction::Left).unwrap_err().class(), ErrorClass::Limit);
        assert_eq!(longer.len(), 200_000, "and nothing is lost");
    }

    #[test]
    fn windows_cannot_be_nested_without_end() {
        let names = names(&["a"]);
        let mut nested = encoding(&names, [0]);
        let outcome = (0..100_000).try_for_each(|_| {
            nested.truncate(0, 0, Direction::Right)?;
            nested.merge_with(&encoding(&names, [0]), false)
        });
        assert_eq!(outcome.unwrap_err().class(), ErrorClass::Argument);
    }
}
