//! `post_processor`.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::{Node, Object};
use super::splitter::read_byte_level;
use super::{FORMAT, Reading, View};
use crate::added::AddedToken;
use crate::error::{Result, quote};
use crate::post::{Piece, PostProcessor, SpecialToken, Template};
use crate::vocab::Vocab;

/// The kinds that 0.23.3 reads without a `type`, by the fields that tell them.
const UNTYPED: [(&str, &[&str]); 3] = [
    ("RobertaProcessing", &["sep", "cls", "trim_offsets", "add_prefix_space"]),
    ("BertProcessing", &["sep", "cls"]),
    ("TemplateProcessing", &["single", "pair", "special_tokens"]),
];

/// The ids that exist.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'v> {
    pub(super) vocab: &'v Vocab,
    /// By ascending id.
    pub(super) added: &'v [(u32, AddedToken)],
}

impl Known<'_> {
    pub(super) fn has(self, id: u32) -> bool {
        self.vocab.token(id).is_some() || self.added.binary_search_by_key(&id, |(id, _)| *id).is_ok()
    }
}

/// Without `known`, ids are not looked up.
pub(super) fn read(node: &Node<'_, '_>, known: Option<Known<'_>>, how: &mut Reading) -> Result<PostProcessor> {
    let name = match node.type_name()? {
        Some(name) => name,
        None => UNTYPED
            .iter()
            .find(|(_, fields)| node.has(fields))
            .map(|(name, _)| *name)
            .ok_or_else(|| node.no_type("post-processor"))?,
    };
    Ok(match name {
        "BertProcessing" => {
            let fields = node.object(&["type", "sep", "cls"], how)?;
            PostProcessor::Bert {
                sep: read_token(&fields, "sep", known, how)?,
                cls: read_token(&fields, "cls", known, how)?,
            }
        }
        "RobertaProcessing" => {
            let fields = node.object(&["type", "sep", "cls", "trim_offsets", "add_prefix_space"], how)?;
            PostProcessor::Roberta {
                sep: read_token(&fields, "sep", known, how)?,
                cls: read_token(&fields, "cls", known, how)?,
                trim_offsets: fields.need("trim_offsets")?.bool()?,
                add_prefix_space: fields.need("add_prefix_space")?.bool()?,
            }
        }
        "ByteLevel" => PostProcessor::ByteLevel(read_byte_level(node, how)?),
        "TemplateProcessing" => PostProcessor::Template(read_template(node, known, how)?),
        "Sequence" => {
            let fields = node.object(&["type", "processors"], how)?;
            let list = fields.need("processors")?;
            PostProcessor::Sequence(list.items()?.map(|item| read(&item, known, how)).collect::<Result<_>>()?)
        }
        _ => return Err(node.unknown_type(name, "post-processor")),
    })
}

/// `[token, id]`.
fn read_token(
    fields: &Object<'_, '_>,
    name: &'static str,
    known: Option<Known<'_>>,
    how: &mut Reading,
) -> Result<(String, u32)> {
    let node = fields.need(name)?;
    let mut items = node.items()?;
    let (Some(token), Some(id), None) = (items.next(), items.next(), items.next()) else {
        return Err(node.error("expected a token and its id, [token, id]"));
    };
    let (token, id) = (token.string()?.to_owned(), id.u32()?);
    check_id(&node, id, known, how)?;
    Ok((token, id))
}

fn check_id(node: &Node<'_, '_>, id: u32, known: Option<Known<'_>>, how: &mut Reading) -> Result<()> {
    if known.is_some_and(|known| !known.has(id)) {
        how.irregular(&node.path, format!("the id {id} is in no vocabulary"))?;
    }
    Ok(())
}

fn read_template(node: &Node<'_, '_>, known: Option<Known<'_>>, how: &mut Reading) -> Result<Template> {
    let fields = node.object(&["type", "single", "pair", "special_tokens"], how)?;
    let special_tokens = read_special_tokens(&fields.need("special_tokens")?, known, how)?;
    let declared = |id: &str| special_tokens.contains_key(id);
    let single = read_pieces(&fields.need("single")?, false, declared, how)?;
    let pair = read_pieces(&fields.need("pair")?, true, declared, how)?;
    Template::new(single, pair, special_tokens.into_values()).map_err(|error| error.of(FORMAT).at("post_processor"))
}

fn read_special_tokens(
    node: &Node<'_, '_>,
    known: Option<Known<'_>>,
    how: &mut Reading,
) -> Result<BTreeMap<String, SpecialToken>> {
    let mut tokens = BTreeMap::new();
    for (key, node) in node.entries()? {
        let fields = node.object(&["id", "ids", "tokens"], how)?;
        let id = fields.need("id")?;
        if id.string()? != key {
            how.irregular(&id.path, format!("{} is declared under the name {}", quote(id.string()?), quote(key)))?;
        }
        let ids = fields.need("ids")?.items()?.map(|id| id.u32()).collect::<Result<Vec<_>>>()?;
        let strings = fields.need("tokens")?;
        let strings = strings.items()?.map(|token| token.string().map(str::to_owned)).collect::<Result<Vec<_>>>()?;
        if ids.len() != strings.len() {
            return Err(node.error(format!("{} ids but {} tokens", ids.len(), strings.len())));
        }
        for id in &ids {
            check_id(&node, *id, known, how)?;
        }
        let token = SpecialToken { id: key.to_owned(), ids, tokens: strings };
        if tokens.insert(key.to_owned(), token).is_some() {
            how.irregular(&node.path, "the key occurs twice")?;
        }
    }
    Ok(tokens)
}

fn read_pieces(
    node: &Node<'_, '_>,
    pair: bool,
    declared: impl Fn(&str) -> bool,
    how: &mut Reading,
) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for item in node.items()? {
        let mut entries = item.entries()?;
        let (Some((kind, value)), None) = (entries.next(), entries.next()) else {
            return Err(item.error("expected one of {\"Sequence\": ...} and {\"SpecialToken\": ...}"));
        };
        let fields = value.object(&["id", "type_id"], how)?;
        let id = fields.need("id")?.string()?;
        let type_id = fields.need("type_id")?.u32()?;
        pieces.push(match (kind, id) {
            ("Sequence", "A") => Piece::Sequence { second: false, type_id },
            ("Sequence", "B") if pair => Piece::Sequence { second: true, type_id },
            ("Sequence", "B") => return Err(item.error("a template for one input has no sequence B")),
            ("Sequence", _) => return Err(item.error(format!("{} is no sequence; they are A and B", quote(id)))),
            ("SpecialToken", _) if declared(id) => Piece::SpecialToken { id: id.to_owned(), type_id },
            ("SpecialToken", _) => {
                return Err(item.error(format!("{} is not declared in `special_tokens`", quote(id))));
            }
            _ => return Err(item.error(format!("{} is no kind of piece", quote(kind)))),
        });
    }
    Ok(pieces)
}

impl Serialize for View<'_, PostProcessor> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            PostProcessor::ByteLevel(byte_level) => return View(byte_level).finish(map),
            PostProcessor::Bert { sep, cls } => {
                map.serialize_entry("type", "BertProcessing")?;
                map.serialize_entry("sep", sep)?;
                map.serialize_entry("cls", cls)?;
            }
            PostProcessor::Roberta { sep, cls, trim_offsets, add_prefix_space } => {
                map.serialize_entry("type", "RobertaProcessing")?;
                map.serialize_entry("sep", sep)?;
                map.serialize_entry("cls", cls)?;
                map.serialize_entry("trim_offsets", trim_offsets)?;
                map.serialize_entry("add_prefix_space", add_prefix_space)?;
            }
            PostProcessor::Template(template) => {
                let tokens: BTreeMap<&str, View<'_, SpecialToken>> =
                    template.special_tokens().map(|token| (token.id.as_str(), View(token))).collect();
                map.serialize_entry("type", "TemplateProcessing")?;
                map.serialize_entry("single", &views(template.single()))?;
                map.serialize_entry("pair", &views(template.pair()))?;
                map.serialize_entry("special_tokens", &tokens)?;
            }
            PostProcessor::Sequence(parts) => {
                map.serialize_entry("type", "Sequence")?;
                map.serialize_entry("processors", &View(parts))?;
            }
        }
        map.end()
    }
}

fn views(pieces: &[Piece]) -> Vec<View<'_, Piece>> {
    pieces.iter().map(View).collect()
}

impl Serialize for View<'_, SpecialToken> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.0.id)?;
        map.serialize_entry("ids", &self.0.ids)?;
        map.serialize_entry("tokens", &self.0.tokens)?;
        map.end()
    }
}

impl Serialize for View<'_, Piece> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Named<'n> {
            id: &'n str,
            type_id: u32,
        }
        let (kind, id, type_id) = match self.0 {
            Piece::Sequence { second, type_id } => ("Sequence", if *second { "B" } else { "A" }, *type_id),
            Piece::SpecialToken { id, type_id } => ("SpecialToken", id.as_str(), *type_id),
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(kind, &Named { id, type_id })?;
        map.end()
    }
}
