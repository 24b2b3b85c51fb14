//! Finding added tokens: leftmost first, the longest of those that start at one place, without overlap.
//!
//! Two engines give the same matches. A handful of tokens goes to the `aho-corasick` crate, whose vectorized
//! prefilters skip text that holds none. It restarts after every match, though, and may have read far beyond it for a
//! longer one (`a` and `a…ab`), so it only gets sets where that is bounded. Everything else is searched by one pass
//! from the end of the text to its start with the automaton of the reversed tokens: its state at a place is the
//! longest token that starts there, so the time is linear whatever the tokens are.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::trie::{Automaton, NONE, ROOT};

/// Up to so many tokens, the crate's automaton is built in a millisecond and stays in the cache.
const FEW: usize = 1_024;

/// How far (in bytes) the crate's automaton may have to read beyond a match before it knows that it was the longest.
const LOOK_AHEAD: usize = 64;

/// A set of distinct tokens to look for.
#[derive(Debug)]
pub(super) struct Matcher {
    /// What to look for, in ascending order.
    patterns: Vec<Pattern>,
    forward: Option<AhoCorasick>,
    /// None if there are more than [`crate::trie::MAX_BYTES`] to look for, which adding tokens prevents.
    backward: OnceLock<Option<Automaton>>,
}

#[derive(Debug)]
struct Pattern {
    text: Box<str>,
    id: u32,
    /// The position of the longest other pattern that this one begins with, or [`NONE`].
    shorter: u32,
}

/// A place where a token was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) id: u32,
}

impl Matcher {
    /// From non-empty texts with their ids. Of equal texts (two contents with one normalized form) the lowest id is
    /// found; in Hugging Face a random one is.
    pub(super) fn new<'t>(tokens: impl Iterator<Item = (&'t str, u32)>) -> Self {
        let mut tokens: Vec<(&str, u32)> = tokens.filter(|(text, _)| !text.is_empty()).collect();
        tokens.sort_unstable();
        tokens.dedup_by_key(|(text, _)| *text);
        let mut patterns: Vec<Pattern> = Vec::with_capacity(tokens.len());
        let mut prefixes: Vec<u32> = Vec::new(); // each begins with the one before, and all begin the next text
        let mut look_ahead = 0;
        for (text, id) in tokens {
            let at = |at: u32| patterns.get(at as usize).map_or("", |pattern| &*pattern.text);
            while prefixes.last().is_some_and(|&prefix| !text.starts_with(at(prefix))) {
                prefixes.pop();
            }
            if let Some(&shortest) = prefixes.first() {
                look_ahead = look_ahead.max(text.len() - at(shortest).len());
            }
            let shorter = prefixes.last().copied().unwrap_or(NONE);
            prefixes.push(patterns.len() as u32);
            patterns.push(Pattern { text: text.into(), id, shorter });
        }
        let forward = match patterns.len() {
            1..=FEW if look_ahead <= LOOK_AHEAD => AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(patterns.iter().map(|pattern| pattern.text.as_bytes()))
                .ok(),
            _ => None,
        };
        Matcher { patterns, forward, backward: OnceLock::new() }
    }

    /// Calls `found` with all matches from left to right.
    pub(super) fn find_all(&self, text: &str, mut found: impl FnMut(Found)) {
        if self.patterns.is_empty() {
            return;
        }
        if let Some(Ok(matches)) = self.forward.as_ref().map(|forward| forward.try_find_iter(text)) {
            return matches.for_each(|place| {
                if let Some(pattern) = self.patterns.get(place.pattern().as_usize()) {
                    found(Found { start: place.start(), end: place.end(), id: pattern.id });
                }
            });
        }
        self.find_backwards(text, Some, found);
    }

    /// As [`Matcher::find_all`], but as if only the tokens existed whose ids pass `allow`.
    pub(super) fn find_allowed(&self, text: &str, allow: impl Fn(u32) -> bool, found: impl FnMut(Found)) {
        if self.patterns.is_empty() || self.forward.as_ref().is_some_and(|forward| !forward.is_match(text)) {
            return;
        }
        // Per pattern that was met, the longest allowed one that it begins with (or is). Every pattern is met once.
        let mut known: HashMap<u32, Option<u32>, FixedState> = HashMap::default();
        let mut met = Vec::new();
        let instead = |longest: u32| {
            let mut at = longest;
            let allowed = loop {
                if let Some(&allowed) = known.get(&at) {
                    break allowed;
                }
                met.push(at);
                let Some(pattern) = self.patterns.get(at as usize) else { break None };
                if allow(pattern.id) {
                    break Some(at);
                }
                at = pattern.shorter;
            };
            known.extend(met.drain(..).map(|at| (at, allowed)));
            allowed
        };
        self.find_backwards(text, instead, found);
    }

    /// Finds with the reversed automaton; `instead` says which pattern counts where the one at a position is the
    /// longest.
    fn find_backwards(&self, text: &str, mut instead: impl FnMut(u32) -> Option<u32>, mut found: impl FnMut(Found)) {
        let backward = self.backward.get_or_init(|| {
            let reversed: Vec<Vec<u8>> =
                self.patterns.iter().map(|pattern| pattern.text.bytes().rev().collect()).collect();
            Automaton::new(reversed.iter().map(Vec::as_slice).zip(0..), |_, _| ()).ok()
        });
        let Some(backward) = backward else { return };
        let mut starts: Vec<(usize, &Pattern)> = Vec::new(); // from the last to the first
        let mut state = ROOT;
        for (start, &byte) in text.as_bytes().iter().enumerate().rev() {
            state = backward.next(state, byte);
            let longest = backward.longest(state);
            if longest != NONE
                && let Some(pattern) = instead(longest).and_then(|at| self.patterns.get(at as usize))
            {
                starts.push((start, pattern));
            }
        }
        let mut free = 0;
        for (start, pattern) in starts.into_iter().rev() {
            if start >= free {
                free = start + pattern.text.len();
                found(Found { start, end: free, id: pattern.id });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(find: impl FnOnce(&mut dyn FnMut(Found))) -> Vec<Found> {
        let mut all = Vec::new();
        find(&mut |place| all.push(place));
        all
    }

    /// The definition: at each place, the longest allowed pattern.
    fn slow(patterns: &[String], text: &str, allow: impl Fn(u32) -> bool) -> Vec<Found> {
        let (mut start, mut all) = (0, Vec::new());
        while start < text.len() {
            let here =
                (0..).zip(patterns).filter(|(id, p)| allow(*id) && text.as_bytes()[start..].starts_with(p.as_bytes()));
            match here.max_by_key(|(id, p)| (p.len(), std::cmp::Reverse(*id))) {
                Some((id, pattern)) if !pattern.is_empty() => {
                    all.push(Found { start, end: start + pattern.len(), id });
                    start += pattern.len();
                }
                _ => start += 1,
            }
        }
        all
    }

    #[test]
    fn engines_by_kind_of_set() {
        let numbered: Vec<String> = (0..2_000).map(|n| format!("<{n}>")).collect();
        let nested = ["a".to_owned(), "a".repeat(100)];
        let usual: Vec<String> = ["<s>", "</s>", "<|im_start|>", " ", "  "].map(str::to_owned).into();
        for (set, forward) in [(&numbered[..], false), (&nested, false), (&usual, true), (&[], false)] {
            let matcher = Matcher::new(set.iter().map(String::as_str).zip(0..));
            assert_eq!(matcher.forward.is_some(), forward, "{:?}", set.first());
        }
    }

    #[test]
    fn far_look_ahead_takes_linear_time() {
        let long = "a".repeat(4_000) + "b";
        let matcher = Matcher::new([("a", 0), (long.as_str(), 1)].into_iter());
        let mut count = 0;
        matcher.find_all(&"a".repeat(1_000_000), |_| count += 1);
        assert_eq!(count, 1_000_000);
    }

    proptest! {
        #[test]
        fn both_engines_equal_the_definition(
            patterns in prop::collection::vec("[abé]{0,4}", 0..10),
            text in "[abéc]{0,20}",
            refused in prop::collection::vec(any::<bool>(), 10),
        ) {
            let matcher = Matcher::new(patterns.iter().map(String::as_str).zip(0..));
            let want = slow(&patterns, &text, |_| true);
            prop_assert_eq!(&found(|found| matcher.find_all(&text, found)), &want);
            prop_assert_eq!(&found(|found| matcher.find_backwards(&text, Some, found)), &want);
            // Equal texts are one pattern, with the lowest id.
            let first = |id: u32| patterns.iter().position(|p| *p == patterns[id as usize]).unwrap();
            let allow = |id: u32| !refused[first(id)];
            prop_assert_eq!(found(|found| matcher.find_allowed(&text, allow, found)), slow(&patterns, &text, allow));
        }
    }
}
