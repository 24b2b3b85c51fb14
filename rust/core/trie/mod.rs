//! A set of strings as a trie in level order, and the Aho–Corasick automaton over it.
//!
//! Numbering the states level by level puts the children of a state side by side, so the edges of a state are one
//! number (its first child) and a set of bytes; building needs no search for free slots, as a double array does, and
//! following an edge touches one cache line a state.

#![allow(
    clippy::indexing_slicing,
    reason = "states and positions of wide edge sets come only from the tables themselves"
)]

mod automaton;
mod edges;

use crate::error::{Error, Result};
pub(crate) use automaton::Automaton;
use edges::{Edges, Wide};

/// No value.
pub(crate) const NONE: u32 = u32::MAX;

/// The state in which nothing has been read.
pub(crate) const ROOT: u32 = 0;

/// Bytes of all strings together, so that there are less than 2^31 states: the highest bit of a number is taken.
pub(crate) const MAX_BYTES: u64 = i32::MAX as u64 - 1;

/// Strings with values, walked byte by byte.
#[derive(Debug, Clone)]
pub(crate) struct Trie {
    states: Vec<State>,
    wide: Vec<Wide>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    edges: Edges,
    /// The value of the string that ends here, or [`NONE`].
    value: u32,
}

impl Trie {
    /// From strings with values. Empty strings are left out; of equal strings the last one's value counts. More than
    /// 2 GiB of strings are an error of class `Limit`.
    pub(crate) fn new<'p>(patterns: impl IntoIterator<Item = (&'p [u8], u32)>) -> Result<Self> {
        let mut patterns: Vec<(&[u8], u32)> = patterns.into_iter().filter(|(pattern, _)| !pattern.is_empty()).collect();
        let bytes: u64 = patterns.iter().map(|(pattern, _)| pattern.len() as u64).sum();
        if bytes > MAX_BYTES {
            return Err(Error::limit("file_bytes", bytes, MAX_BYTES));
        }
        patterns.sort_by_key(|&(pattern, _)| pattern); // stable: equal strings keep their order
        patterns.dedup_by(|next, kept| {
            let equal = next.0 == kept.0;
            if equal {
                kept.1 = next.1;
            }
            equal
        });
        let mut trie = Trie { states: Vec::new(), wide: Vec::new() };
        let mut level = vec![(0, patterns.len())];
        let mut depth = 0;
        while !level.is_empty() {
            level = trie.push_level(&patterns, &level, depth);
            depth += 1;
        }
        Ok(trie)
    }

    /// Adds the states of one level, given as the ranges of (sorted) patterns that pass through them, and returns the
    /// ranges of the next level.
    fn push_level(&mut self, patterns: &[(&[u8], u32)], level: &[(usize, usize)], depth: usize) -> Vec<(usize, usize)> {
        let mut next = Vec::new();
        let mut labels = Vec::new();
        let level_end = self.states.len() + level.len();
        for &(mut at, end) in level {
            let value = match patterns.get(at) {
                Some(&(pattern, value)) if pattern.len() == depth => {
                    at += 1;
                    value
                }
                _ => NONE,
            };
            labels.clear();
            let first = (level_end + next.len()) as u32;
            while at < end {
                let label = patterns[at].0[depth];
                let same = patterns[at..end].iter().take_while(|(pattern, _)| pattern[depth] == label).count();
                labels.push(label);
                next.push((at, at + same));
                at += same;
            }
            self.states.push(State { edges: Edges::new(first, &labels, &mut self.wide), value });
        }
        next
    }

    /// The state after one more byte; none if no string goes on like that.
    pub(crate) fn step(&self, state: u32, byte: u8) -> Option<u32> {
        self.states[state as usize].edges.child(byte, &self.wide)
    }

    /// The value of the string that ends in a state.
    pub(crate) fn value(&self, state: u32) -> Option<u32> {
        Some(self.states[state as usize].value).filter(|&value| value != NONE)
    }

    /// The longest of the strings that `text` begins with: its length and its value.
    pub(crate) fn longest_prefix(&self, text: &[u8]) -> Option<(usize, u32)> {
        let (mut state, mut longest) = (self.states[ROOT as usize], None);
        for (at, &byte) in text.iter().enumerate() {
            let Some(child) = state.edges.child(byte, &self.wide) else { break };
            state = self.states[child as usize];
            if state.value != NONE {
                longest = Some((at + 1, state.value));
            }
        }
        longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn trie(patterns: &[&str]) -> Trie {
        Trie::new(patterns.iter().map(|pattern| pattern.as_bytes()).zip(0..)).unwrap()
    }

    #[test]
    fn longest_prefixes() {
        let patterns = ["a", "abc", "", "b", "abc", "çö", "\0"];
        let cases = [
            ("abcd", Some((3, 4))),
            ("abx", Some((1, 0))),
            ("x", None),
            ("", None),
            ("çöp", Some((4, 5))),
            ("ça", None),
            ("\0\0", Some((1, 6))),
        ];
        for (text, want) in cases {
            assert_eq!(trie(&patterns).longest_prefix(text.as_bytes()), want, "{text}");
        }
        assert_eq!(trie(&[]).longest_prefix(b"a"), None);
    }

    #[test]
    fn edge_sets_of_every_size() {
        for size in 0..=256_u32 {
            let bytes = (0..size).map(|n| (n * 7 % 256) as u8); // 7 and 256 have no common divisor
            let patterns: Vec<Vec<u8>> = bytes.flat_map(|byte| [vec![byte], vec![b'x', byte]]).collect();
            let trie = Trie::new(patterns.iter().map(Vec::as_slice).zip(0..)).unwrap();
            for byte in 0..=255 {
                let value = |pattern: &[u8]| {
                    let at = patterns.iter().position(|other| other == pattern)?;
                    Some((pattern.len(), at as u32))
                };
                assert_eq!(trie.longest_prefix(&[byte]), value(&[byte]), "{size}");
                assert_eq!(trie.longest_prefix(&[b'x', byte]), value(&[b'x', byte]).or(value(b"x")), "{size}");
            }
        }
    }

    proptest! {
        #[test]
        fn equals_trying_every_pattern(patterns in prop::collection::vec("[ab]{0,4}", 0..12), text in "[abc]{0,12}") {
            let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
            let slow = patterns.iter().zip(0..).filter(|(p, _)| !p.is_empty() && text.starts_with(**p))
                .map(|(p, value)| (p.len(), value)).max();
            prop_assert_eq!(trie(&patterns).longest_prefix(text.as_bytes()), slow);
        }
    }
}
