//! WordPiece.

use std::sync::Arc;

use super::Token;
use crate::error::Result;
use crate::vocab::Vocab;

/// WordPiece.
#[derive(Debug, Clone)]
pub struct WordPiece {
    vocab: Arc<Vocab>,
}

impl WordPiece {
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
