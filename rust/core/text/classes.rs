//! Character classes, in two named Unicode modes.
//!
//! One table per mode answers "which classes is this character in" with two array reads, so that a splitter asks once
//! per character whatever it wants to know.

#![allow(clippy::indexing_slicing, reason = "the two-stage tables cover every code point by construction")]

mod hf_tables;
mod unicode_tables;

pub(super) use unicode_tables::members;

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

/// Which Unicode data the components use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Unicode {
    /// What Hugging Face `tokenizers` 0.23.3 does, measured character by character: the same ids for the same file.
    #[default]
    Hf,
    /// Current Unicode throughout (the version of the `regex-syntax` crate: 16.0).
    Unicode,
}

/// A set of character classes, as bits; [`Classes::get`] answers with the classes of one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Class(u16);

impl Class {
    /// `\p{L}` of regular expressions and of the byte-level splitter.
    pub const LETTER: Class = Class(1);
    /// `\p{N}` of regular expressions and of the byte-level splitter.
    pub const NUMBER: Class = Class(1 << 1);
    /// `\s` of regular expressions and of the byte-level splitter.
    pub const REGEX_WHITESPACE: Class = Class(1 << 2);
    /// What the `Digits` splitter cuts out.
    pub const NUMERIC: Class = Class(1 << 3);
    /// What `Strip` strips and the whitespace splitters drop.
    pub const WHITESPACE: Class = Class(1 << 4);
    /// What the punctuation splitters cut out.
    pub const PUNCTUATION: Class = Class(1 << 5);
    /// `\w` of the `Whitespace` splitter and of single-word added tokens.
    pub const WORD: Class = Class(1 << 6);
    /// What BERT's `clean_text` drops.
    pub const BERT_CLEAN_REMOVED: Class = Class(1 << 7);
    /// What `StripAccents` drops.
    pub const STRIP_ACCENTS_REMOVED: Class = Class(1 << 8);
    /// What BERT's `strip_accents` drops (after decomposition).
    pub const BERT_STRIP_ACCENTS_REMOVED: Class = Class(1 << 9);

    /// Both sets together.
    #[must_use]
    pub const fn or(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }

    /// Whether the two sets share a class.
    #[inline]
    pub const fn meets(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }
}

/// The classes of every character, in one mode.
#[derive(Debug)]
pub struct Classes {
    table: TwoStage<u16>,
    runs: Cow<'static, [(u32, u16)]>,
}

impl Classes {
    /// The table of a mode; built when it is first asked for.
    pub fn of(unicode: Unicode) -> &'static Classes {
        static HF: LazyLock<Classes> = LazyLock::new(|| Classes::new(hf_tables::CLASS_RUNS.into()));
        static CURRENT: LazyLock<Classes> = LazyLock::new(|| Classes::new(unicode_tables::class_runs().into()));
        match unicode {
            Unicode::Hf => &HF,
            Unicode::Unicode => &CURRENT,
        }
    }

    fn new(runs: Cow<'static, [(u32, u16)]>) -> Self {
        Classes { table: TwoStage::new(&runs), runs }
    }

    /// All classes of a character.
    #[inline]
    pub fn get(&self, c: char) -> Class {
        Class(self.table.get(c))
    }

    /// Whether a character is in (one of) the classes.
    #[inline]
    pub fn is(&self, c: char, class: Class) -> bool {
        self.get(c).meets(class)
    }

    /// The members of (one of) the classes, as inclusive ranges in ascending order.
    pub fn ranges(&self, class: Class) -> Vec<(char, char)> {
        let ends = self.runs.iter().skip(1).map(|run| run.0).chain([CODE_POINTS as u32]);
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut joins = None;
        for (&(start, bits), end) in self.runs.iter().zip(ends) {
            // Runs with members hold no surrogates.
            let bounds = (Class(bits).meets(class), char::from_u32(start), char::from_u32(end - 1));
            let (true, Some(first), Some(last)) = bounds else { continue };
            match ranges.last_mut() {
                Some(range) if joins == Some(start) => range.1 = last,
                _ => ranges.push((first, last)),
            }
            joins = Some(end);
        }
        ranges
    }
}

/// The Script property of every character as a number; [`Scripts::ANY`] is none.
#[derive(Debug)]
pub struct Scripts {
    table: TwoStage<u8>,
}

impl Scripts {
    /// No script: unassigned code points and the space.
    pub const ANY: u8 = 0;

    /// The table of a mode, with the changes the `UnicodeScripts` splitter makes: Hiragana, Katakana and U+30FC are
    /// Han, the space has no script. Built when it is first asked for.
    pub fn of(unicode: Unicode) -> &'static Scripts {
        static HF: LazyLock<Scripts> = LazyLock::new(|| Scripts { table: TwoStage::new(hf_tables::SCRIPT_RUNS) });
        static CURRENT: LazyLock<Scripts> =
            LazyLock::new(|| Scripts { table: TwoStage::new(&unicode_tables::script_runs()) });
        match unicode {
            Unicode::Hf => &HF,
            Unicode::Unicode => &CURRENT,
        }
    }

    /// The script of a character. The numbers of the two modes have nothing to do with each other.
    #[inline]
    pub fn get(&self, c: char) -> u8 {
        self.table.get(c)
    }
}

/// A value per code point: equal blocks of 128 are stored once.
#[derive(Debug)]
pub(super) struct TwoStage<T> {
    blocks_of: Vec<u16>,
    blocks: Vec<[T; BLOCK]>,
}

const BLOCK: usize = 128;
const CODE_POINTS: usize = 0x11_0000;

impl<T: Copy + Default + Eq + Hash> TwoStage<T> {
    /// From runs: the first code point of each (ascending, beginning with 0) and its value.
    pub(super) fn new(runs: &[(u32, T)]) -> Self {
        let mut runs = runs.iter().peekable();
        let mut value = T::default();
        let mut blocks: Vec<[T; BLOCK]> = Vec::new();
        let mut numbers = HashMap::with_hasher(FxBuildHasher);
        let mut blocks_of = Vec::with_capacity(CODE_POINTS / BLOCK);
        for start in (0..CODE_POINTS).step_by(BLOCK) {
            let mut block = [T::default(); BLOCK];
            for (at, cell) in block.iter_mut().enumerate() {
                while let Some(run) = runs.next_if(|run| run.0 as usize <= start + at) {
                    value = run.1;
                }
                *cell = value;
            }
            let number = *numbers.entry(block).or_insert_with(|| {
                blocks.push(block);
                blocks.len() - 1
            });
            blocks_of.push(number as u16);
        }
        TwoStage { blocks_of, blocks }
    }

    #[inline]
    fn get(&self, c: char) -> T {
        self.get_code(c as usize)
    }

    /// The value of a code point below 0x110000.
    #[inline]
    pub(super) fn get_code(&self, code: usize) -> T {
        self.blocks[self.blocks_of[code / BLOCK] as usize][code % BLOCK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_gives_back_the_runs() {
        let hf = Classes::of(Unicode::Hf);
        let mut runs = hf_tables::CLASS_RUNS.iter().peekable();
        let mut want = 0;
        for code in 0..CODE_POINTS as u32 {
            while let Some(run) = runs.next_if(|run| run.0 <= code) {
                want = run.1;
            }
            if let Some(c) = char::from_u32(code) {
                assert_eq!(hf.get(c), Class(want), "U+{code:04X}");
            }
        }
    }

    #[test]
    fn known_characters_have_known_classes() {
        for unicode in [Unicode::Hf, Unicode::Unicode] {
            let classes = Classes::of(unicode);
            let cases = [
                ('a', Class::LETTER.or(Class::WORD)),
                ('ş', Class::LETTER.or(Class::WORD)),
                ('漢', Class::LETTER.or(Class::WORD)),
                ('7', Class::NUMBER.or(Class::NUMERIC).or(Class::WORD)),
                ('½', Class::NUMBER.or(Class::NUMERIC)),
                (' ', Class::REGEX_WHITESPACE.or(Class::WHITESPACE)),
                ('+', Class::PUNCTUATION),
                ('¿', Class::PUNCTUATION),
                ('€', Class(0)),
                ('\u{fffd}', Class::BERT_CLEAN_REMOVED),
                ('\u{301}', Class::WORD.or(Class::STRIP_ACCENTS_REMOVED).or(Class::BERT_STRIP_ACCENTS_REMOVED)),
            ];
            for (c, want) in cases {
                assert_eq!(classes.get(c), want, "{c:?} {unicode:?}");
            }
        }
    }

    #[test]
    fn ranges_hold_exactly_the_members() {
        let classes = Classes::of(Unicode::Hf);
        let ranges = classes.ranges(Class::LETTER);
        let members: usize = ranges.iter().map(|&(first, last)| (first..=last).count()).sum();
        assert_eq!(members, ('\0'..=char::MAX).filter(|&c| classes.is(c, Class::LETTER)).count());
        assert!(ranges.iter().all(|&(first, last)| (first..=last).all(|c| classes.is(c, Class::LETTER))));
        assert!(
            ranges.windows(2).all(|pair| (pair[0].1 as u32) + 1 < pair[1].0 as u32),
            "ranges that touch are joined"
        );
    }

    #[test]
    fn scripts_follow_the_splitter() {
        for unicode in [Unicode::Hf, Unicode::Unicode] {
            let scripts = Scripts::of(unicode);
            assert_eq!(scripts.get('a'), scripts.get('ş'));
            assert_eq!(scripts.get('日'), scripts.get('ひ'));
            assert_eq!(scripts.get('日'), scripts.get('ー'));
            assert_ne!(scripts.get('a'), scripts.get('1'));
            assert_ne!(scripts.get('1'), scripts.get('\u{301}'));
            assert_eq!(scripts.get(' '), Scripts::ANY);
            assert_eq!(scripts.get('\u{378}'), Scripts::ANY);
        }
    }

    #[test]
    fn every_assigned_character_has_a_script_in_current_unicode() {
        let assigned = unicode_tables::members(r"[\P{Cn}&&[^\p{Co}\p{Cs}\x20]]");
        let scripts = Scripts::of(Unicode::Unicode);
        for (first, last) in assigned {
            for c in first..=last {
                assert_ne!(scripts.get(c), Scripts::ANY, "{c:?}");
            }
        }
    }
}
