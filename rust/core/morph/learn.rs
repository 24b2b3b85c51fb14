//! Learning costs from counted words: expectation and maximization over all analyses of every word.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::costs::{Costs, Counts, Smoothing};
use super::lattice::{Lattice, Scale, Word};
use super::lexicon::Lexicon;
use crate::error::Result;
use crate::progress::Progress;

/// Rounds; the costs hardly change after these.
const ROUNDS: usize = 6;
/// Words that a thread takes at a time.
const PART: usize = 256;

/// A word and how often it is there.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    pub(crate) letters: Vec<char>,
    pub(crate) count: u64,
}

/// Learns costs from words. The same words in the same order give the same costs, whatever the number of threads.
pub(crate) fn learn(
    lexicon: &Lexicon,
    words: &[Counted],
    threads: usize,
    progress: &Progress,
) -> Result<(Costs, Counts)> {
    let mut costs = Counts::new(lexicon).costs(Smoothing::LEARNING);
    let mut counts = Counts::new(lexicon);
    for round in 0..ROUNDS {
        counts = expect(lexicon, &costs, words, round == 0, threads, progress)?;
        let last = round + 1 == ROUNDS;
        costs = counts.costs(if last { Smoothing::FINAL } else { Smoothing::LEARNING });
    }
    Ok((costs, counts))
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
                lattice.expect(equal, &mut scale, |event, share| counts.add(event, share * weight));
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
