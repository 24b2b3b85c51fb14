//! Which pairs may be frequent, in little memory.

use super::table::{key, spread};

/// Upper bounds of the counts of all pairs: pairs that share a place share their sum. (The first pass of Park, Chen and
/// Yu, "An effective hash-based algorithm for mining association rules", SIGMOD 1995.)
#[derive(Debug)]
pub(super) struct Sieve {
    sums: Vec<u32>,
    /// The sum of all counts.
    pub(super) total: i64,
}

impl Sieve {
    /// For the most frequent pairs: half a MiB.
    pub(super) const FEW: usize = 1 << 17;
    /// 16 MiB.
    const MOST: usize = 1 << 22;

    /// A number of places that tells pairs apart of which `pairs` could have the count that matters.
    pub(super) fn places_for(pairs: i64) -> usize {
        (pairs.clamp(0, Self::MOST as i64) as usize * 8).next_power_of_two().clamp(1 << 10, Self::MOST)
    }

    /// No pair counts anything yet; `places` is a power of two.
    pub(super) fn new(places: usize) -> Self {
        Sieve { sums: vec![0; places], total: 0 }
    }

    #[inline]
    pub(super) fn add(&mut self, left: u32, right: u32, count: i64) {
        let place = self.place(key(left, right));
        let sum = &mut self.sums[place];
        *sum = sum.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        self.total += count;
    }

    #[inline]
    fn place(&self, pair: u64) -> usize {
        (spread(pair) >> 32) as usize & (self.sums.len() - 1)
    }

    /// Whether a pair may count at least so much.
    #[inline]
    pub(super) fn may_count(&self, pair: u64, count: i64) -> bool {
        let sum = self.sums[self.place(pair)];
        (i64::from(sum) >= count) | (sum == u32::MAX)
    }

    /// No pair counts more, unless this is `u32::MAX`.
    pub(super) fn highest(&self) -> i64 {
        self.highest_below(i64::MAX)
    }

    /// No pair that may not count `count` counts more.
    pub(super) fn highest_below(&self, count: i64) -> i64 {
        let bounds = self.sums.iter().map(|&sum| if sum == u32::MAX { i64::MAX } else { i64::from(sum) });
        bounds.filter(|&bound| bound < count || count == i64::MAX).max().unwrap_or_default()
    }

    /// The sum that `rank` sums are not below.
    pub(super) fn count_at_rank(&self, rank: usize) -> i64 {
        let mut sums: Vec<u32> = self.sums.iter().copied().filter(|&sum| sum > 0).collect();
        if sums.len() <= rank {
            return 0;
        }
        let (_, sum, _) = sums.select_nth_unstable_by(rank, |a, b| b.cmp(a));
        i64::from(*sum)
    }
}
