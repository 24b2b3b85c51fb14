//! Upper and lower case as markers: a word is folded if that can be undone.

use serde::{Deserialize, Serialize};

/// Which characters are each other's case. Only mappings of one character to one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseTable {
    /// Unicode's simple mappings.
    #[default]
    Default,
    /// Turkish and Azeri: `I` and `ı`, `İ` and `i`.
    Tr,
}

/// How the letters of a word are cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Case {
    /// All as folded.
    #[default]
    Lower,
    /// The first one is a capital.
    Title,
    /// All are capitals.
    Upper,
    /// Anything else: kept as it is.
    Mixed,
}

impl CaseTable {
    /// The lower case of a character, if it is one character.
    pub fn lower(self, c: char) -> Option<char> {
        match (self, c) {
            (CaseTable::Tr, 'I') => Some('ı'),
            (CaseTable::Tr, 'İ') => Some('i'),
            _ if c.is_ascii() => Some(c.to_ascii_lowercase()),
            _ => single(c.to_lowercase()),
        }
    }

    /// The upper case of a character, if it is one character.
    pub fn upper(self, c: char) -> Option<char> {
        match (self, c) {
            (CaseTable::Tr, 'ı') => Some('I'),
            (CaseTable::Tr, 'i') => Some('İ'),
            _ if c.is_ascii() => Some(c.to_ascii_uppercase()),
            _ => single(c.to_uppercase()),
        }
    }

    /// How a word is cased; appends its folded form, or the word itself if it is [`Case::Mixed`].
    pub fn fold(self, word: &[char], folded: &mut Vec<char>) -> Case {
        let from = folded.len();
        folded.extend(word.iter().map_while(|&c| self.lower(c)));
        let lower = folded.get(from..).unwrap_or_default();
        let all = |lower: &[char], case: fn(Self, char) -> Option<char>| {
            lower.iter().zip(word).all(|(&l, &c)| case(self, l) == Some(c))
        };
        let case = match (lower.split_first(), word.split_first()) {
            _ if lower.len() < word.len() => Case::Mixed,
            _ if lower == word => Case::Lower,
            (Some((&l, rest)), Some((&c, word))) if self.upper(l) == Some(c) && rest == word => Case::Title,
            _ if all(lower, CaseTable::upper) => Case::Upper,
            _ => Case::Mixed,
        };
        if case == Case::Mixed {
            folded.truncate(from);
            folded.extend_from_slice(word);
        }
        case
    }
}

fn single(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}
