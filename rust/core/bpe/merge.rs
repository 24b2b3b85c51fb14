//! Merging the symbols of one word: always the pair of lowest rank, the leftmost of equals.
//!
//! Short words take a scan over an array of ranks per merge, which beats any queue while the array stays in a cache
//! line or two; long ones a binary heap over a linked list, O(n log n).

#![allow(clippy::indexing_slicing, reason = "positions stay below the number of symbols, which never grows")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::pairs::{NO_RANK, PairTable};

/// A symbol and the bytes of the word it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub(crate) id: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// What a merge makes, by rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) id: u32,
}

/// Buffers that live across words.
#[derive(Debug, Default)]
pub(crate) struct MergeScratch {
    ranks: Vec<u32>,
    heap: BinaryHeap<Reverse<u64>>,
    next: Vec<u32>,
    prev: Vec<u32>,
}

/// Up to this many symbols the quadratic scan is faster than the heap (measured on random words: the curves cross
/// between 60 and 90 symbols).
const SCAN_MAX: usize = 64;

/// Merges `symbols` in place. `skip` is asked before every merge whether to leave it out this time (dropout).
pub(crate) fn merge(
    symbols: &mut Vec<Symbol>,
    pairs: &PairTable,
    merges: &[Merge],
    scratch: &mut MergeScratch,
    skip: Option<&mut dyn FnMut() -> bool>,
) {
    match skip {
        Some(skip) => merge_heap(symbols, pairs, merges, scratch, skip),
        None if symbols.len() <= SCAN_MAX => merge_scan(symbols, pairs, merges, scratch),
        None => merge_heap(symbols, pairs, merges, scratch, &mut || false),
    }
}

fn merge_scan(symbols: &mut Vec<Symbol>, pairs: &PairTable, merges: &[Merge], scratch: &mut MergeScratch) {
    let ranks = &mut scratch.ranks;
    ranks.clear();
    ranks.extend(symbols.windows(2).map(|pair| pairs.rank(pair[0].id, pair[1].id)));
    while let Some((at, rank)) = lowest(ranks) {
        symbols[at] = Symbol { id: merges[rank as usize].id, start: symbols[at].start, end: symbols[at + 1].end };
        symbols.remove(at + 1);
        ranks.remove(at);
        if at > 0 {
            ranks[at - 1] = pairs.rank(symbols[at - 1].id, symbols[at].id);
        }
        if at < ranks.len() {
            ranks[at] = pairs.rank(symbols[at].id, symbols[at + 1].id);
        }
    }
}

/// Position and value of the lowest rank, the leftmost of equals.
fn lowest(ranks: &[u32]) -> Option<(usize, u32)> {
    let rank = ranks.iter().copied().min().filter(|&rank| rank != NO_RANK)?;
    ranks.iter().position(|&r| r == rank).map(|at| (at, rank))
}

fn merge_heap(
    symbols: &mut Vec<Symbol>,
    pairs: &PairTable,
    merges: &[Merge],
    scratch: &mut MergeScratch,
    skip: &mut dyn FnMut() -> bool,
) {
    const NONE: u32 = u32::MAX;
    let n = symbols.len() as u32;
    let MergeScratch { heap, next, prev, .. } = scratch;
    heap.clear();
    next.clear();
    prev.clear();
    next.extend((1..=n).map(|at| if at == n { NONE } else { at }));
    prev.extend((0..n).map(|at| at.wrapping_sub(1)));
    let entry = |rank: u32, at: u32| Reverse((u64::from(rank) << 32) | u64::from(at));
    for (at, pair) in symbols.windows(2).enumerate() {
        let rank = pairs.rank(pair[0].id, pair[1].id);
        if rank != NO_RANK {
            heap.push(entry(rank, at as u32));
        }
    }
    let mut skipped = Vec::new();
    while let Some(top) = heap.pop() {
        if skip() {
            skipped.push(top);
            continue;
        }
        heap.extend(skipped.drain(..));
        let (rank, at) = ((top.0 >> 32) as u32, top.0 as u32);
        let right = next[at as usize];
        // Stale: the symbol is gone (an empty span), is the last, or has other neighbours now.
        if symbols[at as usize].start == symbols[at as usize].end || right == NONE {
            continue;
        }
        let merge = merges[rank as usize];
        if symbols[at as usize].id != merge.left || symbols[right as usize].id != merge.right {
            continue;
        }
        symbols[at as usize].id = merge.id;
        symbols[at as usize].end = symbols[right as usize].end;
        symbols[right as usize].start = symbols[right as usize].end;
        let after = next[right as usize];
        next[at as usize] = after;
        if after != NONE {
            prev[after as usize] = at;
            let rank = pairs.rank(merge.id, symbols[after as usize].id);
            if rank != NO_RANK {
                heap.push(entry(rank, at));
            }
        }
        let before = prev[at as usize];
        if before != NONE {
            let rank = pairs.rank(symbols[before as usize].id, merge.id);
            if rank != NO_RANK {
                heap.push(entry(rank, before));
            }
        }
    }
    symbols.retain(|symbol| symbol.start != symbol.end);
}
