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
    /// Number of ids that exist.
    len: u32,
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
            len: 0,
            aliases: Vec::new(),
        };
        for (token, id) in &tokens {
            vocab.push(token.as_ref(), *id, limits)?;
        }
        Ok(vocab)
    }

    /// From the pieces of a list, whose ids are their positions. A piece may occur again, as it may in a Unigram file:
    /// each keeps its id, and looking the piece up gives the last one.
    pub(crate) fn from_list<S: AsRef<str>>(tokens: &[S], limits: &Limits) -> Result<Self> {
        if tokens.len() as u64 > limits.highest_id + 1 {
            return Err(Error::limit("highest_id", tokens.len() as u64 - 1, limits.highest_id));
        }
        let bytes: usize = tokens.iter().map(|token| token.as_ref().len()).sum();
        if bytes as u64 > u64::from(u32::MAX) {
            return Err(Error::limit("file_bytes", bytes as u64, u64::from(u32::MAX)));
        }
        let mut vocab = Vocab { ids: HashTable::with_capacity(tokens.len()), ..Vocab::default() };
        vocab.blob.reserve(bytes);
        vocab.ends.reserve(tokens.len());
        for (token, id) in tokens.iter().map(AsRef::as_ref).zip(0..) {
            check_length(token, limits)?;
            let (blob, ends) = (&vocab.blob, &vocab.ends);
            if let Ok(again) = vocab.ids.find_entry(HASHER.hash_one(token), |&id| string(blob, ends, id) == token) {
                again.remove();
            }
            vocab.append(token, id);
        }
        Ok(vocab)
    }

    fn push(&mut self, token: &str, id: u32, limits: &Limits) -> Result<()> {
        check_length(token, limits)?;
        if (id as usize) < self.ends.len() {
            let other = self.token(id).unwrap_or_default();
            return Err(Error::format(
                "vocabulary",
                "",
                format!("the tokens {} and {} share the id {id}", quote(other), quote(token)),
            ));
        }
        if let Some(other) = self.id(token) {
            return Err(Error::format(
                "vocabulary",
                "",
                format!("the token {} has two ids, {other} and {id}", quote(token)),
            ));
        }
        let here = self.blob.len() as u32;
        self.ends.resize(id as usize, here); // holes are empty strings
        if let Some(slot) = self.present.get_mut(id as usize) {
            *slot = true;
        }
        self.append(token, id);
        Ok(())
    }

    /// Puts a token at the end, where `id` must be the next slot and the token must not be among `ids`.
    fn append(&mut self, token: &str, id: u32) {
        self.blob.push_str(token);
        self.ends.push(self.blob.len() as u32);
        self.len += 1;
        let (blob, ends) = (&self.blob, &self.ends);
        self.ids.insert_unique(HASHER.hash_one(token), id, |&id| HASHER.hash_one(string(blob, ends, id)));
    }

    /// The id of a token.
    pub fn id(&self, token: &str) -> Option<u32> {
        let id = self.ids.find(HASHER.hash_one(token), |&id| string(&self.blob, &self.ends, id) == token).copied();
        if id.is_some() || self.aliases.is_empty() {
            return id;
        }
        let at = self.aliases.binary_search_by(|(alias, _)| (**alias).cmp(token)).ok()?;
        self.aliases.get(at).map(|(_, id)| *id)
    }

    /// With more strings for ids that have one already: damaged files that Hugging Face reads have them. They are
    /// found by [`Vocab::id`]; [`Vocab::token`], [`Vocab::iter`] and [`Vocab::len`] do not know them.
    #[must_use]
    pub fn with_aliases<'s>(mut self, aliases: impl IntoIterator<Item = (&'s str, u32)>) -> Self {
        self.aliases = aliases.into_iter().map(|(alias, id)| (alias.into(), id)).collect();
        self.aliases.sort_unstable();
        self
    }

    /// All strings with their ids: those of [`Vocab::iter`] and the ones beside them.
    pub(crate) fn strings(&self) -> impl Iterator<Item = (&str, u32)> {
        self.iter().chain(self.aliases.iter().map(|(alias, id)| (&**alias, *id)))
    }

    /// The token of an id.
    pub fn token(&self, id: u32) -> Option<&str> {
        let exists = (id as usize) < self.ends.len() && self.present.get(id as usize).copied().unwrap_or(true);
        exists.then(|| string(&self.blob, &self.ends, id))
    }

    /// Number of tokens (of ids, should two of them have the same string).
    pub fn len(&self) -> usize {
        self.len as usize
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

fn check_length(token: &str, limits: &Limits) -> Result<()> {
    match token.len() as u64 {
        bytes if bytes > limits.token_bytes => Err(Error::limit("token_bytes", bytes, limits.token_bytes)),
        _ => Ok(()),
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
    fn the_last_of_equal_pieces_is_looked_up() {
        let vocab = Vocab::from_list(&["a", "", "b", "a"], &Limits::default()).unwrap();
        assert_eq!((vocab.id("a"), vocab.token(0), vocab.token(3)), (Some(3), Some("a"), Some("a")));
        assert_eq!((vocab.id(""), vocab.len(), vocab.slots()), (Some(1), 4, 4));
        let limits = Limits { token_bytes: 1, ..Limits::default() };
        assert_eq!(Vocab::from_list(&["ab"], &limits).unwrap_err().class(), ErrorClass::Limit);
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
