//! Splitters (Hugging Face: pre-tokenizers): how a normalized text is cut into words. One file a kind where a kind is
//! more than a line. Each runs in linear time.

mod behavior;
mod byte_level;
mod characters;
pub mod metaspace;

pub use behavior::Behavior;
pub use byte_level::ByteLevel;
pub use metaspace::{Metaspace, Prepend};

use std::num::NonZeroUsize;

use super::classes::{Class, Classes};
use super::pattern::Pattern;
use super::{Splits, Unicode};
use crate::error::Result;
use behavior::Cutter;

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
    /// Cuts every word of `splits` further. Fails with class `Limit` if a pattern gives up (see [`Pattern::find_all`]).
    pub fn apply(&self, splits: &mut Splits<'_>, unicode: Unicode) -> Result<()> {
        // Sequences may be nested as deep as a file likes, so they are kept on a stack of our own.
        let mut sequences = vec![std::slice::from_ref(self).iter()];
        while let Some(sequence) = sequences.last_mut() {
            match sequence.next() {
                None => drop(sequences.pop()),
                Some(Splitter::Sequence(parts)) => sequences.push(parts.iter()),
                Some(splitter) => splitter.apply_one(splits, unicode)?,
            }
        }
        Ok(())
    }

    fn apply_one(&self, splits: &mut Splits<'_>, unicode: Unicode) -> Result<()> {
        let classes = Classes::of(unicode);
        match self {
            Splitter::Bert => characters::bert(splits, classes),
            Splitter::ByteLevel(byte_level) => {
                byte_level.cut(splits, unicode)?;
                ByteLevel::to_alphabet(splits)
            }
            Splitter::CharDelimiter(delimiter) => characters::at(splits, Behavior::Removed, |c| c == *delimiter),
            Splitter::Digits { individual } => {
                let behavior = if *individual { Behavior::Isolated } else { Behavior::Contiguous };
                characters::at(splits, behavior, |c| classes.is(c, Class::NUMERIC))
            }
            Splitter::FixedLength(length) => characters::fixed_length(splits, *length),
            Splitter::Metaspace(metaspace) => metaspace.apply(splits),
            Splitter::Punctuation(behavior) => characters::at(splits, *behavior, |c| classes.is(c, Class::PUNCTUATION)),
            Splitter::Split(split) => split.apply(splits),
            Splitter::UnicodeScripts => characters::scripts(splits, unicode),
            Splitter::Whitespace => characters::words(splits, classes),
            Splitter::WhitespaceSplit => {
                characters::at(splits, Behavior::Removed, |c| classes.is(c, Class::WHITESPACE))
            }
            Splitter::Sequence(_) => Ok(()),
        }
    }
}

impl Split {
    fn apply(&self, splits: &mut Splits<'_>) -> Result<()> {
        splits.split(|word, keep| {
            let mut cutter = Cutter::new(self.behavior, self.invert, keep);
            self.pattern.find_all(word, &mut |found| cutter.found(found.range()))?;
            cutter.finish(word.len());
            Ok(())
        })
    }
}
