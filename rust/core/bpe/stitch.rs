//! Long words, in time linear in their length: merged piece by piece, and stitched together where the pieces meet.
//!
//! A sequence of tokens is what merging makes of a text if and only if merging makes each two neighbours of what these
//! two spell (the README of the crate `bpe` of github/rust-gems has the proof): no merge across their border would have
//! come before the merges that made them. Within a piece that holds by itself. Where two pieces meet it is checked, and
//! if it does not hold, some tokens on both sides are merged anew, until it does on both ends of what was done again.
//!
//! This needs a model where every merge makes a token of its own, of tokens that come before it, which nearly all are.

use super::merge::Merges;
use super::pairs::{NO_RANK, Packed};

/// Bytes merged anew for each byte of a word, after which a queue does it. No text is known that comes near this.
pub(super) const AGAIN: usize = 16;

/// In which order merges make tokens: a key for each, those of single bytes the smallest ones.
#[derive(Debug)]
pub(super) struct Order {
    /// The key of what the first merge makes; each merge makes the next one.
    first: u32,
    /// Keys by id. Most models need none, because the ids do.
    keys: Option<Box<[u32]>>,
}

impl Order {
    /// Of merges that make tokens of their own out of tokens that come before them; `alphabet` are the ids of bytes.
    pub(super) fn of(merges: &Merges, alphabet: &[u32; 256], ids: usize) -> Option<Self> {
        let order = match merges.first() {
            Some(first) if alphabet.iter().all(|&id| id < first) => Order { first, keys: None },
            _ => {
                let mut keys = vec![0; ids];
                for (merge, key) in merges.all().iter().zip(1..) {
                    if std::mem::replace(keys.get_mut(merge.id as usize)?, key) != 0 {
                        return None;
                    }
                }
                Order { first: 1, keys: Some(keys.into()) }
            }
        };
        let mut keyed = merges.all().iter().zip(order.first..);
        keyed.all(|(merge, key)| order.key(merge.left) < key && order.key(merge.right) < key).then_some(order)
    }

    #[inline(always)]
    fn key(&self, id: u32) -> u32 {
        match &self.keys {
            None => id,
            Some(keys) => keys.get(id as usize).copied().unwrap_or(0),
        }
    }
}

/// Puts pieces together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stitcher<'m> {
    pub(super) pairs: Packed<'m>,
    pub(super) merges: &'m Merges,
    pub(super) order: &'m Order,
    /// Bytes of every token.
    pub(super) lens: &'m [u32],
}

impl Stitcher<'_> {
    /// Whether merging what two tokens spell makes these two: no merge across their border comes before those that made
    /// them, taken back from the last to the first.
    #[inline]
    pub(super) fn stay_apart(&self, mut left: u32, mut right: u32) -> bool {
        // What is no merge's is a single byte.
        let parts = |key: u32| self.merges.all().get(key.wrapping_sub(self.order.first) as usize);
        let (mut left_key, mut right_key) = (self.order.key(left), self.order.key(right));
        // Only merges of a smaller key come in time.
        let mut limit = u32::MAX;
        loop {
            let rank = self.pairs.rank(left, right);
            if rank != NO_RANK && self.order.first + rank < limit {
                return false;
            }
            // What was made later is taken back first.
            if left_key > right_key {
                limit = left_key;
                match parts(left_key) {
                    Some(merge) => left = merge.right,
                    None => return true,
                }
                left_key = self.order.key(left);
            } else {
                // Of equals the merge further left comes first.
                limit = right_key + 1;
                match parts(right_key) {
                    Some(merge) => right = merge.left,
                    None => return true,
                }
                right_key = self.order.key(right);
            }
        }
    }

    /// The same where there may be no token.
    fn fit(&self, left: Option<&u32>, right: Option<&u32>) -> bool {
        left.zip(right).is_none_or(|(&left, &right)| self.stay_apart(left, right))
    }

    fn len(&self, ids: &[u32]) -> usize {
        ids.iter().map(|&id| self.lens.get(id as usize).map_or(0, |&len| len as usize)).sum()
    }

    /// Appends the tokens `next` of what follows the first `at` bytes of `word`, whose tokens are `ids`, and returns how
    /// many bytes were merged anew. `merge` appends the tokens of some bytes.
    pub(super) fn join(
        &self,
        ids: &mut Vec<u32>,
        next: &[u32],
        word: &[u8],
        at: usize,
        mut merge: impl FnMut(&[u8], &mut Vec<u32>),
    ) -> usize {
        let (mut before, mut behind) = (0, 0);
        let mut again = Vec::new();
        let mut bytes = 0;
        loop {
            let kept = ids.get(..ids.len().saturating_sub(before)).unwrap_or_default();
            let rest = next.get(behind..).unwrap_or_default();
            let (first, last) = match again.as_slice() {
                [] => (rest.first(), kept.last()),
                [first, .., last] => (Some(first), Some(last)),
                [one] => (Some(one), Some(one)),
            };
            let (left, right) = (self.fit(kept.last(), first), self.fit(last, rest.first()));
            if left && right {
                ids.truncate(kept.len());
                ids.append(&mut again);
                ids.extend_from_slice(rest);
                return bytes;
            }
            // Twice as many each time, so that all together costs no more than twice the last time.
            if !left {
                before = (before * 2).max(1).min(ids.len());
            }
            if !right {
                behind = (behind * 2).max(1).min(next.len());
            }
            let kept = ids.get(ids.len() - before..).unwrap_or_default();
            let (start, end) = (at - self.len(kept), at + self.len(next.get(..behind).unwrap_or_default()));
            again.clear();
            merge(word.get(start..end).unwrap_or_default(), &mut again);
            bytes += end - start;
        }
    }
}
