//! The result of encoding one input: ids, and everything that can be asked about them.

use std::sync::Arc;

use crate::text::Span;
use crate::vocab::Vocab;

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

/// Ids with their offsets, words and masks. What is constant over long runs (type id, masks, sequence) is kept as runs;
/// token strings are looked up when asked for.
#[derive(Debug, Clone, Default)]
pub struct Encoding {
    pub(crate) ids: Vec<u32>,
    /// Per token, its span of the input (bytes, or code points if the caller asked for them).
    pub(crate) offsets: Vec<Span>,
    /// Per token, the number of its word, or [`NO_WORD`].
    pub(crate) words: Vec<u32>,
    /// Runs of equal attributes that cover all tokens.
    pub(crate) runs: Vec<Run>,
    /// Strings of the tokens that are not the vocabulary's, by ascending position.
    pub(crate) own: Vec<(u32, Box<str>)>,
    pub(crate) names: Arc<Names>,
    /// What truncation cut off, in windows.
    pub(crate) overflowing: Vec<Encoding>,
}

/// A run of tokens with equal attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Number of tokens.
    pub(crate) len: u32,
    pub(crate) type_id: u32,
    /// Which input the tokens come from; none for special tokens and padding.
    pub(crate) sequence: Option<u8>,
    /// Added by the post-processor or by padding.
    pub(crate) special: bool,
    /// Attended to; false for padding.
    pub(crate) attention: bool,
}

// ---- stand-ins until the encoding part is merged: only the data ----

/// The end of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Where it begins.
    Left,
    /// Where it ends.
    Right,
}

/// What is cut from a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TruncationStrategy {
    /// The longer one first.
    LongestFirst,
    /// Only the first.
    OnlyFirst,
    /// Only the second.
    OnlySecond,
}

/// How long encodings may get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truncation {
    /// The end that is cut.
    pub direction: Direction,
    /// Tokens, special ones included.
    pub max_length: usize,
    /// What is cut from a pair.
    pub strategy: TruncationStrategy,
    /// Tokens that neighbouring windows share.
    pub stride: usize,
}

/// The length that encodings are filled up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaddingStrategy {
    /// The longest of the batch.
    BatchLongest,
    /// So many tokens.
    Fixed(usize),
}

/// How short encodings are filled up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Padding {
    /// To which length.
    pub strategy: PaddingStrategy,
    /// The end that is filled.
    pub direction: Direction,
    /// Round the length up to a multiple of this.
    pub pad_to_multiple_of: Option<usize>,
    /// Id of the padding token.
    pub pad_id: u32,
    /// Its type id.
    pub pad_type_id: u32,
    /// Its string.
    pub pad_token: String,
}
