//! Ways through the graph of a word: the cheapest, some more, one by chance, and sums over all.

#![allow(clippy::indexing_slicing, reason = "nodes and arcs are numbered by the graph")]

use super::{Arc, END, Event, Lattice, Morph, Node, START, What};

/// The best way to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Best {
    cost: i64,
    tokens: u32,
    /// The longer the first token, the smaller.
    first: i32,
    last: What,
    arc: u32,
}

impl Lattice {
    /// The cheapest analysis; ties go to fewer tokens, then to a longer first one. Empty if there is none.
    pub(crate) fn best(&mut self, path: &mut Vec<Morph>) -> Option<i64> {
        path.clear();
        let none = Best { cost: i64::MAX, tokens: 0, first: 0, last: What::Stem, arc: u32::MAX };
        self.best.clear();
        self.best.resize(self.nodes.len(), none);
        for at in 0..self.arcs.len() {
            let arc = self.arcs[at];
            let from = self.best[arc.from as usize];
            if arc.from != START && from.cost == i64::MAX {
                continue;
            }
            let to = self.nodes[arc.to as usize];
            let better = Best {
                cost: if arc.from == START { 0 } else { from.cost } + i64::from(arc.cost),
                tokens: from.tokens + u32::from(arc.event != Event::Nothing),
                first: if arc.from == START { -i32::from(to.end) } else { from.first },
                last: to.what,
                arc: at as u32,
            };
            let best = &mut self.best[arc.to as usize];
            *best = better.min(*best);
        }
        let cost = self.best.get(END as usize).map(|best| best.cost).filter(|&cost| cost < i64::MAX)?;
        let mut at = END;
        while at != START {
            let arc = self.arcs[self.best[at as usize].arc as usize];
            self.step_back(arc, path);
            at = arc.from;
        }
        path.reverse();
        Some(cost)
    }

    /// Adds the token that an arc leaves. Apostrophes are not tokens here: the token in front of one counts once.
    fn step_back(&self, arc: Arc, path: &mut Vec<Morph>) {
        if arc.from == START {
            return;
        }
        let node = self.nodes[arc.from as usize];
        let morph = Morph {
            what: node.what,
            start: node.start as usize,
            end: node.end as usize,
            escaped: node.escaped || arc.escapes,
        };
        match path.last_mut() {
            // The node behind an apostrophe came first; the one in front of it knows what it escapes.
            Some(last) if last.start == morph.start && last.end == morph.end => last.escaped |= morph.escaped,
            _ => path.push(morph),
        }
    }

    /// The `k` cheapest analyses with their costs, the best first.
    pub(crate) fn best_k(&self, k: usize) -> Vec<(i64, Vec<Morph>)> {
        // For every node its k best: cost, arc, and which of the best ones of the node the arc comes from.
        let mut best: Vec<Vec<(i64, u32, u32)>> = vec![Vec::new(); self.nodes.len()];
        best[START as usize].push((0, u32::MAX, 0));
        for (at, arc) in self.arcs.iter().enumerate() {
            for rank in 0..best[arc.from as usize].len() {
                let cost = best[arc.from as usize][rank].0 + i64::from(arc.cost);
                let list = &mut best[arc.to as usize];
                let place = list.partition_point(|&(other, ..)| other <= cost);
                if place < k {
                    list.insert(place, (cost, at as u32, rank as u32));
                    list.truncate(k);
                }
            }
        }
        let mut found = Vec::new();
        for &(cost, mut arc, mut rank) in &best[END as usize] {
            let mut path = Vec::new();
            while arc != u32::MAX {
                let taken = self.arcs[arc as usize];
                self.step_back(taken, &mut path);
                (_, arc, rank) = best[taken.from as usize][rank as usize];
            }
            path.reverse();
            found.push((cost, path));
        }
        found
    }

    /// Whether some root and affixes make the word, at no price, and the last affix is one of some.
    pub(crate) fn spells(&self, root: impl Fn(u32) -> bool, last: impl Fn(u32) -> bool) -> bool {
        let mut reached = vec![false; self.nodes.len()];
        for arc in self.arcs.iter().filter(|arc| !arc.escapes) {
            let [from, to] = [arc.from, arc.to].map(|node| self.nodes[node as usize]);
            match to.what {
                _ if arc.to == END => {
                    if reached[arc.from as usize] && matches!(from.what, What::Affix(affix) if last(affix)) {
                        return true;
                    }
                }
                What::Root(number) => reached[arc.to as usize] |= arc.from == START && root(number),
                What::Affix(_) => reached[arc.to as usize] |= reached[arc.from as usize] && !to.escaped,
                What::Stem => {}
            }
        }
        false
    }

    /// An analysis by chance, each with a probability proportional to `exp(-alpha * cost)`, by sums over the ways to every
    /// node, and steps back from the end (forward filtering, backward sampling; Scott 2002). False if there is none.
    pub(crate) fn sample(&self, alpha: f64, scale: &mut Scale, path: &mut Vec<Morph>) -> bool {
        path.clear();
        let weight = |arc: &Arc| -alpha * f64::from(arc.cost) / 1000.0;
        let ways = &mut scale.forward;
        ways.clear();
        ways.resize(self.nodes.len(), f64::NEG_INFINITY);
        ways[START as usize] = 0.0;
        for arc in &self.arcs {
            ways[arc.to as usize] = add(ways[arc.to as usize], ways[arc.from as usize] + weight(arc));
        }
        if ways.get(END as usize).is_none_or(|&all| all == f64::NEG_INFINITY) {
            return false;
        }
        let (mut at, mut arcs) = (END, self.arcs.as_slice());
        while at != START {
            let mut rest = f64::from(crate::random::unit());
            let mut taken = None;
            for (place, arc) in arcs.iter().enumerate().filter(|(_, arc)| arc.to == at) {
                let share = (ways[arc.from as usize] + weight(arc) - ways[at as usize]).exp();
                if share > 0.0 {
                    taken = Some((place, *arc));
                    rest -= share;
                }
                if rest < 0.0 {
                    break;
                }
            }
            // What rounding leaves of 1 goes to the last one; a node that was reached has one.
            let Some((place, arc)) = taken else { return false };
            self.step_back(arc, path);
            (at, arcs) = (arc.from, &arcs[..place]);
        }
        path.reverse();
        true
    }

    /// Whether an analysis is among those of the word, at no price.
    #[cfg(test)]
    pub(crate) fn has(&self, want: &[Morph]) -> bool {
        let mut reached = vec![START];
        for morph in want {
            let arcs = self.arcs.iter().filter(|arc| reached.contains(&arc.from) && !arc.escapes);
            let next = arcs.map(|arc| arc.to).filter(|&to| {
                let node = self.nodes[to as usize];
                let place = (node.start as usize, node.end as usize);
                to != END && node.what == morph.what && place == (morph.start, morph.end) && !node.escaped
            });
            reached = next.collect();
        }
        self.arcs.iter().any(|arc| arc.to == END && reached.contains(&arc.from) && !arc.escapes)
    }

    /// Adds to `expected` how often each event happens in the word, on average over its analyses by their probability.
    /// With `equal`, all analyses that begin with a root count the same, and others only where there is none. With `cuts`,
    /// only analyses count whose tokens meet there and nowhere else.
    pub(crate) fn expect(
        &self,
        equal: bool,
        cuts: Option<&[bool]>,
        scale: &mut Scale,
        mut expected: impl FnMut(Event, f64),
    ) {
        let nodes = self.nodes.len();
        scale.forward.clear();
        scale.forward.resize(nodes, f64::NEG_INFINITY);
        scale.backward.clear();
        scale.backward.resize(nodes, f64::NEG_INFINITY);
        scale.forward[START as usize] = 0.0;
        scale.backward[END as usize] = 0.0;
        let suits = |node: &Node| {
            let span = node.start as usize..node.end as usize;
            cuts.is_none_or(|cuts| cuts[span.start] && cuts[span.end] && !cuts[span].iter().skip(1).any(|&cut| cut))
        };
        let weight = |arc: &Arc| match arc.event {
            _ if arc.to != END && !suits(&self.nodes[arc.to as usize]) => f64::NEG_INFINITY,
            Event::Stem if equal => -50.0,
            _ if equal => {
                if arc.escapes || self.nodes[arc.to as usize].escaped {
                    -6.0
                } else {
                    0.0
                }
            }
            _ => f64::from(-arc.cost) / 1000.0,
        };
        for arc in &self.arcs {
            let sum = add(scale.forward[arc.to as usize], scale.forward[arc.from as usize] + weight(arc));
            scale.forward[arc.to as usize] = sum;
        }
        for arc in self.arcs.iter().rev() {
            let sum = add(scale.backward[arc.from as usize], scale.backward[arc.to as usize] + weight(arc));
            scale.backward[arc.from as usize] = sum;
        }
        let all = scale.forward[END as usize];
        if all == f64::NEG_INFINITY {
            return;
        }
        for arc in &self.arcs {
            let share = scale.forward[arc.from as usize] + weight(arc) + scale.backward[arc.to as usize] - all;
            if share > -20.0 {
                expected(arc.event, share.exp());
            }
        }
    }
}

/// Room for sums over analyses.
#[derive(Debug, Default)]
pub(crate) struct Scale {
    forward: Vec<f64>,
    backward: Vec<f64>,
}

/// ln(e^a + e^b).
fn add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}
