//! The result of encoding one input: ids, and everything that can be asked about them.
//!
//! Ids, offsets and words are stored per token. What is constant over long stretches (type id, masks) is kept as runs,
//! and token strings are looked up when asked for, so that an encoding costs 16 bytes a token.

mod lookup;
mod merge;
mod pad;
mod parts;
mod truncate;

use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text::Span;
use crate::vocab::Vocab;

pub use pad::{Padding, PaddingStrategy, pad_encodings};
pub use parts::Parts;
pub use truncate::{Strategy, Truncation, truncate_encodings};

/// No word: special tokens and padding.
pub const NO_WORD: u32 = u32::MAX;

/// Token strings by id, as they were when the encoding was made.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The model's own.
    pub model: Arc<Vocab>,
    /// Added tokens, by ascending id; they come first.
    pub added: Vec<(u32, Box<str>)>,
}

impl Names {
    /// The string of an id.
    pub fn token(&self, id: u32) -> Option<&str> {
        match self.added.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(at) => self.added.get(at).map(|(_, token)| &**token),
            Err(_) => self.model.token(id),
        }
    }
}

/// Which end of an encoding is cut or padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// At the start.
    Left,
    /// At the end.
    #[default]
    Right,
}

/// Ids with their offsets, words and masks.
///
/// Made by pushing tokens (the tokenizer), by joining and cutting others (post-processors, truncation, padding), or from
/// plain lists ([`Encoding::from_parts`]).
#[derive(Debug, Clone, Default)]
pub struct Encoding {
    ids: Vec<u32>,
    /// Per token, its span of the input (bytes, or code points if the caller asked for them).
    offsets: Vec<Span>,
    /// Per token, the number of its word, or [`NO_WORD`].
    words: Vec<u32>,
    /// Runs of equal attributes that cover all tokens.
    runs: Vec<Run>,
    /// Strings of the tokens that are not the vocabulary's, by ascending position.
    own: Vec<Own>,
    names: Arc<Names>,
    /// Which tokens belong to which input, by ascending number of the input. Empty means: all to input 0.
    sequences: Vec<Sequence>,
    /// What truncation cut off, in windows.
    overflowing: Vec<Encoding>,
}

/// Tokens with equal attributes, up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// One past the last token; the run starts where the one before ends.
    end: u32,
    attributes: Attributes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Attributes {
    type_id: u32,
    /// Added by the post-processor or by padding.
    special: bool,
    /// Attended to; false for padding.
    attention: bool,
}

impl Attributes {
    fn text(type_id: u32) -> Self {
        Attributes { type_id, special: false, attention: true }
    }
}

/// The string of the tokens `start..end`, which is not what the vocabulary says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Own {
    start: u32,
    end: u32,
    token: Box<str>,
}

/// The tokens `start..end` came from the input `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sequence {
    id: usize,
    start: u32,
    end: u32,
}

/// Positions inside an encoding are 32 bits wide.
const MOST_TOKENS: usize = u32::MAX as usize;

/// How deep windows of windows may be nested. Truncating and joining by hand can nest them; a tokenizer needs three.
const MOST_NESTING: usize = 64;

impl Encoding {
    /// No token yet; strings of ids will be looked up in `names`.
    pub fn new(names: Arc<Names>) -> Self {
        Encoding { names, ..Encoding::default() }
    }

    /// As [`Encoding::new`], with room for so many tokens.
    pub fn with_capacity(names: Arc<Names>, tokens: usize) -> Self {
        Encoding {
            ids: Vec::with_capacity(tokens),
            offsets: Vec::with_capacity(tokens),
            words: Vec::with_capacity(tokens),
            ..Encoding::new(names)
        }
    }

    /// Ids alone, for callers who only want those: empty token strings, empty offsets, no words.
    pub fn from_ids(names: Arc<Names>, ids: Vec<u32>, type_id: u32) -> Result<Self> {
        let len = fits(ids.len())?;
        let mut encoding = Encoding::new(names);
        encoding.offsets = vec![Span::default(); ids.len()];
        encoding.words = vec![NO_WORD; ids.len()];
        encoding.ids = ids;
        encoding.push_run(len, Attributes::text(type_id));
        encoding.push_own_run(0, len, "");
        Ok(encoding)
    }

    /// Special tokens of a post-processor: offsets (0, 0), no word, special mask 1. Tokens without a string get the
    /// vocabulary's.
    pub(crate) fn special(names: Arc<Names>, tokens: &[(u32, &str)], type_id: u32) -> Self {
        let mut encoding = Encoding::with_capacity(names, tokens.len());
        for (id, token) in tokens {
            let at = encoding.ids.len() as u32;
            if encoding.names.token(*id) != Some(*token) {
                encoding.push_own_run(at, at + 1, token);
            }
            encoding.ids.push(*id);
            encoding.offsets.push(Span::default());
            encoding.words.push(NO_WORD);
        }
        encoding.push_run(tokens.len() as u32, Attributes { special: true, ..Attributes::text(type_id) });
        encoding
    }

    /// Appends a token of the text. An input is at most [`Limits::text_bytes`] long and no token is shorter than a
    /// byte, so that positions fit 32 bits.
    #[inline]
    pub fn push(&mut self, id: u32, span: Span, word: u32, type_id: u32) {
        self.ids.push(id);
        self.offsets.push(span);
        self.words.push(word);
        let end = self.ids.len() as u32;
        match self.runs.last_mut() {
            Some(run) if run.attributes == Attributes::text(type_id) => run.end = end,
            _ => self.runs.push(Run { end, attributes: Attributes::text(type_id) }),
        }
    }

    /// As [`Encoding::push`], for a token whose string is not the vocabulary's.
    pub fn push_own(&mut self, id: u32, span: Span, word: u32, type_id: u32, token: &str) {
        let at = self.ids.len() as u32;
        self.push(id, span, word, type_id);
        if self.names.token(id) != Some(token) {
            self.push_own_run(at, at + 1, token);
        }
    }

    /// Extends the last run up to `end`, or begins a new one; nothing if that adds no token.
    fn push_run(&mut self, end: u32, attributes: Attributes) {
        match self.runs.last_mut() {
            Some(run) if run.end >= end => {}
            Some(run) if run.attributes == attributes => run.end = end,
            None if end == 0 => {}
            _ => self.runs.push(Run { end, attributes }),
        }
    }

    fn push_own_run(&mut self, start: u32, end: u32, token: &str) {
        match self.own.last_mut() {
            _ if start >= end => {}
            Some(own) if own.end == start && &*own.token == token => own.end = end,
            _ => self.own.push(Own { start, end, token: token.into() }),
        }
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The ids.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The ids, without the rest.
    pub fn into_ids(self) -> Vec<u32> {
        self.ids
    }

    /// Per token, its span of the input, in the unit the caller asked for; special tokens and padding have 0..0.
    pub fn offsets(&self) -> &[Span] {
        &self.offsets
    }

    /// The spans, to change their unit or to trim them.
    pub fn offsets_mut(&mut self) -> &mut [Span] {
        &mut self.offsets
    }

    /// Per token, the number of its word, or [`NO_WORD`].
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// Per token, the number of its word.
    pub fn word_ids(&self) -> impl ExactSizeIterator<Item = Option<u32>> {
        self.words.iter().map(|&word| (word != NO_WORD).then_some(word))
    }

    /// Per token, the type id (segment).
    pub fn type_ids(&self) -> Vec<u32> {
        self.per_token(|attributes| attributes.type_id)
    }

    /// Per token, 1 if it is attended to, 0 if it is padding.
    pub fn attention_mask(&self) -> Vec<u32> {
        self.per_token(|attributes| u32::from(attributes.attention))
    }

    /// Per token, 1 if a post-processor or padding added it.
    pub fn special_tokens_mask(&self) -> Vec<u32> {
        self.per_token(|attributes| u32::from(attributes.special))
    }

    fn per_token(&self, of: impl Fn(&Attributes) -> u32) -> Vec<u32> {
        let mut values = Vec::with_capacity(self.len());
        for run in &self.runs {
            values.resize(run.end as usize, of(&run.attributes));
        }
        values
    }

    /// Per token, its string. An id that no vocabulary knows has the empty string.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        let mut own = self.own.iter().peekable();
        self.ids.iter().zip(0u32..).map(move |(&id, at)| {
            while own.next_if(|own| own.end <= at).is_some() {}
            match own.peek() {
                Some(own) if own.start <= at => &own.token,
                _ => self.names.token(id).unwrap_or_default(),
            }
        })
    }

    /// The string of the token at a position.
    pub fn token(&self, at: usize) -> Option<&str> {
        let id = *self.ids.get(at)?;
        let own = self.own.partition_point(|own| own.end as usize <= at);
        match self.own.get(own) {
            Some(own) if own.start as usize <= at => Some(&own.token),
            _ => Some(self.names.token(id).unwrap_or_default()),
        }
    }

    /// The strings of ids that this encoding looks up.
    pub fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// What truncation cut off, in windows.
    pub fn overflowing(&self) -> &[Encoding] {
        &self.overflowing
    }

    /// The windows, to change them.
    pub fn overflowing_mut(&mut self) -> &mut [Encoding] {
        &mut self.overflowing
    }

    /// Takes the windows out.
    pub fn take_overflowing(&mut self) -> Vec<Encoding> {
        std::mem::take(&mut self.overflowing)
    }

    /// Puts other windows in the place of those there are.
    pub(crate) fn set_overflowing(&mut self, windows: Vec<Encoding>) {
        self.overflowing = windows;
    }

    /// Gives every token this type id; the windows keep theirs.
    pub fn set_type_id(&mut self, type_id: u32) {
        let runs = std::mem::take(&mut self.runs);
        for run in runs {
            self.push_run(run.end, Attributes { type_id, ..run.attributes });
        }
    }

    /// Says that all tokens come from the input `id`, besides what was said before; the windows keep theirs.
    pub fn set_sequence_id(&mut self, id: usize) {
        let end = self.ids.len() as u32;
        self.insert_sequence(Sequence { id, start: 0, end });
    }

    fn insert_sequence(&mut self, sequence: Sequence) {
        match self.sequences.binary_search_by_key(&sequence.id, |sequence| sequence.id) {
            Ok(at) => {
                if let Some(old) = self.sequences.get_mut(at) {
                    *old = sequence;
                }
            }
            Err(at) => self.sequences.insert(at, sequence),
        }
    }

    /// Says that the tokens `range` come from the input `id`, and no others from any.
    pub(crate) fn set_only_sequence(&mut self, id: usize, range: Range<usize>) {
        self.sequences.clear();
        self.sequences.push(Sequence { id, start: range.start as u32, end: range.end as u32 });
    }

    /// Clears the masks: nothing special, everything attended to.
    pub(crate) fn reset_masks(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        for run in runs {
            self.push_run(run.end, Attributes::text(run.attributes.type_id));
        }
    }

    /// Tokens of this encoding and of all its windows.
    pub(crate) fn tokens_with_windows(&self) -> usize {
        self.overflowing.iter().fold(self.len(), |sum, window| sum.saturating_add(window.tokens_with_windows()))
    }

    /// Depth of windows of windows: 0 without any.
    fn nesting(&self) -> usize {
        self.overflowing.iter().map(|window| window.nesting() + 1).max().unwrap_or(0)
    }
}

/// The number of tokens, if positions can count it.
fn fits(tokens: usize) -> Result<u32> {
    if tokens > MOST_TOKENS {
        return Err(Error::argument(format!("an encoding holds at most {MOST_TOKENS} tokens, not {tokens}")));
    }
    Ok(tokens as u32)
}

/// Refuses windows nested so deep that walking them could exhaust the stack.
fn nests(depth: usize) -> Result<()> {
    if depth > MOST_NESTING {
        return Err(Error::argument(format!("overflowing windows are nested more than {MOST_NESTING} deep")));
    }
    Ok(())
}

/// Counts what windows and copies will cost before they are made: a short stride or two long inputs multiply them.
pub(crate) struct Budget {
    used: u64,
    most: u64,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Budget { used: 0, most: Limits::default().overflow_tokens }
    }

    /// One more window or copy of so many tokens. What is not per token costs about as much as 16 of them.
    pub(crate) fn add(&mut self, tokens: usize) -> Result<()> {
        self.used = self.used.saturating_add(tokens as u64 + 16);
        if self.used > self.most {
            return Err(Error::limit("overflow_tokens", self.used, self.most));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Arc<Names> {
        let model = Vocab::new([("a", 0), ("b", 1), ("<s>", 2)], &Limits::default()).unwrap();
        Arc::new(Names { model: Arc::new(model), added: vec![(2, "<|s|>".into()), (9, "[M]".into())] })
    }

    fn strings(encoding: &Encoding) -> Vec<&str> {
        let all: Vec<&str> = encoding.tokens().collect();
        let one_by_one: Vec<&str> = (0..encoding.len()).map(|at| encoding.token(at).unwrap()).collect();
        assert_eq!(all, one_by_one);
        assert_eq!(encoding.token(encoding.len()), None);
        all
    }

    #[test]
    fn tokens_are_looked_up_or_kept() {
        let mut encoding = Encoding::new(names());
        encoding.push(0, Span::new(0, 1), 0, 0);
        encoding.push_own(1, Span::new(1, 3), 0, 0, "bb");
        encoding.push_own(1, Span::new(3, 4), 0, 0, "b");
        encoding.push(2, Span::new(4, 5), 1, 1);
        encoding.push(9, Span::new(5, 6), 2, 1);
        encoding.push(77, Span::new(6, 7), NO_WORD, 1);
        assert_eq!(strings(&encoding), ["a", "bb", "b", "<|s|>", "[M]", ""]);
        assert_eq!((encoding.own.len(), encoding.runs.len()), (1, 2), "only what differs is stored");
        assert_eq!(encoding.type_ids(), [0, 0, 0, 1, 1, 1]);
        assert_eq!(encoding.word_ids().collect::<Vec<_>>(), [Some(0), Some(0), Some(0), Some(1), Some(2), None]);
        assert_eq!((encoding.special_tokens_mask(), encoding.attention_mask()), (vec![0; 6], vec![1; 6]));
        encoding.set_type_id(3);
        assert_eq!((encoding.type_ids(), encoding.runs.len()), (vec![3; 6], 1));
    }

    #[test]
    fn ids_alone_have_no_strings() {
        let encoding = Encoding::from_ids(names(), vec![0, 1, 2], 1).unwrap();
        assert_eq!(strings(&encoding), ["", "", ""]);
        assert_eq!((encoding.own.len(), encoding.type_ids()), (1, vec![1; 3]));
        assert_eq!(strings(&Encoding::from_ids(names(), vec![], 0).unwrap()), [""; 0]);
    }
}
