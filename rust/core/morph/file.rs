//! A hybrid model as the `model` section of `hybridtok.json`.

#![allow(clippy::indexing_slicing, reason = "places are those of the lists that are being written")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::costs::Costs;
use super::grammar::Kind;
use super::hybrid::{Hybrid, Later, Mode, Parameters, Pieces};
use super::layout::Layout;
use super::pack::{Pack, SEGMENTS};
use crate::error::{Error, Result};
use crate::limits::Limits;

const FORMAT: &str = "hybridtok-morph";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    mode: Mode,
    lang: String,
    /// The text files of the pack, by name.
    pack: BTreeMap<String, String>,
    /// For reading: `[first, one past the last]` id of every kind.
    ranges: BTreeMap<String, [u32; 2]>,
    /// In the order of `roots.tsv`, thousandths of a nat.
    root_costs: Vec<i32>,
    /// Which roots have an id, as ranges `[first, one past the last]`.
    rooted: Vec<[u32; 2]>,
    /// What follows (an affix, or the end) by what is to the left: parts of speech, the unknown stem, affixes.
    next_costs: Vec<Next>,
    /// A stem that is in no lexicon: once, and a letter.
    stem_cost: [i32; 2],
    escape_cost: i32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stems: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    affixes: Vec<String>,
    pieces: Pieces,
    merges: Vec<(u32, u32, u32)>,
    /// The ids behind these: pairs of ids, by rank, and contents of added tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    superwords: Vec<Later>,
    /// How many digits of a number a piece has at most.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    digits: usize,
}

fn one() -> usize {
    1
}

fn is_one(digits: &usize) -> bool {
    *digits == 1
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Next {
    /// What was not seen here.
    unseen: i32,
    seen: Vec<(Kind, i32)>,
}

/// The section's text. The same model gives the same bytes.
pub(crate) fn write(hybrid: &Hybrid) -> String {
    let Hybrid { lexicon, costs, layout, .. } = hybrid;
    let mut next: Vec<Next> = costs.unseen.iter().map(|&unseen| Next { unseen, seen: Vec::new() }).collect();
    for (&(left, right), &cost) in &costs.next {
        next[left as usize].seen.push((right, cost));
    }
    next.iter_mut().for_each(|next| next.seen.sort_unstable());
    let ranges = [
        ("control", 0..layout.bytes.start),
        ("byte", layout.bytes.clone()),
        ("affix", layout.affixes.clone()),
        ("root", layout.roots.clone()),
        ("piece", layout.pieces.clone()),
        ("merge", layout.merges.clone()),
        ("superword", layout.superwords.clone()),
    ];
    let ranges = ranges.into_iter().filter(|(name, range)| *name != "superword" || !range.is_empty());
    let mut texts = lexicon.pack.files.clone();
    texts.remove(SEGMENTS);
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        mode: hybrid.mode,
        lang: lexicon.pack.lang.clone(),
        pack: texts,
        ranges: ranges.map(|(name, range)| (name.to_owned(), [range.start, range.end])).collect(),
        root_costs: costs.roots.clone(),
        rooted: ranges_of(&hybrid.rooted),
        next_costs: next,
        stem_cost: costs.stem,
        escape_cost: costs.escape,
        stems: hybrid.stems.clone(),
        affixes: hybrid.affixes.clone(),
        pieces: hybrid.pieces.clone(),
        merges: hybrid.merges.clone(),
        superwords: hybrid.later.clone(),
        digits: hybrid.digits,
    };
    serde_json::to_string(&file).unwrap_or_default()
}

fn ranges_of(places: &[u32]) -> Vec<[u32; 2]> {
    let mut ranges: Vec<[u32; 2]> = Vec::new();
    for &place in places {
        match ranges.last_mut() {
            Some([_, end]) if *end == place => *end += 1,
            _ => ranges.push([place, place + 1]),
        }
    }
    ranges
}

/// Reads a section. Errors: class `Format`, or `Limit`.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Hybrid> {
    let wrong = |place: &str, message: &str| Error::format("hybridtok.json", place, message);
    let file: File = serde_json::from_str(text).map_err(|error| wrong("model", &error.to_string()))?;
    if file.format != FORMAT || file.version != VERSION {
        return Err(wrong("model.format", "this is not version 1 of hybridtok-morph"));
    }
    let pack = Pack::parse(file.pack)?;
    let kinds = pack.grammar.end();
    let mut own = vec![false; pack.roots.len()];
    for [start, end] in &file.rooted {
        let range = own.get_mut(*start as usize..*end as usize);
        range.ok_or_else(|| wrong("model.rooted", "a root that does not exist"))?.fill(true);
    }
    let mut costs =
        Costs { roots: file.root_costs, stem: file.stem_cost, escape: file.escape_cost, ..Costs::default() };
    for (left, next) in file.next_costs.into_iter().enumerate() {
        costs.unseen.push(next.unseen);
        for (right, cost) in next.seen {
            if right > kinds {
                return Err(wrong(&format!("model.next_costs[{left}]"), "an affix that does not exist"));
            }
            costs.next.insert((left as Kind, right), cost);
        }
    }
    if file.digits == 0 {
        return Err(wrong("model.digits", "a piece of a number has at least one digit"));
    }
    let strings = file.pieces.strings.len() as u32;
    if file.pieces.merges.iter().any(|&(left, right, made)| left.max(right).max(made) >= strings) {
        return Err(wrong("model.pieces.merges", "a piece that does not exist"));
    }
    let parameters = Parameters {
        mode: file.mode,
        pack,
        costs,
        stems: file.stems,
        affixes: file.affixes,
        pieces: file.pieces,
        own,
        merges: file.merges,
        later: file.superwords,
        digits: file.digits,
    };
    let hybrid = Hybrid::new(parameters, limits)?;
    let ends =
        |name: &str, range: &std::ops::Range<u32>| file.ranges.get(name).is_some_and(|[_, end]| *end == range.end);
    let Layout { merges, superwords, .. } = &hybrid.layout;
    if !ends("merge", merges) || !superwords.is_empty() && !ends("superword", superwords) {
        return Err(wrong("model.ranges", "the ranges are not those of the lists"));
    }
    Ok(hybrid)
}
