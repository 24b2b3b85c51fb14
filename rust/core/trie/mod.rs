//! A set of strings as a trie in level order, and the Aho–Corasick automaton over it.
//!
//! Numbering the states level by level puts the children of a state side by side. A state is then one number (its
//! first child), building needs no search for free slots, and 400,000 patterns take a fraction of a second where a
//! double array takes seconds.

#![allow(
    clippy::indexing_slicing,
    reason = "states come only from the tables themselves, which have one entry per state (and one sentinel)"
)]

mod automaton;

pub(crate) use automaton::Automaton;

/// No value.
pub(crate) const NONE: u32 = u32::MAX;

/// The state in which nothing has been read.
pub(crate) const ROOT: u32 = 0;

/// Strings with values, walked byte by byte.
#[derive(Debug, Clone)]
pub(crate) struct Trie {
    /// Per state, its first child; the children end where those of the next state begin. One sentinel at the end.
    first: Vec<u32>,
    /// Per state, the byte that leads to it.
    labels: Vec<u8>,
    /// Per state, the value of the string that ends there, or [`NONE`].
    values: Vec<u32>,
    /// The children of the root by their byte; [`ROOT`] where there is none.
    root: Box<[u32; 256]>,
}

impl Trie {
    /// From strings with values. Empty strings are left out; of equal strings the last one's value counts. All strings
    /// together must be shorter than 2^32 bytes.
    pub(crate) fn new<'p>(patterns: impl IntoIterator<Item = (&'p [u8], u32)>) -> Self {
        let mut patterns: Vec<(&[u8], u32)> = patterns.into_iter().filter(|(pattern, _)| !pattern.is_empty()).collect();
        patterns.sort_by_key(|&(pattern, _)| pattern); // stable: equal strings keep their order
        patterns.reverse();
        patterns.dedup_by_key(|(pattern, _)| *pattern); // keeps the first, which was the last
        patterns.reverse();
        let mut trie = Trie { first: Vec::new(), labels: vec![0], values: Vec::new(), root: Box::new([ROOT; 256]) };
        let mut level = vec![(0, patterns.len())];
        let mut depth = 0;
        while !level.is_empty() {
            level = trie.push_level(&patterns, &level, depth);
            depth += 1;
        }
        trie.first.push(trie.labels.len() as u32);
        for child in trie.first[0]..trie.first[1] {
            trie.root[trie.labels[child as usize] as usize] = child;
        }
        trie
    }

    /// Adds the states of one level, given as the ranges of (sorted) patterns that pass through them, and returns the
    /// ranges of the next level.
    fn push_level(&mut self, patterns: &[(&[u8], u32)], level: &[(usize, usize)], depth: usize) -> Vec<(usize, usize)> {
        let mut next = Vec::new();
        for &(mut at, end) in level {
            self.first.push(self.labels.len() as u32);
            let value = match patterns.get(at) {
                Some(&(pattern, value)) if pattern.len() == depth => {
                    at += 1;
                    value
                }
                _ => NONE,
            };
            self.values.push(value);
            while at < end {
                let label = patterns[at].0[depth];
                let same = patterns[at..end].iter().take_while(|(pattern, _)| pattern[depth] == label).count();
                self.labels.push(label);
                next.push((at, at + same));
                at += same;
            }
        }
        next
    }

    /// Number of states.
    pub(crate) fn states(&self) -> usize {
        self.labels.len()
    }

    /// The state after one more byte.
    #[inline]
    pub(crate) fn child(&self, state: u32, byte: u8) -> Option<u32> {
        /// Up to here reading on is cheaper than a binary search.
        const FEW: usize = 8;
        if state == ROOT {
            let child = self.root[byte as usize];
            return (child != ROOT).then_some(child);
        }
        let start = self.first[state as usize] as usize;
        let labels = &self.labels[start..self.first[state as usize + 1] as usize];
        let at = match labels.len() {
            0 => return None,
            ..=FEW => labels.iter().position(|&label| label == byte)?,
            _ => labels.binary_search(&byte).ok()?,
        };
        Some((start + at) as u32)
    }

    /// The children of a state.
    fn children(&self, state: u32) -> std::ops::Range<u32> {
        self.first[state as usize]..self.first[state as usize + 1]
    }

    /// The value of the string that ends in a state, or [`NONE`].
    #[inline]
    pub(crate) fn value(&self, state: u32) -> u32 {
        self.values[state as usize]
    }

    /// The longest of the strings that `text` begins with: its length and its value.
    pub(crate) fn longest_prefix(&self, text: &[u8]) -> Option<(usize, u32)> {
        let (mut state, mut longest) = (ROOT, None);
        for (at, &byte) in text.iter().enumerate() {
            let Some(child) = self.child(state, byte) else { break };
            state = child;
            if self.value(state) != NONE {
                longest = Some((at + 1, self.value(state)));
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
        Trie::new(patterns.iter().zip(0..).map(|(pattern, value)| (pattern.as_bytes(), value)))
    }

    #[test]
    fn longest_prefixes() {
        let patterns = ["a", "abc", "", "b", "abc", "çö"];
        let cases = [
            ("abcd", Some((3, 4))),
            ("abx", Some((1, 0))),
            ("x", None),
            ("", None),
            ("çöp", Some((4, 5))),
            ("ça", None),
        ];
        for (text, want) in cases {
            assert_eq!(trie(&patterns).longest_prefix(text.as_bytes()), want, "{text}");
        }
        assert_eq!(trie(&[]).longest_prefix(b"a"), None);
    }

    #[test]
    fn wide_states_are_searched() {
        let patterns: Vec<Vec<u8>> = (0..=255).flat_map(|b| [vec![b], vec![b'x', b]]).collect();
        let trie = Trie::new(patterns.iter().zip(0..).map(|(pattern, value)| (pattern.as_slice(), value)));
        for (pattern, value) in patterns.iter().zip(0..) {
            assert_eq!(trie.longest_prefix(pattern), Some((pattern.len(), value)));
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
