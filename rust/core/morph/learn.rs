//! Learning costs from counted words: expectation and maximization over all analyses of every word.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::costs::{Costs, Counts, STEM_OF_CUT_WORDS, Smoothing};
use super::lattice::{Lattice, Scale, Word};
use super::lexicon::Lexicon;
use crate::error::Result;
use crate::progress::Progress;

/// Rounds; the costs hardly change after these.
const ROUNDS: usize = 6;
/// What a name costs more than another root, and a root that affixes can make, in thousandths of a nat.
const NAME: i32 = 5_000;
const WHOLE: i32 = 3_500;
/// Words that a thread takes at a time.
const PART: usize = 256;

/// A word and how often it is there.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    pub(crate) letters: Vec<char>,
    pub(crate) count: u64,
    /// Where it is cut, if that is known ([`Segmented::cuts`]).
    pub(crate) cuts: Option<Vec<bool>>,
}

/// Learns costs from words. The same words in the same order give the same costs, whatever the number of threads.
pub(crate) fn learn(
    lexicon: &Lexicon,
    words: &[Counted],
    threads: usize,
    progress: &Progress,
) -> Result<(Costs, Counts)> {
    let mut costs = Counts::new(lexicon).costs(Smoothing::LEARNING);
    let reluctance = reluctance(lexicon, &costs, progress)?;
    let cut = words.iter().any(|word| word.cuts.is_some());
    let mut counts = Counts::new(lexicon);
    for round in 0..ROUNDS {
        counts = expect(lexicon, &costs, words, round == 0, threads, progress)?;
        let last = round + 1 == ROUNDS;
        costs = counts.costs(if last { Smoothing::FINAL } else { Smoothing::LEARNING });
        if cut {
            costs.stem = STEM_OF_CUT_WORDS;
        }
        costs.roots.iter_mut().zip(&reluctance).for_each(|(cost, more)| *cost += more);
    }
    Ok((costs, counts))
}

/// What roots cost beyond their share: names, which are taken for other words in text without capitals, and roots whose
/// last morpheme is an affix that the pack has read as one wherever it can be.
fn reluctance(lexicon: &Lexicon, costs: &Costs, progress: &Progress) -> Result<Vec<i32>> {
    let pack = &lexicon.pack;
    let is_name = |root: u32| lexicon.root(root).attributes.name;
    let mut lattice = Lattice::default();
    let mut all = Vec::with_capacity(pack.roots.len());
    for (root, entry) in (0..).zip(&pack.roots) {
        progress.check()?;
        let splits = |affix: u32| pack.splits(affix, entry.pos);
        let split = !entry.attributes.name && (0..pack.affixes.len() as u32).any(splits) && {
            lattice.build(lexicon, costs, Word { letters: &entry.citation, ..Word::default() });
            lattice.spells(|other| other != root && !is_name(other), splits)
        };
        all.push(if entry.attributes.name { NAME } else { 0 } + if split { WHOLE } else { 0 });
    }
    Ok(all)
}

/// Expected counts under some costs.
fn expect(
    lexicon: &Lexicon,
    costs: &Costs,
    words: &[Counted],
    equal: bool,
    threads: usize,
    progress: &Progress,
) -> Result<Counts> {
    // Sums of floats depend on their order: parts are summed by themselves and put together in order.
    let parts: Vec<&[Counted]> = words.chunks(words.len().div_ceil(64).max(PART)).collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Counts)>> {
        let (mut lattice, mut scale, mut done) = (Lattice::default(), Scale::default(), Vec::new());
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && let Some(part) = parts.get(at)
        {
            let mut counts = Counts::new(lexicon);
            for word in *part {
                progress.check()?;
                lattice.build(lexicon, costs, Word { letters: &word.letters, ..Word::default() });
                let weight = 1.0 + (word.count as f64).ln();
                let cuts = word.cuts.as_deref();
                lattice.expect(equal, cuts, &mut scale, |event, share| counts.add(event, share * weight));
            }
            done.push((at, counts));
        }
        Ok(done)
    };
    let mut done = std::thread::scope(|scope| -> Result<_> {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work()?;
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })?;
    done.sort_by_key(|(at, _)| *at);
    let mut counts = Counts::new(lexicon);
    done.iter().for_each(|(_, part)| counts.merge(part));
    Ok(counts)
}
