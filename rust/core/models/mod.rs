//! The models: from one word to its tokens.

pub mod unigram;
pub mod word_level;
pub mod word_piece;

use std::sync::Arc;

use crate::bpe::Bpe;
use crate::error::Result;
use crate::morph::hybrid::Hybrid;
use crate::superword::Boundless;
use crate::text::Span;
use crate::vocab::Vocab;
use unigram::Unigram;
use word_level::WordLevel;
use word_piece::WordPiece;

/// One token of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Id.
    pub id: u32,
    /// Bytes of the word it covers.
    pub span: Span,
    /// Whether its string is that of the word's own bytes rather than the vocabulary's (an unknown piece of Unigram).
    pub surface: bool,
}

/// What a model made of some words.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// Ids, in any order.
    pub(crate) ids: Vec<u32>,
    /// Word by word.
    pub(crate) words: Vec<Answer>,
}

/// What a model made of a word.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Answer {
    /// Its ids, among those of the [`Answers`].
    pub(crate) ids: Span,
    /// Whether it would do the same another time.
    pub(crate) again: bool,
}

/// Any of the models.
#[derive(Debug, Clone)]
pub enum Model {
    /// Byte pair encoding.
    Bpe(Bpe),
    /// A unigram language model.
    Unigram(Unigram),
    /// Greedy longest match.
    WordPiece(WordPiece),
    /// Whole words.
    WordLevel(WordLevel),
    /// Morphemes of a language pack, and pieces.
    Hybrid(Arc<Hybrid>),
    /// Byte pair encoding within words, and across those that are one token.
    Boundless(Arc<Boundless>),
}

impl Model {
    /// The vocabulary.
    pub fn vocab(&self) -> &Arc<Vocab> {
        match self {
            Model::Bpe(model) => model.vocab(),
            Model::Unigram(model) => model.vocab(),
            Model::WordPiece(model) => model.vocab(),
            Model::WordLevel(model) => model.vocab(),
            Model::Hybrid(model) => model.vocab(),
            Model::Boundless(model) => model.vocab(),
        }
    }

    /// How the type is written of a model that `tokenizer.json` has no words for: it has a section in `hybridtok.json`.
    pub fn native_type(&self) -> Option<&'static str> {
        match self {
            Model::Hybrid(_) => Some("Hybrid"),
            Model::Boundless(_) => Some("Boundless"),
            _ => None,
        }
    }

    /// The model of bytes and merges that makes tokens of words, if there is one.
    pub fn bpe(&self) -> Option<&Bpe> {
        match self {
            Model::Bpe(model) => Some(model),
            Model::Boundless(model) => Some(model.words()),
            _ => None,
        }
    }

    /// Appends the tokens of one word.
    pub fn tokenize(&self, word: &str, tokens: &mut Vec<Token>) -> Result<()> {
        match self {
            Model::Bpe(model) => model.tokenize(word, tokens),
            Model::Unigram(model) => model.tokenize(word, tokens),
            Model::WordPiece(model) => model.tokenize(word, tokens),
            Model::WordLevel(model) => model.tokenize(word, tokens),
            Model::Hybrid(model) => model.tokenize(word, tokens),
            Model::Boundless(model) => model.words().tokenize(word, tokens),
        }
    }

    /// How many bytes of a word a token covers, unless it stands for the unknown; `bytes` says that words come as raw
    /// bytes. A guess is fine where a model cannot know: it is only used where it proved right.
    pub(crate) fn covers(&self, id: u32, bytes: bool) -> u32 {
        let token = self.vocab().token(id).unwrap_or_default();
        match self {
            Model::Bpe(model) => model.covers(id, bytes),
            Model::Boundless(model) => model.words().covers(id, bytes),
            Model::WordPiece(model) => token.strip_prefix(model.prefix()).unwrap_or(token).len() as u32,
            Model::Unigram(_) | Model::WordLevel(_) | Model::Hybrid(_) => token.len() as u32,
        }
    }
}
