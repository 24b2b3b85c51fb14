//! A hash table from pairs to numbers: open addressing, key and value side by side, nothing is ever removed.

/// The ids of a pair in one number; its order is that of `(left, right)`.
pub(super) fn key(left: u32, right: u32) -> u64 {
    (u64::from(left) << 32) | u64::from(right)
}

/// The ids of a key.
pub(super) fn ids(key: u64) -> (u32, u32) {
    ((key >> 32) as u32, key as u32)
}

/// Spreads a key over 64 bits; the upper ones are the best (Fibonacci hashing; Knuth, TAOCP 3, section 6.4).
pub(super) fn spread(key: u64) -> u64 {
    (key ^ (key >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// No pair has this key: ids stay below `u32::MAX`.
const FREE: u64 = u64::MAX;

#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<(u64, i64)>,
    len: usize,
}

impl Table {
    /// A table that holds `len` pairs before it grows.
    pub(super) fn with_capacity(len: usize) -> Self {
        Table { slots: vec![(FREE, 0); (len * 2).next_power_of_two().max(16)], len: 0 }
    }

    /// The value of a pair, if it is here.
    #[inline]
    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut i64> {
        let at = self.find(key);
        let (found, value) = &mut self.slots[at];
        (*found == key).then_some(value)
    }

    /// The value of a pair, if it is here.
    #[inline]
    pub(super) fn get(&self, key: u64) -> Option<i64> {
        let (found, value) = self.slots[self.find(key)];
        (found == key).then_some(value)
    }

    /// The value of a pair; one that is new gets `value`.
    #[inline]
    pub(super) fn or_insert(&mut self, key: u64, value: i64) -> &mut i64 {
        let mut at = self.find(key);
        if self.slots[at].0 != key {
            self.len += 1;
            if self.len * 2 > self.slots.len() {
                self.grow();
                at = self.find(key);
            }
            self.slots[at] = (key, value);
        }
        &mut self.slots[at].1
    }

    /// All pairs with their values, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, i64)> {
        self.slots.iter().copied().filter(|&(key, _)| key != FREE)
    }

    /// Where a pair is, or the free slot where it would be. At least half of the slots are free.
    #[inline]
    fn find(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (spread(key) >> 32) as usize & mask;
        loop {
            let found = self.slots[at].0;
            if found == key || found == FREE {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let bigger = vec![(FREE, 0); self.slots.len() * 2];
        for (key, value) in std::mem::replace(&mut self.slots, bigger) {
            if key != FREE {
                let at = self.find(key);
                self.slots[at] = (key, value);
            }
        }
    }
}
