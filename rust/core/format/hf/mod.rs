//! `tokenizer.json`, the format of Hugging Face `tokenizers` (version "1.0").
//!
//! Reading goes in two steps: the text is parsed in one pass (vocabulary and merges straight into lists, everything
//! else into small trees), then every section is checked and turned into the component it names. The order of the
//! second step is fixed (model, normalizer, added tokens, ...), whatever the order in the file. Every error carries the
//! JSON path of what is wrong.
//!
//! Files exist that are wrong in small ways and that 0.23.3 loads all the same. [`Reading::strict`] refuses them, else
//! there is a warning.

mod added;
mod decoder;
mod json;
mod layout;
mod model;
mod normalizer;
mod post;
mod splitter;
mod vocabulary;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::added::AddedToken;
use crate::decode::Decoder;
use crate::encoding::{Padding, Truncation};
use crate::error::{Error, Result, quote};
use crate::limits::Limits;
use crate::models::Model;
use crate::post::PostProcessor;
use crate::text::Unicode;
use crate::text::normalizers::Normalizer;
use crate::text::splitters::Splitter;

use json::{Json, Node, Parse, Path, Text, Tree, parse, parse_tree, skip};
use post::Known;
use vocabulary::{ModelSeed, RawModel};

/// The format's name in errors.
const FORMAT: &str = "tokenizer.json";

/// The only version there is.
const VERSION: &str = "1.0";

/// How a file is read, and what was odd about it.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Bounds on what the file may ask for.
    pub limits: Limits,
    /// Refuse what is wrong though 0.23.3 would load it; else warn.
    pub strict: bool,
    /// Which Unicode data patterns and normalizers use.
    pub unicode: Unicode,
    /// Read scores exactly as wrong as 0.23.3 reads them: at times one unit in the last place off.
    pub hf_floats: bool,
    /// The model, where the file says that it is one of those that it has no words for.
    pub native: Option<Model>,
    /// What was odd, one line each, at most [`Reading::MAX_WARNINGS`].
    pub warnings: Vec<String>,
}

impl Reading {
    /// More warnings than these help nobody.
    pub const MAX_WARNINGS: usize = 100;

    /// Refuses everything that is wrong.
    pub fn strict() -> Self {
        Reading {
            limits: Limits::default(),
            strict: true,
            unicode: Unicode::default(),
            hf_floats: false,
            native: None,
            warnings: Vec::new(),
        }
    }

    /// Loads what 0.23.3 loads, to the same values, with warnings.
    pub fn lenient() -> Self {
        Reading { strict: false, hf_floats: true, ..Reading::strict() }
    }

    fn warn(&mut self, path: &Path<'_>, message: impl fmt::Display) {
        if self.warnings.len() < Self::MAX_WARNINGS {
            self.warnings.push(format!("{path}: {message}"));
        }
    }

    /// Something that 0.23.3 loads, but should not.
    fn irregular(&mut self, path: &Path<'_>, message: impl Into<String>) -> Result<()> {
        let message = message.into();
        if self.strict {
            return Err(path.error(message));
        }
        self.warn(path, message);
        Ok(())
    }
}

/// What a file holds.
#[derive(Debug, Clone)]
pub struct TokenizerFile {
    /// How long encodings may get.
    pub truncation: Option<Truncation>,
    /// How short encodings are filled up.
    pub padding: Option<Padding>,
    /// Added tokens with the ids they have (which need not be the ids the file claims), by ascending id.
    pub added_tokens: Vec<(u32, AddedToken)>,
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

impl TokenizerFile {
    /// Its parts, to be written.
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            truncation: self.truncation.as_ref(),
            padding: self.padding.as_ref(),
            added_tokens: &self.added_tokens,
            normalizer: self.normalizer.as_ref(),
            splitter: self.splitter.as_ref(),
            post_processor: self.post_processor.as_ref(),
            decoder: self.decoder.as_ref(),
            model: &self.model,
        }
    }
}

/// What is to be written.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the fields of `TokenizerFile`, borrowed")]
pub struct Parts<'p> {
    pub truncation: Option<&'p Truncation>,
    pub padding: Option<&'p Padding>,
    /// By ascending id.
    pub added_tokens: &'p [(u32, AddedToken)],
    pub normalizer: Option<&'p Normalizer>,
    pub splitter: Option<&'p Splitter>,
    pub post_processor: Option<&'p PostProcessor>,
    pub decoder: Option<&'p Decoder>,
    pub model: &'p Model,
}

/// Reads a `tokenizer.json`.
///
/// Errors: class `Format` or `Limit`, with the JSON path of what is wrong.
pub fn read(bytes: &[u8], how: &mut Reading) -> Result<TokenizerFile> {
    let text = text_of(bytes, &how.limits)?;
    let limits = how.limits.clone();
    let (sections, raw_model, models) = parse(text, &limits, |parse, json| FileSeed { parse }.deserialize(json))?;

    let root = Node::root(&sections);
    let fields = root.object(&SECTIONS, how)?;
    if let Some(version) = fields.get("version")
        && version.string()? != VERSION
    {
        return Err(version.error(format!("{} is unknown; this reads \"{VERSION}\"", quote(version.string()?))));
    }
    let model_path = fields.place("model");
    let raw_model = raw_model.ok_or_else(|| model_path.error("missing"))?;
    if models > 1 {
        how.irregular(&model_path, "the key occurs twice")?;
    }

    let model = model::read(raw_model, model_path, how)?;
    let normalizer = fields.some("normalizer").map(|node| normalizer::read(&node, how)).transpose()?;
    let added_tokens = match fields.get("added_tokens") {
        Some(node) => added::read(&node, &model, normalizer.as_ref(), how)?,
        None => Vec::new(),
    };
    let splitter = fields.some("pre_tokenizer").map(|node| splitter::read(&node, how)).transpose()?;
    let known = Known { vocab: model.vocab(), added: &added_tokens };
    let post_processor = fields.some("post_processor").map(|node| post::read(&node, Some(known), how)).transpose()?;
    let decoder = fields.some("decoder").map(|node| decoder::read(&node, how)).transpose()?;
    let specials = post_processor.as_ref().map_or(0, |post| post.added_tokens(false));
    let truncation = fields.some("truncation").map(|node| layout::read_truncation(&node, specials, how)).transpose()?;
    let padding = fields.some("padding").map(|node| layout::read_padding(&node, Some(known), how)).transpose()?;
    Ok(TokenizerFile { truncation, padding, added_tokens, normalizer, splitter, post_processor, decoder, model })
}

/// Writes a `tokenizer.json`, byte for byte as 0.23.3 does: `pretty` as its `save`, else as its `to_str`.
pub fn write(parts: &Parts<'_>, pretty: bool) -> String {
    to_json(parts, pretty)
}

macro_rules! component {
    ($read:ident, $write:ident, $type:ty, $what:literal, $module:path $(, $known:expr)?) => {
        #[doc = concat!("Reads a ", $what, " alone, as it stands in a `tokenizer.json`. Errors as [`read`].")]
        pub fn $read(text: &str, how: &mut Reading) -> Result<$type> {
            let tree = parse_tree(text_of(text.as_bytes(), &how.limits)?, &how.limits)?;
            $module(&Node::root(&tree) $(, $known)?, how)
        }

        #[doc = concat!("Writes a ", $what, " alone; see [`write`].")]
        pub fn $write(part: &$type, pretty: bool) -> String {
            to_json(&View(part), pretty)
        }
    };
}

component!(read_normalizer, write_normalizer, Normalizer, "normalizer", normalizer::read);
component!(read_splitter, write_splitter, Splitter, "pre-tokenizer", splitter::read);
component!(read_post_processor, write_post_processor, PostProcessor, "post-processor", post::read, None);
component!(read_decoder, write_decoder, Decoder, "decoder", decoder::read);
component!(read_truncation, write_truncation, Truncation, "truncation", layout::read_truncation, 0);
component!(read_padding, write_padding, Padding, "padding", layout::read_padding, None);

/// Reads a model alone, as it stands in a `tokenizer.json`. Errors as [`read`].
pub fn read_model(text: &str, how: &mut Reading) -> Result<Model> {
    model::read_text(text_of(text.as_bytes(), &how.limits.clone())?, how)
}

/// Writes a model alone; see [`write`].
pub fn write_model(part: &Model, pretty: bool) -> String {
    to_json(&View(part), pretty)
}

fn text_of<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(Error::limit("file_bytes", bytes.len() as u64, limits.file_bytes));
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(Error::format(FORMAT, "", "begins with a UTF-8 byte order mark; save the file without it"));
    }
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Ok(text);
    }
    std::str::from_utf8(bytes) // slower, but says where
        .map_err(|error| Error::format_at(FORMAT, error.valid_up_to() as u64, "this is not UTF-8 text"))
}

/// The sections but the model, in the order they are written.
const SECTIONS: [&str; 8] =
    ["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder"];

/// Reads the whole file: its small sections as one object (unknown ones as null), its model, and how many it has.
#[derive(Debug, Clone, Copy)]
struct FileSeed<'p> {
    parse: &'p Parse<'p>,
}

impl<'a> DeserializeSeed<'a> for FileSeed<'_> {
    type Value = (Json<'a>, Option<RawModel<'a>>, usize);

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for FileSeed<'_> {
    type Value = (Json<'a>, Option<RawModel<'a>>, usize);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a tokenizer")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let parse = self.parse;
        let (mut sections, mut model, mut models) = (Vec::new(), None, 0);
        while let Some(key) = map.next_key_seed(Text)? {
            let path = Path::Key(&Path::Root, &key);
            let value = match &*key {
                "model" => {
                    model = Some(map.next_value_seed(ModelSeed { parse, path })?);
                    models += 1;
                    continue;
                }
                section if SECTIONS.contains(&section) => map.next_value_seed(Tree::new(parse, path))?,
                _ => {
                    skip(&mut map).map_err(parse.blame(path))?;
                    Json::Null
                }
            };
            sections.push((key, value));
        }
        Ok((Json::Object(sections), model, models))
    }
}

/// A component that is written as the format says.
#[derive(Debug, Clone, Copy)]
struct View<'v, T: ?Sized>(&'v T);

impl<T> Serialize for View<'_, Vec<T>>
where
    for<'t> View<'t, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(View))
    }
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", VERSION)?;
        map.serialize_entry("truncation", &self.truncation.map(View))?;
        map.serialize_entry("padding", &self.padding.map(View))?;
        map.serialize_entry("added_tokens", &Added(self.added_tokens))?;
        map.serialize_entry("normalizer", &self.normalizer.map(View))?;
        map.serialize_entry("pre_tokenizer", &self.splitter.map(View))?;
        map.serialize_entry("post_processor", &self.post_processor.map(View))?;
        map.serialize_entry("decoder", &self.decoder.map(View))?;
        map.serialize_entry("model", &View(self.model))?;
        map.end()
    }
}

struct Added<'v>(&'v [(u32, AddedToken)]);

impl Serialize for Added<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(View))
    }
}

/// Compact, or indented by two spaces.
fn to_json(value: &impl Serialize, pretty: bool) -> String {
    let json = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    // Writing to memory fails only for map keys that are no strings, and there are none.
    json.unwrap_or_default()
}
