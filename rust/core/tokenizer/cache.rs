//! Words already encoded. Text repeats its words, so this is where most of the time is saved.
//!
//! Words of up to 15 bytes are their own key in a `u128` (the length in the top byte), longer ones are compared in an
//! arena. Both kinds share one arena of ids. The cache starts small and grows; when it reaches its budget it starts
//! over, which costs one round of misses and bounds the memory whatever the text is.

#![allow(clippy::indexing_slicing, reason = "indices are masked by the table's size or come from the cache itself")]

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Longest word that is its own key.
const INLINE: usize = 15;
/// Slots of the first table: 2^10 × 24 bytes fit the level-1 cache.
const FIRST_SLOTS: usize = 1 << 10;
/// Words after which the cache starts over; about 16 MB with their ids.
const MAX_WORDS: usize = 1 << 18;
/// Bytes of long words and ids after which the cache starts over.
const MAX_ARENA: usize = 16 << 20;

#[derive(Debug)]
pub(crate) struct WordCache {
    short: Vec<Slot>,
    mask: usize,
    len: usize,
    long: HashTable<Long>,
    long_bytes: Vec<u8>,
    /// Ids of all words that have more than one; a slot with one id holds it itself.
    ids: Vec<u32>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    key: u128,
    value: Value,
}

/// `count` ids: the id itself if there is one, else where they start in the arena.
#[derive(Debug, Clone, Copy)]
struct Value {
    first: u32,
    count: u32,
}

#[derive(Debug)]
struct Long {
    start: u32,
    len: u32,
    value: Value,
}

/// A short word as a number; 0 is no word, since the length byte of a word is not 0. Reading 16 bytes at once and
/// masking beats copying the word's own; near the end of the text there are no 16 bytes.
#[inline]
fn key(text: &[u8], word: &Range<usize>) -> u128 {
    let len = word.end - word.start;
    let bits = match text.get(word.start..word.start + 16).and_then(|bytes| bytes.try_into().ok()) {
        Some(bytes) => u128::from_le_bytes(bytes) & !(u128::MAX << (8 * len)),
        None => {
            let mut bytes = [0; 16];
            bytes[..len].copy_from_slice(&text[word.clone()]);
            u128::from_le_bytes(bytes)
        }
    };
    bits | (len as u128) << 120
}

#[inline]
fn hash_short(key: u128) -> usize {
    let product =
        ((key as u64) ^ 0x2D35_8DCC_AA6C_78A5) as u128 * (((key >> 64) as u64) ^ 0x8BB8_4B93_962E_ACC9) as u128;
    (product as u64 ^ (product >> 64) as u64) as usize
}

impl WordCache {
    pub(crate) fn new() -> Self {
        WordCache {
            short: vec![Slot { key: 0, value: Value { first: 0, count: 0 } }; FIRST_SLOTS],
            mask: FIRST_SLOTS - 1,
            len: 0,
            long: HashTable::new(),
            long_bytes: Vec::new(),
            ids: Vec::new(),
            hasher: RandomState::default(),
        }
    }

    /// Appends the ids of a word of `text`, if it is known.
    #[inline]
    pub(crate) fn get(&self, text: &[u8], word: &Range<usize>, out: &mut Vec<u32>) -> bool {
        let value = if word.len() <= INLINE {
            let key = key(text, word);
            let slot = &self.short[self.find(key)];
            if slot.key != key {
                return false;
            }
            slot.value
        } else {
            let word = &text[word.clone()];
            match self.long.find(self.hasher.hash_one(word), |long| self.long_word(long) == word) {
                Some(long) => long.value,
                None => return false,
            }
        };
        if value.count == 1 {
            out.push(value.first);
        } else {
            out.extend_from_slice(&self.ids[value.first as usize..(value.first + value.count) as usize]);
        }
        true
    }

    /// Remembers a word that [`WordCache::get`] did not know.
    pub(crate) fn insert(&mut self, word: &[u8], ids: &[u32]) {
        if self.len + self.long.len() >= MAX_WORDS || self.long_bytes.len() + self.ids.len() * 4 >= MAX_ARENA {
            *self = WordCache::new();
        }
        let value = match ids {
            [id] => Value { first: *id, count: 1 },
            _ => {
                let first = self.ids.len() as u32;
                self.ids.extend_from_slice(ids);
                Value { first, count: ids.len() as u32 }
            }
        };
        if word.len() <= INLINE {
            if self.len * 2 >= self.short.len() {
                self.grow();
            }
            let key = key(word, &(0..word.len()));
            let at = self.find(key);
            self.short[at] = Slot { key, value };
            self.len += 1;
        } else if word.len() <= MAX_ARENA / 64 {
            let (start, len) = (self.long_bytes.len() as u32, word.len() as u32);
            self.long_bytes.extend_from_slice(word);
            let WordCache { long, long_bytes, hasher, .. } = self;
            long.insert_unique(hasher.hash_one(word), Long { start, len, value }, |long| {
                hasher.hash_one(&long_bytes[long.start as usize..(long.start + long.len) as usize])
            });
        }
    }

    fn long_word(&self, long: &Long) -> &[u8] {
        &self.long_bytes[long.start as usize..(long.start + long.len) as usize]
    }

    /// The slot of a short word, or the empty one where it would go.
    #[inline]
    fn find(&self, key: u128) -> usize {
        let mut at = hash_short(key) & self.mask;
        while self.short[at].key != key && self.short[at].key != 0 {
            at = (at + 1) & self.mask;
        }
        at
    }

    fn grow(&mut self) {
        let size = self.short.len() * 4;
        let empty = Slot { key: 0, value: Value { first: 0, count: 0 } };
        let old = std::mem::replace(&mut self.short, vec![empty; size]);
        self.mask = size - 1;
        for slot in old {
            if slot.key != 0 {
                let at = self.find(slot.key);
                self.short[at] = slot;
            }
        }
    }
}
