//! From characters to tokens to words and back.
//!
//! Positions are token numbers, characters are in the unit of the offsets, `sequence` is the number of the input (0 or
//! 1). As in Hugging Face `tokenizers`, an input that the encoding does not know stands for all tokens.

use std::ops::Range;

use super::{Encoding, NO_WORD, Sequence};
use crate::text::Span;

impl Encoding {
    /// How many inputs the tokens come from (1 if nobody said).
    pub fn n_sequences(&self) -> usize {
        self.sequences.len().max(1)
    }

    /// Per token, the number of its input; none for special tokens.
    pub fn sequence_ids(&self) -> Vec<Option<usize>> {
        let mut ids = vec![None; self.len()];
        for sequence in 0..self.n_sequences() {
            if let Some(tokens) = ids.get_mut(self.sequence_range(sequence)) {
                tokens.fill(Some(sequence));
            }
        }
        ids
    }

    /// The tokens of one input.
    pub fn sequence_range(&self, sequence: usize) -> Range<usize> {
        match self.sequences.binary_search_by_key(&sequence, |sequence| sequence.id) {
            Ok(at) => self.sequences.get(at).map_or(0..0, Sequence::range),
            Err(_) => 0..self.len(),
        }
    }

    /// The input of a token.
    pub fn token_to_sequence(&self, token: usize) -> Option<usize> {
        if self.sequences.is_empty() {
            // Hugging Face also answers for the position after the last token.
            return (token <= self.len()).then_some(0);
        }
        self.sequences.iter().find(|sequence| sequence.range().contains(&token)).map(|sequence| sequence.id)
    }

    /// The input and the span of a token.
    pub fn token_to_chars(&self, token: usize) -> Option<(usize, Span)> {
        Some((self.token_to_sequence(token)?, *self.offsets.get(token)?))
    }

    /// The input and the word of a token.
    pub fn token_to_word(&self, token: usize) -> Option<(usize, u32)> {
        let sequence = self.token_to_sequence(token)?;
        self.words.get(token).filter(|&&word| word != NO_WORD).map(|&word| (sequence, word))
    }

    /// The tokens of a word: from the first to one past the last.
    pub fn word_to_tokens(&self, word: u32, sequence: usize) -> Option<Range<usize>> {
        let range = self.sequence_range(sequence);
        let mut found: Option<Range<usize>> = None;
        for (&at_word, at) in self.words.get(range.clone())?.iter().zip(range.start..) {
            if at_word == NO_WORD {
                continue;
            }
            if at_word > word {
                break;
            }
            if at_word == word {
                found = Some(found.map_or(at, |found| found.start)..at + 1);
            }
        }
        found
    }

    /// The span of a word: from the start of its first token to the end of its last.
    pub fn word_to_chars(&self, word: u32, sequence: usize) -> Option<Span> {
        let tokens = self.word_to_tokens(word, sequence)?;
        let first = self.offsets.get(tokens.start)?;
        let last = self.offsets.get(tokens.end.checked_sub(1)?)?;
        Some(Span::new(first.start, last.end))
    }

    /// The first token that covers a character.
    pub fn char_to_token(&self, char: usize, sequence: usize) -> Option<usize> {
        let range = self.sequence_range(sequence);
        let offsets = self.offsets.get(range.clone())?;
        offsets.iter().position(|span| span.range().contains(&char)).map(|at| range.start + at)
    }

    /// The word that covers a character.
    pub fn char_to_word(&self, char: usize, sequence: usize) -> Option<u32> {
        self.token_to_word(self.char_to_token(char, sequence)?).map(|(_, word)| word)
    }
}

impl Sequence {
    fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
