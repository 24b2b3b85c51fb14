//! What an analysis costs: thousandths of a nat, learned from raw text.

#![allow(clippy::indexing_slicing, reason = "tables have a place for every root and kind of their lexicon")]

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::grammar::{Grammar, Kind};
use super::lattice::Event;
use super::lexicon::Lexicon;

/// Costs of roots, and of an affix or the end behind what stands to its left.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Costs {
    pub(crate) roots: Vec<i32>,
    pub(crate) next: HashMap<(Kind, Kind), i32, FxBuildHasher>,
    /// What was not seen behind a kind.
    pub(crate) unseen: Vec<i32>,
    /// A stem that is in no lexicon: once, and a letter.
    pub(crate) stem: [i32; 2],
    /// A token that the rules would write otherwise.
    pub(crate) escape: i32,
}

impl Costs {
    pub(crate) fn root(&self, root: u32) -> i32 {
        self.roots[root as usize]
    }

    pub(crate) fn stem(&self, letters: usize) -> i32 {
        self.stem[0].saturating_add(self.stem[1].saturating_mul(letters as i32))
    }

    pub(crate) fn next(&self, left: Kind, right: Kind) -> i32 {
        self.next.get(&(left, right)).copied().unwrap_or_else(|| self.unseen.get(left as usize).copied().unwrap_or(0))
    }

    /// How many of each affix a word has on average: [`Counts::costs`] solved for the counts.
    pub(crate) fn affix_shares(&self, grammar: &Grammar, affixes: usize) -> Vec<f64> {
        let (seen, _) = Smoothing::FINAL.next;
        let share = |cost: i32| (-f64::from(cost) / 1000.0).exp();
        let mut counts = vec![0.0; grammar.end() as usize + 1];
        for (&(left, right), &cost) in &self.next {
            let all = seen / share(self.unseen[left as usize]);
            counts[right as usize] += (all * share(cost) - seen).max(0.0);
        }
        let words = counts[grammar.end() as usize].max(f64::MIN_POSITIVE);
        (0..affixes).map(|affix| counts[grammar.affix(affix) as usize] / words).collect()
    }
}

/// How often things happen, maybe in fractions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    roots: Vec<f64>,
    next: HashMap<(Kind, Kind), f64, FxBuildHasher>,
    left: Vec<f64>,
}

/// A stem that is in no lexicon: once, and a letter (what letters carry in words of several languages).
const STEM: [i32; 2] = [12_000, 2_800];
/// The same where costs are learned from words that are cut: their roots are those of these words, and others are common.
pub(crate) const STEM_OF_CUT_WORDS: [i32; 2] = [8_000, 2_800];

/// What is added to every count, and to how many things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Smoothing {
    root: (f64, f64),
    next: (f64, f64),
}

impl Smoothing {
    /// While the costs are still being learned.
    pub(crate) const LEARNING: Smoothing = Smoothing { root: (0.3, 40_000.0), next: (0.2, 300.0) };
    /// For the model.
    pub(crate) const FINAL: Smoothing = Smoothing { root: (0.05, 60_000.0), next: (0.02, 300.0) };
}

impl Counts {
    pub(crate) fn new(lexicon: &Lexicon) -> Self {
        let kinds = lexicon.pack.grammar.end() as usize + 1;
        Counts { roots: vec![0.0; lexicon.pack.roots.len()], next: HashMap::default(), left: vec![0.0; kinds] }
    }

    pub(crate) fn add(&mut self, event: Event, count: f64) {
        match event {
            Event::Joint(left, right, root) => {
                self.add(Event::Next(left, right), count);
                if let Some(root) = root {
                    self.add(Event::Root(root), count);
                }
            }
            Event::Root(root) => self.roots[root as usize] += count,
            Event::Next(left, right) => {
                *self.next.entry((left, right)).or_default() += count;
                self.left[left as usize] += count;
            }
            Event::Stem | Event::Nothing => {}
        }
    }

    pub(crate) fn merge(&mut self, other: &Counts) {
        self.roots.iter_mut().zip(&other.roots).for_each(|(count, other)| *count += other);
        self.left.iter_mut().zip(&other.left).for_each(|(count, other)| *count += other);
        for (&pair, count) in &other.next {
            *self.next.entry(pair).or_default() += count;
        }
    }

    /// Costs as negative logarithms of shares.
    pub(crate) fn costs(&self, smoothing: Smoothing) -> Costs {
        let Smoothing { root: (root, roots), next: (next, nexts) } = smoothing;
        let all: f64 = self.roots.iter().sum();
        let cost = |count: f64, of: f64| (-(count / of).ln() * 1000.0).round() as i32;
        let left = |kind: Kind| self.left[kind as usize] + next * nexts;
        Costs {
            roots: self.roots.iter().map(|&count| cost(count + root, all + root * roots)).collect(),
            next: self.next.iter().map(|(&(l, r), &count)| ((l, r), cost(count + next, left(l)))).collect(),
            unseen: (0..self.left.len()).map(|kind| cost(next, left(kind as Kind))).collect(),
            stem: STEM,
            escape: 14_000,
        }
    }
}
