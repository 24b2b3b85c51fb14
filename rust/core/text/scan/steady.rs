//! Patterns that cut words wherever a run of certain letters, or of punctuation and symbols, begins. Ours.
//!
//! Whether there is a cut depends on two characters, so that an error in a text moves few cuts, and only beside itself.

use std::sync::{LazyLock, OnceLock};

use super::block::AsciiSet;
use super::kinds::{Kind, Kinds};
use crate::text::Unicode;
use crate::text::classes::{Class, Classes, members};

/// Names, and the letters at which words are cut.
const LETTERS: [(&str, &str); 5] = [
    ("steady-words", ""),
    ("steady-short", "aeiouAEIOU"),
    ("steady-medium", "aiouAIOU"),
    ("steady-long", "ilj1ILJ"),
    ("steady-turkish", "aeoöcç0iıİl1jAEOÖCÇILJ"),
];

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Steady(usize);

/// What a scan needs.
struct Tables {
    pattern: String,
    ascii: AsciiSet,
    /// By mode. What words are cut at is [`Kind::Mark`].
    kinds: [OnceLock<Kinds>; 2],
}

static ALL: LazyLock<Vec<Tables>> = LazyLock::new(|| LETTERS.iter().map(|(_, letters)| Tables::new(letters)).collect());

impl Tables {
    fn new(letters: &str) -> Self {
        let cut = format!(r"{letters}\p{{P}}\p{{S}}");
        Tables {
            pattern: format!(r" ?(?:[{cut}]+[^{cut}\s]*|[^{cut}\s]+)|\s+(?!\S)|\s+"),
            ascii: (0..0x80u8).filter(|&byte| byte.is_ascii_punctuation() || letters.contains(byte as char)).collect(),
            kinds: Default::default(),
        }
    }
}

impl Steady {
    /// All, with their names and patterns.
    pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, Steady)> {
        let named = LETTERS.iter().zip(ALL.iter()).zip(0..);
        named.map(|((&(name, _), tables), number)| (name, tables.pattern.as_str(), Steady(number)))
    }

    /// The characters of ASCII at which words are cut.
    pub(super) fn ascii(self) -> AsciiSet {
        ALL.get(self.0).map_or_else(AsciiSet::default, |tables| tables.ascii)
    }

    /// The kinds of characters: whitespace, what words are cut at, the rest.
    pub(super) fn kinds(self, unicode: Unicode) -> &'static Kinds {
        let (Some(tables), Some((_, letters))) = (ALL.get(self.0), LETTERS.get(self.0)) else {
            return Kinds::of(unicode);
        };
        let [hf, current] = &tables.kinds;
        let table = match unicode {
            Unicode::Hf => hf,
            Unicode::Unicode => current,
        };
        table.get_or_init(|| {
            let cut = members(&format!(r"[{letters}\p{{P}}\p{{S}}]"));
            Kinds::new([(cut, Kind::Mark), (Classes::of(unicode).ranges(Class::REGEX_WHITESPACE), Kind::Space)])
        })
    }
}
