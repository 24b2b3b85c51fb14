//! What a hybrid model makes of words and of ids, remembered.

use std::ops::Range;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::scratch::OddWords;
use crate::error::Result;
use crate::interrupt;
use crate::models::Token;
use crate::morph::hybrid::Hybrid;
use crate::text::Span;

/// Longest word that is remembered, in bytes: longer ones hardly come again.
const LONG: usize = 64;
/// Tokens after which all words are forgotten, about 4 MB.
const MAX_TOKENS: usize = 1 << 18;
/// Words between two looks at whether to go on.
const CHECK: usize = 1024;
/// Bytes after which all words are forgotten.
const MAX_BYTES: usize = 4 << 20;

/// Tokens of words with their places, which their ids do not tell, so that a model is asked once.
#[derive(Debug, Default)]
pub(crate) struct KnownWords {
    /// Words anywhere, and words that a text begins with, which are read as if a space stood in front of them.
    words: [HashMap<Box<str>, Box<[Token]>, RandomState>; 2],
    tokens: usize,
}

impl KnownWords {
    /// Appends the tokens of a word; what is drawn by `alpha` is neither remembered nor looked up.
    fn append(
        &mut self,
        hybrid: &Hybrid,
        word: &str,
        first: bool,
        alpha: Option<f64>,
        tokens: &mut Vec<Token>,
    ) -> Result<()> {
        if alpha.is_some() {
            return hybrid.tokenize_as(word, first, alpha, tokens);
        }
        let [anywhere, at_first] = &mut self.words;
        let words = if first { at_first } else { anywhere };
        if let Some(known) = words.get(word) {
            tokens.extend_from_slice(known);
            return Ok(());
        }
        let from = tokens.len();
        hybrid.tokenize_as(word, first, None, tokens)?;
        if word.len() <= LONG {
            let made: Box<[Token]> = tokens.get(from..).unwrap_or_default().into();
            self.tokens += made.len();
            words.insert(word.into(), made);
            if self.tokens > MAX_TOKENS {
                *self = KnownWords::default();
            }
        }
        Ok(())
    }
}

/// What words of ids say, so that a model is asked once.
#[derive(Debug, Default)]
pub(crate) struct SpokenWords {
    words: HashMap<Box<[u32]>, Range<u32>, RandomState>,
    bytes: Vec<u8>,
}

impl SpokenWords {
    #[inline]
    pub(super) fn get(&self, ids: &[u32]) -> Option<&[u8]> {
        let range = self.words.get(ids)?;
        self.bytes.get(range.start as usize..range.end as usize)
    }

    pub(super) fn insert(&mut self, ids: &[u32], said: &[u8]) {
        if ids.len() > LONG / 4 || said.len() > LONG {
            return;
        }
        if self.bytes.len() + said.len() > MAX_BYTES {
            *self = SpokenWords::default();
        }
        let from = self.bytes.len() as u32;
        self.bytes.extend_from_slice(said);
        self.words.insert(ids.into(), from..from + said.len() as u32);
    }
}

/// Appends the ids of some words, and notes where they come from. `first` says that a text begins with them, `alpha` that
/// their analyses are drawn ([`super::EncodeOptions::sample`]).
#[allow(clippy::too_many_arguments, reason = "what encoding knows of a text, and its buffers")]
pub(super) fn append_morphemes(
    hybrid: &Hybrid,
    text: &str,
    words: &[Span],
    mut first: bool,
    alpha: Option<f64>,
    known: &mut KnownWords,
    odd: &mut OddWords,
    ids: &mut Vec<u32>,
) -> Result<()> {
    odd.clear();
    let OddWords { tokens, words: noted } = odd;
    for (nth, word) in words.iter().enumerate() {
        if nth % CHECK == 0 {
            interrupt::check()?;
        }
        let from = tokens.len();
        let string = text.get(word.range()).unwrap_or_default();
        known.append(hybrid, string, std::mem::take(&mut first), alpha, tokens)?;
        ids.extend(tokens.iter().skip(from).map(|token| token.id));
        noted.push((word.start, from..tokens.len()));
    }
    Ok(())
}
