//! Which words may become parts of tokens of several words.

use super::Unicode;
use super::classes::{Class, Classes};
use super::scan::goes_on;

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
            Eligible::Lines => !word.contains(['\r', '\n']),
            Eligible::All => true,
        }
    }
}

impl Eligible {
    /// Whether words are left out that may be parts of one with a word that is not: the `77` of `77th`. Without it nobody
    /// can tell of the other one that it is a part.
    pub(crate) fn leaves_numbers(self) -> bool {
        !matches!(self, Eligible::Lines | Eligible::All)
    }
}

/// Whether a place is within a word of letters, marks and numbers, where a pattern cuts it all the same: `77|th`,
/// `foo|Bar`, `202|2`. What is on either side of such a place is joined with nothing.
#[inline(always)]
pub(crate) fn is_within(text: &str, at: usize, unicode: Unicode) -> bool {
    // Nearly all words begin with a space or a mark, which are below the digits.
    text.as_bytes().get(at).is_some_and(|&next| next >= b'0') && goes_across(text, at, unicode)
}

#[cold]
fn goes_across(text: &str, at: usize, unicode: Unicode) -> bool {
    let (before, behind) = text.split_at_checked(at).unwrap_or_default();
    let goes_on = |c: Option<char>| c.is_some_and(|c| goes_on(c, unicode));
    goes_on(behind.chars().next()) && goes_on(before.chars().next_back())
}

/// Whether a word is one character that is no letter, no number and no whitespace, maybe behind a space.
fn is_mark(word: &str, unicode: Unicode) -> bool {
    let mut chars = word.strip_prefix(' ').unwrap_or(word).chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => !c.is_whitespace() && !Classes::of(unicode).is(c, Class::NUMBER),
        _ => false,
    }
}
