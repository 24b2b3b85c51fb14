//! WordPiece.

use std::sync::Arc;

use super::Token;
use crate::error::Result;
use crate::vocab::Vocab;

/// WordPiece.
#[derive(Debug, Clone)]
pub struct WordPiece {
    vocab: Arc<Vocab>,
    unk_token: String,
    prefix: String,
    max_input_chars_per_word: usize,
}

impl WordPiece {
    /// From its parts. (Stand-in.)
    pub fn new(
        vocab: Vocab,
        unk_token: String,
        prefix: String,
        max_input_chars_per_word: usize,
        _: &crate::Limits,
    ) -> Result<Self> {
        Ok(WordPiece { vocab: Arc::new(vocab), unk_token, prefix, max_input_chars_per_word })
    }

    /// The token for what has none.
    pub fn unk_token(&self) -> &str {
        &self.unk_token
    }

    /// Stands before every piece that does not begin a word.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Longer words are unknown.
    pub fn max_input_chars_per_word(&self) -> usize {
        self.max_input_chars_per_word
    }

    /// The vocabulary.
    pub fn vocab(&self) -> &Arc<Vocab> {
        &self.vocab
    }

    /// Appends the tokens of one word.
    pub fn tokenize(&self, word: &str, tokens: &mut Vec<Token>) -> Result<()> {
        let _ = (word, tokens);
        Ok(())
    }
}
