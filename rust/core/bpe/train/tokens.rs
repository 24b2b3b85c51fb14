//! The vocabulary in the making.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::count::WordForm;
use crate::text::bytes::char_to_byte;

/// Token strings by id, and ids by string.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    strings: Vec<Box<str>>,
    ids: HashMap<Box<str>, u32, FxBuildHasher>,
    /// As [`MaxLength`](super::MaxLength) measures; 1 by default.
    lengths: Vec<u32>,
}

impl Tokens {
    /// Tokens that are there, with their ids; new ones get ids from `next` on. Ids in between that no token has are empty
    /// strings.
    pub(super) fn resume<S: AsRef<str>>(
        known: impl Iterator<Item = (S, u32)>,
        next: u32,
        length: impl Fn(&str) -> u32,
    ) -> Self {
        let mut tokens = Tokens {
            strings: vec![Box::default(); next as usize],
            lengths: vec![1; next as usize],
            ids: HashMap::with_capacity_and_hasher(next as usize, FxBuildHasher),
        };
        for (token, id) in known {
            let token = token.as_ref();
            if let (Some(string), Some(slot)) =
                (tokens.strings.get_mut(id as usize), tokens.lengths.get_mut(id as usize))
            {
                *string = token.into();
                *slot = length(token);
                tokens.ids.insert(token.into(), id);
            }
        }
        tokens
    }

    /// Gives a string an id below that of the next token.
    pub(super) fn place(&mut self, token: &str, id: u32) {
        if let Some(string) = self.strings.get_mut(id as usize) {
            *string = token.into();
            self.ids.insert(token.into(), id);
        }
    }

    /// Number of tokens, and the id of the next one.
    pub(super) fn len(&self) -> usize {
        self.strings.len()
    }

    /// Strings with their ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        // An id that no token has does not come back from its empty string.
        let known = |&(token, id): &(&str, u32)| !token.is_empty() || self.id(token) == Some(id);
        self.strings.iter().map(|token| &**token).zip(0..).filter(known)
    }

    /// The string of a token.
    pub(super) fn string(&self, id: u32) -> &str {
        self.strings.get(id as usize).map_or("", |string| string)
    }

    /// Whether of two pairs the first has the smaller byte strings, those of the left tokens first.
    pub(super) fn goes_first(&self, one: (u32, u32), other: (u32, u32), form: WordForm) -> bool {
        let order = |one: u32, other: u32| {
            let (one, other) = (self.string(one), self.string(other));
            match form {
                WordForm::Bytes => one.chars().map(char_to_byte).cmp(other.chars().map(char_to_byte)),
                WordForm::Text => one.cmp(other),
            }
        };
        order(one.0, other.0).then_with(|| order(one.1, other.1)).is_lt()
    }

    /// The length of a token.
    pub(super) fn length(&self, id: u32) -> u32 {
        self.lengths.get(id as usize).copied().unwrap_or_default()
    }

    /// Says how long a token is.
    pub(super) fn set_length(&mut self, id: u32, length: u32) {
        if let Some(slot) = self.lengths.get_mut(id as usize) {
            *slot = length;
        }
    }

    /// The id of a string, if it is a token.
    pub(super) fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    /// The id of a string; a new one gets the next id, and the length 1.
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
