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
use std::ops::Range;

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
const STAGE: usize = BATCH * INLINE + FEW;
/// So many ids are copied at once, whether there are as many or less, where that is more than a slot holds.
const FEW: usize = 16;

/// A word as a number, which is never 0.
trait Key: Pod + Eq {
    /// Two slots of a table.
    type Pair: Pair<Self>;
    fn hash(self, seeds: [u64; 2]) -> u64;
}

/// Two slots that are looked at together; the first is taken before the second.
trait Pair<K>: Pod {
    fn keys(&self) -> &[K; 2];
    fn ids(&self) -> &[Ids; 2];
    fn put(&mut self, slot: usize, key: K, ids: Ids);
}

macro_rules! pair {
    ($name:ident, $key:ty, $align:literal) => {
        #[derive(Debug, Clone, Copy, Pod, Zeroable)]
        #[repr(C, align($align))]
        struct $name {
            keys: [$key; 2],
            ids: [Ids; 2],
        }

        impl Pair<$key> for $name {
            #[inline(always)]
            fn keys(&self) -> &[$key; 2] {
                &self.keys
            }

            #[inline(always)]
            fn ids(&self) -> &[Ids; 2] {
                &self.ids
            }

            fn put(&mut self, slot: usize, key: $key, ids: Ids) {
                (self.keys[slot], self.ids[slot]) = (key, ids);
            }
        }
    };
}

// A cache line.
pair!(ShortPair, u128, 64);
pair!(MiddlePair, [u128; 2], 32);

impl Key for u128 {
    type Pair = ShortPair;

    #[inline(always)]
    fn hash(self, seeds: [u64; 2]) -> u64 {
        fold(self as u64 ^ seeds[0], (self >> 64) as u64 ^ seeds[1])
    }
}

impl Key for [u128; 2] {
    type Pair = MiddlePair;

    #[inline(always)]
    fn hash(self, seeds: [u64; 2]) -> u64 {
        fold(self[0].hash(seeds) ^ self[1] as u64, (self[1] >> 64) as u64 ^ seeds[0])
    }
}

/// Both halves of the product, mixed.
#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
fn is_short(word: Span) -> bool {
    word.end.wrapping_sub(word.start) <= SHORT as u32
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
    let (start, len) = (word.start as usize, word.end.wrapping_sub(word.start) as usize);
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
    const UNKNOWN: &Ids = &Ids([0; INLINE]);

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
        bytemuck::cast(bytemuck::cast::<_, u128>(self.0) & u128::MAX >> (u32::BITS - ID_BITS))
    }
}

/// Words of one length class.
#[derive(Debug)]
struct Words<K: Key> {
    pairs: memory::Table<K::Pair>,
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
            self.grow(seeds);
        }
        self.put(key, seeds, ids);
    }

    /// Grows in place, going through the table once: a word goes where it was, or to the same place in a later part.
    fn grow(&mut self, seeds: [u64; 2]) {
        let before = self.pairs.len();
        let most = (MAX_WORDS * 2 / 3).next_power_of_two();
        self.pairs.grow(before * if before < LARGE_PAIRS { 4 } else { 2 }, most);
        self.len = 0;
        // Words that did not stand where the search for them begins have to wait until those that do have their place.
        let mut displaced = Vec::new();
        for at in 0..before {
            let pair = std::mem::replace(&mut self.pairs[at], K::Pair::zeroed());
            for (&key, &ids) in pair.keys().iter().zip(pair.ids()).filter(|(key, _)| **key != K::zeroed()) {
                if self.view().home(key, seeds) & (before - 1) == at {
                    self.put(key, seeds, ids);
                } else {
                    displaced.push((key, ids));
                }
            }
        }
        displaced.into_iter().for_each(|(key, ids)| self.put(key, seeds, ids));
    }

    /// Puts a word where it is or where it would go. There always is a place: a quarter of the slots are empty.
    fn put(&mut self, key: K, seeds: [u64; 2], ids: Ids) {
        let mut at = self.view().home(key, seeds);
        loop {
            let pair = &mut self.pairs[at];
            if let Some(slot) = pair.keys().iter().position(|&known| known == key || known == K::zeroed()) {
                self.len += usize::from(pair.keys()[slot] == K::zeroed());
                return pair.put(slot, key, ids);
            }
            at = (at + 1) & (self.pairs.len() - 1);
        }
    }
}

/// The slots of [`Words`].
#[derive(Debug, Clone, Copy)]
struct View<'w, K: Key> {
    pairs: &'w [K::Pair],
}

impl<'w, K: Key> View<'w, K> {
    /// Where the search for a word begins. Asks for the memory that [`View::get`] will read.
    #[inline(always)]
    fn ahead(self, key: K, seeds: [u64; 2]) -> usize {
        let home = self.home(key, seeds);
        prefetch(&self.pairs[home]);
        home
    }

    #[inline(always)]
    fn home(self, key: K, seeds: [u64; 2]) -> usize {
        key.hash(seeds) as usize & (self.pairs.len() - 1)
    }

    /// The ids of a word; none if it is not known. `which` is [`which`] or does the same.
    #[inline(always)]
    fn get(self, key: &K, home: usize, which: impl Fn(&[K; 2], &K) -> usize) -> &'w Ids {
        let pair = &self.pairs[home];
        match which(pair.keys(), key) {
            0 => self.get_behind(*key, home),
            which => &pair.ids()[which / 4],
        }
    }

    /// Searches on from a pair that does not have the word.
    #[cold]
    fn get_behind(self, key: K, mut at: usize) -> &'w Ids {
        while self.pairs[at].keys()[1] != K::zeroed() {
            at = (at + 1) & (self.pairs.len() - 1);
            let pair = &self.pairs[at];
            if let Some(slot) = pair.keys().iter().position(|&known| known == key) {
                return &pair.ids()[slot];
            }
        }
        Ids::UNKNOWN
    }
}

/// Which of two keys is the one asked for: 1 is the first, 4 the second, 0 neither.
#[inline(always)]
fn which<K: Key>(keys: &[K; 2], key: &K) -> usize {
    usize::from(keys[0] == *key) | usize::from(keys[1] == *key) << 2
}

/// [`which`] in one comparison.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn which_avx2(keys: &[u128; 2], key: &u128) -> usize {
    use std::arch::x86_64::*;
    let equal = _mm256_cmpeq_epi64(bytemuck::cast(*keys), _mm256_broadcastsi128_si256(bytemuck::cast(*key)));
    let halves = _mm256_movemask_pd(_mm256_castsi256_pd(equal)) as usize;
    halves & halves >> 1 & 0b101
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
    probes: Probes,
    stage: Stage,
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
    fn get(&self, word: &[u8]) -> &Ids {
        if word.len() > LONG {
            return Ids::UNKNOWN;
        }
        let long = self.table.find(self.hasher.hash_one(word), |long| long.of(&self.bytes) == word);
        long.map_or(Ids::UNKNOWN, |long| &long.ids)
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

/// The words of a batch on their way: keys, and where to look for them.
#[derive(Debug)]
struct Probes {
    keys: Box<[u128; BATCH]>,
    /// [`NOT_SHORT`] for those without a key.
    homes: Box<[u32; BATCH]>,
    middle: Vec<([u128; 2], usize)>,
}

const NOT_SHORT: u32 = u32::MAX;

/// Ids on their way to the caller.
#[derive(Debug)]
struct Stage {
    /// A slot's are copied all at once, however many they are.
    ids: Vec<u32>,
    missed: Vec<Span>,
    /// Where the ids of the missed words go.
    holes: Vec<usize>,
}

impl Stage {
    /// Adds what a word became behind the first `staged` ids, unless a slot holds it; returns how many ids there are.
    #[cold]
    fn add_unusual(&mut self, staged: usize, word: Span, ids: &Ids, arena: &[u32]) -> usize {
        if ids.count() == 0 {
            self.missed.push(word);
            self.holes.push(staged);
            return staged;
        }
        let range = elsewhere(ids);
        let end = staged + range.len();
        if self.ids.len() < end + STAGE {
            self.ids.resize(2 * (end + STAGE), 0);
        }
        match arena.get(range.start..range.start + FEW) {
            Some(few) if range.len() <= FEW => self.ids[staged..staged + FEW].copy_from_slice(few),
            _ => self.ids[staged..end].copy_from_slice(&arena[range]),
        }
        end
    }
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
            probes: Probes {
                keys: Box::new([0; BATCH]),
                homes: Box::new([0; BATCH]),
                middle: Vec::with_capacity(BATCH),
            },
            stage: Stage { ids: vec![0; STAGE], missed: Vec::new(), holes: Vec::new() },
            answers: Answers::default(),
        }
    }

    /// Appends the ids of words of a text. `miss` is asked about those that are not known, some at a time.
    pub(crate) fn append(
        &mut self,
        text: &[u8],
        words: &[Span],
        out: &mut Vec<u32>,
        miss: &mut dyn FnMut(&[Span], &mut Answers) -> Result<()>,
    ) -> Result<()> {
        for words in words.chunks(BATCH) {
            let staged = self.look_up(text, words);
            let mut from = 0;
            if !self.stage.missed.is_empty() {
                self.answers.ids.clear();
                self.answers.words.clear();
                miss(&self.stage.missed, &mut self.answers)?;
                let (missed, answers) = (std::mem::take(&mut self.stage.missed), std::mem::take(&mut self.answers));
                for (answer, &hole) in answers.words.iter().zip(&self.stage.holes) {
                    extend(out, &self.stage.ids, from..hole);
                    from = hole;
                    extend(out, &answers.ids, answer.ids.range());
                }
                for (&word, answer) in missed.iter().zip(&answers.words).filter(|(_, answer)| answer.again) {
                    self.insert(text, word, &answers.ids[answer.ids.range()]);
                }
                (self.stage.missed, self.answers) = (missed, answers);
            }
            out.extend_from_slice(&self.stage.ids[from..staged]);
        }
        Ok(())
    }

    /// Writes the ids of the known words of a batch to the stage, and notes the others. Returns how many ids there are.
    fn look_up(&mut self, text: &[u8], words: &[Span]) -> usize {
        #[cfg(target_arch = "x86_64")]
        if crate::cpu::is_recent() {
            #[allow(unsafe_code)]
            // SAFETY: the processor has what the function was compiled for; it was just asked.
            return unsafe { self.look_up_recent(text, words) };
        }
        self.look_up_by(text, words, which)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn look_up_recent(&mut self, text: &[u8], words: &[Span]) -> usize {
        self.look_up_by(text, words, |keys, key| which_avx2(keys, key))
    }

    #[inline(always)]
    fn look_up_by(&mut self, text: &[u8], words: &[Span], which_short: impl Fn(&[u128; 2], &u128) -> usize) -> usize {
        self.probe(text, words);
        self.read(text, words, which_short)
    }

    /// Makes the keys of a batch, and asks for the memory where they would be.
    #[inline(always)]
    fn probe(&mut self, text: &[u8], words: &[Span]) {
        let (short, middle, seeds) = (self.short.view(), self.middle.view(), self.seeds);
        let Probes { keys, homes, middle: middle_probes } = &mut self.probes;
        middle_probes.clear();
        for ((key, home), &word) in keys.iter_mut().zip(homes.iter_mut()).zip(words) {
            if is_short(word) {
                *key = short_key(text, word);
                *home = short.ahead(*key, seeds) as u32;
            } else {
                *home = NOT_SHORT;
                probe_longer(text, word, middle, middle_probes, seeds);
            }
        }
    }

    /// Writes the ids of the words of a batch to the stage, if they are known. Where some are missing there is a hole,
    /// which is filled at the end. Returns how many ids there are.
    #[inline(always)]
    fn read(&mut self, text: &[u8], words: &[Span], which_short: impl Fn(&[u128; 2], &u128) -> usize) -> usize {
        let WordCache { short, middle, long, probes, stage, arena, .. } = self;
        let (short, middle) = (short.view(), middle.view());
        let mut staged = 0;
        stage.missed.clear();
        stage.holes.clear();
        let mut middle_probes = probes.middle.iter();
        for ((key, &home), &word) in probes.keys.iter().zip(probes.homes.iter()).zip(words) {
            let ids = if home != NOT_SHORT {
                short.get(key, home as usize, &which_short)
            } else {
                longer(text, word, &mut middle_probes, middle, long)
            };
            let count = ids.count();
            if count.wrapping_sub(1) < INLINE as u32 {
                stage.ids[staged..staged + INLINE].copy_from_slice(&ids.lanes());
                staged += count as usize;
            } else {
                staged = stage.add_unusual(staged, word, ids, arena);
            }
        }
        staged
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
        let ids = Ids::new(ids, &mut self.arena);
        if word.len() <= SHORT {
            self.short.insert(short_key(text, word), self.seeds, ids);
        } else if word.len() <= MIDDLE {
            self.middle.insert(middle_key(text, word), self.seeds, ids);
        } else {
            self.long.insert(&text[word.range()], ids);
        }
    }

    /// Forgets all words. What is on its way to the caller stays.
    fn start_over(&mut self) {
        (self.short, self.middle, self.long) = (Words::new(), Words::new(), LongWords::default());
        self.arena.clear();
    }
}

/// What [`WordCache::probe`] does with a word that is not short.
#[cold]
fn probe_longer(
    text: &[u8],
    word: Span,
    middle: View<'_, [u128; 2]>,
    probes: &mut Vec<([u128; 2], usize)>,
    seeds: [u64; 2],
) {
    if word.len() <= MIDDLE {
        let key = middle_key(text, word);
        probes.push((key, middle.ahead(key, seeds)));
    }
}

/// The ids of a word that is not short; its probe is the next one if it has one.
#[cold]
fn longer<'w>(
    text: &[u8],
    word: Span,
    probes: &mut std::slice::Iter<'_, ([u128; 2], usize)>,
    middle: View<'w, [u128; 2]>,
    long: &'w LongWords,
) -> &'w Ids {
    if word.len() <= MIDDLE
        && let Some((key, home)) = probes.next()
    {
        return middle.get(key, *home, which);
    }
    long.get(&text[word.range()])
}

/// Where in the arena ids are.
#[inline(always)]
fn elsewhere(ids: &Ids) -> Range<usize> {
    let [start, count, ..] = ids.0;
    start as usize..(start + count) as usize
}

/// Appends some of `from`.
#[inline(always)]
fn extend(out: &mut Vec<u32>, from: &[u32], range: Range<usize>) {
    match from.get(range.start..range.start + FEW) {
        Some(few) if range.len() <= FEW => {
            let end = out.len() + range.len();
            out.extend_from_slice(few);
            out.truncate(end);
        }
        _ => out.extend_from_slice(&from[range]),
    }
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

    proptest! {
        #[test]
        fn one_comparison_does_for_two(halves in proptest::array::uniform6(0u128..3)) {
            // Keys that are often equal, or half equal.
            let [first, second, key] = [0, 2, 4].map(|at| halves[at] << 64 | halves[at + 1]);
            // Two equal keys are never in a table.
            if first != second {
                let want = if key == first { 1 } else if key == second { 4 } else { 0 };
                prop_assert_eq!(which(&[first, second], &key), want);
                #[cfg(target_arch = "x86_64")]
                #[allow(unsafe_code)]
                if crate::cpu::is_recent() {
                    prop_assert_eq!(unsafe { which_avx2(&[first, second], &key) }, want);
                }
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
