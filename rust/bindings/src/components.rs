//! Single components, given as the JSON of `tokenizer.json`: what the Python component classes call.

use std::collections::BTreeMap;

use hybridtok::format::hf::{self, Reading};
use hybridtok::post::PostProcessor;
use hybridtok::post::{SpecialToken, Template, parse_pieces, parse_template};
use hybridtok::text::chars::CharOffsets;
use hybridtok::text::scan::Scanner;
use hybridtok::text::{Aligned, Splits, Unicode};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::encoding::Encoding;
use crate::errors::raise;

pub(crate) fn unicode_of(name: &str) -> PyResult<Unicode> {
    match name {
        "hf" => Ok(Unicode::Hf),
        "unicode" => Ok(Unicode::Unicode),
        other => Err(PyValueError::new_err(format!("unicode is 'hf' or 'unicode', not {other:?}"))),
    }
}

fn reading(unicode: &str) -> PyResult<Reading> {
    Ok(Reading { unicode: unicode_of(unicode)?, ..Reading::lenient() })
}

/// What a normalizer makes of a text.
#[pyfunction]
#[pyo3(signature = (json, text, unicode = "hf"))]
pub(crate) fn normalize(json: &str, text: &str, unicode: &str) -> PyResult<String> {
    let mut how = reading(unicode)?;
    let normalizer = hf::read_normalizer(json, &mut how).map_err(raise)?;
    let mut aligned = Aligned::new(text, 0, false);
    normalizer.apply(&mut aligned, how.unicode, &how.limits).map_err(raise)?;
    Ok(aligned.as_str().to_owned())
}

/// The patterns that are this package's own, by their names.
#[pyfunction]
pub(crate) fn own_patterns() -> BTreeMap<&'static str, &'static str> {
    Scanner::own_patterns().collect()
}

/// The words that a splitter cuts a text into, with their offsets in code points.
#[pyfunction]
#[pyo3(signature = (json, text, unicode = "hf"))]
pub(crate) fn pre_tokenize(json: &str, text: &str, unicode: &str) -> PyResult<Vec<(String, (u32, u32))>> {
    let mut how = reading(unicode)?;
    let splitter = hf::read_splitter(json, &mut how).map_err(raise)?;
    let mut splits = Splits::new(Aligned::new(text, 0, true));
    splitter.apply(&mut splits, how.unicode).map_err(raise)?;
    let mut chars = CharOffsets::new(text);
    let words = splits.words().iter().map(|&word| {
        let span = chars.span(splits.text().origin(word.range()));
        (splits.word(word).to_owned(), (span.start, span.end))
    });
    Ok(words.collect())
}

/// What a decoder makes of token strings, before joining.
#[pyfunction]
pub(crate) fn decode_chain(json: &str, tokens: Vec<String>) -> PyResult<Vec<String>> {
    let decoder = hf::read_decoder(json, &mut Reading::lenient()).map_err(raise)?;
    decoder.decode_chain(tokens).map_err(raise)
}

/// The tokens of one word: id, string, offsets in code points of the word.
#[pyfunction]
#[allow(clippy::type_complexity, reason = "rows for Python")]
pub(crate) fn tokenize_word(json: &str, word: &str) -> PyResult<Vec<(u32, String, (u32, u32))>> {
    let model = hf::read_model(json, &mut Reading::lenient()).map_err(raise)?;
    let mut tokens = Vec::new();
    if !word.is_empty() {
        model.tokenize(word, &mut tokens).map_err(raise)?;
    }
    let mut chars = CharOffsets::new(word);
    let rows = tokens.iter().map(|token| {
        let own = word.get(token.span.range()).unwrap_or_default();
        let string = if token.surface { own } else { model.vocab().token(token.id).unwrap_or_default() };
        let span = chars.span(token.span);
        (token.id, string.to_owned(), (span.start, span.end))
    });
    Ok(rows.collect())
}

/// Puts one or two encodings together by a post-processor.
#[pyfunction]
#[pyo3(signature = (json, encoding, pair = None, add_special_tokens = true))]
pub(crate) fn post_process(
    json: &str,
    encoding: &Encoding,
    pair: Option<&Encoding>,
    add_special_tokens: bool,
) -> PyResult<Encoding> {
    let post = hf::read_post_processor(json, &mut Reading::lenient()).map_err(raise)?;
    let second = pair.map(|pair| pair.core().clone());
    post.process(encoding.core().clone(), second, add_special_tokens).map(Encoding::from).map_err(raise)
}

/// A component's JSON as we write it; fails if it is not a valid one. `kind` is a section of `tokenizer.json`.
#[pyfunction]
pub(crate) fn clean_component(kind: &str, json: &str) -> PyResult<String> {
    let how = &mut Reading::lenient();
    let written = match kind {
        "normalizer" => hf::read_normalizer(json, how).map(|part| hf::write_normalizer(&part, false)),
        "pre_tokenizer" => hf::read_splitter(json, how).map(|part| hf::write_splitter(&part, false)),
        "post_processor" => hf::read_post_processor(json, how).map(|part| hf::write_post_processor(&part, false)),
        "decoder" => hf::read_decoder(json, how).map(|part| hf::write_decoder(&part, false)),
        "model" => hf::read_model(json, how).map(|part| hf::write_model(&part, false)),
        "truncation" => hf::read_truncation(json, how).map(|part| hf::write_truncation(&part, false)),
        "padding" => hf::read_padding(json, how).map(|part| hf::write_padding(&part, false)),
        other => return Err(PyValueError::new_err(format!("no kind of component is named {other:?}"))),
    };
    written.map_err(raise)
}

/// The JSON of a template post-processor from the mini-language (`"[CLS] $A [SEP] $B:1"`), a string or its pieces.
#[pyfunction]
#[pyo3(signature = (single, pair, special_tokens))]
pub(crate) fn template_component(
    single: &Bound<'_, PyAny>,
    pair: Option<&Bound<'_, PyAny>>,
    special_tokens: Vec<(String, u32)>,
) -> PyResult<String> {
    let pieces = |template: &Bound<'_, PyAny>| {
        if let Ok(text) = template.extract::<String>() {
            return parse_template(&text).map_err(raise);
        }
        let list: Vec<String> =
            template.extract().map_err(|_| PyTypeError::new_err("a template is a string or a list of strings"))?;
        parse_pieces(list.iter().map(String::as_str)).map_err(raise)
    };
    let special_tokens = special_tokens.into_iter().map(|(token, id)| SpecialToken::new(token, id));
    let template = Template::with_defaults(Some(pieces(single)?), pair.map(pieces).transpose()?, special_tokens);
    let post = PostProcessor::Template(template.map_err(raise)?);
    Ok(hf::write_post_processor(&post, false))
}
