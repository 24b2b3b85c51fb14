//! The table of counted words.
//!
//! Words of up to 15 bytes, nearly all of a text, are their own keys in an open-addressing table; longer ones live in
//! an arena of blocks, which whoever uses them up gives back one by one. Words arrive in batches, so that the table's lines are asked for before they are needed.

#![allow(clippy::indexing_slicing, reason = "slots, entries and their spans of the arena are made here, together")]

use std::hash::BuildHasher;

use bytemuck::{Pod, Zeroable};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::error::{Error, Result};
use crate::memory::{Table, prefetch};
use crate::text::Span;

/// How words are written in a [`WordCounts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WordForm {
    /// Raw bytes, for byte-level models.
    Bytes,
    /// UTF-8 text.
    Text,
}

/// Distinct words with 64-bit counts, in no particular order.
#[derive(Debug)]
pub struct WordCounts {
    form: WordForm,
    short: Short,
    long: Long,
    /// Seeded anew for every table, so that no text can be made to collide.
    hasher: RandomState,
}

/// Words that are looked up together.
const BATCH: usize = 32;

impl WordCounts {
    /// No words yet.
    pub fn new(form: WordForm) -> Self {
        WordCounts { form, short: Short::new(1 << 10), long: Long::default(), hasher: RandomState::default() }
    }

    /// How the words are written.
    pub fn form(&self) -> WordForm {
        self.form
    }

    /// Number of distinct words.
    pub fn len(&self) -> usize {
        self.short.len + self.long.entries.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts a word `count` times more. Fails, with class `Training`, only when 64 bits do not hold the count, or
    /// 2^31 distinct words the table.
    pub fn add(&mut self, word: &[u8], count: u64) -> Result<()> {
        match key(word, Span::new(0, word.len() as u32)) {
            Some(key) if word.len() <= SHORT => {
                self.short.reserve(1, &self.hasher)?;
                let hash = self.hasher.hash_one(key);
                self.short.add(key, hash, count)
            }
            _ => self.long.add(word, count, &self.hasher),
        }
    }

    /// Counts words of a text `count` times more each; all spans lie in it.
    pub fn add_words(&mut self, text: &[u8], words: &[Span], count: u64) -> Result<()> {
        let mut batch = [(0u128, 0u64); BATCH];
        for words in words.chunks(BATCH) {
            self.short.reserve(BATCH, &self.hasher)?;
            let mut filled = 0;
            for &word in words {
                match key(text, word) {
                    Some(key) => {
                        let hash = self.hasher.hash_one(key);
                        prefetch(&self.short.slots[hash as usize & self.short.mask]);
                        batch[filled] = (key, hash);
                        filled += 1;
                    }
                    None => self.long.add(text.get(word.range()).unwrap_or_default(), count, &self.hasher)?,
                }
            }
            for &(key, hash) in &batch[..filled] {
                self.short.add(key, hash, count)?;
            }
        }
        Ok(())
    }

    /// Adds another table's counts.
    pub fn merge(&mut self, mut other: WordCounts) -> Result<()> {
        if self.len() < other.len() {
            std::mem::swap(self, &mut other);
        }
        other.use_up(|word, count| self.add(word, count))
    }

    /// Calls `found` with all words and their counts, in the order of [`WordCounts::iter`], and gives memory back on the
    /// way.
    pub fn use_up(self, mut found: impl FnMut(&[u8], u64) -> Result<()>) -> Result<()> {
        let WordCounts { short, long, .. } = self;
        let slots = short.slots.iter().filter(|slot| slot.count > 0);
        slots.map(|slot| (slot.word(), slot.count)).try_for_each(|(word, count)| found(word, count))?;
        drop(short);
        let Long { mut arena, entries, table } = long;
        drop(table);
        let mut used = 0;
        for entry in &entries {
            // Words stand in the blocks in the order of the entries.
            arena.blocks.get_mut(used..entry.block()).into_iter().flatten().for_each(|block| *block = Vec::new());
            used = entry.block();
            found(arena.bytes(entry), entry.count)?;
        }
        Ok(())
    }

    /// The words and their counts.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        let short = self.short.slots.iter().filter(|slot| slot.count > 0);
        let long = self.long.entries.iter();
        short.map(|slot| (slot.word(), slot.count)).chain(long.map(|entry| (self.long.arena.bytes(entry), entry.count)))
    }

    /// The words and their counts, ordered by the words' bytes.
    pub fn sorted(&self) -> impl ExactSizeIterator<Item = (&[u8], u64)> {
        // Four bytes a word, because a spill happens when memory is short.
        let slots = (0u32..).zip(self.short.slots.iter()).filter(|(_, slot)| slot.count > 0).map(|(at, _)| at);
        let mut order: Vec<u32> = Vec::with_capacity(self.len());
        order.extend(slots.chain((0..self.long.entries.len() as u32).map(|at| at | IS_LONG)));
        order.sort_unstable_by(|&a, &b| self.at(a).0.cmp(self.at(b).0));
        order.into_iter().map(|at| self.at(at))
    }

    fn at(&self, place: u32) -> (&[u8], u64) {
        if place & IS_LONG == 0 {
            let slot = &self.short.slots[place as usize];
            return (slot.word(), slot.count);
        }
        let entry = &self.long.entries[(place ^ IS_LONG) as usize];
        (self.long.arena.bytes(entry), entry.count)
    }

    /// Bytes that this would need, at the highest moment, to take `words` more words of `bytes` bytes and to be sorted.
    pub fn bytes_with(&self, words: usize, bytes: usize) -> u64 {
        // A table that grows is there twice for a moment, the second time with twice the size.
        let grown = |used: usize, room: usize, size: usize| if used <= room { size } else { size * 3 };
        let Short { slots, len, .. } = &self.short;
        let short = grown(len + words, room(slots.len()), slots.len() * size_of::<Slot>());
        let Long { arena, entries, table } = &self.long;
        let long = arena.capacity_with(bytes)
            + grown(entries.len() + words, entries.capacity(), entries.capacity() * size_of::<Entry>())
            + grown(table.len() + words, table.capacity(), table.capacity() * 6);
        (short + long + self.len() * size_of::<u32>()) as u64
    }
}

/// Marks places of long words.
const IS_LONG: u32 = 1 << 31;
/// Longest word that is its own key, in bytes.
const SHORT: usize = 15;

/// A short word as a number: its bytes, zeros, and at the end its length and 1, so that no word is 0.
#[inline]
fn key(text: &[u8], word: Span) -> Option<u128> {
    let len = word.len();
    if len > SHORT {
        return None;
    }
    let start = word.start as usize;
    let bytes = match text.get(start..start + 16).and_then(|window| window.try_into().ok()) {
        Some(window) => u128::from_le_bytes(window) & ((1 << (8 * len)) - 1),
        None => {
            let mut padded = [0; 16];
            padded[..len].copy_from_slice(text.get(start..start + len)?);
            u128::from_le_bytes(padded)
        }
    };
    Some(bytes | ((len as u128 + 1) << 120))
}

#[derive(Debug)]
struct Short {
    slots: Table<Slot>,
    mask: usize,
    len: usize,
}

/// A free one counts 0.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Slot {
    key: [u8; 16],
    count: u64,
}

impl Slot {
    fn word(&self) -> &[u8] {
        self.key.get(..usize::from(self.key[SHORT]).saturating_sub(1)).unwrap_or_default()
    }
}

/// Words that so many slots may hold.
fn room(slots: usize) -> usize {
    slots / 8 * 5
}

impl Short {
    fn new(slots: usize) -> Self {
        Short { slots: Table::new(slots), mask: slots - 1, len: 0 }
    }

    /// Makes room for `words` more.
    #[inline]
    fn reserve(&mut self, words: usize, hasher: &RandomState) -> Result<()> {
        if self.len + words <= room(self.slots.len()) {
            return Ok(());
        }
        self.grow(hasher)
    }

    #[cold]
    fn grow(&mut self, hasher: &RandomState) -> Result<()> {
        if self.slots.len() >= IS_LONG as usize {
            return Err(too_many());
        }
        let mut bigger = Short::new(self.slots.len() * 2);
        for slot in self.slots.iter().filter(|slot| slot.count > 0) {
            let key = u128::from_le_bytes(slot.key);
            bigger.add(key, hasher.hash_one(key), slot.count)?;
        }
        *self = bigger;
        Ok(())
    }

    /// Counts a word; there is room for it.
    #[inline]
    fn add(&mut self, key: u128, hash: u64, count: u64) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        let mut at = hash as usize & self.mask;
        loop {
            let slot = &mut self.slots[at];
            if u128::from_le_bytes(slot.key) == key {
                slot.count = slot.count.checked_add(count).ok_or_else(overflow)?;
                return Ok(());
            }
            if slot.count == 0 {
                *slot = Slot { key: key.to_le_bytes(), count };
                self.len += 1;
                return Ok(());
            }
            at = (at + 1) & self.mask;
        }
    }
}

#[derive(Debug, Default)]
struct Long {
    arena: Arena,
    entries: Vec<Entry>,
    table: HashTable<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The block and, in the lower half, the place in it.
    start: u64,
    count: u64,
    len: u32,
}

impl Entry {
    fn block(&self) -> usize {
        (self.start >> 32) as usize
    }
}

/// The bytes of words, one after the other, in blocks that stay where they are.
#[derive(Debug, Default)]
struct Arena {
    blocks: Vec<Vec<u8>>,
}

/// Bytes of a block, unless a word is longer. A small arena has one that grows.
const BLOCK: usize = 1 << 20;

impl Arena {
    #[inline]
    fn bytes(&self, entry: &Entry) -> &[u8] {
        let start = entry.start as u32 as usize;
        &self.blocks[entry.block()][start..start + entry.len as usize]
    }

    /// Appends a word; returns its start.
    fn push(&mut self, word: &[u8]) -> u64 {
        let full = |block: &Vec<u8>| block.len() + word.len() > BLOCK;
        if self.blocks.last().is_none_or(full) {
            let first = self.blocks.is_empty();
            self.blocks.push(Vec::with_capacity(if first { word.len() } else { word.len().max(BLOCK) }));
        }
        let last = self.blocks.len() - 1;
        let block = &mut self.blocks[last];
        block.extend_from_slice(word);
        ((last as u64) << 32) | (block.len() - word.len()) as u64
    }

    /// Bytes that this would need, at the highest moment, to take `bytes` more.
    fn capacity_with(&self, bytes: usize) -> usize {
        let blocks: usize = self.blocks.iter().map(Vec::capacity).sum();
        match &self.blocks[..] {
            [only] if only.len() + bytes <= only.capacity() => blocks,
            // The only one grows, and is there twice for a moment.
            [only] if only.len() + bytes <= BLOCK => blocks * 3,
            [.., last] if last.len() + bytes <= BLOCK => blocks,
            [] => blocks + bytes,
            _ => blocks + bytes.max(BLOCK),
        }
    }
}

impl Long {
    fn add(&mut self, word: &[u8], count: u64, hasher: &RandomState) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        let Long { arena, entries, table } = self;
        let hash = hasher.hash_one(word);
        if let Some(&at) = table.find(hash, |&at| arena.bytes(&entries[at as usize]) == word) {
            let entry = &mut entries[at as usize];
            entry.count = entry.count.checked_add(count).ok_or_else(overflow)?;
            return Ok(());
        }
        let at = u32::try_from(entries.len()).ok().filter(|&at| at < IS_LONG).ok_or_else(too_many)?;
        entries.push(Entry { start: arena.push(word), count, len: word.len() as u32 });
        table.insert_unique(hash, at, |&at| hasher.hash_one(arena.bytes(&entries[at as usize])));
        Ok(())
    }
}

/// A count, or a sum of counts, is too large.
pub(super) fn overflow() -> Error {
    Error::training("a word's count exceeds 64 bits")
}

fn too_many() -> Error {
    Error::training("more than 2^31 distinct words; count with a memory budget")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

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
        let all: Vec<_> = words.sorted().collect();
        assert_eq!(all, [(&b""[..], 1), (b"at", 5), (b"ev", (1 << 33) + 3)]);
        for word in [&b"ev"[..], b"a word of more than fifteen bytes"] {
            words.add(word, 1).unwrap();
            assert_eq!(words.add(word, u64::MAX).unwrap_err().class(), crate::ErrorClass::Training);
        }
    }

    proptest! {
        #[test]
        fn a_table_counts_as_a_map(words in proptest::collection::vec("[ab\0]{0,3}|[a-c]{13,18}|.{0,2}", 0..3000)) {
            let text = words.concat();
            let mut spans = Vec::new();
            let mut at = 0;
            for word in &words {
                spans.push(Span::new(at, at + word.len() as u32));
                at += word.len() as u32;
            }
            let mut table = WordCounts::new(WordForm::Text);
            table.add_words(text.as_bytes(), &spans, 1).unwrap();
            let mut map: BTreeMap<&[u8], u64> = BTreeMap::new();
            words.iter().for_each(|word| *map.entry(word.as_bytes()).or_default() += 1);
            prop_assert_eq!(table.len(), map.len());
            prop_assert_eq!(table.iter().collect::<BTreeMap<_, _>>(), map.clone());
            prop_assert!(table.sorted().eq(map.clone()));
            let mut used = BTreeMap::new();
            table.use_up(|word, count| {
                used.insert(word.to_vec(), count);
                Ok(())
            })?;
            prop_assert!(used.iter().map(|(word, count)| (&word[..], *count)).eq(map));
        }
    }
}
