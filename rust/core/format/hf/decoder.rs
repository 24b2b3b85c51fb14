//! `decoder`.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::Node;
use super::normalizer::read_replace;
use super::splitter::{read_byte_level, read_metaspace};
use super::{Reading, View};
use crate::decode::Decoder;
use crate::error::Result;

/// The kinds that 0.23.3 reads without a `type`, by the fields that tell them.
const UNTYPED: [(&str, &[&str]); 5] = [
    ("BPEDecoder", &["suffix"]),
    ("WordPiece", &["prefix", "cleanup"]),
    ("CTC", &["pad_token", "word_delimiter_token", "cleanup"]),
    ("Replace", &["pattern", "content"]),
    ("Strip", &["content", "start", "stop"]),
];

pub(super) fn read(node: &Node<'_, '_>, how: &mut Reading) -> Result<Decoder> {
    let name = match node.type_name()? {
        Some(name) => name,
        None => UNTYPED
            .iter()
            .find(|(_, fields)| node.has(fields))
            .map(|(name, _)| *name)
            .ok_or_else(|| node.no_type("decoder"))?,
    };
    Ok(match name {
        "BPEDecoder" => {
            let fields = node.object(&["type", "suffix"], how)?;
            Decoder::Bpe { suffix: fields.need("suffix")?.string()?.to_owned() }
        }
        "ByteLevel" => Decoder::ByteLevel(read_byte_level(node, how)?),
        "CTC" => {
            let fields = node.object(&["type", "pad_token", "word_delimiter_token", "cleanup"], how)?;
            Decoder::Ctc {
                pad_token: fields.need("pad_token")?.string()?.to_owned(),
                word_delimiter_token: fields.need("word_delimiter_token")?.string()?.to_owned(),
                cleanup: fields.need("cleanup")?.bool()?,
            }
        }
        "Metaspace" => Decoder::Metaspace(read_metaspace(node, how)?),
        "Replace" => {
            let (pattern, content) = read_replace(node, how)?;
            Decoder::Replace { pattern, content }
        }
        "Strip" => {
            let fields = node.object(&["type", "content", "start", "stop"], how)?;
            Decoder::Strip {
                content: fields.need("content")?.char()?,
                start: fields.need("start")?.usize()?,
                stop: fields.need("stop")?.usize()?,
            }
        }
        "WordPiece" => {
            let fields = node.object(&["type", "prefix", "cleanup"], how)?;
            Decoder::WordPiece {
                prefix: fields.need("prefix")?.string()?.to_owned(),
                cleanup: fields.need("cleanup")?.bool()?,
            }
        }
        "Sequence" => {
            let fields = node.object(&["type", "decoders"], how)?;
            let list = fields.need("decoders")?;
            Decoder::Sequence(list.items()?.map(|item| read(&item, how)).collect::<Result<_>>()?)
        }
        _ => {
            let decoder = match name {
                "ByteFallback" => Decoder::ByteFallback,
                "Fuse" => Decoder::Fuse,
                _ => return Err(node.unknown_type(name, "decoder")),
            };
            node.object(&["type"], how)?;
            decoder
        }
    })
}

impl Serialize for View<'_, Decoder> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Decoder::ByteLevel(byte_level) => return View(byte_level).finish(map),
            Decoder::Metaspace(metaspace) => return View(metaspace).finish(map),
            Decoder::Bpe { suffix } => {
                map.serialize_entry("type", "BPEDecoder")?;
                map.serialize_entry("suffix", suffix)?;
            }
            Decoder::ByteFallback => map.serialize_entry("type", "ByteFallback")?,
            Decoder::Ctc { pad_token, word_delimiter_token, cleanup } => {
                map.serialize_entry("type", "CTC")?;
                map.serialize_entry("pad_token", pad_token)?;
                map.serialize_entry("word_delimiter_token", word_delimiter_token)?;
                map.serialize_entry("cleanup", cleanup)?;
            }
            Decoder::Fuse => map.serialize_entry("type", "Fuse")?,
            Decoder::Replace { pattern, content } => {
                map.serialize_entry("type", "Replace")?;
                map.serialize_entry("pattern", &View(pattern))?;
                map.serialize_entry("content", content)?;
            }
            Decoder::Strip { content, start, stop } => {
                map.serialize_entry("type", "Strip")?;
                map.serialize_entry("content", content)?;
                map.serialize_entry("start", start)?;
                map.serialize_entry("stop", stop)?;
            }
            Decoder::WordPiece { prefix, cleanup } => {
                map.serialize_entry("type", "WordPiece")?;
                map.serialize_entry("prefix", prefix)?;
                map.serialize_entry("cleanup", cleanup)?;
            }
            Decoder::Sequence(parts) => {
                map.serialize_entry("type", "Sequence")?;
                map.serialize_entry("decoders", &View(parts))?;
            }
        }
        map.end()
    }
}
