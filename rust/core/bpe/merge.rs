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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, step by step.
    fn slow(symbols: &[u32], merges: &[Merge]) -> Vec<u32> {
        let mut symbols = symbols.to_vec();
        loop {
            let rank = |pair: &[u32]| merges.iter().rposition(|m| (m.left, m.right) == (pair[0], pair[1]));
            let best = symbols.windows(2).enumerate().filter_map(|(at, pair)| rank(pair).map(|rank| (rank, at))).min();
            let Some((rank, at)) = best else { return symbols };
            symbols.splice(at..at + 2, [merges[rank].id]);
        }
    }

    /// Merges over 4 letters; every merge may use what earlier ones made, and some make what exists already.
    fn some_merges() -> impl Strategy<Value = Vec<Merge>> {
        proptest::collection::vec((0u32..1000, 0u32..1000, 0u32..12), 0..40).prop_map(|picks| {
            let mut merges: Vec<Merge> = Vec::new();
            for (left, right, id) in picks {
                let known = 4 + merges.len() as u32;
                let id = if id == 0 && known > 4 { 4 + left % (known - 4) } else { known };
                merges.push(Merge { left: left % known, right: right % known, id });
            }
            merges
        })
    }

    proptest! {
        #[test]
        fn scan_and_heap_follow_the_definition(merges in some_merges(), letters in proptest::collection::vec(0u32..4, 0..150)) {
            let pairs = PairTable::new(merges.iter().map(|m| (m.left, m.right)));
            let want = slow(&letters, &merges);
            let start: Vec<Symbol> =
                letters.iter().zip(0..).map(|(&id, at)| Symbol { id, start: at, end: at + 1 }).collect();
            let mut scratch = MergeScratch::default();
            let (mut by_scan, mut by_heap) = (start.clone(), start);
            merge_scan(&mut by_scan, &pairs, &merges, &mut scratch);
            merge_heap(&mut by_heap, &pairs, &merges, &mut scratch, &mut || false);
            prop_assert_eq!(by_scan.iter().map(|s| s.id).collect::<Vec<_>>(), want);
            prop_assert_eq!(&by_scan, &by_heap);
            let mut at = 0;
            for symbol in by_scan {
                prop_assert_eq!(symbol.start, at);
                at = symbol.end;
            }
            prop_assert_eq!(at as usize, letters.len());
        }
    }

    #[test]
    fn skipped_merges_come_back_later() {
        // "aaa" with a+a: skipping the first try must not lose the merge for good.
        let merges = [Merge { left: 0, right: 0, id: 1 }];
        let pairs = PairTable::new(merges.iter().map(|m| (m.left, m.right)));
        let mut symbols = vec![
            Symbol { id: 0, start: 0, end: 1 },
            Symbol { id: 0, start: 1, end: 2 },
            Symbol { id: 0, start: 2, end: 3 },
        ];
        let mut first = true;
        let mut skip = || std::mem::take(&mut first);
        merge(&mut symbols, &pairs, &merges, &mut MergeScratch::default(), Some(&mut skip));
        assert_eq!(symbols.iter().map(|s| s.id).collect::<Vec<_>>(), [0, 1], "the second pair went first");
    }
}
