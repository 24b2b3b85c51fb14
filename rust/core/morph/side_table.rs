//! What the ids of a hybrid model stand for, row by row: for language models that look morphemes up, not only ids.

#![allow(clippy::indexing_slicing, reason = "places are those of the model's own lists")]

use std::collections::{BTreeMap, HashMap, HashSet};

use rustc_hash::FxBuildHasher;

use super::hybrid::{Hybrid, Mode};
use super::layout::Meaning;

/// The morphemes of a model, and which of them each id stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct SideTable {
    /// All affixes in the pack's order, then the roots that an id may stand for, in the pack's order.
    pub morphemes: Vec<Entry>,
    /// One row an id.
    pub rows: Vec<Row>,
}

/// A morpheme, whatever its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `affix` or `root`.
    pub kind: &'static str,
    /// The name of an affix, the citation form of a root.
    pub name: String,
    /// The class of an affix, the part of speech of a root.
    pub class: String,
    /// What an affix means.
    pub gloss: String,
}

/// An id.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As [`super::hybrid::Part`] says it, or `merge`.
    pub kind: &'static str,
    /// How it is written; in shared mode, where that depends on its neighbours, its name.
    pub string: String,
    /// Morphemes that may be written so, and as which of their forms; the most frequent first. In shared mode there is
    /// one, without a form.
    pub candidates: Vec<(u32, Option<u32>)>,
    /// The two ids that a merged one consists of.
    pub parts: Option<(u32, u32)>,
}

/// A form of a root or an affix.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// How it is written.
    pub string: String,
    /// The same with a capital letter, of what begins a word.
    pub title: Option<String>,
    /// It begins a word.
    pub stem: bool,
    /// The model has an id for it.
    pub owned: bool,
    /// The logarithm of how many of it a word has on average, by the model's costs.
    pub log_share: f64,
}

/// Morphemes by form, each with the number of the form.
type Forms = HashMap<String, Vec<(u32, u32)>, FxBuildHasher>;

impl Hybrid {
    /// What every id stands for.
    pub fn side_table(&self) -> SideTable {
        let affixes = self.lexicon.pack.affixes.len() as u32;
        let shares = self.costs.affix_shares(&self.lexicon.pack.grammar, affixes as usize);
        let by_affix = forms_of(0..affixes, |affix| self.lexicon.affix_forms(affix), |affix| -shares[affix as usize]);
        let by_root = forms_of(
            0..self.lexicon.pack.roots.len() as u32,
            |root| self.lexicon.root_forms(root),
            |root| f64::from(self.costs.root(root)),
        );
        // Only roots that some id stands for are numbered.
        let mut used: Vec<u32> = match self.mode {
            Mode::Shared => self.rooted.clone(),
            Mode::Surface => {
                self.stems.iter().filter_map(|stem| by_root.get(stem)).flatten().map(|&(root, _)| root).collect()
            }
        };
        used.sort_unstable();
        used.dedup();
        let number = |root: u32| used.binary_search(&root).ok().map(|at| affixes + at as u32);
        let forms = |known: Option<&Vec<(u32, u32)>>, number: &dyn Fn(u32) -> Option<u32>| {
            let known = known.map(Vec::as_slice).unwrap_or_default();
            known.iter().filter_map(|&(of, form)| Some((number(of)?, Some(form)))).collect()
        };
        let row = |id: u32| {
            let kind = self.describe(id).first()?.kind;
            let mut row = Row { kind, string: self.vocab().token(id)?.to_owned(), candidates: Vec::new(), parts: None };
            match (self.layout.meaning(id)?, self.mode) {
                (Meaning::Affix(affix), Mode::Shared) => row.candidates.push((affix, None)),
                (Meaning::Root(root), Mode::Shared) => {
                    row.candidates.extend(number(self.rooted[root as usize]).map(|root| (root, None)));
                }
                (Meaning::Affix(affix), Mode::Surface) => {
                    row.string.clone_from(&self.affixes[affix as usize]);
                    row.candidates = forms(by_affix.get(&row.string), &Some);
                }
                (Meaning::Root(stem), Mode::Surface) => {
                    row.string.clone_from(&self.stems[stem as usize]);
                    row.candidates = forms(by_root.get(&row.string), &number);
                }
                (Meaning::Merge(at), _) => {
                    row.kind = "merge";
                    row.parts = Some(self.children[at as usize]);
                }
                _ => {}
            }
            Some(row)
        };
        let entries = self.lexicon.pack.affixes.iter().map(|affix| Entry {
            kind: "affix",
            name: affix.name.clone(),
            class: affix.class.clone(),
            gloss: affix.gloss.clone(),
        });
        let roots = used.iter().map(|&root| {
            let root = self.lexicon.root(root);
            Entry {
                kind: "root",
                name: root.citation.iter().collect(),
                class: self.lexicon.pack.grammar.part_name(root.pos).to_owned(),
                gloss: String::new(),
            }
        });
        SideTable { morphemes: entries.chain(roots).collect(), rows: (0..self.layout.end()).filter_map(row).collect() }
    }

    /// The forms of all roots and affixes of the pack. A form of several morphemes is there once, with the sum of what
    /// they are.
    pub fn forms(&self) -> Vec<Form> {
        let pack = &self.lexicon.pack;
        let shares = self.costs.affix_shares(&pack.grammar, pack.affixes.len());
        let mut all: BTreeMap<(bool, String), (f64, bool)> = BTreeMap::new();
        let mut add = |stem: bool, forms: &[Vec<char>], share: f64, owned: bool| {
            for form in forms.iter().filter(|form| !form.is_empty()) {
                let (sum, known) = all.entry((stem, form.iter().collect())).or_default();
                *sum += share / forms.len() as f64;
                *known |= owned;
            }
        };
        for root in 0..pack.roots.len() as u32 {
            let share = (-f64::from(self.costs.root(root)) / 1000.0).exp();
            let owned = self.mode == Mode::Shared && self.rooted.binary_search(&root).is_ok();
            add(true, self.lexicon.root_forms(root), share, owned);
        }
        for (affix, &share) in (0..).zip(&shares) {
            add(false, self.lexicon.affix_forms(affix), share.max(UNSEEN), true);
        }
        let stems: HashSet<&String> = self.stems.iter().collect();
        let title = |form: &str| {
            let first = form.chars().next()?;
            let capital = pack.case.upper(first).filter(|&capital| capital != first)?;
            Some(form.replacen(first, &capital.to_string(), 1))
        };
        let form = |((stem, string), (share, owned)): ((bool, String), (f64, bool))| Form {
            title: if stem { title(&string) } else { None },
            owned: owned || stems.contains(&string),
            log_share: share.ln(),
            string,
            stem,
        };
        all.into_iter().map(form).collect()
    }
}

/// How many of an affix that was never seen a word has.
const UNSEEN: f64 = 1e-7;

/// Who is written how, the one of the lowest cost first.
fn forms_of<'f>(all: std::ops::Range<u32>, forms: impl Fn(u32) -> &'f [Vec<char>], cost: impl Fn(u32) -> f64) -> Forms {
    let mut found: Forms = HashMap::default();
    for of in all {
        for (form, number) in forms(of).iter().zip(0..) {
            found.entry(form.iter().collect()).or_default().push((of, number));
        }
    }
    for candidates in found.values_mut() {
        candidates.sort_by(|a, b| cost(a.0).total_cmp(&cost(b.0)).then(a.cmp(b)));
    }
    found
}
