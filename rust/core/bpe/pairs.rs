//! Which pairs merge: `(left, right) -> rank` in one flat hash table.

#![allow(clippy::indexing_slicing, reason = "every index is masked by the table's size, a power of two")]

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use crate::memory::{Table, prefetch};

/// No merge.
pub(crate) const NO_RANK: u32 = u32::MAX;

/// Ids and ranks of most models have 21 bits, so that a pair and its rank are one word of memory.
const BITS: u32 = 21;
const PACKED: u32 = 1 << BITS;

type Wide = HashMap<(u32, u32), u32, FxBuildHasher>;

/// An open-addressing table with linear probing in pairs of slots, at most half full.
#[derive(Debug, Clone)]
pub(crate) struct PairTable {
    /// A bit that says that there is something, then left, right and rank, 21 bits each.
    slots: Table<[u64; 2]>,
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
        // Two slots for each pair.
        let size = pairs.len().next_power_of_two().max(16);
        let shift = u64::BITS - size.trailing_zeros();
        let mut table = PairTable { slots: Table::new(size), shift, wide: HashMap::default(), narrow: false };
        for ((left, right), rank) in pairs.zip(0..) {
            if left < Packed::NOTHING && right < Packed::NOTHING && rank < PACKED {
                let key = key(left, right);
                let mut at = table.view().packed.home(key);
                let slot = loop {
                    // The first slot is taken before the second.
                    match table.slots[at].iter().position(|&slot| slot == 0 || slot >> BITS == key) {
                        Some(slot) => break slot,
                        None => at = (at + 1) & (size - 1),
                    }
                };
                table.slots[at][slot] = key << BITS | u64::from(rank);
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
            packed: Packed { slots: &self.slots, shift: self.shift },
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
    /// Slots that are looked at together.
    slots: &'t [[u64; 2]],
    shift: u32,
}

/// A pair to be looked up, and where the search begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    key: u64,
    at: usize,
}

impl Wanted {
    /// No pair: looking it up gives [`NO_RANK`].
    pub(crate) const NOTHING: Wanted = Wanted { key: u64::MAX, at: 0 };
}

impl Packed<'_> {
    /// An id that no pair has.
    pub(crate) const NOTHING: u32 = PACKED - 1;

    /// Rank of a pair, or [`NO_RANK`].
    #[inline(always)]
    pub(crate) fn rank(self, left: u32, right: u32) -> u32 {
        self.find(self.want(left, right))
    }

    /// A pair that will be looked up soon. Asks for the memory.
    #[inline(always)]
    pub(crate) fn ahead(self, left: u32, right: u32) -> Wanted {
        let wanted = self.want(left, right);
        if let Some(slots) = self.slots.get(wanted.at) {
            prefetch(slots);
        }
        wanted
    }

    #[inline(always)]
    fn want(self, left: u32, right: u32) -> Wanted {
        let key = key(left, right);
        Wanted { key, at: self.home(key) }
    }

    /// Rank of a pair, or [`NO_RANK`].
    #[inline(always)]
    pub(crate) fn find(self, wanted: Wanted) -> u32 {
        let Wanted { key, mut at } = wanted;
        loop {
            // Without a branch on which of the two it is.
            let [first, second] = self.slots[at];
            let found = if first >> BITS == key { first } else { second };
            if found >> BITS == key {
                return found as u32 & (PACKED - 1);
            }
            if second == 0 {
                return NO_RANK;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Where the search for a key begins. Fibonacci hashing: the high bits of the product are the well-mixed ones.
    #[inline(always)]
    fn home(self, key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
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
