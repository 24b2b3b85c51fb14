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
        self.rare().sequences.len().max(1)
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
        let sequences = &self.rare().sequences;
        match sequences.binary_search_by_key(&sequence, |sequence| sequence.id) {
            Ok(at) => sequences.get(at).map_or(0..0, Sequence::range),
            Err(_) => 0..self.len(),
        }
    }

    /// The input of a token.
    pub fn token_to_sequence(&self, token: usize) -> Option<usize> {
        let sequences = &self.rare().sequences;
        if sequences.is_empty() {
            // Hugging Face also answers for the position after the last token.
            return (token <= self.len()).then_some(0);
        }
        sequences.iter().find(|sequence| sequence.range().contains(&token)).map(|sequence| sequence.id)
    }

    /// The input and the span of a token.
    pub fn token_to_chars(&self, token: usize) -> Option<(usize, Span)> {
        Some((self.token_to_sequence(token)?, self.places.get(token)?.span))
    }

    /// The input and the word of a token.
    pub fn token_to_word(&self, token: usize) -> Option<(usize, u32)> {
        let sequence = self.token_to_sequence(token)?;
        self.places.get(token).filter(|place| place.word != NO_WORD).map(|place| (sequence, place.word))
    }

    /// The tokens of a word: from the first to one past the last.
    pub fn word_to_tokens(&self, word: u32, sequence: usize) -> Option<Range<usize>> {
        let range = self.sequence_range(sequence);
        let mut found: Option<Range<usize>> = None;
        for (place, at) in self.places.from(range.start).zip(range) {
            let at_word = place.word;
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
        let first = self.places.get(tokens.start)?.span;
        let last = self.places.get(tokens.end.checked_sub(1)?)?.span;
        Some(Span::new(first.start, last.end))
    }

    /// The first token that covers a character.
    pub fn char_to_token(&self, char: usize, sequence: usize) -> Option<usize> {
        let range = self.sequence_range(sequence);
        let mut tokens = self.places.from(range.start).zip(range);
        tokens.find(|(place, _)| place.span.range().contains(&char)).map(|(_, at)| at)
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Parts;
    use super::*;

    /// `CLS a bb SEP c`: the words of each input are numbered from 0, their spans count from 0.
    fn pair() -> Encoding {
        let spans = [(0, 0), (0, 1), (2, 3), (3, 4), (0, 0), (0, 2)];
        let parts = Parts {
            ids: vec![0; 6],
            type_ids: vec![0; 6],
            tokens: vec![String::new(); 6],
            words: vec![None, Some(0), Some(1), Some(1), None, Some(0)],
            offsets: spans.map(|(start, end)| Span::new(start, end)).to_vec(),
            special_tokens_mask: vec![0; 6],
            attention_mask: vec![1; 6],
            overflowing: Vec::new(),
            sequences: vec![(0, 1, 4), (1, 5, 6)],
        };
        Encoding::from_parts(parts, &Arc::default()).unwrap()
    }

    #[test]
    fn inputs_are_kept_apart() {
        let pair = pair();
        assert_eq!(pair.n_sequences(), 2);
        assert_eq!(pair.sequence_ids(), [None, Some(0), Some(0), Some(0), None, Some(1)]);
        for (char, sequence, token, word) in [
            (0, 0, Some(1), Some(0)),
            (1, 0, None, None),
            (3, 0, Some(3), Some(1)),
            (1, 1, Some(5), Some(0)),
            (2, 1, None, None),
        ] {
            assert_eq!((pair.char_to_token(char, sequence), pair.char_to_word(char, sequence)), (token, word));
        }
        for (word, sequence, tokens, span) in [
            (0, 0, Some(1..2), Some(Span::new(0, 1))),
            (1, 0, Some(2..4), Some(Span::new(2, 4))),
            (0, 1, Some(5..6), Some(Span::new(0, 2))),
            (2, 0, None, None),
            (1, 1, None, None),
        ] {
            assert_eq!((pair.word_to_tokens(word, sequence), pair.word_to_chars(word, sequence)), (tokens, span));
        }
        for (token, sequence, word) in
            [(0, None, None), (3, Some(0), Some(1)), (4, None, None), (5, Some(1), Some(0)), (6, None, None)]
        {
            assert_eq!(pair.token_to_sequence(token), sequence);
            assert_eq!(pair.token_to_word(token), sequence.zip(word));
        }
    }

    #[test]
    fn an_unknown_input_stands_for_all_tokens() {
        let mut pair = pair();
        assert_eq!(pair.char_to_token(1, 7), Some(5));
        // Words are taken to grow: the look-up ends at a larger one, here before the second input.
        assert_eq!(pair.word_to_tokens(0, 7), Some(1..2));
        pair.rare_mut().sequences.clear();
        assert_eq!((pair.n_sequences(), pair.sequence_ids()), (1, vec![Some(0); 6]));
        let sequences = [5, 6, 7].map(|token| pair.token_to_sequence(token));
        assert_eq!(sequences, [Some(0), Some(0), None], "the position after the last token counts, as there");
        assert_eq!(pair.token_to_chars(6), None);
    }
}
