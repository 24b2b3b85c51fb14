//! `added_tokens`.
//!
//! The ids of the file are only a claim: `tokenizers` 0.23.3 gives a token the id that the model's vocabulary has for
//! it, or else the next free one. We give the same ids, and a file that says otherwise is irregular.

use std::collections::HashMap;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json::{Node, Object};
use super::{Reading, View};
use crate::added::AddedToken;
use crate::error::{Error, Result, quote};
use crate::models::Model;
use crate::text::Aligned;
use crate::text::normalizers::Normalizer;

const FIELDS: &[&str] = &["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"];

/// The tokens by ascending id.
pub(super) fn read(
    node: &Node<'_, '_>,
    model: &Model,
    normalizer: Option<&Normalizer>,
    how: &mut Reading,
) -> Result<Vec<(u32, AddedToken)>> {
    let items = node.items()?;
    if items.len() as u64 > how.limits.added_tokens {
        let error = Error::limit("added_tokens", items.len() as u64, how.limits.added_tokens);
        return Err(error.at(&node.path.to_string()));
    }
    let vocab = model.vocab();
    let mut next = vocab.strings().count() as u32; // those that share an id count too
    let mut tokens: Vec<(u32, AddedToken)> = Vec::with_capacity(items.len());
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(items.len());
    for item in items {
        let fields = item.object(FIELDS, how)?;
        let (declared, token) = read_token(&fields, how)?;
        let content = fields.need("content")?;
        if token.content.is_empty() {
            how.irregular(&content.path, "empty; a token without content is ignored")?;
            continue;
        }
        if let Some(&at) = seen.get(&token.content) {
            how.irregular(&item.path, format!("{} is added twice; the last one counts", quote(&token.content)))?;
            if let Some(slot) = tokens.get_mut(at) {
                slot.1 = token;
            }
            continue;
        }
        let id = match vocab.id(&token.content) {
            Some(id) => id,
            None => {
                let id = next;
                next += 1;
                if let Some(other) = vocab.token(id) {
                    let message = format!("the next free id is {id}, but the vocabulary has {} there", quote(other));
                    how.irregular(&item.path, message)?;
                }
                id
            }
        };
        if u64::from(id) > how.limits.highest_id {
            return Err(Error::limit("highest_id", id.into(), how.limits.highest_id).at(&item.path.to_string()));
        }
        if id != declared {
            let message = format!("{} has the id {id}, not {declared}", quote(&token.content));
            how.irregular(&fields.place("id"), message)?;
        }
        check_normalized(&item, &token, normalizer, how)?;
        seen.insert(token.content.clone(), tokens.len());
        tokens.push((id, token));
    }
    tokens.sort_by_key(|(id, _)| *id);
    Ok(tokens)
}

fn read_token(fields: &Object<'_, '_>, how: &Reading) -> Result<(u32, AddedToken)> {
    let content = fields.need("content")?;
    let token = AddedToken {
        content: content.string_up_to("added_token_bytes", how.limits.added_token_bytes)?.to_owned(),
        single_word: fields.need("single_word")?.bool()?,
        lstrip: fields.need("lstrip")?.bool()?,
        rstrip: fields.need("rstrip")?.bool()?,
        normalized: fields.need("normalized")?.bool()?,
        special: fields.need("special")?.bool()?,
    };
    Ok((fields.need("id")?.u32()?, token))
}

/// A token that is looked for in normalized text must not vanish in it: the empty string is everywhere.
fn check_normalized(
    node: &Node<'_, '_>,
    token: &AddedToken,
    normalizer: Option<&Normalizer>,
    how: &Reading,
) -> Result<()> {
    let Some(normalizer) = normalizer.filter(|_| token.normalized) else { return Ok(()) };
    let mut text = Aligned::new(&token.content, 0, false);
    normalizer.apply(&mut text, how.unicode, &how.limits).map_err(|error| error.at(&node.path.to_string()))?;
    if text.is_empty() {
        return Err(node.error(format!("the normalizer leaves nothing of {}", quote(&token.content))));
    }
    Ok(())
}

impl Serialize for View<'_, (u32, AddedToken)> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (id, token) = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", id)?;
        map.serialize_entry("content", &token.content)?;
        map.serialize_entry("single_word", &token.single_word)?;
        map.serialize_entry("lstrip", &token.lstrip)?;
        map.serialize_entry("rstrip", &token.rstrip)?;
        map.serialize_entry("normalized", &token.normalized)?;
        map.serialize_entry("special", &token.special)?;
        map.end()
    }
}
