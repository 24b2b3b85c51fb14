//! The table of counted words: one arena of bytes, one list of entries, one hash table of their positions.

#![allow(clippy::indexing_slicing, reason = "entries and their spans of the arena are made here, together")]

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::error::{Error, Result};

/// How words are written in a [`WordCounts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordForm {
    /// Raw bytes, for byte-level models.
    Bytes,
    /// UTF-8 text.
    Text,
}

/// Distinct words with 64-bit counts.
#[derive(Debug)]
pub struct WordCounts {
    form: WordForm,
    arena: Vec<u8>,
    entries: Vec<Entry>,
    table: HashTable<u32>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u64,
    count: u64,
    len: u32,
}

impl WordCounts {
    /// No words yet.
    pub fn new(form: WordForm) -> Self {
        WordCounts {
            form,
            arena: Vec::new(),
            entries: Vec::new(),
            table: HashTable::new(),
            hasher: RandomState::default(),
        }
    }

    /// How the words are written.
    pub fn form(&self) -> WordForm {
        self.form
    }

    /// Number of distinct words.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Counts a word `count` times more. Fails, with class `Training`, only when 64 bits do not hold the count, or
    /// 2^32 distinct words the table.
    #[inline]
    pub fn add(&mut self, word: &[u8], count: u64) -> Result<()> {
        let WordCounts { arena, entries, table, hasher, .. } = self;
        let hash = hasher.hash_one(word);
        if let Some(&at) = table.find(hash, |&at| bytes(arena, &entries[at as usize]) == word) {
            let entry = &mut entries[at as usize];
            entry.count = entry.count.checked_add(count).ok_or_else(overflow)?;
            return Ok(());
        }
        let at = u32::try_from(entries.len()).map_err(|_| Error::training("more than 2^32 distinct words"))?;
        entries.push(Entry { start: arena.len() as u64, count, len: word.len() as u32 });
        arena.extend_from_slice(word);
        table.insert_unique(hash, at, |&at| hasher.hash_one(bytes(arena, &entries[at as usize])));
        Ok(())
    }

    /// Adds another table's counts.
    pub fn merge(&mut self, other: WordCounts) -> Result<()> {
        if self.is_empty() && self.form == other.form {
            *self = other;
            return Ok(());
        }
        for (word, count) in other.iter() {
            self.add(word, count)?;
        }
        Ok(())
    }

    /// Orders the words by their bytes, so that the table no longer tells how it was counted.
    pub fn sort(&mut self) {
        let WordCounts { arena, entries, table, hasher, .. } = self;
        entries.sort_unstable_by(|a, b| bytes(arena, a).cmp(bytes(arena, b)));
        table.clear();
        for (at, entry) in entries.iter().enumerate() {
            table.insert_unique(hasher.hash_one(bytes(arena, entry)), at as u32, |&at| {
                hasher.hash_one(bytes(arena, &entries[at as usize]))
            });
        }
    }

    /// The words and their counts.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], u64)> {
        self.entries.iter().map(|entry| (bytes(&self.arena, entry), entry.count))
    }
}

fn bytes<'a>(arena: &'a [u8], entry: &Entry) -> &'a [u8] {
    &arena[entry.start as usize..entry.start as usize + entry.len as usize]
}

fn overflow() -> Error {
    Error::training("a word's count exceeds 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_overflow_is_an_error() {
        let mut words = WordCounts::new(WordForm::Text);
        words.add(b"ev", 1 << 33).unwrap();
        words.add(b"", 1).unwrap();
        words.add(b"ev", 2).unwrap();
        let mut more = WordCounts::new(WordForm::Text);
        more.add(b"at", 5).unwrap();
        more.add(b"ev", 1).unwrap();
        words.merge(more).unwrap();
        words.sort();
        let all: Vec<_> = words.iter().collect();
        assert_eq!(all, [(&b""[..], 1), (b"at", 5), (b"ev", (1 << 33) + 3)]);
        words.add(b"ev", 1).unwrap();
        assert_eq!(words.add(b"ev", u64::MAX).unwrap_err().class(), crate::ErrorClass::Training);
    }
}
