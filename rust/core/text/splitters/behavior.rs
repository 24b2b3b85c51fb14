//! What becomes of the matches of a pattern.

use std::ops::Range;

/// What becomes of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behavior {
    /// Dropped.
    Removed,
    /// A word of its own.
    Isolated,
    /// Ends the word before it.
    MergedWithPrevious,
    /// Begins the word after it.
    MergedWithNext,
    /// Neighbouring matches form one word.
    Contiguous,
}

/// Turns the matches of a pattern in one word, given in order, into the parts to keep.
///
/// The word is seen as a row of spans, alternately between matches and matches (which may be empty and may touch).
/// An empty span separates what is on its two sides; it is not a part itself.
pub(super) struct Cutter<'k> {
    behavior: Behavior,
    invert: bool,
    keep: &'k mut dyn FnMut(Range<usize>),
    /// Where the last span ended.
    end: usize,
    /// The last span, if what follows may still join it, and whether it counts as a match.
    held: Option<(Range<usize>, bool)>,
}

impl<'k> Cutter<'k> {
    /// `invert` swaps match and non-match.
    pub(super) fn new(behavior: Behavior, invert: bool, keep: &'k mut dyn FnMut(Range<usize>)) -> Self {
        Cutter { behavior, invert, keep, end: 0, held: None }
    }

    /// The next match.
    pub(super) fn found(&mut self, range: Range<usize>) {
        if self.end < range.start {
            self.span(self.end..range.start, self.invert);
        }
        self.end = range.end;
        self.span(range, !self.invert);
    }

    /// No further match in the word, which is `len` bytes long.
    pub(super) fn finish(mut self, len: usize) {
        if self.end < len {
            self.span(self.end..len, self.invert);
        }
        if let Some((held, _)) = self.held {
            (self.keep)(held);
        }
    }

    fn span(&mut self, range: Range<usize>, is_match: bool) {
        let joins = |before: bool| match self.behavior {
            Behavior::Removed | Behavior::Isolated => false,
            Behavior::Contiguous => before == is_match,
            Behavior::MergedWithPrevious => is_match && !before,
            Behavior::MergedWithNext => before && !is_match,
        };
        match self.behavior {
            Behavior::Removed if is_match => {}
            Behavior::Removed | Behavior::Isolated => (self.keep)(range),
            _ => match &mut self.held {
                Some((held, before)) if joins(*before) => {
                    held.end = range.end;
                    *before = is_match;
                }
                held => {
                    if let Some((held, _)) = held.replace((range, is_match)) {
                        (self.keep)(held);
                    }
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of `word` cut at the matches of '-' (each one alone), as strings.
    fn cut(word: &str, behavior: Behavior, invert: bool) -> Vec<String> {
        let mut parts = Vec::new();
        let mut keep = |range: Range<usize>| parts.push(word[range].to_owned());
        let mut cutter = Cutter::new(behavior, invert, &mut keep);
        word.match_indices('-').for_each(|(at, dash)| cutter.found(at..at + dash.len()));
        cutter.finish(word.len());
        parts
    }

    #[test]
    fn behaviors_are_those_of_the_reference() {
        // The example of the documentation of `tokenizers`.
        let cases: &[(Behavior, bool, &[&str])] = &[
            (Behavior::Removed, false, &["the", "final", "countdown"]),
            (Behavior::Isolated, false, &["the", "-", "final", "-", "-", "countdown"]),
            (Behavior::MergedWithPrevious, false, &["the-", "final-", "-", "countdown"]),
            (Behavior::MergedWithNext, false, &["the", "-final", "-", "-countdown"]),
            (Behavior::Contiguous, false, &["the", "-", "final", "--", "countdown"]),
            (Behavior::Removed, true, &["-", "-", "-"]),
            (Behavior::MergedWithPrevious, true, &["the", "-final", "-", "-countdown"]),
            (Behavior::MergedWithNext, true, &["the-", "final-", "-", "countdown"]),
        ];
        for (behavior, invert, want) in cases {
            assert_eq!(cut("the-final--countdown", *behavior, *invert), *want, "{behavior:?} {invert}");
        }
    }
}
