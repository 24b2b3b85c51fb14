//! How often the documents of a source are taken, so that corpora can be mixed in given shares.
//!
//! Whether a document is taken depends on the seed, its number in its source and its bytes, and on nothing else: not on
//! the names or the order of files, their compression, or who reads them. The bytes alone would take all copies of a
//! common line or none; the number alone would take the same document of every file, and files often hold just one.

use super::Batch;
use crate::error::{Error, Result};
use crate::random::{STEP, mixed};

/// Every document so often: a whole number of times, and once more by chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    whole: u32,
    /// The chance of one more.
    part: f64,
    seed: u64,
}

impl Default for Weight {
    fn default() -> Self {
        Weight { whole: 1, part: 0.0, seed: 0 }
    }
}

impl Weight {
    /// `weight` times every document, chosen by `seed`. Errors: class `Argument` unless it is above 0 and below 2^32.
    pub fn new(weight: f64, seed: u64) -> Result<Self> {
        if weight > 0.0 && weight < f64::from(u32::MAX) {
            return Ok(Weight { whole: weight.trunc() as u32, part: weight.fract(), seed });
        }
        Err(Error::argument(format!("a weight is above 0 and below 2^32, not {weight}")))
    }

    /// Whether every document is taken once.
    pub(super) fn is_one(&self) -> bool {
        self.whole == 1 && self.part == 0.0
    }

    /// How often every document is taken without a draw.
    pub(super) fn whole(&self) -> u32 {
        self.whole
    }

    /// Those documents of a batch that are taken once more; `first` is the number of its first one in its source.
    pub(super) fn part_of(&self, batch: &Batch, first: u64) -> Batch {
        let mut part = Batch::default();
        if self.part > 0.0 {
            let numbered = (first..).zip(batch.documents());
            numbered
                .filter(|(number, document)| draw(self.seed, *number, document) < self.part)
                .for_each(|(_, document)| part.push(document));
        }
        part
    }
}

/// A number in 0 to 1 (without 1) for a document: uniform, and independent for documents that differ in number or bytes.
/// The document's length and its bytes, eight at a time, go one by one through the finalizer of SplitMix64.
pub fn draw(seed: u64, number: u64, document: &str) -> f64 {
    let absorb = |state: u64, word: u64| mixed((state ^ word).wrapping_add(STEP));
    let words = document.as_bytes().chunks(8).map(|bytes| {
        let mut word = [0; 8];
        word.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(word)
    });
    let state = [seed, number, document.len() as u64].into_iter().chain(words).fold(0, absorb);
    (state >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights() {
        let parts = |weight| Weight::new(weight, 0).map(|weight| (weight.whole, weight.part));
        assert_eq!(parts(0.25).unwrap(), (0, 0.25));
        assert_eq!(parts(1.0).unwrap(), (1, 0.0));
        assert_eq!(parts(2.5).unwrap(), (2, 0.5));
        for wrong in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, 1e10] {
            assert!(parts(wrong).is_err(), "{wrong}");
        }
    }

    /// These must not change: who trained with a seed gets the same documents with every later version.
    #[test]
    fn draws_are_for_good() {
        let cases = [
            ((0, 0, ""), 0.13870941014555427),
            ((0, 0, "a"), 0.014918972917518536),
            ((7, 3, "eight by"), 0.8439771273653638),
            ((7, 3, "eight bytes"), 0.8285091182396528),
        ];
        for ((seed, number, document), want) in cases {
            assert_eq!(draw(seed, number, document), want, "{seed} {number} {document:?}");
        }
    }

    #[test]
    fn draws_are_uniform_and_independent() {
        // Documents that are alike, numbers that follow each other, seeds that do: in 16 bins a chi-square with 15
        // degrees of freedom, whose mean is 15 and of which one in 100,000 is above 50.
        let n = 1 << 14;
        let line = |k: u64| format!("{k}\n");
        type Draw<'a> = &'a dyn Fn(u64) -> f64;
        let drawn: [(&str, Draw<'_>); 5] = [
            ("documents", &|k| draw(0, 0, &line(k))),
            ("numbers", &|k| draw(0, k, "the same line\n")),
            ("numbers of nothing", &|k| draw(0, k, "")),
            ("seeds", &|k| draw(k, 0, "the same line\n")),
            ("two seeds", &|k| (draw(1, k, &line(k)) - draw(2, k, &line(k))).rem_euclid(1.0)),
        ];
        for (what, draw) in drawn {
            let mut bins = [0_i64; 16];
            (0..n).for_each(|k| bins[(draw(k) * 16.0) as usize] += 1);
            let expected = n as f64 / 16.0;
            let chi2: f64 = bins.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum();
            assert!(chi2 < 50.0, "{what}: {chi2} {bins:?}");
        }
    }
}
