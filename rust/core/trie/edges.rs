//! The edges of one state in eight bytes.

/// Where the edges of a state lead. Children are numbered one after the other, in the order of their bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edges {
    /// The first child; 0 if there is none (no state leads back to the root). The highest bit is [`WIDE`].
    first: u32,
    /// The bytes of up to four edges, the first one repeated in free places; or where the [`Wide`] set is.
    labels: u32,
}

/// The edges of a state that has more than four.
#[derive(Debug, Clone)]
pub(super) struct Wide {
    /// One bit a byte.
    bits: [u64; 4],
    /// How many bits are set in the words before.
    before: [u8; 4],
}

const WIDE: u32 = 1 << 31;

impl Edges {
    /// From the bytes in ascending order. `first` must be below [`WIDE`].
    pub(super) fn new(first: u32, labels: &[u8], wide: &mut Vec<Wide>) -> Self {
        match *labels {
            [] => Edges { first: 0, labels: 0 },
            [a] => Edges { first, labels: u32::from_le_bytes([a, a, a, a]) },
            [a, b] => Edges { first, labels: u32::from_le_bytes([a, b, a, a]) },
            [a, b, c] => Edges { first, labels: u32::from_le_bytes([a, b, c, a]) },
            [a, b, c, d] => Edges { first, labels: u32::from_le_bytes([a, b, c, d]) },
            _ => {
                wide.push(Wide::new(labels));
                Edges { first: first | WIDE, labels: wide.len() as u32 - 1 }
            }
        }
    }

    /// The state that a byte leads to.
    #[inline]
    pub(super) fn child(self, byte: u8, wide: &[Wide]) -> Option<u32> {
        if self.first & WIDE != 0 {
            return Some((self.first & !WIDE) + wide[self.labels as usize].rank(byte)?);
        }
        // The lowest byte of `labels` that equals `byte` is the lowest zero byte of the difference: H. S. Warren,
        // "Hacker's Delight", 2nd ed., section 6-1. Repeated labels are above the one they repeat.
        const ONES: u32 = 0x0101_0101;
        const HIGHS: u32 = 0x8080_8080;
        let difference = self.labels ^ (u32::from(byte) * ONES);
        let zeros = difference.wrapping_sub(ONES) & !difference & HIGHS;
        (zeros != 0 && self.first != 0).then(|| self.first + zeros.trailing_zeros() / 8)
    }

    /// Calls `each` with every byte and the state it leads to.
    pub(super) fn for_each(self, wide: &[Wide], mut each: impl FnMut(u8, u32)) {
        if self.first & WIDE != 0 {
            (0..=255).for_each(|byte| {
                if let Some(child) = self.child(byte, wide) {
                    each(byte, child);
                }
            });
        } else if self.first != 0 {
            let labels = self.labels.to_le_bytes();
            each(labels[0], self.first);
            for (&label, child) in labels[1..].iter().zip(self.first + 1..) {
                if label != labels[0] {
                    each(label, child);
                }
            }
        }
    }
}

impl Wide {
    fn new(labels: &[u8]) -> Self {
        let mut bits = [0_u64; 4];
        for label in labels {
            bits[usize::from(label >> 6)] |= 1 << (label & 63);
        }
        let mut before = [0; 4];
        for word in 1..4 {
            before[word] = before[word - 1] + bits[word - 1].count_ones() as u8;
        }
        Wide { bits, before }
    }

    /// How many smaller bytes are in the set, if this one is.
    #[inline]
    fn rank(&self, byte: u8) -> Option<u32> {
        let (word, bit) = (usize::from(byte >> 6), 1 << (byte & 63));
        let bits = self.bits[word];
        (bits & bit != 0).then(|| u32::from(self.before[word]) + (bits & (bit - 1)).count_ones())
    }
}
