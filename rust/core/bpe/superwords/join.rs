//! From ids of words to tokens: which ids are linked, and the merges of those that are.

use std::collections::HashMap;
use std::ops::Range;

use rustc_hash::FxBuildHasher;

use crate::bpe::merge::Merge;
use crate::bpe::pairs::{Packed, PairTable};
use crate::bpe::plain::{Begin, PlainBytes};
#[cfg(target_arch = "x86_64")]
use crate::bpe::short::lowest_avx2;
use crate::bpe::short::{Ranks, SHORT, Short, bits, lowest};
use crate::models::{Answer, Answers};
use crate::text::Span;

/// Bits of the filter for each link: one of 32 pairs that are none passes, or fewer.
const FILTER: usize = 32;
/// Ids that are looked at together.
const BLOCK: usize = 64;
/// Linked ids that are merged as they come; longer runs are merged in turn.
const SOME: usize = 8;
/// Ids that are copied at a time.
const CHUNK: usize = 8;

/// The later merges, and which ids of words they may bring together.
///
/// Two ids are linked if a later merge joins a token that ends with the one to a token that begins with the other.
#[derive(Debug)]
pub(crate) struct Links {
    /// Ranks of the pairs of later merges. Pairs that are linked without a merge of their own have the number of all merges.
    table: PairTable,
    /// A bit for each hash of a link, and of a pair that merges.
    filter: Box<[u64]>,
    /// Takes the index of that bit out of the highest bits of a hash.
    shift: u32,
    /// The number of all merges.
    merges: u32,
}

impl Links {
    /// Of the merges from the one of rank `count` on, of ids below `ids`.
    pub(crate) fn new(merges: &[Merge], count: usize, ids: usize) -> Self {
        // The ids of words at both ends of the tokens of several.
        let mut ends: HashMap<u32, [u32; 2], FxBuildHasher> = HashMap::default();
        let (mut links, mut own) = (Vec::new(), Vec::new());
        for (&Merge { left, right, id }, rank) in merges.iter().zip(0..).skip(count) {
            let [[start, before], [behind, end]] = [left, right].map(|part| *ends.get(&part).unwrap_or(&[part; 2]));
            links.push(((before, behind), merges.len() as u32));
            own.push(((left, right), rank));
            ends.insert(id, [start, end]);
        }
        links.sort_unstable();
        links.dedup();
        let size = (links.len() * FILTER).next_power_of_two().max(u64::BITS as usize);
        let mut all = Links {
            filter: vec![0; size / u64::BITS as usize].into(),
            shift: u32::BITS - size.trailing_zeros(),
            merges: merges.len() as u32,
            table: PairTable::new(std::iter::empty(), 0),
        };
        for &((left, right), _) in links.iter().chain(&own) {
            let at = hash(left, right) >> all.shift;
            all.filter[at as usize / 64] |= 1 << (at % 64);
        }
        // Of a pair that occurs twice the last counts.
        links.append(&mut own);
        all.table = PairTable::ranked(links.into_iter(), ids);
        all
    }

    /// The ranks, if ids are as small as they nearly always are.
    pub(crate) fn ranks(&self) -> Option<Packed<'_>> {
        self.table.view().packed()
    }

    /// The rank of a pair that rarely has one.
    #[inline(always)]
    fn rank(&self, ranks: Packed<'_>, left: u32, right: u32) -> u32 {
        let at = hash(left, right) >> self.shift;
        match self.filter[at as usize / 64] >> (at % 64) & 1 {
            0 => Packed::NO_RANK,
            _ => ranks.find(ranks.want(left, right)),
        }
    }

    /// Which of the first ids of a block may be linked with the next ones, a bit each.
    #[inline(always)]
    fn may_be(&self, ids: &[u32; BLOCK + 1], count: usize, near: &mut impl Near) -> u64 {
        // All places first, by vectors.
        let places: [u32; BLOCK] = std::array::from_fn(|at| hash(ids[at], ids[at + 1]) >> self.shift);
        (0..count.min(BLOCK)).fold(0, |bits, at| {
            let bit = self.filter[places[at] as usize / 64] >> (places[at] % 64);
            bits | (bit & near.may_link(ids[at]) & 1) << at
        })
    }
}

/// Multiplicative hashing (Knuth, TAOCP 3, section 6.4) of both ids at once.
#[inline(always)]
fn hash(left: u32, right: u32) -> u32 {
    left.wrapping_mul(0x9E37_79B1) ^ right.wrapping_mul(0x85EB_CA77)
}

/// Which neighbours may be linked.
pub(crate) trait Near {
    /// In the lowest bit, whether an id and the next one may. Asked once for each, in order.
    fn may_link(&mut self, id: u32) -> u64;

    /// Whether the ids that it was asked about last are right.
    fn is_sound(&mut self, ids: &[u32], next: &[u32]) -> bool;
}

/// What is known of the links of a batch.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    /// A bit for each id: whether it is linked with the next one.
    links: Vec<u64>,
    /// Of the ids that are linked: the rank of their merge, or the number of all merges if there is none.
    ranks: Vec<u32>,
    /// More linked ids than [`SOME`], and how much is written before what becomes of them.
    runs: Vec<Span>,
    places: Vec<usize>,
    answers: Answers,
}

impl Runs {
    /// Where those ids before the one of number `at` begin that are linked up to it.
    pub(crate) fn start_of(&self, mut at: usize) -> usize {
        while at > 0 && self.links[(at - 1) / 64] >> ((at - 1) % 64) & 1 != 0 {
            at -= 1;
        }
        at
    }
}

/// What joins the ids of one batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Joiner<'m> {
    pub(crate) links: &'m Links,
    pub(crate) ranks: Packed<'m>,
    /// The model with all merges.
    pub(crate) whole: PlainBytes<'m>,
}

impl Joiner<'_> {
    /// Finds the links between ids; false if some are not right.
    pub(crate) fn link(self, ids: &[u32], near: &mut impl Near, found: &mut Runs) -> bool {
        #[cfg(target_arch = "x86_64")]
        if crate::cpu::has_avx512() {
            #[allow(unsafe_code)]
            // SAFETY: the processor has what the function was compiled for; it was just asked.
            return unsafe { self.link_avx512(ids, near, found) };
        } else if crate::cpu::is_recent() {
            #[allow(unsafe_code)]
            // SAFETY: the same.
            return unsafe { self.link_recent(ids, near, found) };
        }
        self.link_by(ids, near, found)
    }

    /// Appends the tokens that linked ids become, and the ids that stay. `long` is asked for those of more than [`SHORT`].
    pub(crate) fn merge(
        self,
        ids: &[u32],
        found: &mut Runs,
        out: &mut Vec<u32>,
        long: &mut dyn FnMut(Range<usize>, &mut Vec<u32>),
    ) {
        #[cfg(target_arch = "x86_64")]
        if crate::cpu::has_avx512() {
            #[allow(unsafe_code)]
            // SAFETY: the processor has what the function was compiled for; it was just asked.
            return unsafe { self.merge_avx512(ids, found, out, long) };
        } else if crate::cpu::is_recent() {
            #[allow(unsafe_code)]
            // SAFETY: the same.
            return unsafe { self.merge_recent(ids, found, out, long) };
        }
        self.merge_by(ids, found, out, long, lowest);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi2")]
    fn link_avx512(self, ids: &[u32], near: &mut impl Near, found: &mut Runs) -> bool {
        self.link_by(ids, near, found)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn link_recent(self, ids: &[u32], near: &mut impl Near, found: &mut Runs) -> bool {
        self.link_by(ids, near, found)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi2")]
    fn merge_avx512(
        self,
        ids: &[u32],
        found: &mut Runs,
        out: &mut Vec<u32>,
        long: &mut dyn FnMut(Range<usize>, &mut Vec<u32>),
    ) {
        self.merge_by(ids, found, out, long, |ranks, len| lowest_avx2(ranks, len));
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn merge_recent(
        self,
        ids: &[u32],
        found: &mut Runs,
        out: &mut Vec<u32>,
        long: &mut dyn FnMut(Range<usize>, &mut Vec<u32>),
    ) {
        self.merge_by(ids, found, out, long, |ranks, len| lowest_avx2(ranks, len));
    }

    #[inline(always)]
    fn link_by(self, ids: &[u32], near: &mut impl Near, found: &mut Runs) -> bool {
        let Runs { links, ranks, .. } = found;
        links.clear();
        ranks.resize(ids.len().max(ranks.len()), 0);
        let mut last = [0; BLOCK + 1];
        for start in (0..ids.len()).step_by(BLOCK) {
            let (own, next) = (&ids[start..], &ids[start + 1..]);
            let mut linked = match own.first_chunk() {
                Some(block) => self.links.may_be(block, BLOCK, near),
                None => {
                    last[..own.len()].copy_from_slice(own);
                    self.links.may_be(&last, next.len(), near)
                }
            };
            if !near.is_sound(own, next) {
                return false;
            }
            for bit in bits(linked) {
                let rank = self.ranks.find(self.ranks.want(own[bit], next[bit]));
                ranks[start + bit] = rank;
                linked &= !(u64::from(rank == Packed::NO_RANK) << bit);
            }
            links.push(linked);
        }
        true
    }

    #[inline(always)]
    fn merge_by(
        self,
        ids: &[u32],
        found: &mut Runs,
        out: &mut Vec<u32>,
        long: &mut dyn FnMut(Range<usize>, &mut Vec<u32>),
        lowest: impl Fn(&Ranks, usize) -> i32,
    ) {
        let Runs { links, ranks, runs, places, answers } = found;
        runs.clear();
        places.clear();
        let from = out.len();
        out.resize(from + ids.len() + CHUNK, 0);
        let (mut at, mut written) = (0, from);
        loop {
            let start = next_bit(links, at, 0).min(ids.len());
            written += copy(ids, at..start, out, written);
            if start == ids.len() {
                break;
            }
            let end = next_bit(links, start, u64::MAX) + 1;
            match end - start {
                2 | 3 => written += self.merge_few(&ids[start..end], &ranks[start..end - 1], out, written),
                4..=SOME => {
                    written += self.merge_some(&ids[start..end], &ranks[start..end - 1], &mut out[written..]);
                }
                _ => {
                    runs.push(Span::from(start..end));
                    places.push(written);
                }
            }
            at = end;
        }

        answers.ids.clear();
        answers.words.clear();
        answers.words.resize(runs.len(), Answer::default());
        let short = runs.iter().enumerate().filter(|(_, run)| run.len() <= SHORT);
        let linked = Linked { joiner: self, ids, ranks };
        self.whole.with_pairs(self.ranks).merge_in_turn(short, linked, answers, lowest);
        for (run, answer) in runs.iter().zip(&mut answers.words).filter(|(run, _)| run.len() > SHORT) {
            let from = answers.ids.len();
            long(run.range(), &mut answers.ids);
            answer.ids = Span::from(from..answers.ids.len());
        }

        // From the last run to the first one, what is behind it makes room for it.
        let mut end = written + answers.ids.len();
        out.truncate(end);
        for (&place, answer) in places.iter().zip(&answers.words).rev() {
            out.copy_within(place..written, end - (written - place));
            end -= written - place;
            written = place;
            let made = &answers.ids[answer.ids.range()];
            out[end - made.len()..end].copy_from_slice(made);
            end -= made.len();
        }
    }

    /// Writes what two or three linked ids become; returns how many tokens that are.
    #[inline(always)]
    fn merge_few(self, ids: &[u32], ranks: &[u32], out: &mut [u32], at: usize) -> usize {
        let merges = self.links.merges;
        let (left, right) = match (ids, ranks) {
            (&[left, right], _) => (left, right),
            // The merge of lower rank comes first, of equals the left one.
            (&[left, _, right], &[before, behind]) => {
                let lowest = before.min(behind);
                if lowest >= merges {
                    out[at..at + 3].copy_from_slice(ids);
                    return 3;
                }
                let made = self.whole.merges().made(lowest);
                if before <= behind { (made, right) } else { (left, made) }
            }
            _ => return 0,
        };
        let rank = match *ranks {
            [rank] => rank,
            _ => self.links.rank(self.ranks, left, right),
        };
        let joins = rank < merges;
        out[at..at + 2].copy_from_slice(&[if joins { self.whole.merges().made(rank) } else { left }, right]);
        2 - usize::from(joins)
    }

    /// The same for up to [`SOME`] ids.
    #[inline(always)]
    fn merge_some(self, ids: &[u32], known: &[u32], out: &mut [u32]) -> usize {
        let merges = self.links.merges;
        let mut len = ids.len();
        out[..len].copy_from_slice(ids);
        // The pair at k is that of k - 1 and k.
        let mut ranks = [merges; SOME + 1];
        ranks[1..len].copy_from_slice(known);
        loop {
            let (mut lowest, mut at) = (merges, 0);
            for (pair, &rank) in ranks.iter().enumerate().take(len).skip(1) {
                (lowest, at) = if rank < lowest { (rank, pair) } else { (lowest, at) };
            }
            if lowest >= merges {
                return len;
            }
            let made = self.whole.merges().made(lowest);
            out[at - 1] = made;
            len -= 1;
            for next in at..len {
                out[next] = out[next + 1];
                ranks[next] = ranks[next + 1];
            }
            ranks[len] = merges;
            if at > 1 {
                ranks[at - 1] = self.links.rank(self.ranks, out[at - 2], made);
            }
            if at < len {
                ranks[at] = self.links.rank(self.ranks, made, out[at]);
            }
        }
    }
}

/// Ids, and the ranks of their merges with the next ones.
#[derive(Clone, Copy)]
struct Linked<'m, 'i> {
    joiner: Joiner<'m>,
    ids: &'i [u32],
    ranks: &'i [u32],
}

impl Begin<&Span> for Linked<'_, '_> {
    #[inline(always)]
    fn begin(self, short: &mut Short, run: &Span) {
        let own = |&rank| if rank < self.joiner.links.merges { rank } else { Packed::NO_RANK };
        let ranks = self.ranks[run.range().start..run.range().end - 1].iter().map(own);
        short.begin(self.ids[run.range()].iter().copied(), ranks, self.joiner.ranks, self.joiner.whole.merges());
    }
}

/// The first position from `at` on whose bit is set, or not set if `flip` is all ones; or one behind all.
#[inline(always)]
fn next_bit(words: &[u64], at: usize, flip: u64) -> usize {
    let mut number = at / 64;
    let mut word = words.get(number).map_or(0, |word| (word ^ flip) & u64::MAX << (at % 64));
    while word == 0 && number < words.len() {
        number += 1;
        word = words.get(number).map_or(0, |word| word ^ flip);
    }
    number * 64 + word.trailing_zeros() as usize % 64
}

/// Copies some ids to where there is room for them and a chunk; returns how many.
#[inline(always)]
fn copy(ids: &[u32], some: Range<usize>, out: &mut [u32], at: usize) -> usize {
    let len = some.len();
    match ids[some.start..].first_chunk::<CHUNK>() {
        Some(chunk) if len <= CHUNK => out[at..at + CHUNK].copy_from_slice(chunk),
        _ => out[at..at + len].copy_from_slice(&ids[some]),
    }
    len
}
