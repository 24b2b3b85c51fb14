//! WordPiece: from left to right, always the longest token that fits; a word that cannot be covered is unknown as a
//! whole.
//!
//! M. Schuster and K. Nakajima, "Japanese and Korean voice search", ICASSP 2012; as in BERT. The greedy search is
//! usually quadratic or worse. Here one pass of an automaton from the end of the word to its start finds the longest
//! token that begins at each position, and greedy choice then only follows these; X. Song et al., "Fast WordPiece
//! tokenization", EMNLP 2021, reach the same bound in the other direction.

use std::cell::RefCell;
use std::sync::Arc;

use super::Token;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text::Span;
use crate::trie::{Automaton, ROOT, Trie};
use crate::vocab::Vocab;

/// Greedy longest match.
#[derive(Debug, Clone)]
pub struct WordPiece {
    vocab: Arc<Vocab>,
    unk_token: String,
    unk_id: Option<u32>,
    continuing_subword_prefix: String,
    max_input_chars_per_word: usize,
    /// The tokens that may begin a word: all of them.
    initial: Trie,
    /// The tokens that may go on, without the prefix and written backwards; their values are positions in `found`.
    continuing: Automaton,
    found: Vec<Found>,
}

/// A token that goes on from some byte of a word: its id, and how many bytes of the word it covers.
#[derive(Debug, Clone, Copy)]
struct Found {
    id: u32,
    len: u32,
}

thread_local! {
    /// Per byte of a word, the longest token that begins there, or no position.
    static LONGEST: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

impl WordPiece {
    /// From a vocabulary, the token for unknown words, what stands before tokens that do not begin a word (`##`), and
    /// the length, in characters, above which a word is unknown. The unknown token may be missing from the vocabulary;
    /// then unknown words are errors. A length above [`Limits::wordpiece_word_chars`] is an error.
    pub fn new(
        vocab: Vocab,
        unk_token: String,
        continuing_subword_prefix: String,
        max_input_chars_per_word: usize,
        limits: &Limits,
    ) -> Result<Self> {
        let (max, limit) = (max_input_chars_per_word as u64, limits.wordpiece_word_chars);
        if max > limit {
            return Err(Error::limit("wordpiece_word_chars", max, limit));
        }
        let initial = Trie::new(vocab.strings().map(|(token, id)| (token.as_bytes(), id)))?;
        let (backwards, found): (Vec<Vec<u8>>, Vec<Found>) = vocab
            .strings()
            .filter_map(|(token, id)| token.strip_prefix(&*continuing_subword_prefix).map(|rest| (rest, id)))
            .map(|(rest, id)| (rest.bytes().rev().collect(), Found { id, len: rest.len() as u32 }))
            .unzip();
        let continuing = Automaton::new(backwards.iter().map(Vec::as_slice).zip(0..), |_, _| ())?;
        Ok(WordPiece {
            unk_id: vocab.id(&unk_token),
            vocab: Arc::new(vocab),
            unk_token,
            continuing_subword_prefix,
            max_input_chars_per_word,
            initial,
            continuing,
            found,
        })
    }

    /// The vocabulary.
    pub fn vocab(&self) -> &Arc<Vocab> {
        &self.vocab
    }

    /// The token for unknown words.
    pub fn unk_token(&self) -> &str {
        &self.unk_token
    }

    /// What stands before tokens that do not begin a word.
    pub fn prefix(&self) -> &str {
        &self.continuing_subword_prefix
    }

    /// Longer words are unknown.
    pub fn max_input_chars_per_word(&self) -> usize {
        self.max_input_chars_per_word
    }

    /// Appends the tokens of one word, in time linear in its length. An unknown word is an error of class
    /// `UnknownToken` if the vocabulary has no unknown token.
    pub fn tokenize(&self, word: &str, tokens: &mut Vec<Token>) -> Result<()> {
        if word.is_empty() {
            return Ok(());
        }
        // A word has at least a quarter as many characters as bytes, so the count is only taken where it can matter.
        if word.len() > self.max_input_chars_per_word && word.chars().count() > self.max_input_chars_per_word {
            return self.push_unknown(word, tokens);
        }
        let before = tokens.len();
        match self.initial.longest_prefix(word.as_bytes()) {
            Some((len, id)) => {
                tokens.push(Token { id, span: Span::from(0..len), surface: false });
                if len == word.len() || self.push_continuing(word, len, tokens) {
                    return Ok(());
                }
                tokens.truncate(before);
                self.push_unknown(word, tokens)
            }
            None => self.push_unknown(word, tokens),
        }
    }

    /// Appends the tokens of `word` from byte `start` on; false if they do not reach its end.
    fn push_continuing(&self, word: &str, start: usize, tokens: &mut Vec<Token>) -> bool {
        LONGEST.with_borrow_mut(|longest| {
            let rest = word.as_bytes().get(start..).unwrap_or_default();
            longest.clear();
            let mut state = ROOT;
            longest.extend(rest.iter().rev().map(|&byte| {
                state = self.continuing.next(state, byte);
                self.continuing.longest(state)
            }));
            let mut at = start;
            while at < word.len() {
                let found = longest.get(word.len() - 1 - at).and_then(|&found| self.found.get(found as usize));
                let Some(&Found { id, len }) = found else { return false };
                tokens.push(Token { id, span: Span::from(at..at + len as usize), surface: false });
                at += len as usize;
            }
            true
        })
    }

    fn push_unknown(&self, word: &str, tokens: &mut Vec<Token>) -> Result<()> {
        let id = self.unk_id.ok_or_else(|| Error::unknown_token(word, 0))?;
        tokens.push(Token { id, span: Span::from(0..word.len()), surface: false });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;
    use proptest::prelude::*;

    fn model(tokens: &[&str], prefix: &str, max: usize) -> WordPiece {
        let unique: std::collections::BTreeSet<&str> = tokens.iter().copied().chain(["[UNK]"]).collect();
        let vocab = Vocab::new(unique.into_iter().zip(0..), &Limits::default()).unwrap();
        WordPiece::new(vocab, "[UNK]".to_owned(), prefix.to_owned(), max, &Limits::default()).unwrap()
    }

    fn tokenize(model: &WordPiece, word: &str) -> Vec<(String, usize, usize)> {
        let mut tokens = Vec::new();
        model.tokenize(word, &mut tokens).unwrap();
        let name = |id| model.vocab().token(id).unwrap().to_owned();
        tokens.iter().map(|token| (name(token.id), token.span.start as usize, token.span.end as usize)).collect()
    }

    /// The definition: try every end from the last to the first.
    fn slow(model: &WordPiece, word: &str) -> Vec<(String, usize, usize)> {
        let unknown = vec![("[UNK]".to_owned(), 0, word.len())];
        if word.chars().count() > model.max_input_chars_per_word() {
            return unknown;
        }
        let (mut start, mut found) = (0, Vec::new());
        while start < word.len() {
            let ends = (start + 1..=word.len()).rev().filter(|&end| word.is_char_boundary(end));
            let prefix = if start > 0 { model.prefix() } else { "" };
            let mut tokens = ends.map(|end| (format!("{prefix}{}", &word[start..end]), start, end));
            let Some(token) = tokens.find(|(token, ..)| model.vocab().id(token).is_some()) else { return unknown };
            start = token.2;
            found.push(token);
        }
        found
    }

    #[test]
    fn words() {
        let model = model(&["ev", "##ler", "##l", "##de", "göz", "##ü", "e", "##"], "##", 8);
        let cases: &[(&str, &[(&str, usize, usize)])] = &[
            ("evler", &[("ev", 0, 2), ("##ler", 2, 5)]),
            ("gözü", &[("göz", 0, 4), ("##ü", 4, 6)]),
            ("evlerx", &[("[UNK]", 0, 6)]),
            ("xev", &[("[UNK]", 0, 3)]),
            ("##", &[("##", 0, 2)]),
            ("evlerlerl", &[("[UNK]", 0, 9)]), // nine characters
            ("evlerdel", &[("ev", 0, 2), ("##ler", 2, 5), ("##de", 5, 7), ("##l", 7, 8)]),
            ("", &[]),
        ];
        for (word, want) in cases {
            let want: Vec<_> = want.iter().map(|&(token, start, end)| (token.to_owned(), start, end)).collect();
            assert_eq!(tokenize(&model, word), want, "{word}");
        }
    }

    #[test]
    fn limits_and_a_missing_unknown_token() {
        let vocab = |token: &str| Vocab::new([(token, 0)], &Limits::default()).unwrap();
        let new = |max| WordPiece::new(vocab("a"), "U".to_owned(), "##".to_owned(), max, &Limits::default());
        assert_eq!(new(10_001).unwrap_err().limit_values(), Some(("wordpiece_word_chars", 10_001, 10_000)));
        let mut tokens = Vec::new();
        for (max, word) in [(0, "a"), (5, "ab"), (5, "b")] {
            let error = new(max).unwrap().tokenize(word, &mut tokens).unwrap_err();
            assert_eq!((error.class(), tokens.len()), (ErrorClass::UnknownToken, 0));
        }
        assert!(new(0).unwrap().tokenize("", &mut tokens).is_ok());
    }

    #[test]
    fn a_long_word_takes_linear_time() {
        let long = format!("##{}b", "a".repeat(9_000));
        let model = model(&["a", "##a", &long], "##", 10_000);
        assert_eq!(tokenize(&model, &"a".repeat(10_000)).len(), 10_000);
    }

    proptest! {
        #[test]
        fn equals_the_definition(
            tokens in prop::collection::vec("(#|##|é)?[abé]{0,3}", 0..12),
            prefix in "#{0,2}|é",
            words in prop::collection::vec("[ab#éc]{0,9}", 1..8),
        ) {
            let model = model(&tokens.iter().map(String::as_str).collect::<Vec<_>>(), &prefix, 8);
            for word in words {
                prop_assert_eq!(tokenize(&model, &word), slow(&model, &word), "{}", word);
            }
        }
    }
}
