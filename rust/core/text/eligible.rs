//! Which words may become parts of tokens of several words.

use super::Unicode;
use super::classes::{Class, Classes};

/// What a word must be to be joined with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eligible {
    /// It holds a letter.
    Letters,
    /// It holds a letter, or is one mark, maybe behind a space.
    Marks,
    /// It is that, or whitespace that is no space: line ends, most of the time.
    MarksAndLines,
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
            Eligible::Marks => r"\p{L}|\A ?[^\s\p{L}\p{N}]\z",
            Eligible::MarksAndLines => r"\p{L}|\A ?[^\s\p{L}\p{N}]\z|\A[^\S ]+\z",
            Eligible::Lines => r"\A[^\r\n\p{N}]+\z",
            Eligible::All => r"\A\P{N}+\z",
        }
    }

    /// What a pattern stands for.
    pub fn of(pattern: &str) -> Option<Self> {
        let all = [Eligible::Letters, Eligible::Marks, Eligible::MarksAndLines, Eligible::Lines, Eligible::All];
        all.into_iter().find(|known| known.pattern() == pattern)
    }

    /// Whether a word may be joined.
    pub fn takes(self, word: &str, unicode: Unicode) -> bool {
        let has = |ascii: fn(&u8) -> bool, class| {
            word.as_bytes().iter().any(ascii)
                || !word.is_ascii() && word.chars().any(|c| Classes::of(unicode).is(c, class))
        };
        match self {
            Eligible::Letters => has(u8::is_ascii_alphabetic, Class::LETTER),
            Eligible::Marks => Eligible::Letters.takes(word, unicode) || is_mark(word, unicode),
            Eligible::MarksAndLines => {
                let is_break = |c: char| c != ' ' && c.is_whitespace();
                Eligible::Marks.takes(word, unicode) || !word.is_empty() && word.chars().all(is_break)
            }
            Eligible::Lines => !word.contains(['\r', '\n']) && Eligible::All.takes(word, unicode),
            Eligible::All => !has(u8::is_ascii_digit, Class::NUMBER),
        }
    }

    /// Whether a word is counted together with those beside it: it may be joined, or is a digit, without which nobody can
    /// tell what words the spaces in front of it are.
    pub(crate) fn counts(self, word: &str, unicode: Unicode) -> bool {
        match self {
            Eligible::Letters | Eligible::Marks | Eligible::MarksAndLines => self.takes(word, unicode),
            Eligible::Lines => !word.contains(['\r', '\n']),
            Eligible::All => true,
        }
    }
}

/// Whether a word is one character that is no letter, no number and no whitespace, maybe behind a space.
fn is_mark(word: &str, unicode: Unicode) -> bool {
    let mut chars = word.strip_prefix(' ').unwrap_or(word).chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => !c.is_whitespace() && !Classes::of(unicode).is(c, Class::NUMBER),
        _ => false,
    }
}
