//! Decoding: from ids to text.

use super::Tokenizer;
use crate::decode::Decoder;
use crate::decode::byte_level::append_bytes;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::morph::hybrid::Hybrid;
use crate::morph::speech::Speech;

/// Ids between two looks at whether to go on.
const BATCH: usize = 1 << 14;

/// What to do with ids that no token has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownIds {
    /// Fail.
    #[default]
    Fail,
    /// Leave them out, as Hugging Face does.
    Skip,
}

/// How to decode.
#[derive(Debug, Clone, Copy, Default)]
pub struct DecodeOptions {
    /// Leave special tokens out.
    pub skip_special_tokens: bool,
    /// What to do with ids that no token has.
    pub unknown: UnknownIds,
    /// The ids go on where others ended: a first word has a space in front of it, as any other.
    pub continuation: bool,
}

/// The bytes that each id decodes to, for decoders that work byte by byte.
#[derive(Debug)]
pub(crate) struct ByteTable {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// Ids that are special, ascending.
    special: Vec<u32>,
}

impl Tokenizer {
    /// The text of some ids.
    ///
    /// Errors: class `Argument` for an id that no token has, unless `options.unknown` says to skip it, and for a
    /// continuation, unless the tokenizer is a hybrid one or decodes byte by byte.
    pub fn decode(&self, ids: &[u32], options: DecodeOptions) -> Result<String> {
        if matches!(self.parts.decoder, Some(Decoder::ByteLevel(_))) || self.hybrid().is_some() {
            let bytes = self.decode_bytes(ids, options)?;
            return Ok(
                String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
            );
        }
        if options.continuation {
            return Err(Error::argument("only hybrid and byte-level tokenizers decode a continuation by itself"));
        }
        let mut tokens = Vec::with_capacity(ids.len());
        for ids in ids.chunks(BATCH) {
            interrupt::check()?;
            for &id in ids {
                match self.decoded_token(id) {
                    Some(token) if options.skip_special_tokens && self.parts.added.is_special(token) => {}
                    Some(token) => tokens.push(token.to_owned()),
                    None => unknown(id, options)?,
                }
            }
        }
        match &self.parts.decoder {
            Some(decoder) => Ok(decoder.decode_chain(tokens)?.concat()),
            None => Ok(tokens.join(" ")),
        }
    }

    /// The bytes of some ids: exact for byte-level models even where they are not UTF-8, else those of
    /// [`Tokenizer::decode`].
    pub fn decode_bytes(&self, ids: &[u32], options: DecodeOptions) -> Result<Vec<u8>> {
        if let Some(hybrid) = self.hybrid() {
            return self.decode_hybrid(hybrid, ids, options);
        }
        if !matches!(self.parts.decoder, Some(Decoder::ByteLevel(_))) {
            return self.decode(ids, options).map(String::into_bytes);
        }
        let table = self.decoded.get_or_init(|| self.byte_table());
        let mut bytes = Vec::with_capacity(ids.len() * 4);
        for ids in ids.chunks(BATCH) {
            interrupt::check()?;
            for &id in ids {
                if options.skip_special_tokens && table.special.binary_search(&id).is_ok() {
                    continue;
                }
                match table.get(id) {
                    // Every token has at least one byte; nothing is a hole.
                    Some([]) | None => unknown(id, options)?,
                    Some(token) => bytes.extend_from_slice(token),
                }
            }
        }
        Ok(bytes)
    }

    /// The bytes that morphemes and pieces say; special tokens are silent, or what they are called.
    fn decode_hybrid(&self, hybrid: &Hybrid, ids: &[u32], options: DecodeOptions) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(ids.len() * 4);
        self.pool.with(|scratch| {
            let mut speech = Speech::new(!options.continuation);
            let (mut rest, mut unchecked) = (ids, 0);
            while !rest.is_empty() {
                let word;
                (word, rest) = rest.split_at(hybrid.word_len(rest));
                unchecked += word.len();
                if unchecked >= BATCH {
                    unchecked = 0;
                    interrupt::check()?;
                }
                let plain = speech.is_silent();
                if plain && let Some(said) = scratch.spoken.get(word) {
                    bytes.extend_from_slice(said);
                    continue;
                }
                let from = bytes.len();
                for &id in word {
                    self.hear(hybrid, id, options, &mut speech, &mut bytes)?;
                }
                // A new word follows, or nothing.
                speech.end(hybrid, &mut bytes);
                let known = |&id: &u32| self.parts.added.token(id).is_none() && hybrid.vocab().token(id).is_some();
                if plain && speech.is_silent() && word.iter().all(known) {
                    scratch.spoken.insert(word, bytes.get(from..).unwrap_or_default());
                }
            }
            Ok(bytes)
        })
    }

    /// Appends what one more id settles.
    pub(super) fn hear(
        &self,
        hybrid: &Hybrid,
        id: u32,
        options: DecodeOptions,
        speech: &mut Speech,
        bytes: &mut Vec<u8>,
    ) -> Result<()> {
        if let Some(added) = self.parts.added.token(id) {
            if !added.special {
                speech.insert(hybrid, &added.content, bytes);
            } else if !options.skip_special_tokens {
                speech.interrupt(hybrid, &added.content, bytes);
            }
        } else if hybrid.vocab().token(id).is_some() {
            speech.hear(hybrid, id, bytes);
        } else {
            unknown(id, options)?;
        }
        Ok(())
    }

    /// The string that decoding starts from: an added token's normalized form, since the decoder undoes that.
    fn decoded_token(&self, id: u32) -> Option<&str> {
        self.parts.added.decoded(id).or_else(|| self.parts.model.vocab().token(id))
    }

    fn byte_table(&self) -> ByteTable {
        let highest = self.parts.added.iter().map(|(id, _)| id as usize + 1).max().unwrap_or(0);
        let slots = self.parts.model.vocab().slots().max(highest);
        let mut table = ByteTable { bytes: Vec::new(), ends: Vec::with_capacity(slots), special: Vec::new() };
        for id in 0..slots as u32 {
            let token = self.decoded_token(id).unwrap_or_default();
            if !token.is_empty() && self.parts.added.is_special(token) {
                table.special.push(id);
            }
            append_bytes(token, &mut table.bytes);
            table.ends.push(table.bytes.len() as u32);
        }
        table
    }
}

impl ByteTable {
    fn get(&self, id: u32) -> Option<&[u8]> {
        let end = *self.ends.get(id as usize)?;
        let start = (id as usize).checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start as usize..end as usize)
    }
}

fn unknown(id: u32, options: DecodeOptions) -> Result<()> {
    match options.unknown {
        UnknownIds::Skip => Ok(()),
        UnknownIds::Fail => Err(Error::argument(format!("no token has the id {id}"))),
    }
}
