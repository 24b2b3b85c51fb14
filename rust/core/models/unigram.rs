//! Unigram.

use std::sync::Arc;

use super::Token;
use crate::error::Result;
use crate::vocab::Vocab;

/// Unigram.
#[derive(Debug, Clone)]
pub struct Unigram {
    vocab: Arc<Vocab>,
    pieces: Vec<(String, f64)>,
    unk_id: Option<u32>,
    byte_fallback: bool,
}

impl Unigram {
    /// From pieces and their scores, by id. (Stand-in.)
    pub fn new(
        pieces: Vec<(String, f64)>,
        unk_id: Option<u32>,
        byte_fallback: bool,
        limits: &crate::Limits,
    ) -> Result<Self> {
        let mut seen = std::collections::HashSet::new();
        let first = pieces.iter().enumerate().filter(|(_, (piece, _))| seen.insert(piece.clone()));
        let vocab = Vocab::new(first.map(|(id, (piece, _))| (piece.clone(), id as u32)), limits)?;
        Ok(Unigram { vocab: Arc::new(vocab), pieces, unk_id, byte_fallback })
    }

    /// Pieces and their scores, by id.
    pub fn pieces(&self) -> &[(String, f64)] {
        &self.pieces
    }

    /// The id of the unknown piece.
    pub fn unk_id(&self) -> Option<u32> {
        self.unk_id
    }

    /// Whether unknown pieces become `<0xHH>` tokens.
    pub fn byte_fallback(&self) -> bool {
        self.byte_fallback
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
