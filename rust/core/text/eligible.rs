//! Which words may become parts of tokens of several words.

use super::Unicode;
use super::classes::{Class, Classes};

/// What a word must be to be joined with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eligible {
    /// It holds a letter.
    Letters,
    /// It ends no line.
    Lines,
    /// Anything.
    All,
}

impl Eligible {
    /// The pattern that matches somewhere in such a word.
    pub fn pattern(self) -> &'static str {
        match self {
            Eligible::Letters => r"\p{L}",
            Eligible::Lines => r"\A[^\r\n]+\z",
            Eligible::All => "",
        }
    }

    /// What a pattern stands for.
    pub fn of(pattern: &str) -> Option<Self> {
        [Eligible::Letters, Eligible::Lines, Eligible::All].into_iter().find(|known| known.pattern() == pattern)
    }

    /// Whether a word may be joined.
    pub fn takes(self, word: &str, unicode: Unicode) -> bool {
        match self {
            Eligible::Letters => {
                word.bytes().any(|byte| byte.is_ascii_alphabetic())
                    || !word.is_ascii() && word.chars().any(|c| Classes::of(unicode).is(c, Class::LETTER))
            }
            Eligible::Lines => !word.contains(['\r', '\n']),
            Eligible::All => true,
        }
    }
}
