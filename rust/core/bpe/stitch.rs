//! Long words, in time linear in their length: merged piece by piece, and stitched together where the pieces meet.
//!
//! A sequence of tokens is what merging makes of a text if and only if merging makes each two neighbours of what these
//! two spell (the README of the crate `bpe` of github/rust-gems has the proof): no merge across their border would have
//! come before the merges that made them. Within a piece that holds by itself. Where two pieces meet it is checked, and
//! if it does not hold, some tokens on both sides are merged anew, until it does on both ends of what was done again.
//!
//! This needs a model where every merge makes a token of its own and the ids say in which order, which nearly all are.

use super::merge::Merges;
use super::pairs::{NO_RANK, Packed};

/// Bytes merged anew for each byte of a word, after which a queue does it. No text is known that comes near this.
pub(super) const AGAIN: usize = 16;

/// Puts pieces together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stitcher<'m> {
    pub(super) pairs: Packed<'m>,
    pub(super) merges: &'m Merges,
    /// The id that the first merge makes; smaller ones are single bytes.
    pub(super) first: u32,
    /// Bytes of every token.
    pub(super) lens: &'m [u32],
}

impl Stitcher<'_> {
    /// Whether merging what two tokens spell makes these two: no merge across their border comes before those that made
    /// them, taken back from the last to the first.
    pub(super) fn stay_apart(&self, mut left: u32, mut right: u32) -> bool {
        // What is no merge's is a single byte.
        let parts = |id: u32| self.merges.all().get(id.wrapping_sub(self.first) as usize);
        // Only merges that make a smaller id come in time.
        let mut limit = u32::MAX;
        loop {
            let rank = self.pairs.rank(left, right);
            if rank != NO_RANK && self.first + rank < limit {
                return false;
            }
            // What was made later is taken back first.
            if left > right {
                limit = left;
                match parts(left) {
                    Some(merge) => left = merge.right,
                    None => return true,
                }
            } else {
                // Of equals the merge further left comes first.
                limit = right + 1;
                match parts(right) {
                    Some(merge) => right = merge.left,
                    None => return true,
                }
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
