//! Splitters (Hugging Face: pre-tokenizers): how a normalized text is cut into words.

use std::num::NonZeroUsize;

use super::pattern::Pattern;
use super::{Splits, Unicode};
use crate::error::Result;

/// One splitter, as `tokenizer.json` names them.
#[derive(Debug, Clone, PartialEq)]
pub enum Splitter {
    /// Whitespace removed, then punctuation isolated.
    Bert,
    /// GPT-2's pattern and byte alphabet.
    ByteLevel(ByteLevel),
    /// Cuts at one character and drops it.
    CharDelimiter(char),
    /// Cuts out numeric characters, one by one or in runs.
    Digits {
        /// One by one.
        individual: bool,
    },
    /// Chunks of so many characters.
    FixedLength(NonZeroUsize),
    /// sentencepiece's visible spaces.
    Metaspace(Metaspace),
    /// Cuts at punctuation.
    Punctuation(Behavior),
    /// Cuts at matches of a pattern.
    Split(Split),
    /// Cuts where the script changes.
    UnicodeScripts,
    /// Runs of word characters and runs of other visible characters.
    Whitespace,
    /// Cuts at whitespace and drops it.
    WhitespaceSplit,
    /// One after the other, each on every word of the one before.
    Sequence(Vec<Splitter>),
}

/// What becomes of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behavior {
    /// Dropped.
    Removed,
    /// A word of its own.
    Isolated,
    /// Ends the word before it.
    MergedWithPrevious,
    /// Begins the word after it.
    MergedWithNext,
    /// Neighbouring matches form one word.
    Contiguous,
}

/// Settings shared by the byte-level splitter and post-processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteLevel {
    /// Put a space in front of a word that has none.
    pub add_prefix_space: bool,
    /// Leave whitespace out of offsets (post-processor only).
    pub trim_offsets: bool,
    /// Cut by GPT-2's pattern.
    pub use_regex: bool,
}

/// Settings of the metaspace splitter and decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metaspace {
    /// What stands for a space.
    pub replacement: char,
    /// Whether one is put in front.
    pub prepend: Prepend,
    /// Whether words are cut at the replacement.
    pub split: bool,
}

/// Where [`Metaspace`] prepends its replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prepend {
    /// To every piece that does not begin with one.
    Always,
    /// Only at the start of the whole text.
    First,
    /// Nowhere.
    Never,
}

/// Settings of the pattern splitter.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// What to look for.
    pub pattern: Pattern,
    /// What becomes of a match.
    pub behavior: Behavior,
    /// Swap match and non-match.
    pub invert: bool,
}

impl Splitter {
    /// Cuts every word of `splits` further.
    pub fn apply(&self, splits: &mut Splits<'_>, unicode: Unicode) -> Result<()> {
        let _ = (splits, unicode);
        Ok(())
    }
}

impl ByteLevel {
    /// Cuts without mapping to the alphabet.
    pub fn cut(&self, splits: &mut Splits<'_>, unicode: Unicode) -> Result<()> {
        let _ = (splits, unicode);
        Ok(())
    }
}
