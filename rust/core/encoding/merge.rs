//! Joining encodings, and the combinations of their windows.

use std::sync::Arc;

use super::{Budget, Encoding, Own, Run, Sequence, fits, nests};
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
        nests(self.nesting() + other.nesting())?;
        self.overflowing = combinations(self, other, growing_offsets, &mut Budget::new())?;
        self.append(other, growing_offsets)
    }

    /// Appends the tokens of another encoding, not its windows.
    pub(crate) fn append(&mut self, other: &Encoding, growing_offsets: bool) -> Result<()> {
        let at = fits(self.len())?;
        fits(self.len().saturating_add(other.len()))?;
        self.append_own(other, at);
        let shift = if growing_offsets { self.offsets.last().map_or(0, |span| span.end) } else { 0 };
        let moved = |span: &Span| Span::new(span.start.saturating_add(shift), span.end.saturating_add(shift));
        self.ids.extend_from_slice(&other.ids);
        self.offsets.extend(other.offsets.iter().map(moved));
        self.words.extend_from_slice(&other.words);
        for Run { end, attributes } in &other.runs {
            self.push_run(at + end, *attributes);
        }
        for Sequence { id, start, end } in &other.sequences {
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
            for Own { start, end, token } in &other.own {
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

/// The windows of `a + b`: each window of `a` with `b` and with the windows of `b`, then `a` with the windows of `b`.
/// Each combination has combinations of its own, one level less deep.
fn combinations(a: &Encoding, b: &Encoding, growing_offsets: bool, budget: &mut Budget) -> Result<Vec<Encoding>> {
    let mut windows = Vec::new();
    for left in &a.overflowing {
        windows.push(combine(left, b, growing_offsets, budget)?);
        for right in &b.overflowing {
            windows.push(combine(left, right, growing_offsets, budget)?);
        }
    }
    for right in &b.overflowing {
        windows.push(combine(a, right, growing_offsets, budget)?);
    }
    Ok(windows)
}

fn combine(a: &Encoding, b: &Encoding, growing_offsets: bool, budget: &mut Budget) -> Result<Encoding> {
    budget.window(a.len().saturating_add(b.len()))?;
    let mut both = Encoding::with_capacity(Arc::clone(&a.names), a.len().saturating_add(b.len()));
    both.append(a, false)?;
    both.append(b, growing_offsets)?;
    both.overflowing = combinations(a, b, growing_offsets, budget)?;
    Ok(both)
}
