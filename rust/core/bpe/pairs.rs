//! Which pairs merge: `(left, right) -> rank` in one flat hash table.

#![allow(clippy::indexing_slicing, reason = "every index is masked by the table's size, a power of two")]

use bytemuck::{Pod, Zeroable};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use crate::memory::{Table, prefetch};

/// No merge.
pub(crate) const NO_RANK: u32 = u32::MAX;

/// Ids and ranks of most models have 21 bits, so that a pair and its rank are one word of memory.
const BITS: u32 = 21;
const PACKED: u32 = 1 << BITS;

type Wide = HashMap<(u32, u32), u32, FxBuildHasher>;

/// Slots of a cache line: 0, or a bit that says that there is something, then left, right, and the complement of the
/// rank, 21 bits each.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Bucket([u64; 8]);

/// An open-addressing table with linear probing in buckets, at most half full: one of a hundred buckets is full.
#[derive(Debug, Clone)]
pub(crate) struct PairTable {
    buckets: Table<Bucket>,
    /// Takes the index out of the highest bits of a hash.
    shift: u32,
    /// The pairs that 21 bits do not hold.
    wide: Wide,
    /// Whether 21 bits hold every pair and every id that may be asked for.
    narrow: bool,
}

impl PairTable {
    /// From the pairs in order of rank, of ids below `ids`; of a pair that occurs twice the last counts.
    pub(crate) fn new(pairs: impl ExactSizeIterator<Item = (u32, u32)>, ids: usize) -> Self {
        Self::ranked(pairs.enumerate().map(|(rank, pair)| (pair, rank as u32)), ids)
    }

    /// From pairs and their ranks.
    pub(crate) fn ranked(pairs: impl ExactSizeIterator<Item = ((u32, u32), u32)>, ids: usize) -> Self {
        // Two slots for each pair.
        let size = (pairs.len().next_power_of_two() / 4).max(2);
        let shift = u64::BITS - size.trailing_zeros();
        let mut table = PairTable { buckets: Table::new(size), shift, wide: HashMap::default(), narrow: false };
        for ((left, right), rank) in pairs {
            if left < Packed::NOTHING && right < Packed::NOTHING && rank < Packed::NO_RANK {
                let key = key(left, right);
                let mut at = table.view().packed.home(key);
                let slot = loop {
                    match table.buckets[at].0.iter_mut().find(|slot| **slot == 0 || **slot >> BITS == key) {
                        Some(slot) => break slot,
                        None => at = (at + 1) & (size - 1),
                    }
                };
                *slot = key << BITS | u64::from(rank ^ Packed::NO_RANK);
                if !table.wide.is_empty() {
                    table.wide.remove(&(left, right));
                }
            } else {
                table.wide.insert((left, right), rank);
            }
        }
        table.narrow = table.wide.is_empty() && ids <= Packed::NOTHING as usize;
        table
    }

    /// To look ranks up.
    #[inline]
    pub(crate) fn view(&self) -> Pairs<'_> {
        Pairs {
            packed: Packed { buckets: &self.buckets, shift: self.shift },
            wide: (!self.wide.is_empty()).then_some(&self.wide),
            narrow: self.narrow,
        }
    }
}

/// What a [`PairTable`] says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pairs<'t> {
    packed: Packed<'t>,
    wide: Option<&'t Wide>,
    narrow: bool,
}

impl<'t> Pairs<'t> {
    /// Rank of a pair, or [`NO_RANK`].
    #[inline(always)]
    pub(crate) fn rank(self, left: u32, right: u32) -> u32 {
        if (left | right) >= PACKED || self.wide.is_some() {
            return self.wide_rank(left, right);
        }
        self.packed.rank(left, right)
    }

    #[cold]
    fn wide_rank(self, left: u32, right: u32) -> u32 {
        match self.wide.and_then(|wide| wide.get(&(left, right))) {
            Some(&rank) => rank,
            None if (left | right) >= PACKED => NO_RANK,
            None => self.packed.rank(left, right),
        }
    }

    /// The same for ids below [`Packed::NOTHING`], if there are no others.
    pub(crate) fn packed(self) -> Option<Packed<'t>> {
        self.narrow.then_some(self.packed)
    }
}

/// The part of a table for ids of 21 bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed<'t> {
    buckets: &'t [Bucket],
    shift: u32,
}

/// A pair to be looked up, and where the search begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    key: u64,
    at: usize,
}

impl Wanted {
    /// No pair: looking it up gives [`Packed::NO_RANK`].
    pub(crate) const NOTHING: Wanted = Wanted { key: u64::MAX, at: 0 };
}

impl Packed<'_> {
    /// An id that no pair has.
    pub(crate) const NOTHING: u32 = PACKED - 1;
    /// No merge, as [`Packed::find`] says it: more than any rank.
    pub(crate) const NO_RANK: u32 = PACKED - 1;

    /// Rank of a pair, or [`NO_RANK`].
    #[inline(always)]
    pub(crate) fn rank(self, left: u32, right: u32) -> u32 {
        match self.find(self.want(left, right)) {
            Packed::NO_RANK => NO_RANK,
            rank => rank,
        }
    }

    /// A pair that will be looked up soon. Asks for the memory.
    #[inline(always)]
    pub(crate) fn ahead(self, left: u32, right: u32) -> Wanted {
        let wanted = self.want(left, right);
        if let Some(bucket) = self.buckets.get(wanted.at) {
            prefetch(bucket);
        }
        wanted
    }

    #[inline(always)]
    pub(crate) fn want(self, left: u32, right: u32) -> Wanted {
        let key = key(left, right);
        Wanted { key, at: self.home(key) }
    }

    /// Rank of a pair, or [`Packed::NO_RANK`]. Whether there is one is as good as random, so nothing branches on it.
    #[inline(always)]
    pub(crate) fn find(self, wanted: Wanted) -> u32 {
        let bucket = &self.buckets[wanted.at];
        let found = bucket.find(wanted.key);
        // The first slots are taken first.
        if bucket.0[7] != 0 && found == 0 {
            return self.find_behind(wanted);
        }
        found as u32 & (PACKED - 1) ^ Packed::NO_RANK
    }

    /// Searches on from a full bucket.
    #[cold]
    fn find_behind(self, wanted: Wanted) -> u32 {
        let at = (wanted.at + 1) & (self.buckets.len() - 1);
        self.find(Wanted { at, ..wanted })
    }

    /// Where the search for a key begins. Fibonacci hashing: the high bits of the product are the well-mixed ones.
    #[inline(always)]
    fn home(self, key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }
}

impl Bucket {
    /// The slot of a key, or 0. Compilers know how to do this with vectors.
    #[inline(always)]
    fn find(&self, key: u64) -> u64 {
        self.0.iter().fold(0, |found, &slot| found | if slot >> BITS == key { slot } else { 0 })
    }
}

/// Of ids below [`PACKED`].
#[inline(always)]
fn key(left: u32, right: u32) -> u64 {
    1 << (2 * BITS) | u64::from(left) << BITS | u64::from(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn full_buckets_go_on() {
        // As many as a table of this size ever holds.
        let pairs: Vec<_> = (0..1 << 14).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 12, n)).collect();
        let table = PairTable::new(pairs.iter().copied(), 1 << 20);
        assert!(table.buckets.iter().any(|bucket| bucket.0[7] != 0));
        for (&(left, right), rank) in pairs.iter().zip(0..) {
            assert_eq!(table.view().rank(left, right), rank);
            assert_eq!(table.view().rank(left, right + (1 << 15)), NO_RANK);
        }
    }

    proptest! {
        #[test]
        fn equals_a_map(
            pairs in proptest::collection::vec((0u32..6, 0u32..6, 0usize..4), 0..60),
            asked in proptest::collection::vec((0u32..6, 0u32..6, 0usize..4), 1..60),
        ) {
            // Ids on both sides of what is packed.
            let shifts = [(0, 0), (PACKED - 3, 0), (0, PACKED - 3), (PACKED, u32::MAX - 10)];
            let shift = |(left, right, by): (u32, u32, usize)| (left + shifts[by].0, right + shifts[by].1);
            let pairs: Vec<_> = pairs.into_iter().map(shift).collect();
            let table = PairTable::new(pairs.iter().copied(), usize::MAX);
            for pair in asked.into_iter().map(shift) {
                let want = pairs.iter().rposition(|known| *known == pair).map_or(NO_RANK, |rank| rank as u32);
                prop_assert_eq!(table.view().rank(pair.0, pair.1), want);
            }
        }
    }
}
