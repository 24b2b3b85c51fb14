//! Which pairs merge: `(left, right) -> rank` in one flat hash table, with a dense grid in front for single bytes.

#![allow(clippy::indexing_slicing, reason = "every index is masked by the table's size, a power of two")]

/// No merge.
pub(crate) const NO_RANK: u32 = u32::MAX;

/// An open-addressing table with linear probing, at most half full.
#[derive(Debug, Clone)]
pub(crate) struct PairTable {
    slots: Box<[Slot]>,
    mask: usize,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    left: u32,
    right: u32,
    rank: u32,
}

const EMPTY: Slot = Slot { left: u32::MAX, right: u32::MAX, rank: NO_RANK };

impl PairTable {
    /// From the pairs in order of rank; of a pair that occurs twice the last counts.
    pub(crate) fn new(pairs: impl ExactSizeIterator<Item = (u32, u32)>) -> Self {
        let size = (pairs.len() * 2).next_power_of_two().max(16);
        let mut table = PairTable { slots: vec![EMPTY; size].into_boxed_slice(), mask: size - 1 };
        for (rank, (left, right)) in pairs.enumerate() {
            let at = table.find(left, right);
            table.slots[at] = Slot { left, right, rank: rank as u32 };
        }
        table
    }

    /// Rank of a pair, or [`NO_RANK`].
    #[inline]
    pub(crate) fn rank(&self, left: u32, right: u32) -> u32 {
        self.slots[self.find(left, right)].rank
    }

    /// The slot of a pair, or the empty one where it would go.
    #[inline]
    fn find(&self, left: u32, right: u32) -> usize {
        let mut at = hash(left, right) & self.mask;
        loop {
            let slot = &self.slots[at];
            if (slot.left == left && slot.right == right) || slot.rank == NO_RANK {
                return at;
            }
            at = (at + 1) & self.mask;
        }
    }
}

/// Fibonacci hashing of both ids: the high bits of the product are the well-mixed ones.
#[inline]
fn hash(left: u32, right: u32) -> usize {
    let key = (u64::from(left) << 32) | u64::from(right);
    let mixed = (key ^ (key >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as usize ^ (mixed >> 15) as usize
}
