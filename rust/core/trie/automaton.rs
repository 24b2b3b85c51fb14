//! The Aho–Corasick automaton: all strings of a set that end at each position of a text, in one pass.
//!
//! A. V. Aho and M. J. Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18(6), 1975.

use super::{NONE, ROOT, Trie};

/// A trie with failure links.
#[derive(Debug, Clone)]
pub(crate) struct Automaton {
    trie: Trie,
    /// Per state, the state of its longest proper suffix that is in the trie.
    fail: Vec<u32>,
    /// Per state, the value of the longest string that is a suffix of it, or [`NONE`].
    longest: Vec<u32>,
}

impl Automaton {
    /// As [`Trie::new`].
    pub(crate) fn new<'p>(patterns: impl IntoIterator<Item = (&'p [u8], u32)>) -> Self {
        let trie = Trie::new(patterns);
        let mut automaton = Automaton { fail: vec![ROOT; trie.states()], longest: vec![NONE; trie.states()], trie };
        for state in 0..automaton.trie.states() as u32 {
            automaton.link(state);
        }
        automaton
    }

    /// Completes a state and gives its children their failure links; states come level by level, so that the links of
    /// shorter strings exist.
    fn link(&mut self, state: u32) {
        let own = self.trie.value(state);
        let fail = self.fail[state as usize];
        self.longest[state as usize] = if own == NONE { self.longest[fail as usize] } else { own };
        if state != ROOT {
            for child in self.trie.children(state) {
                self.fail[child as usize] = self.next(fail, self.trie.labels[child as usize]);
            }
        }
    }

    /// The state after one more byte: the longest suffix of what has been read that begins some string.
    #[inline]
    pub(crate) fn next(&self, mut state: u32, byte: u8) -> u32 {
        loop {
            if let Some(child) = self.trie.child(state, byte) {
                return child;
            }
            if state == ROOT {
                return ROOT;
            }
            state = self.fail[state as usize];
        }
    }

    /// The value of the longest string that ends here, or [`NONE`].
    #[inline]
    pub(crate) fn longest(&self, state: u32) -> u32 {
        self.longest[state as usize]
    }

    /// Every value with the value of the longest other string that is a suffix of its string, or [`NONE`]: following
    /// these links from [`Automaton::longest`] visits all strings that end at a position, longest first.
    pub(crate) fn shorter(&self) -> impl Iterator<Item = (u32, u32)> {
        let states = 0..self.trie.states();
        states.filter_map(|state| match self.trie.values[state] {
            NONE => None,
            value => Some((value, self.longest[self.fail[state] as usize])),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All values that end at each position, longest first.
    fn scan(patterns: &[String], text: &str) -> Vec<Vec<u32>> {
        let automaton = Automaton::new(patterns.iter().zip(0..).map(|(p, value)| (p.as_bytes(), value)));
        let shorter: std::collections::HashMap<u32, u32> = automaton.shorter().collect();
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
            patterns in prop::collection::hash_set("[ab]{1,5}", 0..12), text in "[abc]{0,20}",
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
