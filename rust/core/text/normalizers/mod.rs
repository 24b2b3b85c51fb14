//! Normalizers: what is done to a text before it is cut. One file a kind where a kind is more than a line.
//!
//! A normalizer that finds nothing to do leaves the text alone, so that the usual text is never copied. Each runs in
//! linear time.

mod bert;
mod characters;
mod form;
mod precompiled;

pub use bert::Bert;
pub use form::Form;
pub use precompiled::Precompiled;

use super::classes::{Class, Classes};
use super::pattern::Pattern;
use super::{Aligned, Unicode};
use crate::error::{Error, Result};
use crate::limits::Limits;

/// One normalizer, as `tokenizer.json` names them.
#[derive(Debug, Clone, PartialEq)]
pub enum Normalizer {
    /// BERT's cleaning.
    Bert(Bert),
    /// One of the four Unicode normalization forms.
    Form(Form),
    /// Every character's full lower case, without context.
    Lowercase,
    /// Drops combining marks (without decomposing first).
    StripAccents,
    /// Drops whitespace at the ends.
    Strip {
        /// At the start.
        left: bool,
        /// At the end.
        right: bool,
    },
    /// The control character clean-up of the NMT systems.
    Nmt,
    /// A sentencepiece character map.
    Precompiled(Precompiled),
    /// Puts a string in front of a text that is not empty.
    Prepend(String),
    /// Replaces every match of a pattern with a literal string.
    Replace {
        /// What to look for.
        pattern: Pattern,
        /// What to put there.
        content: String,
    },
    /// Every byte becomes its character of the byte alphabet.
    ByteLevel,
    /// One after the other.
    Sequence(Vec<Normalizer>),
}

impl Normalizer {
    /// Applies the normalizer to a piece of text.
    ///
    /// Fails with class `Limit` if the text grows beyond `limits.normalizer_expansion` or if a pattern gives up (see
    /// [`Pattern::find_all`]).
    pub fn apply(&self, text: &mut Aligned<'_>, unicode: Unicode, limits: &Limits) -> Result<()> {
        let room = Room::new(text.len(), limits);
        // Sequences may be nested as deep as a file likes, so they are kept on a stack of our own.
        let mut sequences = vec![std::slice::from_ref(self).iter()];
        while let Some(sequence) = sequences.last_mut() {
            match sequence.next() {
                None => drop(sequences.pop()),
                Some(Normalizer::Sequence(parts)) => sequences.push(parts.iter()),
                Some(normalizer) => {
                    normalizer.apply_one(text, unicode, &room)?;
                    room.check(text.len())?;
                }
            }
        }
        Ok(())
    }

    fn apply_one(&self, text: &mut Aligned<'_>, unicode: Unicode, room: &Room) -> Result<()> {
        match self {
            Normalizer::Bert(bert) => bert.apply(text, unicode),
            Normalizer::Form(form) => form.apply(text, unicode),
            Normalizer::Lowercase => characters::lowercase(text),
            Normalizer::StripAccents => {
                let classes = Classes::of(unicode);
                characters::filter(text, |c| !classes.is(c, Class::STRIP_ACCENTS_REMOVED))
            }
            Normalizer::Strip { left, right } => strip(text, *left, *right, unicode),
            Normalizer::Nmt => characters::nmt(text),
            Normalizer::Precompiled(map) => map.apply(text, room),
            Normalizer::Prepend(string) => prepend(text, string, room),
            Normalizer::Replace { pattern, content } => replace(text, pattern, content, room),
            Normalizer::ByteLevel => characters::byte_level(text),
            Normalizer::Sequence(_) => Ok(()),
        }
    }
}

/// How far a text may grow. Normalizers whose output is not bounded by a small multiple of their input check while
/// they write; the others are checked after each step.
#[derive(Debug, Clone, Copy)]
struct Room {
    input: usize,
    expansion: u64,
}

/// What a text may grow by whatever its size, so that the rule does not hit short texts.
const SLACK: u64 = 4 << 10;

impl Room {
    fn new(input: usize, limits: &Limits) -> Self {
        Room { input, expansion: limits.normalizer_expansion }
    }

    /// Whether the text may be `len` bytes long.
    fn check(&self, len: usize) -> Result<()> {
        let (len, input) = (len as u64, self.input as u64);
        if len <= self.expansion.saturating_mul(input).saturating_add(SLACK) {
            return Ok(());
        }
        Err(Error::limit("normalizer_expansion", len.div_ceil(input.max(1)), self.expansion))
    }
}

fn strip(text: &mut Aligned<'_>, left: bool, right: bool, unicode: Unicode) -> Result<()> {
    let classes = Classes::of(unicode);
    let is_space = |c| classes.is(c, Class::WHITESPACE);
    let old = text.as_str();
    let start = if left { old.len() - old.trim_start_matches(is_space).len() } else { 0 };
    let end = if right { old.trim_end_matches(is_space).len().max(start) } else { old.len() };
    if (start, end) == (0, old.len()) {
        return Ok(());
    }
    text.rewrite(|writer| {
        writer.copy(start..end);
        Ok(())
    })
}

/// The string takes the origin of the text's first character.
fn prepend(text: &mut Aligned<'_>, string: &str, room: &Room) -> Result<()> {
    if text.is_empty() || string.is_empty() {
        return Ok(());
    }
    room.check(text.len() + string.len())?;
    text.rewrite(|writer| {
        string.chars().for_each(|c| writer.push(c, 0));
        writer.copy(0..writer.old().len());
        Ok(())
    })
}

/// The content takes the origin of the last byte it replaces, or of the one before an empty match.
fn replace(text: &mut Aligned<'_>, pattern: &Pattern, content: &str, room: &Room) -> Result<()> {
    let mut matches = Vec::new();
    let mut written = text.len();
    pattern.find_all(text.as_str(), &mut |found| {
        written = written.saturating_sub(found.len()).saturating_add(content.len());
        matches.push(found.range());
    })?;
    if matches.is_empty() {
        return Ok(());
    }
    room.check(written)?;
    text.rewrite(|writer| {
        let mut copied = 0;
        for found in matches {
            writer.copy(copied..found.start);
            content.chars().for_each(|c| writer.push_inherited(c, found.end));
            copied = found.end;
        }
        writer.copy(copied..writer.old().len());
        Ok(())
    })
}
