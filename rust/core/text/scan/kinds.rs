//! What the patterns ask about a character, as one small number: letters (by case, which o200k's pattern looks at),
//! numbers, whitespace, marks, and the rest.

#![allow(
    clippy::indexing_slicing,
    reason = "the flat table covers the basic multilingual plane, and is asked only there"
)]

use std::sync::LazyLock;

use crate::text::Unicode;
use crate::text::classes::{Class, Classes, TwoStage, members};

/// The kind of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub(super) enum Kind {
    /// None of the others: punctuation, symbols, controls.
    #[default]
    Other,
    /// `[\p{Lu}\p{Lt}]`.
    Upper,
    /// `\p{Ll}`.
    Lower,
    /// `[\p{Lm}\p{Lo}]`: upper and lower case alike to o200k's pattern.
    Uncased,
    /// `\p{N}`.
    Number,
    /// `\s`.
    Space,
    /// `\p{M}`: no letter to most patterns, an uncased one to o200k's.
    Mark,
}

/// Number of kinds, rounded up to a power of two.
pub(super) const KINDS: usize = 8;

impl Kind {
    /// `\p{L}`.
    pub(super) const fn is_letter(self) -> bool {
        matches!(self, Kind::Upper | Kind::Lower | Kind::Uncased)
    }

    /// `[^\s\p{L}\p{N}]`.
    pub(super) const fn is_other(self) -> bool {
        matches!(self, Kind::Other | Kind::Mark)
    }
}

/// The kind of every character, in one mode.
#[derive(Debug)]
pub(super) struct Kinds {
    /// The basic multilingual plane: one read a character.
    basic: Box<[Kind]>,
    all: TwoStage<Kind>,
}

impl Kinds {
    /// The table of a mode; built when it is first asked for.
    pub(super) fn of(unicode: Unicode) -> &'static Kinds {
        static HF: LazyLock<Kinds> = LazyLock::new(|| Kinds::new(parts(Unicode::Hf)));
        static CURRENT: LazyLock<Kinds> = LazyLock::new(|| Kinds::new(parts(Unicode::Unicode)));
        match unicode {
            Unicode::Hf => &HF,
            Unicode::Unicode => &CURRENT,
        }
    }

    /// From the members of every kind but [`Kind::Other`], none of which is of two kinds.
    pub(super) fn new(parts: impl IntoIterator<Item = (Vec<(char, char)>, Kind)>) -> Self {
        let ranges = parts.into_iter().flat_map(|(ranges, kind)| ranges.into_iter().map(move |r| (r, kind)));
        let mut ranges: Vec<_> = ranges.collect();
        ranges.sort_unstable_by_key(|&((first, _), _)| first);
        let mut runs = vec![(0, Kind::Other)];
        for ((first, last), kind) in ranges {
            // Where the next range begins right behind this one, it takes the place of the rest.
            runs.pop_if(|&mut (start, _)| start == first as u32);
            runs.extend([(first as u32, kind), (last as u32 + 1, Kind::Other)]);
        }
        let all = TwoStage::new(&runs);
        Kinds { basic: (0..0x1_0000).map(|code| all.get_code(code)).collect(), all }
    }

    /// The kind of a character.
    #[inline]
    pub(super) fn of_char(&self, c: char) -> Kind {
        self.of_code(c as u32)
    }

    /// The kind of a code point.
    #[inline]
    pub(super) fn of_code(&self, code: u32) -> Kind {
        match self.basic.get(code as usize) {
            Some(&kind) => kind,
            None => self.all.get_code(code as usize),
        }
    }
}

/// The members of every kind but [`Kind::Other`]. That they have none in common is tested: in a mode that mixes
/// versions of Unicode it need not be so.
fn parts(unicode: Unicode) -> [(Vec<(char, char)>, Kind); 6] {
    let classes = Classes::of(unicode);
    [
        (members(r"[\p{Lu}\p{Lt}]"), Kind::Upper),
        (members(r"\p{Ll}"), Kind::Lower),
        (members(r"[\p{Lm}\p{Lo}]"), Kind::Uncased),
        (classes.ranges(Class::NUMBER), Kind::Number),
        (classes.ranges(Class::REGEX_WHITESPACE), Kind::Space),
        (members(r"\p{M}"), Kind::Mark),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_the_classes() {
        for unicode in [Unicode::Hf, Unicode::Unicode] {
            let (kinds, classes) = (Kinds::of(unicode), Classes::of(unicode));
            for c in '\0'..=char::MAX {
                let kind = kinds.of_char(c);
                assert_eq!(kind.is_letter(), classes.is(c, Class::LETTER), "{c:?}");
                assert_eq!(kind == Kind::Number, classes.is(c, Class::NUMBER), "{c:?}");
                assert_eq!(kind == Kind::Space, classes.is(c, Class::REGEX_WHITESPACE), "{c:?}");
            }
            for (ranges, kind) in parts(unicode) {
                for c in ranges.into_iter().flat_map(|(first, last)| first..=last) {
                    assert_eq!(kinds.of_char(c), kind, "{c:?} is of two kinds");
                }
            }
        }
    }
}
