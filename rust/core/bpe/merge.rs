//! Merging the symbols of one word: always the pair of lowest rank, the leftmost of equals.
//!
//! Short words take a scan over an array of ranks per merge, which beats any queue while the array stays in a cache
//! line or two; long ones a binary heap over a linked list, O(n log n).

#![allow(clippy::indexing_slicing, reason = "positions stay below the number of symbols, which never grows")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::pairs::{NO_RANK, Packed, Pairs};
use super::short::{SHORT, Short, lowest};

/// A symbol and the bytes of the word it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub(crate) id: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) id: u32,
}

/// The merges by rank.
#[derive(Debug, Clone)]
pub(crate) struct Merges {
    all: Vec<Merge>,
    /// The id that rank 0 makes, if every rank makes the next id: then none has to be looked up.
    first: Option<u32>,
}

impl Merges {
    pub(crate) fn new(all: Vec<Merge>) -> Self {
        let first = all
            .first()
            .map(|merge| merge.id)
            .filter(|&first| all.iter().zip(0..).all(|(merge, rank)| merge.id.checked_sub(first) == Some(rank)));
        Merges { all, first }
    }

    /// The id that rank 0 makes, if every rank makes the next one.
    pub(crate) fn first(&self) -> Option<u32> {
        self.first
    }

    pub(crate) fn all(&self) -> &[Merge] {
        &self.all
    }

    /// The id that the merge of a rank makes.
    #[inline(always)]
    pub(crate) fn made(&self, rank: u32) -> u32 {
        match self.first {
            Some(first) => first + rank,
            None => self.all[rank as usize].id,
        }
    }
}

/// Buffers that live across words.
#[derive(Debug, Default)]
pub(crate) struct MergeScratch {
    heap: BinaryHeap<Reverse<u64>>,
    next: Vec<u32>,
    prev: Vec<u32>,
}

/// Merges `symbols` in place. `skip` is asked before every merge whether to leave it out this time (dropout).
pub(crate) fn merge(
    symbols: &mut Vec<Symbol>,
    pairs: Pairs<'_>,
    merges: &Merges,
    scratch: &mut MergeScratch,
    skip: Option<&mut dyn FnMut() -> bool>,
) {
    let rank = |left, right| pairs.rank(left, right);
    match skip {
        Some(skip) => merge_heap(symbols, rank, merges, scratch, skip),
        None if symbols.len() < 2 => {}
        None => match pairs.packed() {
            Some(packed) if symbols.len() <= SHORT => merge_scan(symbols, packed, merges),
            _ => merge_heap(symbols, rank, merges, scratch, &mut || false),
        },
    }
}

/// The same by other ranks of pairs, [`NO_RANK`] for none.
pub(crate) fn merge_by_rank(
    symbols: &mut Vec<Symbol>,
    rank: impl Fn(u32, u32) -> u32,
    merges: &Merges,
    scratch: &mut MergeScratch,
) {
    merge_heap(symbols, rank, merges, scratch, &mut || false);
}

/// [`Short`] for symbols that cover something.
fn merge_scan(symbols: &mut Vec<Symbol>, pairs: Packed<'_>, merges: &Merges) {
    let mut word = Short::EMPTY;
    let ranks = symbols.windows(2).map(|pair| pairs.find(pairs.want(pair[0].id, pair[1].id)));
    word.begin(symbols.iter().map(|symbol| symbol.id), ranks, pairs, merges);
    while word.step(pairs, merges, lowest) {}
    let mut kept: Vec<Symbol> = word.tokens().map(|(at, id)| Symbol { id, ..symbols[at] }).collect();
    // A token reaches to where the next one begins.
    let ends: Vec<u32> =
        kept.iter().skip(1).map(|next| next.start).chain(symbols.last().map(|last| last.end)).collect();
    kept.iter_mut().zip(ends).for_each(|(symbol, end)| symbol.end = end);
    *symbols = kept;
}

fn merge_heap(
    symbols: &mut Vec<Symbol>,
    rank_of: impl Fn(u32, u32) -> u32,
    merges: &Merges,
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
        let rank = rank_of(pair[0].id, pair[1].id);
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
        let merge = merges.all[rank as usize];
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
            let rank = rank_of(merge.id, symbols[after as usize].id);
            if rank != NO_RANK {
                heap.push(entry(rank, at));
            }
        }
        let before = prev[at as usize];
        if before != NONE {
            let rank = rank_of(symbols[before as usize].id, merge.id);
            if rank != NO_RANK {
                heap.push(entry(rank, before));
            }
        }
    }
    symbols.retain(|symbol| symbol.start != symbol.end);
}

#[cfg(test)]
mod tests {
    use super::super::pairs::PairTable;
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
            let table = PairTable::new(merges.iter().map(|m| (m.left, m.right)), 4 + merges.len());
            let pairs = table.view();
            let want = slow(&letters, &merges);
            let merges = Merges::new(merges);
            let start: Vec<Symbol> =
                letters.iter().zip(0..).map(|(&id, at)| Symbol { id, start: at, end: at + 1 }).collect();
            let mut scratch = MergeScratch::default();
            let (mut by_scan, mut by_heap) = (start.clone(), start);
            if letters.len() > 1 && letters.len() <= SHORT {
                merge_scan(&mut by_scan, pairs.packed().unwrap(), &merges);
            } else {
                merge(&mut by_scan, pairs, &merges, &mut scratch, None);
            }
            merge_by_rank(&mut by_heap, |left, right| pairs.rank(left, right), &merges, &mut scratch);
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
    fn ids_of_more_than_21_bits_are_no_others() {
        // The merge of two 0 makes an id whose lowest 21 bits are those of 5; 5 merges with 0, that id does not.
        let large = (1 << 21) + 5;
        let merges = vec![Merge { left: 0, right: 0, id: large }, Merge { left: 5, right: 0, id: 6 }];
        let table = PairTable::new(merges.iter().map(|m| (m.left, m.right)), large as usize + 1);
        let mut symbols: Vec<Symbol> = (0..3).map(|at| Symbol { id: 0, start: at, end: at + 1 }).collect();
        merge(&mut symbols, table.view(), &Merges::new(merges), &mut MergeScratch::default(), None);
        assert_eq!(symbols.iter().map(|s| s.id).collect::<Vec<_>>(), [large, 0]);
    }

    #[test]
    fn skipped_merges_come_back_later() {
        // "aaa" with a+a: skipping the first try must not lose the merge for good.
        let merges = [Merge { left: 0, right: 0, id: 1 }];
        let table = PairTable::new(merges.iter().map(|m| (m.left, m.right)), 4 + merges.len());
        let pairs = table.view();
        let merges = Merges::new(merges.into());
        let mut symbols = vec![
            Symbol { id: 0, start: 0, end: 1 },
            Symbol { id: 0, start: 1, end: 2 },
            Symbol { id: 0, start: 2, end: 3 },
        ];
        let mut first = true;
        let mut skip = || std::mem::take(&mut first);
        merge(&mut symbols, pairs, &merges, &mut MergeScratch::default(), Some(&mut skip));
        assert_eq!(symbols.iter().map(|s| s.id).collect::<Vec<_>>(), [0, 1], "the second pair went first");
    }
}
