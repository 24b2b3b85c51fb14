//! Ids of a hybrid model: which are what, and how they are called.

#![allow(clippy::indexing_slicing, reason = "ids of children are below their own")]

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use rustc_hash::FxBuildHasher;

use super::hybrid::{Later, Mode, Pieces};
use super::lexicon::Lexicon;
use crate::error::{Error, Result};
use crate::limits::Limits;

/// Controls without a meaning in text, for whoever needs them.
pub(super) const SPECIALS: [&str; 3] = ["<pad>", "<bos>", "<eos>"];
const MARKS: [&str; 3] = ["<glue>", "<title>", "<upper>"];

/// What ids there are, and which of them are what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) variants: Range<u32>,
    pub(crate) bytes: Range<u32>,
    pub(crate) affixes: Range<u32>,
    pub(crate) roots: Range<u32>,
    pub(crate) pieces: Range<u32>,
    /// What is merged within words, and behind it wherever it stands.
    pub(crate) merges: Range<u32>,
    pub(crate) superwords: Range<u32>,
    /// Among the last, ids of added tokens.
    taken: BTreeSet<u32>,
}

/// What an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Special,
    Glue,
    Title,
    Upper,
    Variant(u32),
    Byte(u8),
    Affix(u32),
    Root(u32),
    Piece(u32),
    /// Within words or across.
    Merge(u32),
}

impl Layout {
    pub(crate) const GLUE: u32 = SPECIALS.len() as u32;
    pub(crate) const TITLE: u32 = Layout::GLUE + 1;
    pub(crate) const UPPER: u32 = Layout::GLUE + 2;

    pub(super) fn new(
        variants: usize,
        affixes: usize,
        roots: usize,
        pieces: usize,
        merges: usize,
        later: &[Later],
    ) -> Self {
        let mut at = Layout::UPPER + 1;
        let mut range = |len: usize| {
            let range = at..at + len as u32;
            at = range.end;
            range
        };
        let mut layout = Layout {
            variants: range(variants),
            bytes: range(256),
            affixes: range(affixes),
            roots: range(roots),
            pieces: range(pieces),
            merges: range(merges),
            superwords: range(later.len()),
            taken: BTreeSet::new(),
        };
        let ids = layout.superwords.clone().zip(later);
        layout.taken = ids.filter(|(_, later)| matches!(later, Later::Taken(_))).map(|(id, _)| id).collect();
        layout
    }

    /// One more than the highest id.
    pub(crate) fn end(&self) -> u32 {
        self.superwords.end
    }

    pub(crate) fn meaning(&self, id: u32) -> Option<Meaning> {
        let within = |range: &Range<u32>| range.contains(&id).then(|| id - range.start);
        Some(match id {
            Layout::GLUE => Meaning::Glue,
            Layout::TITLE => Meaning::Title,
            Layout::UPPER => Meaning::Upper,
            _ if id < Layout::GLUE => Meaning::Special,
            _ => {
                if let Some(at) = within(&self.variants) {
                    Meaning::Variant(at)
                } else if let Some(at) = within(&self.bytes) {
                    Meaning::Byte(at as u8)
                } else if let Some(at) = within(&self.affixes) {
                    Meaning::Affix(at)
                } else if let Some(at) = within(&self.roots) {
                    Meaning::Root(at)
                } else if let Some(at) = within(&self.pieces) {
                    Meaning::Piece(at)
                } else if self.taken.contains(&id) {
                    Meaning::Special
                } else {
                    Meaning::Merge(within(&(self.merges.start..self.end()))?)
                }
            }
        })
    }
}

/// What an id begins, of whatever was said before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// A word.
    Word,
    /// What the next id begins: it only announces something for that.
    Later,
    Nothing,
}

impl Begins {
    pub(super) fn all(layout: &Layout, pieces: &Pieces, children: &[(u32, u32)]) -> Vec<Begins> {
        let mut all = Vec::with_capacity(layout.end() as usize);
        for id in 0..layout.end() {
            let begins = match layout.meaning(id) {
                Some(Meaning::Root(_)) => Begins::Word,
                Some(Meaning::Glue | Meaning::Title | Meaning::Upper | Meaning::Variant(_)) => Begins::Later,
                Some(Meaning::Piece(piece)) => {
                    let piece = &pieces.strings[piece as usize];
                    if piece.starts_with(' ') && piece.contains(|c| c != ' ') { Begins::Word } else { Begins::Nothing }
                }
                Some(Meaning::Merge(at)) => {
                    let (left, right) = children[at as usize];
                    let [left, right] = [left, right].map(|id| all[id as usize]);
                    if left == Begins::Later { right } else { left }
                }
                Some(Meaning::Special | Meaning::Byte(_) | Meaning::Affix(_)) | None => Begins::Nothing,
            };
            all.push(begins);
        }
        all
    }
}

/// A name for every id, each different: letters, punctuation and digits never share a piece, so that `|` is free.
///
/// Errors: class `Limit` for names that are longer than the vocabulary's may be, or too long together.
pub(super) fn names(
    lexicon: &Lexicon,
    mode: Mode,
    (rooted, stems, affixes): (&[u32], &[String], &[String]),
    pieces: &Pieces,
    (layout, children, later): (&Layout, &[(u32, u32)], &[Later]),
    limits: &Limits,
) -> Result<Vec<String>> {
    let mut names: Vec<String> = SPECIALS.iter().chain(&MARKS).map(|&name| name.to_owned()).collect();
    names.extend((0..layout.variants.len()).map(|form| format!("<v:{form}>")));
    names.extend((0..=255u8).map(|byte| format!("<0x{byte:02X}>")));
    if mode == Mode::Shared {
        names.extend(lexicon.pack.affixes.iter().map(|affix| format!("+{}", affix.name)));
        let mut seen: HashMap<String, usize, FxBuildHasher> = HashMap::default();
        for root in rooted.iter().map(|&root| lexicon.root(root)) {
            let citation: String = root.citation.iter().collect();
            let again = seen.entry(citation.clone()).or_default();
            *again += 1;
            // The second lexeme of a form is told apart by its part of speech, and by a number if need be.
            names.push(match *again {
                1 => format!("▁{citation}"),
                n => format!("▁{citation}/{n}{}", lexicon.pack.grammar.part_name(root.pos)),
            });
        }
    } else {
        names.extend(affixes.iter().map(|affix| format!("+{affix}")));
        names.extend(stems.iter().map(|stem| format!("▁{stem}")));
    }
    names.extend(pieces.strings.iter().cloned());
    // A few merges can ask for names that no memory holds.
    let mut room = MAX_NAMES;
    for (&(left, right), id) in children.iter().zip(layout.merges.start..) {
        let later = id.checked_sub(layout.superwords.start).and_then(|at| later.get(at as usize));
        let name = match later {
            Some(Later::Taken(content)) => content.clone(),
            _ => {
                let [left, right] = [left, right].map(|part| &names[part as usize]);
                let len = (left.len() + right.len() + 1) as u64;
                if len > limits.token_bytes {
                    return Err(Error::limit("token_bytes", len, limits.token_bytes).of("hybrid model"));
                }
                room = room.checked_sub(len).ok_or_else(|| Error::limit("file_bytes", MAX_NAMES + 1, MAX_NAMES))?;
                format!("{left}|{right}")
            }
        };
        names.push(name);
    }
    Ok(names)
}

/// Bytes of the names of all merged ids.
const MAX_NAMES: u64 = 1 << 28;
