//! The tokenizer: normalize, split, model, post-process, and back.

mod bytes;
mod cache;
mod decode;
mod encode;
mod json;
mod morphemes;
mod parallel;
mod scratch;
mod stream;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use crate::added::{AddedToken, AddedTokens, Allowed};
use crate::bpe::Bpe;
use crate::bpe::train::{BpeTrainer, Taken, unfit};
use crate::count::WordForm;
use crate::decode::Decoder;
use crate::encoding::{Names, Padding, Truncation};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::models::Model;
use crate::morph::hybrid::Hybrid;
use crate::post::PostProcessor;
use crate::superword::{Boundless, Layer};
use crate::text::Unicode;
use crate::text::normalizers::Normalizer;
use crate::text::segment::Segmenter;
use crate::text::splitters::Splitter;

pub use decode::{DecodeOptions, UnknownIds};
pub use encode::{EncodeOptions, Input, OffsetUnit, Ragged};
pub use parallel::LONG_TEXT;
pub use stream::TextStream;

use scratch::Pool;

/// What a `tokenizer.json` holds.
#[derive(Debug, Clone)]
pub struct Parts {
    /// How long encodings may get.
    pub truncation: Option<Truncation>,
    /// How short encodings are filled up.
    pub padding: Option<Padding>,
    /// Tokens matched before the model.
    pub added: AddedTokens,
    /// What is done to text first.
    pub normalizer: Option<Normalizer>,
    /// How text is cut into words.
    pub splitter: Option<Splitter>,
    /// What goes around the ids.
    pub post_processor: Option<PostProcessor>,
    /// The way back.
    pub decoder: Option<Decoder>,
    /// From a word to its tokens.
    pub model: Model,
}

/// A tokenizer. Reading it from many threads at once is fine; the setters need `&mut`.
#[derive(Debug)]
pub struct Tokenizer {
    parts: Parts,
    unicode: Unicode,
    limits: Limits,
    /// The first two stages, planned for the model.
    segmenter: Segmenter,
    /// Per id of the model, how many bytes of a word it covers.
    covers: Arc<[u32]>,
    /// A character before which words may be cut further without a change to their tokens.
    cut: Option<char>,
    names: Arc<Names>,
    decoded: OnceLock<decode::ByteTable>,
    pool: Pool,
}

impl Clone for Tokenizer {
    fn clone(&self) -> Self {
        Tokenizer {
            parts: self.parts.clone(),
            unicode: self.unicode,
            limits: self.limits.clone(),
            segmenter: self.segmenter.clone(),
            covers: Arc::clone(&self.covers),
            cut: self.cut,
            names: Arc::clone(&self.names),
            decoded: OnceLock::new(),
            pool: Pool::default(),
        }
    }
}

impl Tokenizer {
    /// From its parts.
    pub fn new(parts: Parts, unicode: Unicode, limits: Limits) -> Self {
        let mut tokenizer = Tokenizer {
            segmenter: Segmenter::new(None, None, false, unicode, limits.clone()),
            parts,
            unicode,
            limits,
            covers: Arc::default(),
            cut: None,
            names: Arc::default(),
            decoded: OnceLock::new(),
            pool: Pool::default(),
        };
        tokenizer.plan();
        tokenizer
    }

    /// A tokenizer that is nothing but a model.
    pub fn from_model(model: Model, unicode: Unicode, limits: Limits) -> Self {
        let parts = Parts {
            truncation: None,
            padding: None,
            added: AddedTokens::default(),
            normalizer: None,
            splitter: None,
            post_processor: None,
            decoder: None,
            model,
        };
        Tokenizer::new(parts, unicode, limits)
    }

    /// Derives what follows from the parts. Called after every change.
    fn plan(&mut self) {
        let bytes = self.parts.model.bpe().is_some_and(Bpe::takes_bytes);
        self.segmenter = self.segmenter_for(bytes);
        let bytes = self.segmenter.form() == WordForm::Bytes;
        let model = &self.parts.model;
        self.covers = (0..model.vocab().slots() as u32).map(|id| model.covers(id, bytes)).collect();
        self.cut = match model {
            Model::Bpe(bpe) if !bytes => bpe.never_joins_before(),
            _ => None,
        };
        self.pool = Pool::default();
        self.plan_names();
    }

    fn plan_names(&mut self) {
        let added = self.parts.added.iter().map(|(id, token)| (id, token.content.as_str().into())).collect();
        self.names = Arc::new(Names { model: Arc::clone(self.parts.model.vocab()), added });
        self.decoded = OnceLock::new();
    }

    /// The first two stages; `bytes` asks for raw bytes where the splitter ends with the byte alphabet.
    pub fn segmenter_for(&self, bytes: bool) -> Segmenter {
        let Parts { normalizer, splitter, .. } = &self.parts;
        Segmenter::new(normalizer.clone(), splitter.as_ref(), bytes, self.unicode, self.limits.clone())
    }

    /// The model, if it is a hybrid one.
    pub fn hybrid(&self) -> Option<&Hybrid> {
        match &self.parts.model {
            Model::Hybrid(hybrid) => Some(hybrid),
            _ => None,
        }
    }

    /// The model, if it is one that joins words, and words come as it takes them.
    pub(crate) fn boundless(&self) -> Option<&Boundless> {
        match &self.parts.model {
            Model::Boundless(boundless) if self.segmenter.form() == WordForm::Bytes => Some(boundless),
            _ => None,
        }
    }

    /// What joins ids across words, if anything does.
    pub(crate) fn layer(&self) -> Option<&Layer> {
        match &self.parts.model {
            Model::Hybrid(hybrid) => hybrid.layer(),
            _ => self.boundless().map(Boundless::layer),
        }
    }

    /// Whether words are joined.
    pub fn joins(&self) -> bool {
        self.layer().is_some()
    }

    /// The parts.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Which Unicode data the tokenizer uses.
    pub fn unicode(&self) -> Unicode {
        self.unicode
    }

    /// The bounds it was made with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Replaces the model; added tokens get new ids where the model has their content.
    pub fn set_model(&mut self, model: Model) {
        self.parts.model = model;
        self.plan();
    }

    /// Replaces the normalizer; added tokens that match normalized text are normalized anew.
    pub fn set_normalizer(&mut self, normalizer: Option<Normalizer>) -> Result<()> {
        self.parts.normalizer = normalizer;
        self.plan();
        let segmenter = self.segmenter.clone();
        self.parts.added.renormalize(Some(&|text| normalized(&segmenter, text)))?;
        self.plan_names();
        Ok(())
    }

    /// Replaces the splitter.
    pub fn set_splitter(&mut self, splitter: Option<Splitter>) {
        self.parts.splitter = splitter;
        self.plan();
    }

    /// Replaces the post-processor.
    pub fn set_post_processor(&mut self, post_processor: Option<PostProcessor>) {
        self.parts.post_processor = post_processor;
    }

    /// Replaces the decoder.
    pub fn set_decoder(&mut self, decoder: Option<Decoder>) {
        self.parts.decoder = decoder;
        self.decoded = OnceLock::new();
    }

    /// Sets or clears truncation.
    pub fn set_truncation(&mut self, truncation: Option<Truncation>) {
        self.parts.truncation = truncation;
    }

    /// Sets or clears padding.
    pub fn set_padding(&mut self, padding: Option<Padding>) {
        self.parts.padding = padding;
    }

    /// Fails with class `SpecialToken` if the text holds a special token that is not `allowed`.
    pub fn check_special(&self, text: &str, allowed: Allowed<'_>) -> Result<()> {
        let mut matches = Vec::new();
        self.parts.added.find(text, false, Allowed::All, &mut matches);
        for found in matches {
            let Some(token) = self.parts.added.token(found.id).filter(|token| token.special) else { continue };
            if !allowed.has(&token.content) {
                let before = text.get(..found.span.start as usize).unwrap_or_default();
                return Err(Error::special_token(&token.content, before.chars().count()));
            }
        }
        Ok(())
    }

    /// Adds tokens; returns how many were new (or changed).
    pub fn add_tokens(&mut self, tokens: impl IntoIterator<Item = AddedToken>) -> Result<usize> {
        let segmenter = &self.segmenter;
        let vocab = Arc::clone(self.parts.model.vocab());
        let count = self.parts.added.add(tokens, &vocab, Some(&|text| normalized(segmenter, text)), &self.limits)?;
        self.plan_names();
        Ok(count)
    }

    /// The id of a token, added ones first.
    pub fn token_to_id(&self, token: &str) -> Option<u32> {
        self.parts.added.id(token).or_else(|| self.parts.model.vocab().id(token))
    }

    /// The token of an id, added ones first.
    pub fn id_to_token(&self, id: u32) -> Option<&str> {
        self.names.token(id)
    }

    /// Number of tokens, with or without the added ones.
    pub fn vocab_size(&self, with_added_tokens: bool) -> usize {
        let vocab = self.parts.model.vocab();
        let added = self.parts.added.iter().filter(|(_, token)| vocab.id(&token.content).is_none()).count();
        vocab.len() + if with_added_tokens { added } else { 0 }
    }

    /// The model, for a trainer to go on from, and what that must leave alone.
    ///
    /// Errors: class `Training` for a model that cannot be extended; hybrid ones are by [`SuperwordTrainer`].
    ///
    /// [`SuperwordTrainer`]: crate::morph::superwords::SuperwordTrainer
    pub fn to_extend(&self) -> Result<(&Bpe, Taken)> {
        let reason = match &self.parts.model {
            Model::Bpe(bpe) => {
                BpeTrainer::check_base(bpe)?;
                return Ok((bpe, self.taken(bpe)));
            }
            Model::Unigram(_) => "it is a Unigram, whose pieces have scores and no order in which they merge",
            Model::WordPiece(_) => {
                "it is a WordPiece, which takes the longest entry, so that a new one would cut texts anew"
            }
            Model::WordLevel(_) => "it is a WordLevel, which knows whole words alone",
            Model::Boundless(_) => {
                "it is boundless, whose merges of words and across words would get mixed; train it anew"
            }
            Model::Hybrid(_) => {
                "it is a hybrid, whose merges are of morphemes; add superwords, or train it anew with more merges"
            }
        };
        Err(unfit(reason))
    }

    fn taken(&self, bpe: &Bpe) -> Taken {
        let added = &self.parts.added;
        let options = bpe.options();
        let mut breaks: HashSet<u32> = added.iter().map(|(id, _)| id).collect();
        breaks.extend(options.unk_token.as_deref().and_then(|unk| bpe.vocab().id(unk)));
        if options.byte_fallback {
            breaks.extend((0..=255u8).filter_map(|byte| bpe.vocab().id(&format!("<0x{byte:02X}>"))));
        }
        Taken {
            next: added.iter().map(|(id, _)| id + 1).max().unwrap_or(0).max(bpe.vocab().slots() as u32),
            breaks,
            added: added.iter().map(|(id, token)| (token.content.clone(), id)).collect(),
        }
    }

    /// How many special tokens the post-processor adds to one input or to two.
    pub fn added_by_post_processor(&self, pair: bool) -> usize {
        self.parts.post_processor.as_ref().map_or(0, |post| post.added_tokens(pair))
    }
}

/// What the normalizer makes of a text.
fn normalized(segmenter: &Segmenter, text: &str) -> Result<String> {
    let mut aligned = crate::text::Aligned::new(text, 0, false);
    segmenter.normalize(&mut aligned)?;
    Ok(aligned.as_str().to_owned())
}
