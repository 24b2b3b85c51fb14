//! What a hybrid model knows of words and ids, for people: analyses, segments, realisation, descriptions.

#![allow(clippy::indexing_slicing, reason = "places are those of the lexicon and of the word")]

use super::costs::{Costs, Counts, Smoothing};
use super::folded::Folded;
use super::hybrid::{Hybrid, Mode};
use super::lattice::{Lattice, Morph, What};
use super::layout::Meaning;
use super::lexicon::Lexicon;
use super::pack::Pack;
use super::voice::Voice;
use crate::error::{Error, Result, quote};

impl Hybrid {
    /// The analyses of a word, without context, the cheapest first: costs in thousandths of a nat.
    pub fn analyses(&self, word: &str, most: usize) -> Vec<Analysis> {
        analyses(&self.lexicon, &self.costs, word, most)
    }

    /// The pieces of a word by its best analysis, without context; the word itself if there is none.
    pub fn segment(&self, word: &str) -> Vec<String> {
        match self.analyses(word, 1).pop() {
            Some(analysis) => analysis.morphemes.into_iter().map(|morpheme| morpheme.surface).collect(),
            None => vec![word.to_owned()],
        }
    }

    /// A root and affixes, by name, as they are written together.
    ///
    /// Errors: class `Argument` for a root or an affix that the pack does not have.
    pub fn realise<S: AsRef<str>>(&self, root: &str, affixes: &[S]) -> Result<Vec<String>> {
        let citation: Vec<char> = root.chars().collect();
        let pack = &self.lexicon.pack;
        let place = pack.roots.iter().position(|entry| entry.citation == citation);
        let place = place.ok_or_else(|| Error::argument(format!("the pack has no root {}", quote(root))))?;
        let mut voice = Voice::default();
        voice.root(&self.lexicon, place as u32, None);
        let mut written = Vec::new();
        for name in affixes.iter().map(AsRef::as_ref) {
            let affix = pack.affixes.iter().position(|affix| affix.name == name);
            let affix = affix.ok_or_else(|| Error::argument(format!("the pack has no affix {}", quote(name))))?;
            written.push(voice.affix(&self.lexicon, affix as u32, None).iter().collect());
        }
        written.push(voice.close(&self.lexicon).iter().collect());
        Ok(written)
    }

    /// What an id stands for; several parts for a merged one. Empty for an id that is not the model's.
    pub fn describe(&self, id: u32) -> Vec<Part> {
        let Some(meaning) = self.layout.meaning(id) else { return Vec::new() };
        let (kind, class, gloss) = match meaning {
            Meaning::Merge(at) => {
                let (left, right) = self.children[at as usize];
                let mut parts = self.describe(left);
                parts.extend(self.describe(right));
                return parts;
            }
            Meaning::Special => ("special", "", ""),
            Meaning::Glue => ("glue", "", "no space"),
            Meaning::Title => ("case", "", "first letter is a capital"),
            Meaning::Upper => ("case", "", "all letters are capitals"),
            Meaning::Variant(_) => ("escape", "", "another form than the rules give"),
            Meaning::Byte(_) => ("byte", "", ""),
            Meaning::Piece(_) => ("piece", "", ""),
            Meaning::Affix(affix) if self.mode == Mode::Shared => {
                let affix = self.lexicon.affix(affix);
                ("affix", affix.class.as_str(), affix.gloss.as_str())
            }
            Meaning::Root(root) if self.mode == Mode::Shared => {
                let pos = self.lexicon.root(self.rooted[root as usize]).pos;
                ("root", self.lexicon.pack.grammar.part_name(pos), "")
            }
            Meaning::Affix(_) => ("affix", "", ""),
            Meaning::Root(_) => ("root", "", ""),
        };
        let name = self.vocab().token(id).unwrap_or_default().to_owned();
        vec![Part { id, name, kind, class: class.to_owned(), gloss: gloss.to_owned() }]
    }
}

impl Pack {
    /// The analyses of a word by the pack alone, as [`Hybrid::analyses`] gives those of a trained model. What they cost is
    /// what they do before the first text: all roots are alike, and so are all affixes, so that fewer morphemes win.
    ///
    /// Errors: class `Format`, if the pack is no lexicon.
    pub fn analyses(&self, word: &str, most: usize) -> Result<Vec<Analysis>> {
        let lexicon = Lexicon::new(self.clone())?;
        let costs = Counts::new(&lexicon).costs(Smoothing::FINAL);
        Ok(analyses(&lexicon, &costs, word, most))
    }
}

fn analyses(lexicon: &Lexicon, costs: &Costs, word: &str, most: usize) -> Vec<Analysis> {
    let mut folded = Folded::default();
    folded.fold(lexicon, word);
    let mut lattice = Lattice::default();
    lattice.build(lexicon, costs, folded.word(lexicon, word));
    let letters: Vec<char> = word.chars().collect();
    let found = lattice.best_k(most).into_iter();
    found.map(|(cost, path)| Analysis::new(lexicon, cost, &path, &letters)).collect()
}

/// A token without its text: what an id stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The id of this part.
    pub id: u32,
    /// Its name in the vocabulary.
    pub name: String,
    /// `special`, `glue`, `case`, `escape`, `byte`, `affix`, `root` or `piece`.
    pub kind: &'static str,
    /// The class of an affix, the part of speech of a root.
    pub class: String,
    /// What it means.
    pub gloss: String,
}

/// One analysis of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// Thousandths of a nat.
    pub cost: i64,
    /// From left to right.
    pub morphemes: Vec<Morpheme>,
}

/// A root, an affix, or a stem that is in no lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Morpheme {
    /// As it is written in the word.
    pub surface: String,
    /// `root`, `affix` or `stem`.
    pub kind: &'static str,
    /// The citation form of a root, the name of an affix.
    pub name: String,
    /// The part of speech of a root, the class of an affix.
    pub class: String,
    /// What an affix means.
    pub gloss: String,
    /// The rules would write it otherwise.
    pub escaped: bool,
}

impl Analysis {
    fn new(lexicon: &Lexicon, cost: i64, path: &[Morph], letters: &[char]) -> Self {
        let morphemes = path.iter().map(|morph| {
            let (kind, name, class, gloss) = match morph.what {
                What::Root(root) => {
                    let entry = lexicon.root(root);
                    let pos = lexicon.pack.grammar.part_name(entry.pos).to_owned();
                    ("root", entry.citation.iter().collect(), pos, String::new())
                }
                What::Affix(affix) => {
                    let entry = lexicon.affix(affix);
                    ("affix", entry.name.clone(), entry.class.clone(), entry.gloss.clone())
                }
                What::Stem => ("stem", String::new(), String::new(), String::new()),
            };
            let surface = letters[morph.start..morph.end].iter().collect();
            Morpheme { surface, kind, name, class, gloss, escaped: morph.escaped }
        });
        Analysis { cost, morphemes: morphemes.collect() }
    }
}
