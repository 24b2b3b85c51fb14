//! The best path through all cuts of a word into pieces.

#![allow(
    clippy::indexing_slicing,
    reason = "nodes are indexed by positions of the word that were passed before, pieces by values of the automaton"
)]

use crate::error::{Error, Result};
use crate::text::Span;
use crate::trie::{Automaton, NONE, ROOT};

/// What is needed to find best paths.
#[derive(Debug, Clone)]
pub(super) struct Lattice {
    automaton: Automaton,
    /// By id.
    pieces: Vec<Piece>,
    /// Score of a character that is no piece.
    unknown_score: f64,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    score: f64,
    /// In bytes.
    len: u32,
    /// The longest other piece that this one ends with, or [`NONE`].
    shorter: u32,
}

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) span: Span,
    pub(super) id: u32,
}

/// The best path to one position.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    score: f64,
    /// Where its last edge starts.
    start: u32,
    /// The piece of its last edge.
    id: u32,
}

/// Buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Per byte of the word, and for its end; only those at the start of characters mean anything.
    nodes: Vec<Node>,
    /// The best path, last edge first.
    pub(super) path: Vec<Edge>,
}

impl Scratch {
    /// Gives back what an unusually long word took.
    pub(super) fn trim(&mut self) {
        const KEPT: usize = 1 << 16;
        if self.nodes.capacity() > KEPT {
            *self = Scratch::default();
        }
    }
}

impl Lattice {
    pub(super) fn new(pieces: &[String], scores: &[f64], unknown_score: f64) -> Result<Self> {
        let piece = |(piece, &score): (&String, &f64)| Piece { score, len: piece.len() as u32, shorter: NONE };
        let mut all: Vec<Piece> = pieces.iter().zip(scores).map(piece).collect();
        let strings = pieces.iter().map(String::as_bytes).zip(0..);
        let automaton = Automaton::new(strings, |id, shorter| all[id as usize].shorter = shorter)?;
        Ok(Lattice { automaton, pieces: all, unknown_score })
    }

    /// Leaves the best path in `scratch`. Unknown characters have the id `unk`; without one, a character for which it
    /// would have been the best is an error.
    ///
    /// The automaton gives the pieces that end at a position from the longest to the shortest, so candidates come in
    /// order of their start. Only a higher score replaces one, hence among equals the earliest start stays, which is
    /// what Hugging Face's search from left to right does. A character that is no piece itself is the last candidate.
    pub(super) fn best_path(&self, word: &str, unk: Option<u32>, scratch: &mut Scratch) -> Result<()> {
        scratch.path.clear();
        scratch.nodes.clear();
        scratch.nodes.resize(word.len() + 1, Node::default());
        let nodes = scratch.nodes.as_mut_slice();
        let bytes = word.as_bytes();
        let (mut state, mut start) = (ROOT, 0);
        while start < bytes.len() {
            let end = start + char_len(bytes[start]);
            for &byte in &bytes[start..end] {
                state = self.automaton.next(state, byte);
            }
            let mut node = self.best_edge(nodes, state, start, end);
            if node.id == NONE {
                node.id = unk.ok_or_else(|| unknown(word, start))?;
            }
            nodes[end] = node;
            start = end;
        }
        let mut end = bytes.len();
        while end > 0 {
            let Node { start, id, .. } = nodes[end];
            scratch.path.push(Edge { span: Span::new(start, end as u32), id });
            end = start as usize;
        }
        Ok(())
    }

    /// The best path to `end`, where the character that starts at `start` ends; the id [`NONE`] if its last edge is that
    /// character as an unknown one.
    #[inline]
    fn best_edge(&self, nodes: &[Node], state: u32, start: usize, end: usize) -> Node {
        let mut best = None;
        let mut consider = |from: usize, score: f64, id: u32| {
            let score = score + nodes[from].score;
            if best.is_none_or(|best: Node| score > best.score) {
                best = Some(Node { score, start: from as u32, id });
            }
        };
        let mut id = self.automaton.longest(state);
        let mut from = None;
        while id != NONE {
            let piece = self.pieces[id as usize];
            let here = end - piece.len as usize;
            consider(here, piece.score, id);
            (from, id) = (Some(here), piece.shorter);
        }
        // The shortest piece came last: if even that is longer than the character, the character is no piece.
        if from != Some(start) {
            consider(start, self.unknown_score, NONE);
        }
        best.unwrap_or_default()
    }
}

/// Length of the character that begins with this byte.
fn char_len(first: u8) -> usize {
    match first {
        ..0x80 => 1,
        ..0xE0 => 2,
        ..0xF0 => 3,
        _ => 4,
    }
}

fn unknown(word: &str, at: usize) -> Error {
    let (before, rest) = word.split_at_checked(at).unwrap_or(("", word));
    let character = rest.chars().next().map(String::from).unwrap_or_default();
    Error::unknown_token(&character, before.chars().count())
}
