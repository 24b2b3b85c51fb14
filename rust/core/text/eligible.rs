//! Which words may become parts of tokens of several words.

use super::Unicode;
use super::classes::{Class, Classes};

/// What a word must be to be joined with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eligible {
    /// It holds a letter.
    Letters,
    /// It holds no digit, and ends no line.
    Lines,
    /// It holds no digit: a group of digits may be part of a longer number.
    All,
}

impl Eligible {
    /// The pattern that matches somewhere in such a word.
    pub fn pattern(self) -> &'static str {
        match self {
            Eligible::Letters => r"\p{L}",
            Eligible::Lines => r"\A[^\r\n\p{N}]+\z",
            Eligible::All => r"\A\P{N}+\z",
        }
    }

    /// What a pattern stands for.
    pub fn of(pattern: &str) -> Option<Self> {
        [Eligible::Letters, Eligible::Lines, Eligible::All].into_iter().find(|known| known.pattern() == pattern)
    }

    /// Whether a word may be joined.
    pub fn takes(self, word: &str, unicode: Unicode) -> bool {
        let has = |ascii: fn(&u8) -> bool, class| {
            word.as_bytes().iter().any(ascii)
                || !word.is_ascii() && word.chars().any(|c| Classes::of(unicode).is(c, class))
        };
        match self {
            Eligible::Letters => has(u8::is_ascii_alphabetic, Class::LETTER),
            Eligible::Lines => !word.contains(['\r', '\n']) && Eligible::All.takes(word, unicode),
            Eligible::All => !has(u8::is_ascii_digit, Class::NUMBER),
        }
    }

    /// Whether a word is counted together with those beside it: it may be joined, or is a digit, without which nobody can
    /// tell what words the spaces in front of it are.
    pub(crate) fn counts(self, word: &str, unicode: Unicode) -> bool {
        match self {
            Eligible::Letters => self.takes(word, unicode),
            Eligible::Lines => !word.contains(['\r', '\n']),
            Eligible::All => true,
        }
    }
}
