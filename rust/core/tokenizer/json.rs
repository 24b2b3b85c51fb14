//! The tokenizer as `tokenizer.json`, whole or part by part.

use super::{Parts, Tokenizer};
use crate::added::AddedTokens;
use crate::error::{Error, Result};
use crate::format::hf::{self, Reading};
use crate::limits::Limits;
use crate::models::Model;
use crate::text::Unicode;
use crate::text::segment::Segmenter;

impl Tokenizer {
    /// Reads a `tokenizer.json`; returns the tokenizer and, for a lenient load, what was irregular.
    ///
    /// Errors: class `Format` with the JSON path, or class `Limit`.
    pub fn from_json(json: &[u8], unicode: Unicode, limits: &Limits, strict: bool) -> Result<(Self, Vec<String>)> {
        let mut how = Reading { unicode, limits: limits.clone(), ..reading(strict) };
        let tokenizer = Self::read_json(json, &mut how)?;
        Ok((tokenizer, how.warnings))
    }

    /// [`Tokenizer::from_json`], with all that can be said about how to read.
    pub(crate) fn read_json(json: &[u8], how: &mut Reading) -> Result<Self> {
        let (unicode, limits) = (how.unicode, how.limits.clone());
        let file = hf::read(json, how)?;
        let mut added = AddedTokens::default();
        let segmenter = Segmenter::new(file.normalizer.clone(), None, false, unicode, limits.clone());
        let tokens = file.added_tokens.into_iter().map(|(_, token)| token);
        added
            .add(tokens, file.model.vocab(), Some(&|text| super::normalized(&segmenter, text)), &limits)
            .map_err(|error| error.of("tokenizer.json").at("added_tokens"))?;
        let parts = Parts {
            truncation: file.truncation,
            padding: file.padding,
            added,
            normalizer: file.normalizer,
            splitter: file.splitter,
            post_processor: file.post_processor,
            decoder: file.decoder,
            model: file.model,
        };
        Ok(Tokenizer::new(parts, unicode, limits))
    }

    /// Writes a `tokenizer.json`, as Hugging Face would.
    pub fn to_json(&self, pretty: bool) -> String {
        let Parts { truncation, padding, added, normalizer, splitter, post_processor, decoder, model } = &self.parts;
        let added_tokens: Vec<_> = added.iter().map(|(id, token)| (id, token.clone())).collect();
        let parts = hf::Parts {
            truncation: truncation.as_ref(),
            padding: padding.as_ref(),
            added_tokens: &added_tokens,
            normalizer: normalizer.as_ref(),
            splitter: splitter.as_ref(),
            post_processor: post_processor.as_ref(),
            decoder: decoder.as_ref(),
            model,
        };
        hf::write(&parts, pretty)
    }

    /// One section of `tokenizer.json` by its name there; none if it is not set.
    pub fn component(&self, name: &str) -> Result<Option<String>> {
        let parts = &self.parts;
        Ok(match name {
            "normalizer" => parts.normalizer.as_ref().map(|part| hf::write_normalizer(part, false)),
            "pre_tokenizer" => parts.splitter.as_ref().map(|part| hf::write_splitter(part, false)),
            "post_processor" => parts.post_processor.as_ref().map(|part| hf::write_post_processor(part, false)),
            "decoder" => parts.decoder.as_ref().map(|part| hf::write_decoder(part, false)),
            "truncation" => parts.truncation.as_ref().map(|part| hf::write_truncation(part, false)),
            "padding" => parts.padding.as_ref().map(|part| hf::write_padding(part, false)),
            "model" => Some(hf::write_model(&parts.model, false)),
            _ => return Err(no_section(name)),
        })
    }

    /// Sets one section of `tokenizer.json` from its JSON, or clears it. Read leniently: sections come from callers.
    pub fn set_component(&mut self, name: &str, json: Option<&str>) -> Result<()> {
        let mut how = Reading { unicode: self.unicode, limits: self.limits.clone(), ..reading(false) };
        match name {
            "normalizer" => {
                self.set_normalizer(json.map(|json| hf::read_normalizer(json, &mut how)).transpose()?)?;
            }
            "pre_tokenizer" => self.set_splitter(json.map(|json| hf::read_splitter(json, &mut how)).transpose()?),
            "post_processor" => {
                self.set_post_processor(json.map(|json| hf::read_post_processor(json, &mut how)).transpose()?);
            }
            "decoder" => self.set_decoder(json.map(|json| hf::read_decoder(json, &mut how)).transpose()?),
            "truncation" => self.set_truncation(json.map(|json| hf::read_truncation(json, &mut how)).transpose()?),
            "padding" => self.set_padding(json.map(|json| hf::read_padding(json, &mut how)).transpose()?),
            "model" => {
                let json = json.ok_or_else(|| Error::argument("a tokenizer cannot be without a model"))?;
                self.set_model(hf::read_model(json, &mut how)?);
            }
            _ => return Err(no_section(name)),
        }
        Ok(())
    }

    /// A tokenizer that knows nothing, to be filled.
    pub fn empty() -> Self {
        let model = Model::WordLevel(crate::models::word_level::WordLevel::new(Default::default(), String::new()));
        Tokenizer::from_model(model, Unicode::default(), Limits::default())
    }
}

fn reading(strict: bool) -> Reading {
    if strict { Reading::strict() } else { Reading::lenient() }
}

fn no_section(name: &str) -> Error {
    Error::argument(format!(
        "no section {}; there are normalizer, pre_tokenizer, post_processor, decoder, model, truncation and padding",
        crate::error::quote(name)
    ))
}
