//! Which bytes stand side by side in tokens: where two meet that do not, no merge goes on, whatever stands around.

#![allow(clippy::indexing_slicing, reason = "tables of all bytes, and of all ids")]

use super::Bpe;
use super::merge::Merge;
use crate::text::bytes::char_to_byte;

/// Pairs of bytes: a bit for the second one, by the first.
#[derive(Debug)]
pub(super) struct SideBySide(Box<[[u64; 4]; 256]>);

impl SideBySide {
    /// Of the tokens that some merges of a byte-level model make.
    pub(super) fn of(bpe: &Bpe, merges: &[Merge]) -> Self {
        let ends = |token: &str| {
            let mut bytes = token.chars().map(char_to_byte);
            let first = bytes.next()??;
            Some([first, bytes.next_back().unwrap_or(Some(first))?])
        };
        // What is not spelt in bytes never comes about.
        let slots = bpe.vocab().slots() as u32;
        let ends: Vec<_> = (0..slots).map(|id| bpe.vocab().token(id).and_then(ends)).collect();
        let mut pairs = Box::new([[0; 4]; 256]);
        for &Merge { left, right, .. } in merges {
            if let (Some([_, before]), Some([behind, _])) = (ends[left as usize], ends[right as usize]) {
                pairs[before as usize][behind as usize / 64] |= 1 << (behind % 64);
            }
        }
        SideBySide(pairs)
    }

    /// Whether a merge might go on between two bytes.
    #[inline(always)]
    pub(super) fn has(&self, before: u8, behind: u8) -> bool {
        self.0[before as usize][behind as usize / 64] >> (behind % 64) & 1 != 0
    }
}
