//! Merging a short word: a scan over an array of ranks per merge, which beats any queue as long as the array stays in a
//! few vectors, and a word of bits that says which symbols are left.

#![allow(clippy::indexing_slicing, reason = "positions are those of bits of a word")]

use super::merge::Merges;
use super::pairs::{Packed, Wanted};

/// Symbols of a short word, at most.
pub(crate) const SHORT: usize = 64;
/// Ranks that are compared at a time: behind those of a word there is none up to a multiple of it.
const LANES: usize = 8;
/// Bits of a position beside a rank.
const POSITION_BITS: u32 = SHORT.trailing_zeros();
/// No pair; with a position it is more than this.
const NONE: i32 = (Packed::NO_RANK << POSITION_BITS) as i32;
/// Beside the rank of a pair that merges if its rank is lower than that of the pair before and not higher than that of
/// the pair behind, whatever else merges.
pub(crate) const SURE: u32 = 1 << 31;

/// Ranks in the highest bits, positions in the lowest, which makes the leftmost of equal ranks the lowest. Signed, because
/// that is what vectors compare.
pub(crate) type Ranks = [i32; SHORT];

/// A short word on its way: symbols by position, and the ranks of the pairs they begin.
///
/// One step is one merge. It asks for the memory that the next step reads, so that a caller who has several words does
/// a step of each in turn.
#[derive(Debug, Clone)]
pub(crate) struct Short {
    /// Only those at the bits of `alive` count. Behind the last one is [`Packed::NOTHING`].
    ids: [u32; SHORT + 1],
    ranks: Ranks,
    len: usize,
    alive: u64,
    /// Where the last merge was, the position before it, and the pairs behind and before, whose ranks are to be looked up.
    at: usize,
    left: usize,
    wanted: [Wanted; 2],
}

impl Short {
    pub(crate) const EMPTY: Short = Short {
        ids: [Packed::NOTHING; SHORT + 1],
        ranks: [NONE; SHORT],
        len: 0,
        alive: 0,
        at: 0,
        left: 0,
        wanted: [Wanted::NOTHING; 2],
    };

    /// Begins with 1 to [`SHORT`] symbols and the ranks of their pairs ([`Packed::NO_RANK`] if there is none), and does
    /// the merges that are [`SURE`].
    #[inline(always)]
    pub(crate) fn begin(
        &mut self,
        ids: impl ExactSizeIterator<Item = u32>,
        ranks: impl Iterator<Item = u32>,
        pairs: Packed<'_>,
        merges: &Merges,
    ) {
        self.len = ids.len().min(SHORT);
        self.alive = u64::MAX >> (SHORT - self.len);
        self.ids.iter_mut().zip(ids).for_each(|(to, id)| *to = id);
        self.ids[self.len] = Packed::NOTHING;
        self.ranks[self.len - 1..self.len.next_multiple_of(LANES)].fill(NONE);
        // Bit k is the pair at k - 1.
        let mut sure = 0u64;
        let (mut before, mut last) = (Packed::NO_RANK, Packed::NO_RANK);
        let merges_surely = |before: u32, last: u32, next: u32| {
            let rank = last & !SURE;
            u64::from((last & SURE != 0) & (rank < before & !SURE) & (rank <= next & !SURE))
        };
        for ((at, to), rank) in self.ranks.iter_mut().enumerate().zip(ranks) {
            *to = packed(rank & !SURE, at);
            sure |= merges_surely(before, last, rank) << at;
            (before, last) = (last, rank);
        }
        sure |= merges_surely(before, last, Packed::NO_RANK) << (self.len - 1);
        self.merge_sure(sure >> 1, pairs, merges);
        // The last position begins no pair; looking it up changes nothing.
        (self.at, self.left, self.wanted) = (self.len - 1, self.len - 1, [Wanted::NOTHING; 2]);
    }

    /// Does the merges at some positions, no two of which are neighbours.
    #[inline(always)]
    fn merge_sure(&mut self, sure: u64, pairs: Packed<'_>, merges: &Merges) {
        for at in bits(sure) {
            self.ids[at] = merges.made(self.ranks[at] as u32 >> POSITION_BITS);
            self.ranks[at + 1] = NONE;
        }
        self.alive &= !(sure << 1);
        for at in bits(sure | sure >> 1 & self.alive) {
            let next = at + 1 + (sure >> at & 1) as usize;
            self.ranks[at] = packed(pairs.find(pairs.want(self.ids[at], self.ids[next])), at);
        }
    }

    /// Does one merge; false if there is none. `lowest` is [`lowest`] or does the same.
    #[inline(always)]
    pub(crate) fn step(&mut self, pairs: Packed<'_>, merges: &Merges, lowest: impl Fn(&Ranks, usize) -> i32) -> bool {
        let [behind, before] = self.wanted;
        let before = packed(pairs.find(before), self.left);
        let behind = packed(pairs.find(behind), self.at);
        // The ranks are read before these two are among them: reading in a vector what was just written in parts waits
        // for the writes to reach the cache.
        let lowest = lowest(&self.ranks, self.len).min(before).min(behind);
        self.ranks[self.left % SHORT] = before;
        self.ranks[self.at % SHORT] = behind;
        if lowest >= NONE {
            return false;
        }
        let at = lowest as usize % SHORT;
        let merged = merges.made(lowest as u32 >> POSITION_BITS);
        let behind = self.alive & (u64::MAX << at << 1);
        let right = behind.trailing_zeros() as usize % SHORT;
        let behind = behind & behind.wrapping_sub(1);
        self.alive &= !(1 << right);
        self.ranks[right] = NONE;
        self.ids[at] = merged;
        let next = if behind == 0 { Packed::NOTHING } else { self.ids[behind.trailing_zeros() as usize % SHORT] };
        let before = self.alive & !(u64::MAX << at);
        self.at = at;
        self.left = if before == 0 { at } else { SHORT - 1 - before.leading_zeros() as usize };
        self.ranks[at] = NONE;
        self.ranks[self.left % SHORT] = NONE;
        let behind = pairs.ahead(merged, next);
        self.wanted = [behind, if before == 0 { behind } else { pairs.ahead(self.ids[self.left % SHORT], merged) }];
        true
    }

    /// The tokens and where they begin.
    #[inline(always)]
    pub(crate) fn tokens(&self) -> impl Iterator<Item = (usize, u32)> {
        bits(self.alive).map(|at| (at, self.ids[at]))
    }
}

/// The positions of the bits of a mask.
#[inline(always)]
pub(super) fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (at < SHORT).then_some(at)
    })
}

#[inline(always)]
fn packed(rank: u32, at: usize) -> i32 {
    (rank << POSITION_BITS | at as u32) as i32
}

/// The lowest of the first ranks, or [`NONE`].
#[inline(always)]
pub(crate) fn lowest(ranks: &Ranks, len: usize) -> i32 {
    ranks[..len].iter().fold(NONE, |lowest, &rank| lowest.min(rank))
}

/// [`lowest`] in vectors of eight.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
pub(crate) fn lowest_avx2(ranks: &Ranks, len: usize) -> i32 {
    use std::arch::x86_64::*;
    let (eights, _) = ranks[..len.next_multiple_of(LANES)].as_chunks::<LANES>();
    let mut lowest = _mm256_set1_epi32(NONE);
    for eight in eights {
        lowest = _mm256_min_epi32(lowest, bytemuck::cast(*eight));
    }
    let lowest = _mm_min_epi32(_mm256_castsi256_si128(lowest), _mm256_extracti128_si256::<1>(lowest));
    let lowest = _mm_min_epi32(lowest, _mm_shuffle_epi32::<0b01_00_11_10>(lowest));
    let lowest = _mm_min_epi32(lowest, _mm_shuffle_epi32::<0b10_11_00_01>(lowest));
    _mm_cvtsi128_si32(lowest)
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn vectors_find_the_lowest() {
        for len in 1..=SHORT {
            for at in 0..len {
                let mut ranks = [NONE; SHORT];
                ranks[..len].iter_mut().enumerate().for_each(|(k, rank)| *rank = 1000 + (k as i32 * 37) % 64);
                ranks[at] = at as i32;
                if crate::cpu::is_recent() {
                    #[allow(unsafe_code)]
                    let found = unsafe { lowest_avx2(&ranks, len) };
                    assert_eq!(found, at as i32);
                }
                assert_eq!(lowest(&ranks, len), at as i32);
            }
        }
    }
}
