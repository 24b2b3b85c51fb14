//! WordLevel.

use std::sync::Arc;

use super::Token;
use crate::error::Result;
use crate::vocab::Vocab;

/// WordLevel.
#[derive(Debug, Clone)]
pub struct WordLevel {
    vocab: Arc<Vocab>,
    unk_token: String,
}

impl WordLevel {
    /// From its parts. (Stand-in.)
    pub fn new(vocab: Vocab, unk_token: String) -> Self {
        WordLevel { vocab: Arc::new(vocab), unk_token }
    }

    /// The token for what has none.
    pub fn unk_token(&self) -> &str {
        &self.unk_token
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
