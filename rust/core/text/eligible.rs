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
            Eligible::Marks => r"\p{L}|\A ?[^\s\p{L}\p{N}]\z",
            Eligible::MarksAndLines => r"\p{L}|\A ?[^\s\p{L}\p{N}]\z|\A[^\S ]+\z",
            Eligible::Lines => r"\A[^\r\n]+\z",
            Eligible::All => "",
        }
    }

    /// What a pattern stands for.
    pub fn of(pattern: &str) -> Option<Self> {
        let all = [Eligible::Letters, Eligible::Marks, Eligible::MarksAndLines, Eligible::Lines, Eligible::All];
        all.into_iter().find(|known| known.pattern() == pattern)
    }

    /// Whether a word may be joined.
    pub fn takes(self, word: &str, unicode: Unicode) -> bool {
        match self {
            Eligible::Letters => {
                word.bytes().any(|byte| byte.is_ascii_alphabetic())
                    || !word.is_ascii() && word.chars().any(|c| Classes::of(unicode).is(c, Class::LETTER))
            }
            Eligible::Marks => Eligible::Letters.takes(word, unicode) || is_mark(word, unicode),
            Eligible::MarksAndLines => {
                let is_break = |c: char| c != ' ' && c.is_whitespace();
                Eligible::Marks.takes(word, unicode) || !word.is_empty() && word.chars().all(is_break)
            }
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
