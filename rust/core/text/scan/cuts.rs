//! Where a text may be cut, whatever stands around the place.

use super::kinds::{Kind, Kinds};
use super::{Known, Scanner, scalar};
use crate::text::Unicode;
use crate::text::aligned::floor_char_boundary;

impl Scanner {
    /// The first place behind `from` where the words of a text are those of what is in front of it and those of what is
    /// behind it; none if there is no such place that two characters tell.
    ///
    /// No match goes on from a letter to whitespace, or to punctuation but for apostrophes, so that a word ends between
    /// the two, and would if the text did. Nothing looks back; only whitespace looks ahead, and it is behind. Between a
    /// letter and what no superword crosses a piece of text ends likewise.
    pub fn cut(self, text: &str, unicode: Unicode, from: usize) -> Option<usize> {
        let kinds = Kinds::of(unicode);
        let from = floor_char_boundary(text, from);
        let mut before = Kind::Other;
        for (at, c) in text.get(from..)?.char_indices() {
            let kind = kinds.of_char(c);
            let ends = match self.pattern {
                // What is between barriers goes on up to the next one.
                Known::Superwords { .. } => {
                    let rest = || text.get(from + at..).unwrap_or_default();
                    before.is_letter() && !kind.is_letter() && scalar::barrier(self, rest(), kinds).is_some()
                }
                Known::Words | Known::Steady(_) => kind == Kind::Space,
                Known::Morphemes => kind == Kind::Space || kind == Kind::Other && !matches!(c, '\'' | '’'),
                Known::Gpt2 | Known::Cl100k | Known::O200k { .. } => {
                    kind == Kind::Space || kind == Kind::Other && c != '\''
                }
            };
            if ends && before.is_letter() {
                return Some(from + at);
            }
            before = kind;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::pieces;
    use super::*;
    use crate::text::Span;
    use proptest::prelude::*;

    fn words(scanner: Scanner, text: &str, unicode: Unicode, base: usize) -> Vec<Span> {
        let mut all = Vec::new();
        scanner.words(text, unicode, &mut |words| all.extend_from_slice(words));
        all.iter().map(|word| Span::from(base + word.range().start..base + word.range().end)).collect()
    }

    fn check(text: &str, number: usize, from: usize) -> Result<(), TestCaseError> {
        let patterns: Vec<_> = Scanner::patterns().collect();
        let (_, scanner) = patterns[number % patterns.len()];
        for unicode in [Unicode::Hf, Unicode::Unicode] {
            let Some(cut) = scanner.cut(text, unicode, from) else { continue };
            let mut both = words(scanner, &text[..cut], unicode, 0);
            both.extend(words(scanner, &text[cut..], unicode, cut));
            prop_assert_eq!(&both, &words(scanner, text, unicode, 0), "{:?} {:?} at {}", scanner, text, cut);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn words_stay_what_they_are(text in pieces(0..40), number in 0usize..1000, from in 0usize..60) {
            check(&text, number, from)?;
        }

        #[test]
        fn in_any_text(text in "\\PC{0,40}|[\\p{L}\\p{M}\\p{N}\\p{Z}\\p{P}\n]{0,40}", number in 0usize..1000) {
            check(&text, number, 0)?;
        }
    }

    #[test]
    fn every_pattern_has_places() {
        for (pattern, scanner) in Scanner::patterns() {
            assert!(scanner.cut("  5'sit's at7 (", Unicode::Hf, 6).is_some(), "{pattern}");
            assert_eq!(
                scanner.cut("漢字1", Unicode::Hf, 2),
                matches!(scanner.pattern, Known::Superwords { .. }).then_some(6)
            );
            assert_eq!(scanner.cut("'''   123", Unicode::Hf, 0), None);
        }
    }
}
