//! WordLevel: a word is a token or unknown.

use std::sync::Arc;

use super::Token;
use crate::error::{Error, Result};
use crate::text::Span;
use crate::vocab::Vocab;

/// Whole words.
#[derive(Debug, Clone)]
pub struct WordLevel {
    vocab: Arc<Vocab>,
    unk_token: String,
    unk_id: Option<u32>,
}

impl WordLevel {
    /// From a vocabulary and the token for unknown words. That token may be missing from the vocabulary; then unknown
    /// words are errors.
    pub fn new(vocab: Vocab, unk_token: String) -> Self {
        let unk_id = vocab.id(&unk_token);
        WordLevel { vocab: Arc::new(vocab), unk_token, unk_id }
    }

    /// The vocabulary.
    pub fn vocab(&self) -> &Arc<Vocab> {
        &self.vocab
    }

    /// The token for unknown words.
    pub fn unk_token(&self) -> &str {
        &self.unk_token
    }

    /// Appends the token of one word. An unknown word is an error of class `UnknownToken` if the vocabulary has no
    /// unknown token.
    pub fn tokenize(&self, word: &str, tokens: &mut Vec<Token>) -> Result<()> {
        let id = self.vocab.id(word).or(self.unk_id).ok_or_else(|| Error::unknown_token(word, 0))?;
        tokens.push(Token { id, span: Span::from(0..word.len()), surface: false });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;
    use crate::limits::Limits;

    fn model(unk: &str) -> WordLevel {
        WordLevel::new(Vocab::new([("[UNK]", 0), ("ev", 3), ("göz", 2)], &Limits::default()).unwrap(), unk.to_owned())
    }

    #[test]
    fn words_are_whole() {
        for (word, id) in [("ev", 3), ("göz", 2), ("evler", 0), ("", 0), ("[UNK]", 0)] {
            let mut tokens = Vec::new();
            model("[UNK]").tokenize(word, &mut tokens).unwrap();
            let span = Span::from(0..word.len());
            assert_eq!(tokens, [Token { id, span, surface: false }], "{word}");
        }
    }

    #[test]
    fn without_an_unknown_token() {
        let mut tokens = Vec::new();
        model("missing").tokenize("ev", &mut tokens).unwrap();
        let error = model("missing").tokenize("evler", &mut tokens).unwrap_err();
        assert_eq!((error.class(), error.char_offset(), tokens.len()), (ErrorClass::UnknownToken, Some(0), 1));
    }
}
