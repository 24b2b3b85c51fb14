//! `pre_tokenizer`.

use std::num::NonZeroUsize;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::Node;
use super::normalizer::read_pattern;
use super::{Reading, View};
use crate::error::Result;
use crate::text::splitters::{Behavior, ByteLevel, Metaspace, Prepend, Split, Splitter};

const BEHAVIORS: [(&str, Behavior); 5] = [
    ("Removed", Behavior::Removed),
    ("Isolated", Behavior::Isolated),
    ("MergedWithPrevious", Behavior::MergedWithPrevious),
    ("MergedWithNext", Behavior::MergedWithNext),
    ("Contiguous", Behavior::Contiguous),
];

const PREPENDS: [(&str, Prepend); 3] =
    [("first", Prepend::First), ("never", Prepend::Never), ("always", Prepend::Always)];

/// Length of the chunks of `FixedLength` if the file does not say.
const FIXED_LENGTH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4);

/// The older forms of the other families lack a `type`; 0.23.3 reads no pre-tokenizer without one, and neither do we.
pub(super) fn read(node: &Node<'_, '_>, how: &mut Reading) -> Result<Splitter> {
    let name = node.type_name()?.ok_or_else(|| node.no_type("pre-tokenizer"))?;
    Ok(match name {
        "ByteLevel" => Splitter::ByteLevel(read_byte_level(node, how)?),
        "CharDelimiterSplit" => {
            let fields = node.object(&["type", "delimiter"], how)?;
            Splitter::CharDelimiter(fields.need("delimiter")?.char()?)
        }
        "Digits" => {
            let fields = node.object(&["type", "individual_digits"], how)?;
            Splitter::Digits { individual: fields.need("individual_digits")?.bool()? }
        }
        "FixedLength" => {
            let fields = node.object(&["type", "length"], how)?;
            Splitter::FixedLength(match fields.get("length") {
                None => FIXED_LENGTH,
                Some(length) => {
                    NonZeroUsize::new(length.usize()?).ok_or_else(|| length.error("expected at least 1, found 0"))?
                }
            })
        }
        "Metaspace" => Splitter::Metaspace(read_metaspace(node, how)?),
        "Punctuation" => {
            let fields = node.object(&["type", "behavior"], how)?;
            let behavior = fields.get("behavior").map(|node| node.one_of(&BEHAVIORS)).transpose()?;
            Splitter::Punctuation(behavior.unwrap_or(Behavior::Isolated))
        }
        "Split" => {
            let fields = node.object(&["type", "pattern", "behavior", "invert"], how)?;
            Splitter::Split(Split {
                pattern: read_pattern(&fields.need("pattern")?, how)?,
                behavior: fields.need("behavior")?.one_of(&BEHAVIORS)?,
                invert: fields.need("invert")?.bool()?,
            })
        }
        "Sequence" => {
            let fields = node.object(&["type", "pretokenizers"], how)?;
            let list = fields.need("pretokenizers")?;
            Splitter::Sequence(list.items()?.map(|item| read(&item, how)).collect::<Result<_>>()?)
        }
        _ => {
            let splitter = match name {
                "BertPreTokenizer" => Splitter::Bert,
                "UnicodeScripts" => Splitter::UnicodeScripts,
                "Whitespace" => Splitter::Whitespace,
                "WhitespaceSplit" => Splitter::WhitespaceSplit,
                _ => return Err(node.unknown_type(name, "pre-tokenizer")),
            };
            node.object(&["type"], how)?;
            splitter
        }
    })
}

/// The fields of `ByteLevel`, wherever it stands.
pub(super) fn read_byte_level(node: &Node<'_, '_>, how: &mut Reading) -> Result<ByteLevel> {
    let fields = node.object(&["type", "add_prefix_space", "trim_offsets", "use_regex"], how)?;
    Ok(ByteLevel {
        add_prefix_space: fields.need("add_prefix_space")?.bool()?,
        trim_offsets: fields.need("trim_offsets")?.bool()?,
        use_regex: fields.get("use_regex").map_or(Ok(true), |node| node.bool())?,
    })
}

/// The fields of `Metaspace`, splitter and decoder. Older files say `add_prefix_space`, and `str_rep`, which nobody
/// reads.
pub(super) fn read_metaspace(node: &Node<'_, '_>, how: &mut Reading) -> Result<Metaspace> {
    let known = &["type", "replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep"];
    let fields = node.object(known, how)?;
    let prepend = fields.get("prepend_scheme").map(|node| node.one_of(&PREPENDS)).transpose()?;
    let prepend = prepend.unwrap_or(Prepend::Always);
    if let Some(node) = fields.some("add_prefix_space")
        && !node.bool()?
        && prepend != Prepend::Never
    {
        return Err(node.error("false contradicts `prepend_scheme`; write \"prepend_scheme\": \"never\""));
    }
    if let Some(node) = fields.some("str_rep") {
        node.string()?;
    }
    Ok(Metaspace {
        replacement: fields.need("replacement")?.char()?,
        prepend,
        split: fields.some("split").map_or(Ok(true), |node| node.bool())?,
    })
}

fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, other)| *other == value).map_or("", |(name, _)| name)
}

impl Serialize for View<'_, Splitter> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Splitter::ByteLevel(byte_level) => return View(byte_level).finish(map),
            Splitter::Metaspace(metaspace) => return View(metaspace).finish(map),
            Splitter::Bert => map.serialize_entry("type", "BertPreTokenizer")?,
            Splitter::CharDelimiter(delimiter) => {
                map.serialize_entry("type", "CharDelimiterSplit")?;
                map.serialize_entry("delimiter", delimiter)?;
            }
            Splitter::Digits { individual } => {
                map.serialize_entry("type", "Digits")?;
                map.serialize_entry("individual_digits", individual)?;
            }
            Splitter::FixedLength(length) => {
                map.serialize_entry("type", "FixedLength")?;
                map.serialize_entry("length", length)?;
            }
            Splitter::Punctuation(behavior) => {
                map.serialize_entry("type", "Punctuation")?;
                map.serialize_entry("behavior", name_of(&BEHAVIORS, *behavior))?;
            }
            Splitter::Split(split) => {
                map.serialize_entry("type", "Split")?;
                map.serialize_entry("pattern", &View(&split.pattern))?;
                map.serialize_entry("behavior", name_of(&BEHAVIORS, split.behavior))?;
                map.serialize_entry("invert", &split.invert)?;
            }
            Splitter::UnicodeScripts => map.serialize_entry("type", "UnicodeScripts")?,
            Splitter::Whitespace => map.serialize_entry("type", "Whitespace")?,
            Splitter::WhitespaceSplit => map.serialize_entry("type", "WhitespaceSplit")?,
            Splitter::Sequence(parts) => {
                map.serialize_entry("type", "Sequence")?;
                map.serialize_entry("pretokenizers", &View(parts))?;
            }
        }
        map.end()
    }
}

impl View<'_, ByteLevel> {
    pub(super) fn finish<M: SerializeMap>(&self, mut map: M) -> Result<M::Ok, M::Error> {
        map.serialize_entry("type", "ByteLevel")?;
        map.serialize_entry("add_prefix_space", &self.0.add_prefix_space)?;
        map.serialize_entry("trim_offsets", &self.0.trim_offsets)?;
        map.serialize_entry("use_regex", &self.0.use_regex)?;
        map.end()
    }
}

impl View<'_, Metaspace> {
    pub(super) fn finish<M: SerializeMap>(&self, mut map: M) -> Result<M::Ok, M::Error> {
        map.serialize_entry("type", "Metaspace")?;
        map.serialize_entry("replacement", &self.0.replacement)?;
        map.serialize_entry("prepend_scheme", name_of(&PREPENDS, self.0.prepend))?;
        map.serialize_entry("split", &self.0.split)?;
        map.end()
    }
}
