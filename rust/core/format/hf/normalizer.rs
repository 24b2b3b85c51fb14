//! `normalizer`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::Node;
use super::{FORMAT, Reading, View};
use crate::error::Result;
use crate::text::normalizers::{Bert, Form, Normalizer, Precompiled};
use crate::text::pattern::{Pattern, Source};

/// The kinds that were written without a `type` once, by the fields that tell them.
const UNTYPED: [(&str, &[&str]); 5] = [
    ("BertNormalizer", &["clean_text", "handle_chinese_chars", "lowercase"]),
    ("Strip", &["strip_left", "strip_right"]),
    ("Sequence", &["normalizers"]),
    ("Replace", &["pattern", "content"]),
    ("Prepend", &["prepend"]),
];

pub(super) fn read(node: &Node<'_, '_>, how: &mut Reading) -> Result<Normalizer> {
    let name = match node.type_name()? {
        Some(name) => name,
        None => UNTYPED
            .iter()
            .find(|(_, fields)| node.has(fields))
            .map(|(name, _)| *name)
            .ok_or_else(|| node.no_type("normalizer"))?,
    };
    Ok(match name {
        // 0.23.3 also reads the first name.
        "Bert" | "BertNormalizer" => {
            let known = &["type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase"];
            let fields = node.object(known, how)?;
            Normalizer::Bert(Bert {
                clean_text: fields.need("clean_text")?.bool()?,
                handle_chinese_chars: fields.need("handle_chinese_chars")?.bool()?,
                strip_accents: fields.some("strip_accents").map(|node| node.bool()).transpose()?,
                lowercase: fields.need("lowercase")?.bool()?,
            })
        }
        "Strip" => {
            let fields = node.object(&["type", "strip_left", "strip_right"], how)?;
            Normalizer::Strip { left: fields.need("strip_left")?.bool()?, right: fields.need("strip_right")?.bool()? }
        }
        "Precompiled" => {
            let fields = node.object(&["type", "precompiled_charsmap"], how)?;
            Normalizer::Precompiled(read_charsmap(&fields.need("precompiled_charsmap")?, how)?)
        }
        "Prepend" => {
            let fields = node.object(&["type", "prepend"], how)?;
            let prepend = fields.need("prepend")?;
            Normalizer::Prepend(prepend.string_up_to("replacement_bytes", how.limits.replacement_bytes)?.to_owned())
        }
        "Replace" => {
            let (pattern, content) = read_replace(node, how)?;
            Normalizer::Replace { pattern, content }
        }
        "Sequence" => {
            let fields = node.object(&["type", "normalizers"], how)?;
            let list = fields.need("normalizers")?;
            Normalizer::Sequence(list.items()?.map(|item| read(&item, how)).collect::<Result<_>>()?)
        }
        _ => {
            let normalizer = match name {
                "NFC" => Normalizer::Form(Form::Nfc),
                "NFD" => Normalizer::Form(Form::Nfd),
                "NFKC" => Normalizer::Form(Form::Nfkc),
                "NFKD" => Normalizer::Form(Form::Nfkd),
                "Lowercase" => Normalizer::Lowercase,
                "StripAccents" => Normalizer::StripAccents,
                "Nmt" => Normalizer::Nmt,
                "ByteLevel" => Normalizer::ByteLevel,
                _ => return Err(node.unknown_type(name, "normalizer")),
            };
            node.object(&["type"], how)?;
            normalizer
        }
    })
}

fn read_charsmap(node: &Node<'_, '_>, how: &Reading) -> Result<Precompiled> {
    // Four characters of base64 hold three bytes.
    let text = node.string_up_to("charsmap_bytes", how.limits.charsmap_bytes.saturating_mul(2))?;
    let blob = BASE64.decode(text).map_err(|error| node.error(format!("not base64: {error}")))?;
    Precompiled::new(blob, &how.limits).map_err(|error| error.of(FORMAT).at(&node.path.to_string()))
}

/// The fields of `Replace`, the normalizer and the decoder.
pub(super) fn read_replace(node: &Node<'_, '_>, how: &mut Reading) -> Result<(Pattern, String)> {
    let fields = node.object(&["type", "pattern", "content"], how)?;
    let pattern = read_pattern(&fields.need("pattern")?, how)?;
    let content = fields.need("content")?;
    let content = content.string_up_to("replacement_bytes", how.limits.replacement_bytes)?.to_owned();
    Ok((pattern, content))
}

/// `{"String": ...}` or `{"Regex": ...}`.
pub(super) fn read_pattern(node: &Node<'_, '_>, how: &mut Reading) -> Result<Pattern> {
    let mut entries = node.entries()?;
    let (Some((kind, value)), None) = (entries.next(), entries.next()) else {
        return Err(node.error("expected one of {\"String\": ...} and {\"Regex\": ...}"));
    };
    let source = match kind {
        "String" => Source::String(value.string()?.to_owned()),
        "Regex" => Source::Regex(value.string()?.to_owned()),
        _ => return Err(value.error("unknown kind of pattern; it is String or Regex")),
    };
    Pattern::new(source, how.unicode, &how.limits).map_err(|error| error.of(FORMAT).at(&value.path.to_string()))
}

impl Serialize for View<'_, Normalizer> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Normalizer::Bert(bert) => {
                map.serialize_entry("type", "BertNormalizer")?;
                map.serialize_entry("clean_text", &bert.clean_text)?;
                map.serialize_entry("handle_chinese_chars", &bert.handle_chinese_chars)?;
                map.serialize_entry("strip_accents", &bert.strip_accents)?;
                map.serialize_entry("lowercase", &bert.lowercase)?;
            }
            Normalizer::Form(form) => {
                let name = match form {
                    Form::Nfc => "NFC",
                    Form::Nfd => "NFD",
                    Form::Nfkc => "NFKC",
                    Form::Nfkd => "NFKD",
                };
                map.serialize_entry("type", name)?;
            }
            Normalizer::Lowercase => map.serialize_entry("type", "Lowercase")?,
            Normalizer::StripAccents => map.serialize_entry("type", "StripAccents")?,
            Normalizer::Strip { left, right } => {
                map.serialize_entry("type", "Strip")?;
                map.serialize_entry("strip_left", left)?;
                map.serialize_entry("strip_right", right)?;
            }
            Normalizer::Nmt => map.serialize_entry("type", "Nmt")?,
            Normalizer::Precompiled(map_) => {
                map.serialize_entry("type", "Precompiled")?;
                map.serialize_entry("precompiled_charsmap", &BASE64.encode(map_.blob()))?;
            }
            Normalizer::Prepend(text) => {
                map.serialize_entry("type", "Prepend")?;
                map.serialize_entry("prepend", text)?;
            }
            Normalizer::Replace { pattern, content } => {
                map.serialize_entry("type", "Replace")?;
                map.serialize_entry("pattern", &View(pattern))?;
                map.serialize_entry("content", content)?;
            }
            Normalizer::ByteLevel => map.serialize_entry("type", "ByteLevel")?,
            Normalizer::Sequence(parts) => {
                map.serialize_entry("type", "Sequence")?;
                map.serialize_entry("normalizers", &View(parts))?;
            }
        }
        map.end()
    }
}

impl Serialize for View<'_, Pattern> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.0.source() {
            Source::String(text) => map.serialize_entry("String", text)?,
            Source::Regex(text) => map.serialize_entry("Regex", text)?,
        }
        map.end()
    }
}
