//! The word cache: what a model made of a word, so that it is asked once.
//!
//! Words of up to 15 bytes are a number, of up to 31 two numbers; a table of each is asked for a batch of words at a
//! time, so that the processor waits for many cache lines at once instead of one after the other. The tables start small
//! and grow with the words they hold, because a table that does not fit the processor's caches loses more than it gives;
//! past a bound the cache starts over.

#![allow(
    clippy::indexing_slicing,
    reason = "slots are masked by the table's size, a power of two; spans of the arenas are made here"
)]

use std::hash::BuildHasher;

use bytemuck::{Pod, Zeroable};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::error::Result;
use crate::memory::{self, prefetch};
use crate::models::Answers;
use crate::text::Span;

/// Longest word of the first table.
const SHORT: usize = 15;
/// Longest word of the second table.
const MIDDLE: usize = 31;
/// Longest word that is remembered at all: longer ones hardly come again.
const LONG: usize = 512;
/// Ids that a slot holds itself.
const INLINE: usize = 4;
/// Pairs of slots of a first table: 2^8 × 64 bytes fit the level-1 cache.
const FIRST_PAIRS: usize = 1 << 8;
/// Pairs of slots of a large table: 4 MB.
const LARGE_PAIRS: usize = 1 << 16;
/// Words of a table after which the cache starts over: 32 MB of short ones, 48 MB of middle ones.
const MAX_WORDS: usize = 1 << 19;
/// Bytes of long words and ids after which the cache starts over.
const MAX_ARENA: usize = 16 << 20;
/// Words that are looked up together.
const BATCH: usize = 512;
/// Room for the ids of a batch.
const STAGE: usize = (BATCH + 1) * INLINE;

/// A word as a number, which is never 0, and what a table keeps of it.
trait Key: Pod + Eq {
    /// The key and its ids, as they lie in memory.
    type Slot: Pod;
    fn hash(self, seeds: [u64; 2]) -> u64;
    fn with_ids(self, ids: Ids) -> Self::Slot;
    fn of(slot: &Self::Slot) -> Self;
    fn ids(slot: &Self::Slot) -> &Ids;
}

impl Key for u128 {
    type Slot = [u128; 2];

    #[inline(always)]
    fn hash(self, seeds: [u64; 2]) -> u64 {
        fold(self as u64 ^ seeds[0], (self >> 64) as u64 ^ seeds[1])
    }

    #[inline(always)]
    fn with_ids(self, ids: Ids) -> [u128; 2] {
        [self, bytemuck::cast(ids)]
    }

    #[inline(always)]
    fn of(slot: &[u128; 2]) -> Self {
        slot[0]
    }

    #[inline(always)]
    fn ids(slot: &[u128; 2]) -> &Ids {
        bytemuck::cast_ref(&slot[1])
    }
}

impl Key for [u128; 2] {
    type Slot = [u128; 3];

    #[inline(always)]
    fn hash(self, seeds: [u64; 2]) -> u64 {
        fold(self[0].hash(seeds) ^ self[1] as u64, (self[1] >> 64) as u64 ^ seeds[0])
    }

    #[inline(always)]
    fn with_ids(self, ids: Ids) -> [u128; 3] {
        [self[0], self[1], bytemuck::cast(ids)]
    }

    #[inline(always)]
    fn of(slot: &[u128; 3]) -> Self {
        [slot[0], slot[1]]
    }

    #[inline(always)]
    fn ids(slot: &[u128; 3]) -> &Ids {
        bytemuck::cast_ref(&slot[2])
    }
}

/// Both halves of the product, mixed.
#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// The bytes of a word of some length among 16, and the length + 1 in the highest one.
const KEPT: [[u128; 2]; SHORT + 1] = {
    let mut kept = [[0; 2]; SHORT + 1];
    let mut len = 0;
    while len <= SHORT {
        kept[len] = [(1 << (8 * len)) - 1, (len as u128 + 1) << 120];
        len += 1;
    }
    kept
};

/// The 16 bytes that end at `end`, which is at least 16.
#[inline(always)]
fn ending_at(text: &[u8], end: usize) -> u128 {
    text.get(end - 16..end).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u128::from_le_bytes(*bytes))
}

/// A word of up to 15 bytes; its length tells it from one with more zeros.
#[inline(always)]
fn short_key(text: &[u8], word: Span) -> u128 {
    let (start, len) = (word.start as usize, word.len());
    let [mask, with_len] = KEPT[len % KEPT.len()];
    match text.get(start..start + 16).and_then(|rest| rest.first_chunk()) {
        Some(bytes) => u128::from_le_bytes(*bytes) & mask | with_len,
        None => last_short_key(text, word) | with_len,
    }
}

/// A word at the end of the text, behind which there is not enough to read.
#[cold]
fn last_short_key(text: &[u8], word: Span) -> u128 {
    let mut bytes = [0; 16];
    bytes[..word.len()].copy_from_slice(&text[word.range()]);
    u128::from_le_bytes(bytes)
}

/// A word of 16 to 31 bytes.
#[inline(always)]
fn middle_key(text: &[u8], word: Span) -> [u128; 2] {
    let (start, end, len) = (word.start as usize, word.end as usize, word.len());
    // In two steps, because 128 bits may be all of them.
    let back = ending_at(text, end) >> (4 * (32 - len)) >> (4 * (32 - len));
    [ending_at(text, start + 16), back | (len as u128) << 120]
}

/// The ids of a word: up to [`INLINE`] of less than 24 bits, and their number in the highest byte of the last; or where
/// they are in the arena, how many, and [`ELSEWHERE`] in that byte. A word without ids is not known.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(transparent)]
struct Ids([u32; INLINE]);

const ID_BITS: u32 = 24;
const ELSEWHERE: u32 = INLINE as u32 + 1;

impl Ids {
    const UNKNOWN: Ids = Ids([0; INLINE]);

    /// Puts ids that do not fit into the arena.
    fn new(ids: &[u32], arena: &mut Vec<u32>) -> Self {
        let mut slots = [0; INLINE];
        let fits = ids.iter().all(|&id| id < 1 << ID_BITS);
        let count = match slots.get_mut(..ids.len()) {
            Some(part) if fits && !ids.is_empty() => {
                part.copy_from_slice(ids);
                ids.len() as u32
            }
            _ => {
                slots[..2].copy_from_slice(&[arena.len() as u32, ids.len() as u32]);
                arena.extend_from_slice(ids);
                ELSEWHERE
            }
        };
        slots[INLINE - 1] |= count << ID_BITS;
        Ids(slots)
    }

    #[inline(always)]
    fn count(&self) -> u32 {
        self.0[INLINE - 1] >> ID_BITS
    }

    /// All ids that a slot has room for.
    #[inline(always)]
    fn lanes(&self) -> [u32; INLINE] {
        let mut lanes = self.0;
        lanes[INLINE - 1] &= (1 << ID_BITS) - 1;
        lanes
    }
}

/// Words of one length class. Slots come in pairs that one cache line holds and that are looked at together.
#[derive(Debug)]
struct Words<K: Key> {
    pairs: memory::Table<[K::Slot; 2]>,
    len: usize,
}

impl<K: Key> Words<K> {
    fn new() -> Self {
        Words { pairs: memory::Table::new(FIRST_PAIRS), len: 0 }
    }

    fn view(&self) -> View<'_, K> {
        View { pairs: &self.pairs }
    }

    fn insert(&mut self, key: K, seeds: [u64; 2], ids: Ids) {
        if self.len * 2 >= self.pairs.len() * 3 {
            // Moving all words costs more than the room; a large table is another matter.
            let size = self.pairs.len() * if self.pairs.len() < LARGE_PAIRS { 4 } else { 2 };
            let old = std::mem::replace(&mut self.pairs, memory::Table::new(size));
            let pairs: &mut [_] = &mut self.pairs;
            for slot in old.iter().flatten().filter(|slot| K::of(slot) != K::zeroed()) {
                let key = K::of(slot);
                let (at, second) = View { pairs }.find(key, key.hash(seeds));
                pairs[at][second] = *slot;
            }
        }
        let (at, second) = self.view().find(key, key.hash(seeds));
        let slot = &mut self.pairs[at][second];
        self.len += usize::from(K::of(slot) == K::zeroed());
        *slot = key.with_ids(ids);
    }
}

/// The slots of [`Words`].
#[derive(Debug, Clone, Copy)]
struct View<'w, K: Key> {
    pairs: &'w [[K::Slot; 2]],
}

impl<K: Key> View<'_, K> {
    /// Asks for the memory that [`View::get`] will read.
    #[inline(always)]
    fn prefetch(self, hash: u64) {
        prefetch(&self.pairs[self.home(hash)]);
    }

    #[inline(always)]
    fn home(self, hash: u64) -> usize {
        hash as usize & (self.pairs.len() - 1)
    }

    /// The slot of a word, or the empty one where it would go, as a pair and which of the two. There always is one: a
    /// quarter of the slots are empty.
    #[inline(always)]
    fn find(self, key: K, hash: u64) -> (usize, usize) {
        let mut at = self.home(hash);
        loop {
            let pair = &self.pairs[at];
            // Without a branch on which of the two it is.
            let second = usize::from(K::of(&pair[0]) != key);
            if K::of(&pair[second]) == key {
                return (at, second);
            }
            if let Some(empty) = pair.iter().position(|slot| K::of(slot) == K::zeroed()) {
                return (at, empty);
            }
            at = (at + 1) & (self.pairs.len() - 1);
        }
    }

    /// The ids of a word; none if it is not known.
    #[inline(always)]
    fn get(self, key: K, hash: u64) -> Ids {
        let (at, second) = self.find(key, hash);
        *K::ids(&self.pairs[at][second])
    }
}

/// What words became. It knows nothing of models: whoever asks says what to do with a new word.
#[derive(Debug)]
pub(crate) struct WordCache {
    short: Words<u128>,
    middle: Words<[u128; 2]>,
    long: LongWords,
    /// Ids of the words that have more than a slot holds.
    arena: Vec<u32>,
    seeds: [u64; 2],
    short_probes: Box<[Probe<u128>; BATCH]>,
    middle_probes: Vec<Probe<[u128; 2]>>,
    /// Ids on their way to the caller: a slot's are copied all at once, however many they are.
    stage: Vec<u32>,
    missed: Vec<Span>,
    /// Where in the stage the ids of the missed words go.
    holes: Vec<usize>,
    answers: Answers,
}

/// The words that are too long to be keys.
#[derive(Debug, Default)]
struct LongWords {
    table: HashTable<LongWord>,
    bytes: Vec<u8>,
    hasher: RandomState,
}

/// A word, and where its bytes are.
#[derive(Debug, Clone, Copy)]
struct LongWord {
    start: u32,
    len: u32,
    ids: Ids,
}

impl LongWord {
    fn of(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.start as usize..(self.start + self.len) as usize]
    }
}

impl LongWords {
    fn get(&self, word: &[u8]) -> Ids {
        if word.len() > LONG {
            return Ids::UNKNOWN;
        }
        let long = self.table.find(self.hasher.hash_one(word), |long| long.of(&self.bytes) == word);
        long.map_or(Ids::UNKNOWN, |long| long.ids)
    }

    fn insert(&mut self, word: &[u8], ids: Ids) {
        if self.get(word).count() > 0 {
            return;
        }
        let LongWords { table, bytes, hasher } = self;
        let long = LongWord { start: bytes.len() as u32, len: word.len() as u32, ids };
        bytes.extend_from_slice(word);
        table.insert_unique(hasher.hash_one(word), long, |long| hasher.hash_one(long.of(bytes)));
    }
}

/// A word on its way.
#[derive(Debug, Clone, Copy, Default)]
struct Probe<K> {
    key: K,
    hash: u64,
}

impl WordCache {
    pub(crate) fn new() -> Self {
        let hasher = RandomState::default();
        WordCache {
            short: Words::new(),
            middle: Words::new(),
            long: LongWords::default(),
            arena: Vec::new(),
            seeds: [hasher.hash_one(0), hasher.hash_one(1)],
            short_probes: Box::new([Probe::default(); BATCH]),
            middle_probes: Vec::with_capacity(BATCH),
            stage: vec![0; STAGE],
            missed: Vec::new(),
            holes: Vec::new(),
            answers: Answers::default(),
        }
    }

    /// Appends the ids of words of a text. `miss` is asked about those that are not known, some at a time.
    pub(crate) fn append(
        &mut self,
        text: &[u8],
        words: &[Span],
        out: &mut Vec<u32>,
        miss: &mut impl FnMut(&[Span], &mut Answers) -> Result<()>,
    ) -> Result<()> {
        for words in words.chunks(BATCH) {
            let WordCache { short, middle, short_probes, middle_probes, stage, missed, holes, arena, seeds, .. } = self;
            let (short, middle, seeds) = (short.view(), middle.view(), *seeds);
            middle_probes.clear();
            for (probe, &word) in short_probes.iter_mut().zip(words) {
                if word.len() <= SHORT {
                    probe.key = short_key(text, word);
                    probe.hash = probe.key.hash(seeds);
                    short.prefetch(probe.hash);
                } else {
                    probe.key = 0;
                    if word.len() <= MIDDLE {
                        let key = middle_key(text, word);
                        let hash = key.hash(seeds);
                        middle.prefetch(hash);
                        middle_probes.push(Probe { key, hash });
                    }
                }
            }
            // Ids of known words go to the stage; where one is missing there is a hole, which is filled at the end.
            let mut staged = 0;
            missed.clear();
            holes.clear();
            let mut middle_probes = middle_probes.iter();
            for (&Probe { key, hash }, &word) in short_probes.iter().zip(words) {
                let ids = if key != 0 {
                    short.get(key, hash)
                } else if word.len() <= MIDDLE
                    && let Some(&Probe { key, hash }) = middle_probes.next()
                {
                    middle.get(key, hash)
                } else {
                    self.long.get(&text[word.range()])
                };
                let count = ids.count();
                if count.wrapping_sub(1) < INLINE as u32 {
                    stage[staged..staged + INLINE].copy_from_slice(&ids.lanes());
                    staged += count as usize;
                } else if count == 0 {
                    missed.push(word);
                    holes.push(staged);
                } else {
                    let ids = elsewhere(arena, ids);
                    let end = staged + ids.len();
                    stage.resize(stage.len().max(end + STAGE), 0);
                    stage[staged..end].copy_from_slice(ids);
                    staged = end;
                }
            }
            let mut from = 0;
            if !self.missed.is_empty() {
                self.answers.ids.clear();
                self.answers.words.clear();
                miss(&self.missed, &mut self.answers)?;
                let (missed, answers) = (std::mem::take(&mut self.missed), std::mem::take(&mut self.answers));
                for (answer, &hole) in answers.words.iter().zip(&self.holes) {
                    out.extend_from_slice(&self.stage[from..hole]);
                    from = hole;
                    out.extend_from_slice(&answers.ids[answer.ids.range()]);
                }
                for (&word, answer) in missed.iter().zip(&answers.words).filter(|(_, answer)| answer.again) {
                    self.insert(text, word, &answers.ids[answer.ids.range()]);
                }
                (self.missed, self.answers) = (missed, answers);
            }
            out.extend_from_slice(&self.stage[from..staged]);
        }
        Ok(())
    }

    /// Remembers a word of a text.
    fn insert(&mut self, text: &[u8], word: Span, ids: &[u32]) {
        if word.len() > LONG {
            return;
        }
        let full = self.short.len >= MAX_WORDS || self.middle.len >= MAX_WORDS;
        if full || self.long.bytes.len() + self.arena.len() * size_of::<u32>() >= MAX_ARENA {
            self.start_over();
        }
        let word = &text[word.range()];
        let ids = Ids::new(ids, &mut self.arena);
        let all = Span::from(0..word.len());
        if word.len() <= SHORT {
            self.short.insert(short_key(word, all), self.seeds, ids);
        } else if word.len() <= MIDDLE {
            self.middle.insert(middle_key(word, all), self.seeds, ids);
        } else {
            self.long.insert(word, ids);
        }
    }
}

impl WordCache {
    /// Forgets all words. What is on its way to the caller stays.
    fn start_over(&mut self) {
        (self.short, self.middle, self.long) = (Words::new(), Words::new(), LongWords::default());
        self.arena.clear();
    }
}

/// Ids in the arena.
fn elsewhere(arena: &[u32], ids: Ids) -> &[u32] {
    let [start, count, ..] = ids.0;
    &arena[start as usize..(start + count) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Answer;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn knows_what_it_was_told(
            words in proptest::collection::vec(("[ab\\x00]{0,40}", proptest::collection::vec(prop_oneof![0u32..9, 0xFF_FFFDu32..0x100_0003], 0..9)), 1..400),
            batch in 1usize..300,
        ) {
            let (mut text, mut spans) = (String::new(), Vec::new());
            for (word, _) in &words {
                let start = text.len();
                text.push_str(word);
                spans.push(Span::from(start..text.len()));
            }
            let mut model: HashMap<&str, &[u32]> = HashMap::new();
            for (word, ids) in &words {
                model.entry(word).or_insert(ids);
            }
            let want: Vec<u32> = words.iter().flat_map(|(word, _)| model[word.as_str()]).copied().collect();
            let mut cache = WordCache::new();
            let (mut got, mut asked) = (Vec::new(), 0);
            for round in 0..2 {
                got.clear();
                for spans in spans.chunks(batch) {
                    cache.append(text.as_bytes(), spans, &mut got, &mut |words, answers| {
                        for word in words {
                            let from = answers.ids.len();
                            answers.ids.extend_from_slice(model[&text[word.range()]]);
                            answers.words.push(Answer { ids: Span::from(from..answers.ids.len()), again: true });
                            asked += 1;
                        }
                        Ok(())
                    }).unwrap();
                }
                prop_assert_eq!(&got, &want);
                prop_assert!(round == 0 || asked == 0, "a word was forgotten");
                asked = 0;
            }
        }
    }

    #[test]
    fn starting_over_in_the_middle_of_a_batch_loses_nothing() {
        // Known words around new ones, so that some ids are staged when the cache forgets.
        let mut text = String::from("known");
        let known = Span::from(0..5);
        let mut words = Vec::new();
        for n in 0..MAX_WORDS + 3 * BATCH {
            let start = text.len();
            text.push_str(&format!("{n:08}"));
            words.extend([Span::from(start..start + 8), known]);
        }
        let id = |word: Span| text[word.range()].parse::<u32>().map_or(7, |n| n + 10);
        let mut cache = WordCache::new();
        let mut got = Vec::new();
        cache
            .append(text.as_bytes(), &words, &mut got, &mut |words, answers| {
                for &word in words {
                    let from = answers.ids.len();
                    answers.ids.push(id(word));
                    answers.words.push(Answer { ids: Span::from(from..from + 1), again: true });
                }
                Ok(())
            })
            .unwrap();
        let want: Vec<u32> = words.iter().map(|&word| id(word)).collect();
        assert!(got == want, "ids differ from {:?}", got.iter().zip(&want).position(|(a, b)| a != b));
    }

    #[test]
    fn starts_over_when_it_is_full() {
        let mut cache = WordCache::new();
        let text: String = (0..MAX_WORDS + 10).map(|n| format!("{n:08}")).collect();
        let word = |n: usize| Span::from(n * 8..n * 8 + 8);
        for n in 0..MAX_WORDS + 10 {
            cache.insert(text.as_bytes(), word(n), &[n as u32]);
        }
        let (mut ids, mut missed) = (Vec::new(), Vec::new());
        let words = [word(0), word(MAX_WORDS + 9)];
        let mut miss = |words: &[Span], answers: &mut Answers| {
            missed.extend_from_slice(words);
            answers.words.resize(words.len(), Default::default());
            Ok(())
        };
        cache.append(text.as_bytes(), &words, &mut ids, &mut miss).unwrap();
        assert_eq!((missed, ids), (vec![word(0)], vec![MAX_WORDS as u32 + 9]));
    }
}
