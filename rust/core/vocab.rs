//! Token strings and their ids: one arena of text, one table of ends, one hash table of ids.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::error::{Error, Result, quote};
use crate::limits::Limits;

/// An immutable two-way map between token strings and ids. Ids may have holes.
#[derive(Debug, Clone, Default)]
pub struct Vocab {
    /// All strings, in order of id.
    blob: String,
    /// Per id, where its string ends in `blob`; its start is the previous end.
    ends: Vec<u32>,
    /// Per id, whether it exists; empty when there is no hole.
    present: Vec<bool>,
    /// Ids, hashed by their string.
    ids: HashTable<u32>,
    /// More strings for ids that have one, sorted; empty for every sound file.
    aliases: Vec<(Box<str>, u32)>,
}

/// Fixed: the order of ids never depends on it, and a vocabulary is as trusted as the model it belongs to.
const HASHER: FixedState = FixedState::with_seed(0x6879_6272);

impl Vocab {
    /// From pairs in any order. Two strings for one id, one string for two ids, an id above
    /// [`Limits::highest_id`], too many holes or a too long string are errors.
    pub fn new<S: AsRef<str>>(tokens: impl IntoIterator<Item = (S, u32)>, limits: &Limits) -> Result<Self> {
        let mut tokens: Vec<(S, u32)> = tokens.into_iter().collect();
        if !tokens.is_sorted_by_key(|(_, id)| *id) {
            tokens.sort_by_key(|(_, id)| *id);
        }
        let slots = tokens.last().map_or(0, |(_, id)| u64::from(*id) + 1);
        if slots > limits.highest_id + 1 {
            return Err(Error::limit("highest_id", slots - 1, limits.highest_id));
        }
        if slots > limits.slots_per_token.saturating_mul(tokens.len() as u64) {
            return Err(Error::limit("slots_per_token", slots.div_ceil(tokens.len() as u64), limits.slots_per_token));
        }
        let bytes: usize = tokens.iter().map(|(token, _)| token.as_ref().len()).sum();
        if bytes as u64 > u64::from(u32::MAX) {
            return Err(Error::limit("file_bytes", bytes as u64, u64::from(u32::MAX)));
        }
        let mut vocab = Vocab {
            blob: String::with_capacity(bytes),
            ends: Vec::with_capacity(slots as usize),
            present: if slots == tokens.len() as u64 { Vec::new() } else { vec![false; slots as usize] },
            ids: HashTable::with_capacity(tokens.len()),
            aliases: Vec::new(),
        };
        for (token, id) in &tokens {
            vocab.push(token.as_ref(), *id, limits)?;
        }
        Ok(vocab)
    }

    fn push(&mut self, token: &str, id: u32, limits: &Limits) -> Result<()> {
        if token.len() as u64 > limits.token_bytes {
            return Err(Error::limit("token_bytes", token.len() as u64, limits.token_bytes));
        }
        if (id as usize) < self.ends.len() {
            let other = self.token(id).unwrap_or_default();
            return Err(Error::format(
                "vocabulary",
                "",
                format!("the tokens {} and {} share the id {id}", quote(other), quote(token)),
            ));
        }
        let hash = HASHER.hash_one(token);
        if let Some(other) = self.find(hash, token) {
            return Err(Error::format(
                "vocabulary",
                "",
                format!("the token {} has two ids, {other} and {id}", quote(token)),
            ));
        }
        let here = self.blob.len() as u32;
        self.ends.resize(id as usize, here); // holes are empty strings
        self.blob.push_str(token);
        self.ends.push(self.blob.len() as u32);
        if let Some(slot) = self.present.get_mut(id as usize) {
            *slot = true;
        }
        let (blob, ends) = (&self.blob, &self.ends);
        self.ids.insert_unique(hash, id, |&id| HASHER.hash_one(string(blob, ends, id)));
        Ok(())
    }

    /// The id of a token.
    pub fn id(&self, token: &str) -> Option<u32> {
        let id = self.find(HASHER.hash_one(token), token);
        if id.is_some() || self.aliases.is_empty() {
            return id;
        }
        let at = self.aliases.binary_search_by(|(alias, _)| (**alias).cmp(token)).ok()?;
        self.aliases.get(at).map(|(_, id)| *id)
    }

    fn find(&self, hash: u64, token: &str) -> Option<u32> {
        self.ids.find(hash, |&id| string(&self.blob, &self.ends, id) == token).copied()
    }

    /// With more strings for ids that have one already: damaged files that Hugging Face reads have them. They are
    /// found by [`Vocab::id`]; [`Vocab::token`], [`Vocab::iter`] and [`Vocab::len`] do not know them.
    #[must_use]
    pub fn with_aliases<'s>(mut self, aliases: impl IntoIterator<Item = (&'s str, u32)>) -> Self {
        self.aliases = aliases.into_iter().map(|(alias, id)| (alias.into(), id)).collect();
        self.aliases.sort_unstable();
        self
    }

    /// The token of an id.
    pub fn token(&self, id: u32) -> Option<&str> {
        let exists = (id as usize) < self.ends.len() && self.present.get(id as usize).copied().unwrap_or(true);
        exists.then(|| string(&self.blob, &self.ends, id))
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Highest id + 1.
    pub fn slots(&self) -> usize {
        self.ends.len()
    }

    /// All tokens with their ids, by ascending id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        (0..self.slots() as u32).filter_map(|id| self.token(id).map(|token| (token, id)))
    }
}

fn string<'v>(blob: &'v str, ends: &[u32], id: u32) -> &'v str {
    let start = (id as usize).checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(id as usize).copied().unwrap_or(start);
    blob.get(start as usize..end as usize).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    #[test]
    fn both_ways_with_a_hole() {
        let vocab = Vocab::new([("b", 3), ("a", 0), ("ğ", 1)], &Limits::default()).unwrap();
        assert_eq!((vocab.id("ğ"), vocab.token(1)), (Some(1), Some("ğ")));
        assert_eq!((vocab.token(2), vocab.token(4), vocab.id("x")), (None, None, None));
        assert_eq!(vocab.iter().collect::<Vec<_>>(), [("a", 0), ("ğ", 1), ("b", 3)]);
    }

    #[test]
    fn what_is_refused() {
        let limits = Limits::default();
        let cases: &[(&[(&str, u32)], ErrorClass)] = &[
            (&[("a", 0), ("b", 0)], ErrorClass::Format),
            (&[("a", 0), ("a", 1)], ErrorClass::Format),
            (&[("a", 4_000_000_000)], ErrorClass::Limit),
            (&[("a", 0), ("b", 100)], ErrorClass::Limit),
        ];
        for (tokens, class) in cases {
            assert_eq!(Vocab::new(tokens.iter().copied(), &limits).unwrap_err().class(), *class, "{tokens:?}");
        }
    }
}
