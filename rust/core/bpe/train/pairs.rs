//! The pairs that may merge: their counts, the words they stand in, and the queue.
//!
//! Most pairs are rare and never merge, so only those are tracked that occur at least `floor` times. As long as no
//! token is made twice, this loses nothing: a pair comes into being all at once, when the younger of its tokens is
//! made, and from then on its count only falls. So every pair that is not tracked counts less than the floor, and every
//! tracked one that counts at least the floor goes before it. When no tracked pair is left at the floor, all pairs are
//! counted anew with a lower one. From the moment a token is made a second time every pair is tracked, because counts
//! can rise then.

use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::neighbours::Neighbours;
use super::sieve::Sieve;
use super::table::{Table, ids, key};
use super::words::Words;
use crate::error::Result;
use crate::progress::Progress;

/// The initial floor leaves about so many pairs above it. (Tests have few pairs, and shall count anew, too.)
const FIRST: usize = if cfg!(test) { 3 } else { 1024 };
/// A lower floor is guessed so that it lasts for so many times the merges made until then.
const LONGER: usize = if cfg!(test) { 2 } else { 8 };

#[derive(Debug)]
pub(super) struct Pairs {
    counts: Table,
    queue: BinaryHeap<Candidate>,
    /// Of a tie rule that the queue does not know: the candidates with the highest count.
    tied: Tied,
    /// The words of the candidates.
    positions: Vec<Vec<u32>>,
    free: Vec<u32>,
    /// Pairs that count less are not tracked; 0 tracks every pair, even one that counts nothing.
    floor: i64,
    /// A bound on the sum of all counts.
    occurrences: i64,
}

/// A pair with the count it had when it was queued (counts change while it waits) and the words it was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) count: i64,
    pair: u64,
    positions: u32,
}

impl Candidate {
    pub(super) fn ids(&self) -> (u32, u32) {
        ids(self.pair)
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.count.cmp(&other.count).then_with(|| other.pair.cmp(&self.pair))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Whether the first of two pairs goes first.
pub(super) type First<'a> = dyn Fn((u32, u32), (u32, u32)) -> bool + 'a;

/// What the choice of a floor depends on.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    /// No pair merges that counts less (at least 1).
    pub(super) lowest: i64,
    /// Merges made.
    pub(super) done: usize,
    /// Merges to make in all, at most.
    pub(super) total: usize,
    /// Whether a rule keeps a pair from merging.
    pub(super) barred: &'a dyn Fn((u32, u32)) -> bool,
    /// Whether of two pairs with one count the first goes first, unless that is the smaller pair of ids.
    pub(super) first: Option<&'a First<'a>>,
}

/// A heap of candidates that count the same, ordered by whoever asks.
#[derive(Debug, Default)]
struct Tied {
    heap: Vec<Candidate>,
}

impl Tied {
    fn push(&mut self, candidate: Candidate, first: &First<'_>) {
        let mut at = self.heap.len();
        self.heap.push(candidate);
        while at > 0 {
            let parent = (at - 1) / 2;
            if !first(self.heap[at].ids(), self.heap[parent].ids()) {
                break;
            }
            self.heap.swap(at, parent);
            at = parent;
        }
    }

    fn pop(&mut self, first: &First<'_>) -> Option<Candidate> {
        let last = self.heap.len().checked_sub(1)?;
        self.heap.swap(0, last);
        let popped = self.heap.pop();
        let mut at = 0;
        while let Some(child) = (2 * at + 1..last.min(2 * at + 3))
            .reduce(|one, other| if first(self.heap[other].ids(), self.heap[one].ids()) { other } else { one })
            && first(self.heap[child].ids(), self.heap[at].ids())
        {
            self.heap.swap(at, child);
            at = child;
        }
        popped
    }
}

impl Pairs {
    /// Counts the pairs of all words, for so many merges.
    pub(super) fn new(
        words: &mut Words,
        lowest: i64,
        total: usize,
        barred: &dyn Fn((u32, u32)) -> bool,
        progress: &Progress,
    ) -> Result<Self> {
        let mut pairs = Pairs {
            counts: Table::with_capacity(0),
            queue: BinaryHeap::new(),
            tied: Tied::default(),
            positions: Vec::new(),
            free: Vec::new(),
            floor: lowest,
            occurrences: i64::MAX,
        };
        if let Some(all) = words.all() {
            // Merges take from each other, and form pairs that are not here yet: the last one counts .49 to .53 of that in
            // novels, whatever the size. A guess too high costs another reading, one too low some memory.
            let last = all.count_at_rank(if cfg!(test) { FIRST } else { total.max(FIRST) }) / 20 * 9;
            words.lower(last.max(lowest), progress)?;
        }
        let sieve = words.sieve(Sieve::FEW, progress)?;
        pairs.floor = sieve.count_at_rank(FIRST).max(words.floor()).max(lowest);
        pairs.recount(words, &sieve, barred, progress)?;
        Ok(pairs)
    }

    /// The candidate with the highest count of today, if it counts at least `plan.lowest`.
    pub(super) fn pop(&mut self, words: &mut Words, plan: Plan<'_>, progress: &Progress) -> Result<Option<Candidate>> {
        loop {
            let least = self.floor.max(plan.lowest);
            let top = match plan.first {
                None => self.top().filter(|top| top.count >= least).inspect(|_| {
                    self.queue.pop();
                }),
                Some(first) => self.top_of_tied(least, first),
            };
            if top.is_some() {
                return Ok(top);
            }
            if self.floor <= plan.lowest {
                return Ok(None);
            }
            // Frequencies fall about as 1/rank (Zipf). A guess too high costs another count, one too low some memory.
            let done = plan.done.max(FIRST / 2);
            let until = (done * LONGER).min(plan.total).max(done + 1);
            let lower = (self.floor as f64 * done as f64 / until as f64 * 0.8) as i64;
            let mut lower = lower.min(self.floor - 1).max(plan.lowest);
            if words.floor() < self.floor {
                lower = lower.max(words.floor());
            }
            words.compact();
            let places = Sieve::places_for(self.occurrences / lower);
            let mut sieve = words.sieve(places, progress)?;
            self.floor = lower.min(sieve.highest().max(words.highest_absent())).max(plan.lowest);
            self.clear();
            if words.lower(self.floor, progress)? {
                sieve = words.sieve(places, progress)?;
            }
            self.recount(words, &sieve, plan.barred, progress)?;
        }
    }

    /// Takes the first candidate of those with the highest count, if that is at least `least`.
    fn top_of_tied(&mut self, least: i64, first: &First<'_>) -> Option<Candidate> {
        loop {
            // No count rises, and what merging formed since then counts no more than what it merged.
            let highest = self.tied.heap.first().map_or(least, |tied| tied.count);
            while let Some(top) = self.top().filter(|top| top.count >= highest)
                && self.tied.heap.first().is_none_or(|tied| tied.count == top.count)
            {
                self.queue.pop();
                self.tied.push(top, first);
            }
            let top = self.tied.pop(first)?;
            if self.counts.get_mut(top.pair).is_some_and(|count| *count == top.count) {
                return Some(top);
            }
            self.queue.push(top);
        }
    }

    /// The first of the queue, once its count is that of today.
    fn top(&mut self) -> Option<Candidate> {
        loop {
            let mut top = self.queue.peek_mut()?;
            let count = self.counts.get_mut(top.pair).map_or(0, |count| *count).max(0);
            if top.count == count {
                return Some(*top);
            }
            if count < self.floor {
                let gone = PeekMut::pop(top);
                self.recycle(gone, Vec::new());
                continue;
            }
            top.count = count;
        }
    }

    /// Counts all pairs anew: a token that is made a second time makes counts rise.
    pub(super) fn count_anew(
        &mut self,
        words: &mut Words,
        barred: &dyn Fn((u32, u32)) -> bool,
        progress: &Progress,
    ) -> Result<()> {
        words.compact();
        let sieve = words.sieve(Sieve::places_for(self.occurrences / self.floor.max(1)), progress)?;
        self.recount(words, &sieve, barred, progress)
    }

    /// Tracks every pair from now on. `merged` are the pairs that were merged, with the counts that they keep.
    pub(super) fn track_all(
        &mut self,
        words: &mut Words,
        merged: impl Iterator<Item = ((u32, u32), i64)>,
        barred: &dyn Fn((u32, u32)) -> bool,
        progress: &Progress,
    ) -> Result<()> {
        self.floor = 1;
        words.lower(self.floor, progress)?;
        words.compact();
        self.recount(words, &words.sieve(Sieve::FEW, progress)?, barred, progress)?;
        for ((left, right), count) in merged {
            *self.counts.or_insert(key(left, right), 0) += count;
        }
        self.floor = 0;
        Ok(())
    }

    /// Whether every pair is tracked.
    pub(super) fn tracks_all(&self) -> bool {
        self.floor == 0
    }

    /// Queues a candidate again that was popped.
    pub(super) fn put_back(&mut self, candidate: Candidate) {
        self.queue.push(candidate);
    }

    /// The words of a candidate.
    pub(super) fn take_words(&mut self, candidate: &Candidate) -> Vec<u32> {
        std::mem::take(&mut self.positions[candidate.positions as usize])
    }

    /// Takes the place of a candidate that is done with.
    pub(super) fn recycle(&mut self, candidate: Candidate, words: Vec<u32>) {
        drop(words);
        self.positions[candidate.positions as usize] = Vec::new();
        self.free.push(candidate.positions);
    }

    /// Takes a pair as one that does not occur any more.
    pub(super) fn forget(&mut self, left: u32, right: u32) {
        if let Some(count) = self.counts.get_mut(key(left, right)) {
            *count = 0;
        }
    }

    /// The count of a pair.
    pub(super) fn count(&mut self, left: u32, right: u32) -> i64 {
        self.counts.get_mut(key(left, right)).map_or(0, |count| *count)
    }

    /// Takes the counts that the merge of `(left, right)` took from its neighbours, gives those it gave, and queues the
    /// pairs it formed.
    pub(super) fn apply(
        &mut self,
        neighbours: &mut Neighbours,
        (left, right): (u32, u32),
        merged: u32,
        forms: impl Fn(u32) -> bool,
    ) {
        let Neighbours { before, after, apart } = neighbours;
        let all = self.tracks_all();
        let own = |id: u32, other: u32, apart: i64| if id == other { apart } else { 0 };
        let lost = before.seen().iter().map(|seen| (key(seen.id, left), seen.count - own(seen.id, left, apart.left)));
        let after_it = after.seen().iter();
        let lost =
            lost.chain(after_it.map(|seen| (key(right, seen.id), seen.count - own(seen.id, right, apart.right))));
        for (pair, count) in lost {
            if all {
                *self.counts.or_insert(pair, 0) -= count;
            } else if let Some(known) = self.counts.get_mut(pair) {
                *known -= count;
            }
        }
        // Where occurrences touch (`abab`), `merged left` was formed by one of them and lost by the next.
        let touching = before.count(merged);
        let floor = self.floor;
        let mut queued: Vec<(u64, Vec<u32>)> = Vec::new();
        let counts = &mut self.counts;
        let mut track = |pair: u64, formed: i64, lost: i64| {
            if all {
                *counts.or_insert(pair, 0) += formed;
                return true;
            }
            let tracked = formed - lost >= floor;
            if tracked {
                *counts.or_insert(pair, 0) += formed - lost;
            }
            tracked
        };
        before.collect(
            |seen| forms(seen.id) && track(key(seen.id, merged), seen.count - own(seen.id, merged, apart.formed), 0),
            |id, words| queued.push((key(id, merged), words)),
        );
        after.collect(
            |seen| {
                forms(seen.id) && track(key(merged, seen.id), seen.count, if seen.id == left { touching } else { 0 })
            },
            |id, words| queued.push((key(merged, id), words)),
        );
        for (pair, words) in queued {
            let count = self.counts.get_mut(pair).map_or(0, |count| *count);
            if count > 0 {
                self.enqueue(pair, count, words);
            }
        }
    }

    fn enqueue(&mut self, pair: u64, count: i64, words: Vec<u32>) {
        let positions = match self.free.pop() {
            Some(slot) => {
                self.positions[slot as usize] = words;
                slot
            }
            None => {
                self.positions.push(words);
                self.positions.len() as u32 - 1
            }
        };
        self.queue.push(Candidate { count, pair, positions });
    }

    fn clear(&mut self) {
        self.queue.clear();
        self.tied.heap.clear();
        self.positions.clear();
        self.free.clear();
        self.counts = Table::with_capacity(0);
    }

    /// Counts all pairs anew and queues those that count at least the floor.
    fn recount(
        &mut self,
        words: &Words,
        sieve: &Sieve,
        barred: &dyn Fn((u32, u32)) -> bool,
        progress: &Progress,
    ) -> Result<()> {
        self.clear();
        let floor = self.floor;
        self.occurrences = sieve.total;
        let mut numbers = Table::with_capacity(1 << 12);
        let mut found: Vec<(i64, Vec<u32>)> = Vec::new();
        words.for_each_pair(progress, |left, right, word, count| {
            let pair = key(left, right);
            if !sieve.may_count(pair, floor) {
                return;
            }
            let number = *numbers.or_insert(pair, found.len() as i64) as usize;
            if number == found.len() {
                found.push((0, Vec::new()));
            }
            let (sum, words) = &mut found[number];
            *sum += count;
            if words.last() != Some(&word) {
                words.push(word);
            }
        })?;
        self.counts = Table::with_capacity(found.iter().filter(|(count, _)| *count >= floor).count() * 2);
        for (pair, number) in numbers.iter() {
            let (count, words) = &mut found[number as usize];
            if *count >= floor && !barred(ids(pair)) {
                let mut words = std::mem::take(words);
                words.shrink_to_fit();
                *self.counts.or_insert(pair, 0) = *count;
                self.enqueue(pair, *count, words);
            }
        }
        Ok(())
    }
}
