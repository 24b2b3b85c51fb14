//! The vocabulary in the making.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

/// Token strings by id, and ids by string.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    strings: Vec<Box<str>>,
    ids: HashMap<Box<str>, u32, FxBuildHasher>,
    /// Characters of the corpus that a token covers.
    lengths: Vec<u32>,
}

impl Tokens {
    /// Number of tokens, and the id of the next one.
    pub(super) fn len(&self) -> usize {
        self.strings.len()
    }

    /// The strings, by id.
    pub(super) fn strings(&self) -> &[Box<str>] {
        &self.strings
    }

    /// The string of a token.
    pub(super) fn string(&self, id: u32) -> &str {
        self.strings.get(id as usize).map_or("", |string| string)
    }

    /// Characters of the corpus that a token covers.
    pub(super) fn length(&self, id: u32) -> u32 {
        self.lengths.get(id as usize).copied().unwrap_or_default()
    }

    /// Says how many characters of the corpus a token covers.
    pub(super) fn set_length(&mut self, id: u32, length: u32) {
        if let Some(slot) = self.lengths.get_mut(id as usize) {
            *slot = length;
        }
    }

    /// The id of a string, if it is a token.
    pub(super) fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    /// The id of a string; a new one gets the next id, and covers one character.
    pub(super) fn intern(&mut self, token: &str) -> u32 {
        if let Some(&id) = self.ids.get(token) {
            return id;
        }
        let id = self.strings.len() as u32;
        self.strings.push(token.into());
        self.lengths.push(1);
        self.ids.insert(token.into(), id);
        id
    }
}
