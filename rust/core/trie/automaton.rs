//! The Aho–Corasick automaton: all strings of a set that end at each position of a text, in one pass.
//!
//! A. V. Aho and M. J. Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18(6), 1975.

use super::{Edges, NONE, ROOT, Trie, Wide};
use crate::error::Result;

/// A trie with failure links.
#[derive(Debug, Clone)]
pub(crate) struct Automaton {
    states: Vec<State>,
    wide: Vec<Wide>,
    /// The state after a byte in the root, where all searches begin and end.
    root: Box<[u32; 256]>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    edges: Edges,
    /// The state of its longest proper suffix that is in the trie.
    fail: u32,
    /// The value of the longest string that is a suffix of it, or [`NONE`].
    longest: u32,
}

impl Automaton {
    /// From strings with values, as [`Trie::new`]. Calls `shorter` with every value and that of the longest other
    /// string that its string ends with, or [`NONE`]: following these from [`Automaton::longest`] visits all strings
    /// that end at a position, longest first.
    pub(crate) fn new<'p>(
        patterns: impl IntoIterator<Item = (&'p [u8], u32)>,
        mut shorter: impl FnMut(u32, u32),
    ) -> Result<Self> {
        let Trie { states, wide } = Trie::new(patterns)?;
        let state = |state: super::State| State { edges: state.edges, fail: ROOT, longest: state.value };
        let states: Vec<State> = states.into_iter().map(state).collect();
        let mut automaton = Automaton { states, wide, root: Box::new([ROOT; 256]) };
        // Level by level, so that the links of shorter strings exist.
        for state in 0..automaton.states.len() as u32 {
            automaton.link(state, &mut shorter);
        }
        Ok(automaton)
    }

    /// Completes a state and gives its children their failure links.
    fn link(&mut self, number: u32, shorter: &mut impl FnMut(u32, u32)) {
        let Automaton { states, wide, root } = self;
        let state = states[number as usize];
        if number == ROOT {
            return state.edges.for_each(wide, |byte, child| root[usize::from(byte)] = child);
        }
        let from_suffix = states[state.fail as usize].longest;
        match state.longest {
            NONE => states[number as usize].longest = from_suffix,
            own => shorter(own, from_suffix),
        }
        state
            .edges
            .for_each(wide, |byte, child| states[child as usize].fail = next(states, wide, root, state.fail, byte));
    }

    /// The state after one more byte: the longest suffix of what has been read that begins some string.
    #[inline]
    pub(crate) fn next(&self, state: u32, byte: u8) -> u32 {
        next(&self.states, &self.wide, &self.root, state, byte)
    }

    /// The value of the longest string that ends here, or [`NONE`].
    #[inline]
    pub(crate) fn longest(&self, state: u32) -> u32 {
        self.states[state as usize].longest
    }
}

#[inline]
fn next(states: &[State], wide: &[Wide], root: &[u32; 256], mut state: u32, byte: u8) -> u32 {
    while state != ROOT {
        let State { edges, fail, .. } = states[state as usize];
        if let Some(child) = edges.child(byte, wide) {
            return child;
        }
        state = fail;
    }
    root[usize::from(byte)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All values that end at each position, longest first.
    fn scan(patterns: &[String], text: &str) -> Vec<Vec<u32>> {
        let mut shorter = std::collections::HashMap::new();
        let automaton = Automaton::new(patterns.iter().map(String::as_bytes).zip(0..), |value, other| {
            shorter.insert(value, other);
        })
        .unwrap();
        let mut state = ROOT;
        text.bytes()
            .map(|byte| {
                state = automaton.next(state, byte);
                std::iter::successors(Some(automaton.longest(state)), |value| shorter.get(value).copied())
                    .take_while(|&value| value != NONE)
                    .collect()
            })
            .collect()
    }

    proptest! {
        #[test]
        fn equals_trying_every_pattern_everywhere(
            patterns in prop::collection::hash_set("[a-f]{1,3}|[ab]{1,5}", 0..40), text in "[a-fx]{0,20}|[abc]{0,20}",
        ) {
            let patterns: Vec<String> = patterns.into_iter().collect();
            let slow: Vec<Vec<u32>> = (1..=text.len()).map(|end| {
                let mut ending: Vec<u32> =
                    (0..patterns.len() as u32).filter(|&i| text[..end].ends_with(&patterns[i as usize])).collect();
                ending.sort_by_key(|&i| std::cmp::Reverse(patterns[i as usize].len()));
                ending
            }).collect();
            prop_assert_eq!(scan(&patterns, &text), slow);
        }
    }
}
