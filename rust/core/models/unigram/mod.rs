//! Unigram: every piece has a score (the logarithm of its probability), and a word is cut so that the sum is highest.
//!
//! T. Kudo, "Subword regularization: improving neural network translation models with multiple subword candidates",
//! ACL 2018. The details are those of Hugging Face `tokenizers` 0.23.3: which of several best cuts is taken, what an
//! unknown character costs, and what becomes of unknown text.

mod viterbi;

use std::cell::RefCell;
use std::sync::Arc;

use super::Token;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text::Span;
use crate::vocab::Vocab;
use viterbi::{Lattice, Scratch};

/// An unknown character costs so much more than the worst piece (sentencepiece's `kUnkPenalty`).
const UNKNOWN_PENALTY: f64 = 10.0;

/// A unigram language model.
#[derive(Debug, Clone)]
pub struct Unigram {
    vocab: Arc<Vocab>,
    scores: Vec<f64>,
    unk_id: Option<u32>,
    lattice: Lattice,
    /// The ids of `<0x00>` to `<0xFF>`, as far as they exist; none of them without byte fallback.
    bytes: Option<Box<[Option<u32>; 256]>>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Unigram {
    /// From pieces with their scores; the position of a piece is its id. A piece that occurs again replaces the one
    /// before, whose id stays valid for decoding; the empty piece matches nothing. With `byte_fallback`, unknown text
    /// becomes `<0xHH>` pieces where the vocabulary has them all.
    ///
    /// A score that is not finite and an `unk_id` that is no piece are errors of class `Format`; too many or too long
    /// pieces are errors of class `Limit`.
    pub fn new(pieces: Vec<(String, f64)>, unk_id: Option<u32>, byte_fallback: bool, limits: &Limits) -> Result<Self> {
        if let Some(at) = pieces.iter().position(|(_, score)| !score.is_finite()) {
            return Err(Error::format("Unigram", format!("vocab[{at}]"), "the score is not a finite number"));
        }
        if let Some(id) = unk_id.filter(|&id| id as usize >= pieces.len()) {
            let message = format!("{id} is not the id of a piece: there are {}", pieces.len());
            return Err(Error::format("Unigram", "unk_id", message));
        }
        let (pieces, scores): (Vec<String>, Vec<f64>) = pieces.into_iter().unzip();
        let vocab = Vocab::from_list(&pieces, limits)?;
        let unknown_score = scores.iter().copied().fold(f64::INFINITY, f64::min) - UNKNOWN_PENALTY;
        let lattice = Lattice::new(&pieces, &scores, unknown_score)?;
        let bytes = byte_fallback.then(|| Box::new(std::array::from_fn(|byte| vocab.id(&format!("<0x{byte:02X}>")))));
        Ok(Unigram { vocab: Arc::new(vocab), scores, unk_id, lattice, bytes })
    }

    /// The vocabulary.
    pub fn vocab(&self) -> &Arc<Vocab> {
        &self.vocab
    }

    /// The pieces with their scores, by id.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, f64)> {
        (0..).zip(&self.scores).map(|(id, &score)| (self.vocab.token(id).unwrap_or_default(), score))
    }

    /// The scores, by id.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// The id of unknown text.
    pub fn unk_id(&self) -> Option<u32> {
        self.unk_id
    }

    /// Whether unknown text becomes `<0xHH>` pieces.
    pub fn byte_fallback(&self) -> bool {
        self.bytes.is_some()
    }

    /// Appends the tokens of one word. Neighbouring unknown characters form one token. A character that only the
    /// unknown token could stand for is an error of class `UnknownToken` if there is none (even with byte fallback, as
    /// in Hugging Face); its offset counts from the start of the word. Takes time linear in the length of the word
    /// plus the number of occurrences of pieces in it.
    pub fn tokenize(&self, word: &str, tokens: &mut Vec<Token>) -> Result<()> {
        SCRATCH.with_borrow_mut(|scratch| {
            self.lattice.best_path(word, self.unk_id, scratch)?;
            let mut edges = scratch.path.iter().rev().peekable();
            while let Some(edge) = edges.next() {
                let mut span = edge.span;
                if Some(edge.id) == self.unk_id {
                    while let Some(more) = edges.next_if(|next| Some(next.id) == self.unk_id) {
                        span.end = more.span.end;
                    }
                    self.push_unknown(word.get(span.range()).unwrap_or_default(), span, tokens);
                } else {
                    tokens.push(Token { id: edge.id, span, surface: false });
                }
            }
            scratch.trim();
            Ok(())
        })
    }

    /// Text for which the unknown token was chosen. Together it may be a piece all the same.
    fn push_unknown(&self, text: &str, span: Span, tokens: &mut Vec<Token>) {
        if let Some(id) = self.vocab.id(text) {
            return tokens.push(Token { id, span, surface: false });
        }
        if let Some(bytes) = &self.bytes {
            let before = tokens.len();
            let ids = text.bytes().map_while(|byte| bytes.get(usize::from(byte)).copied().flatten());
            tokens.extend(ids.map(|id| Token { id, span, surface: false }));
            if tokens.len() - before == text.len() {
                return;
            }
            tokens.truncate(before);
        }
        tokens.extend(self.unk_id.map(|id| Token { id, span, surface: true }));
    }
}

#[cfg(test)]
mod tests;
