//! The letters of a word without its capitals.

use super::case::Case;
use super::lattice::{Word, is_apostrophe};
use super::lexicon::Lexicon;

/// A word, folded part by part: what apostrophes part has a case of its own.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// With the apostrophes, and digits as they are.
    pub(crate) letters: Vec<char>,
    /// Of every letter.
    pub(crate) cases: Vec<Case>,
    /// How many digits a number before an apostrophe has.
    pub(crate) digits: usize,
    written: Vec<char>,
}

impl Folded {
    /// Folds a word, in front of which may be the digits of a number and an apostrophe.
    pub(crate) fn fold(&mut self, lexicon: &Lexicon, word: &str) {
        let Folded { letters, cases, digits, written } = self;
        letters.clear();
        cases.clear();
        written.clear();
        written.extend(word.chars());
        *digits = number_len(word);
        for (number, part) in written.split(|&c| is_apostrophe(c)).enumerate() {
            if number > 0 {
                // As many letters as were written: folding keeps their number.
                letters.extend(written.get(letters.len()));
                cases.push(Case::Lower);
            }
            let case = if number == 0 && *digits > 0 {
                letters.extend_from_slice(part);
                Case::Lower
            } else {
                lexicon.pack.case.fold(part, letters)
            };
            cases.resize(letters.len(), case);
        }
    }

    /// As it is analysed; `word` is what was folded.
    pub(crate) fn word<'a>(&'a self, lexicon: &'a Lexicon, word: &str) -> Word<'a> {
        let spoken = word.get(..self.digits).filter(|digits| !digits.is_empty());
        Word {
            letters: &self.letters,
            digits: self.digits,
            spoken: spoken.map(|digits| lexicon.spoken(digits)).unwrap_or_default(),
            capitals: self.cases.first() == Some(&Case::Upper),
        }
    }
}

/// How many digits a word begins with, if an apostrophe follows them.
pub(crate) fn number_len(word: &str) -> usize {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    if word.get(digits..).is_some_and(|rest| rest.starts_with(is_apostrophe)) { digits } else { 0 }
}
