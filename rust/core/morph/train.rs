//! Training a hybrid model: costs from counted words, and a vocabulary that spends its ids where they save most.

#![allow(clippy::indexing_slicing, reason = "places in the lists are made here")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::case::Case;
use super::costs::Costs;
use super::hybrid::{Hybrid, Mode, Parameters, Pieces, is_letter};
use super::lattice::{Lattice, MAX_WORD, What, Word, is_apostrophe};
use super::layout::{Layout, Meaning};
use super::learn::{self, Counted};
use super::lexicon::Lexicon;
use super::pack::{Pack, Segmented};
use crate::bpe::train::{BpeTrainer, Merges, Trained};
use crate::count::{WordCounts, WordForm};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::models::Token;
use crate::progress::{Progress, Stage};

/// How a model is trained.
#[derive(Debug, Clone)]
pub struct HybridTrainer {
    /// Ids in all.
    pub vocab_size: usize,
    /// Whether forms share ids.
    pub mode: Mode,
    /// Merged ids; none lets the corpus decide.
    pub merges: Option<usize>,
    /// Characters that become pieces, the most frequent first.
    pub limit_alphabet: usize,
    /// What is rarer gets no id of its own.
    pub min_frequency: u64,
    /// How many digits of a number, counted from the right, share an id: 1 or 3.
    pub digits: usize,
    /// Threads.
    pub threads: usize,
}

impl Default for HybridTrainer {
    fn default() -> Self {
        HybridTrainer {
            vocab_size: 32_768,
            mode: Mode::Shared,
            merges: None,
            limit_alphabet: 1_000,
            min_frequency: 2,
            digits: 1,
            threads: 1,
        }
    }
}

/// What the vocabulary was spent on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Ids by kind.
    pub controls: usize,
    /// Fallback bytes.
    pub bytes: usize,
    /// Affixes.
    pub affixes: usize,
    /// Roots, or stems in surface mode.
    pub roots: usize,
    /// Pieces.
    pub pieces: usize,
    /// Merges.
    pub merges: usize,
    /// Share of running words that are analysed with a root of the lexicon.
    pub coverage: f64,
}

/// Whitespace, digits and punctuation that are always pieces.
const ALWAYS: [&str; 35] = [
    " ",
    "  ",
    "    ",
    "        ",
    "                ",
    "\n",
    "\n\n",
    "\t",
    "\r",
    "\r\n",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    " 0",
    " 1",
    " 2",
    " 3",
    " 4",
    " 5",
    " 6",
    " 7",
    " 8",
    " 9",
    "'",
    "’",
    ".",
    ",",
    "-",
];

/// The words of a corpus, taken apart.
#[derive(Default)]
struct Corpus {
    /// Letters of words, folded, with how often they stand behind a space and how often not.
    words: Vec<(Counted, u64)>,
    /// The same words as they stand in the text.
    chunks: Vec<(String, u64)>,
    /// All else, to be spelt.
    others: Vec<(String, u64)>,
}

impl HybridTrainer {
    /// Trains a model on counted chunks.
    ///
    /// Errors: class `Training` for an empty corpus or a vocabulary too small for the pack, `Argument` for other `digits`;
    /// class `Interrupted`.
    pub fn train(&self, pack: Pack, chunks: &WordCounts, progress: &Progress) -> Result<(Hybrid, Report)> {
        if ![1, 3].contains(&self.digits) {
            return Err(Error::argument(format!("digits is 1 or 3, not {}", self.digits)));
        }
        if chunks.is_empty() {
            return Err(Error::training("the corpus is empty: there is no word to learn from"));
        }
        progress.begin(Stage::Merge, self.vocab_size as u64);
        let lexicon = Lexicon::new(pack.clone())?;
        let corpus = Corpus::new(&lexicon, chunks);
        let words = corpus.words_to_learn_from(&pack.segmented);
        let (costs, _) = learn::learn(&lexicon, &words, self.threads.max(1), progress)?;
        let uses = Uses::new(&lexicon, &costs, &corpus, self.mode, progress)?;

        // First with an id for every root that occurs; then with those that are worth it beside pieces and merges.
        let everything = self.fill(&pack, &costs, &uses, &corpus, self.min_frequency, progress)?;
        let room = self.vocab_size.checked_sub(everything.fixed).filter(|&room| room > 0);
        let room = room.ok_or_else(|| {
            let needed = everything.fixed + 1;
            Error::training(format!(
                "a vocabulary of {} is too small: controls, bytes, affixes and characters need {needed}",
                self.vocab_size
            ))
        })?;
        let wanted = self.merges.unwrap_or(usize::MAX).min(room);
        let free = if self.merges.is_some() { room - wanted } else { room };
        let kept = |threshold: u64| {
            let merges = if self.merges.is_some() { 0 } else { at_least(&everything.merge_counts, threshold) };
            at_least(&uses.counts(), threshold) + at_least(&everything.piece_counts, threshold) + merges
        };
        let mut threshold = self.min_frequency.max(1);
        while kept(threshold) > free {
            threshold += (threshold / 20).max(1);
        }
        let chosen = self.fill(&pack, &costs, &uses, &corpus, threshold, progress)?;
        chosen.model(self, pack, costs, &uses, &corpus, progress)
    }

    /// Pieces and merges where roots that occur `threshold` times have ids.
    fn fill(
        &self,
        pack: &Pack,
        costs: &Costs,
        uses: &Uses,
        corpus: &Corpus,
        threshold: u64,
        progress: &Progress,
    ) -> Result<Filled> {
        let mut spelt = WordCounts::new(WordForm::Text);
        for (text, count) in &corpus.others {
            spelt.add(text.as_bytes(), *count)?;
        }
        for (stem, count) in uses.spelt(threshold) {
            spelt.add(stem.as_bytes(), count)?;
        }
        let trainer = BpeTrainer {
            vocab_size: self.vocab_size,
            min_frequency: self.min_frequency,
            limit_alphabet: Some(self.limit_alphabet),
            initial_alphabet: ALWAYS
                .iter()
                .filter(|piece| piece.chars().count() == 1)
                .flat_map(|p| p.chars())
                .collect(),
            strict: false,
            ..BpeTrainer::default()
        };
        let Trained { bpe, counts: piece_counts, .. } = trainer.train(spelt, progress)?;
        let strings: Vec<String> =
            (0..bpe.vocab().slots() as u32).map(|id| bpe.vocab().token(id).unwrap_or_default().to_owned()).collect();
        let merges: Vec<(u32, u32, u32)> = bpe.merges().collect();
        let alphabet = merges.iter().map(|&(_, _, made)| made as usize).min().unwrap_or(strings.len());
        // Also those that were learned: how many pieces are kept is not known yet.
        let single: HashSet<&String> = strings.iter().take(alphabet).collect();
        let extra = self.always().filter(|piece| !single.contains(piece)).count();
        let own: Vec<bool> = uses.owns(threshold);
        let (stems, affixes) = uses.surfaces(threshold);
        let mut filled = Filled {
            pieces: Pieces { strings, merges },
            alphabet,
            own,
            stems,
            affixes,
            piece_counts,
            merge_counts: Vec::new(),
            fixed: 0,
        };
        let hybrid = filled.hybrid(self, pack.clone(), costs.clone(), filled.pieces.strings.len(), Vec::new())?;
        let layout = &hybrid.layout;
        filled.fixed = layout.affixes.end as usize + alphabet + extra;
        if self.merges != Some(0) {
            filled.merge_counts = self.merged(&hybrid, corpus, self.vocab_size, progress)?.1;
        }
        Ok(filled)
    }
}

impl HybridTrainer {
    /// What is always a piece: beside [`ALWAYS`], the longer groups of digits.
    fn always(&self) -> impl Iterator<Item = String> {
        let groups = (2..=self.digits).flat_map(|len| (0..10usize.pow(len as u32)).map(move |n| format!("{n:0len$}")));
        let groups = groups.flat_map(|group| [format!(" {group}"), group]);
        ALWAYS.iter().map(|&piece| piece.to_owned()).chain(groups)
    }

    /// Up to `most` merges of the ids that a model without merges gives to words, and what each saves.
    fn merged(&self, hybrid: &Hybrid, corpus: &Corpus, most: usize, progress: &Progress) -> Result<(Merges, Vec<u64>)> {
        let words = sequences(hybrid, corpus, progress)?;
        let mut alphabet = BTreeSet::new();
        words.iter().for_each(|(word, _)| alphabet.extend(String::from_utf8_lossy(word).chars()));
        let vocab_size = alphabet.len() + most;
        let trainer =
            BpeTrainer { vocab_size, min_frequency: self.min_frequency, strict: false, ..BpeTrainer::default() };
        let Trained { bpe, counts, .. } = trainer.train(words, progress)?;
        // Single characters stand for ids, in their order; what is made gets the ids behind all others.
        let letters: Vec<char> = alphabet.into_iter().collect();
        let id = |token: u32| match letters.get(token as usize) {
            Some(&letter) => id_of(letter),
            None => hybrid.layout.merges.start + token - letters.len() as u32,
        };
        Ok((bpe.merges().map(|(left, right, made)| (id(left), id(right), id(made))).collect(), counts))
    }
}

/// How many of the first counts are at least so high.
fn at_least(counts: &[u64], threshold: u64) -> usize {
    counts.iter().position(|&count| count < threshold).unwrap_or(counts.len())
}

/// A vocabulary in the making.
struct Filled {
    pieces: Pieces,
    /// How many pieces are single characters.
    alphabet: usize,
    own: Vec<bool>,
    stems: Vec<String>,
    affixes: Vec<String>,
    piece_counts: Vec<u64>,
    merge_counts: Vec<u64>,
    /// Ids that every vocabulary has.
    fixed: usize,
}

impl Filled {
    /// A model with the first so many pieces.
    fn hybrid(
        &self,
        trainer: &HybridTrainer,
        pack: Pack,
        costs: Costs,
        pieces: usize,
        merges: Vec<(u32, u32, u32)>,
    ) -> Result<Hybrid> {
        let mut strings: Vec<String> = self.pieces.strings.iter().take(pieces).cloned().collect();
        let kept = |&(left, right, made): &(u32, u32, u32)| {
            [left, right, made].iter().all(|&id| (id as usize) < strings.len())
        };
        let piece_merges = self.pieces.merges.iter().copied().filter(kept).collect();
        let learned: HashSet<String> = strings.iter().cloned().collect();
        strings.extend(trainer.always().filter(|piece| !learned.contains(piece)));
        let parameters = Parameters {
            mode: trainer.mode,
            pack,
            costs,
            stems: self.stems.clone(),
            affixes: self.affixes.clone(),
            pieces: Pieces { strings, merges: piece_merges },
            own: self.own.clone(),
            merges,
            later: Vec::new(),
            digits: trainer.digits,
        };
        Hybrid::new(parameters, &Limits::default())
    }

    /// Gives ids that nothing in the corpus is worth to roots that other texts may have: first to the rare ones, then to
    /// those that the corpus lacks.
    fn own_more(&mut self, mut spare: usize, pack: &Pack, costs: &Costs, uses: &Uses) -> Result<()> {
        let mut roots: Vec<usize> = (0..pack.roots.len()).collect();
        roots.sort_by_key(|&root| (std::cmp::Reverse(uses.roots[root]), costs.roots[root]));
        if !self.own.is_empty() {
            roots.retain(|&root| !self.own[root]);
            roots.into_iter().take(spare).for_each(|root| self.own[root] = true);
            return Ok(());
        }
        let lexicon = Lexicon::new(pack.clone())?;
        let mut stems: BTreeSet<String> = self.stems.drain(..).collect();
        for form in roots.iter().flat_map(|&root| lexicon.root_forms(root as u32)) {
            if spare == 0 {
                break;
            }
            spare -= usize::from(stems.insert(form.iter().collect()));
        }
        self.stems = stems.into_iter().collect();
        Ok(())
    }

    /// The model that spends what is left on pieces and merges.
    fn model(
        mut self,
        trainer: &HybridTrainer,
        pack: Pack,
        costs: Costs,
        uses: &Uses,
        corpus: &Corpus,
        progress: &Progress,
    ) -> Result<(Hybrid, Report)> {
        let roots =
            if trainer.mode == Mode::Shared { self.own.iter().filter(|own| **own).count() } else { self.stems.len() };
        let free = trainer.vocab_size.saturating_sub(self.fixed + roots);
        let (pieces, merges) = match trainer.merges {
            Some(merges) => (self.piece_counts.len().min(free.saturating_sub(merges)), merges.min(free)),
            None => {
                let mut threshold = 1;
                let both =
                    |threshold| (at_least(&self.piece_counts, threshold), at_least(&self.merge_counts, threshold));
                while {
                    let (pieces, merges) = both(threshold);
                    pieces + merges > free
                } {
                    threshold += (threshold / 50).max(1);
                }
                let (pieces, merges) = both(threshold);
                (pieces, (free - pieces).min(self.merge_counts.len()).max(merges))
            }
        };
        let always: HashSet<String> = trainer.always().collect();
        let learned = self.pieces.strings.iter().skip(self.alphabet).take(pieces);
        let twice = learned.filter(|piece| always.contains(*piece)).count();
        self.own_more((free + twice).saturating_sub(pieces + merges), &pack, &costs, uses)?;
        let mut hybrid = self.hybrid(trainer, pack.clone(), costs.clone(), self.alphabet + pieces, Vec::new())?;
        if merges > 0 {
            // They were counted with all pieces; they are made with those that are kept.
            let merges = trainer.merged(&hybrid, corpus, merges, progress)?.0;
            hybrid = self.hybrid(trainer, pack, costs, self.alphabet + pieces, merges)?;
        }
        let layout = &hybrid.layout;
        let report = Report {
            controls: layout.bytes.start as usize,
            bytes: layout.bytes.len(),
            affixes: layout.affixes.len(),
            roots: layout.roots.len(),
            pieces: layout.pieces.len(),
            merges: layout.merges.len(),
            coverage: uses.coverage,
        };
        Ok((hybrid, report))
    }
}

/// The ids of all words, as characters, cut where nothing may merge.
fn sequences(hybrid: &Hybrid, corpus: &Corpus, progress: &Progress) -> Result<WordCounts> {
    let mut counts = WordCounts::new(WordForm::Text);
    let mut tokens: Vec<Token> = Vec::new();
    let mut text = String::new();
    let merges = |id: u32| {
        let meaning = hybrid.layout.meaning(id);
        id == Layout::TITLE || matches!(meaning, Some(Meaning::Affix(_) | Meaning::Root(_) | Meaning::Piece(_)))
    };
    for (chunk, count) in &corpus.chunks {
        progress.check()?;
        tokens.clear();
        hybrid.tokenize(chunk, &mut tokens)?;
        // A capital letter may merge with what is capitalized, not with what is in front of it.
        let runs = tokens.chunk_by(|left, right| merges(left.id) && merges(right.id) && right.id != Layout::TITLE);
        for run in runs.filter(|run| run.len() > 1) {
            text.clear();
            text.extend(run.iter().map(|token| char_of(token.id)));
            counts.add(text.as_bytes(), *count)?;
        }
    }
    Ok(counts)
}

/// Ids as characters, which leaves out the surrogates.
pub(super) fn char_of(id: u32) -> char {
    char::from_u32(if id < 0xD800 { id } else { id + 0x800 }).unwrap_or(char::REPLACEMENT_CHARACTER)
}

pub(super) fn id_of(c: char) -> u32 {
    let c = u32::from(c);
    if c < 0xD800 { c } else { c - 0x800 }
}

impl Corpus {
    fn new(lexicon: &Lexicon, chunks: &WordCounts) -> Self {
        let mut words: BTreeMap<Vec<char>, (u64, u64)> = BTreeMap::new();
        let mut of_words: BTreeMap<String, u64> = BTreeMap::new();
        let mut others: BTreeMap<String, u64> = BTreeMap::new();
        for (chunk, count) in chunks.iter() {
            let Ok(text) = std::str::from_utf8(chunk) else { continue };
            let core = text.strip_prefix(' ').filter(|core| !core.is_empty());
            let (space, core) = (core.is_some(), core.unwrap_or(text));
            let folded = if core.starts_with(is_letter) { folded(lexicon, core) } else { None };
            match folded {
                Some(letters) if letters.len() <= MAX_WORD => {
                    let (all, spaced) = words.entry(letters).or_default();
                    *all = all.saturating_add(count);
                    *spaced = spaced.saturating_add(if space { count } else { 0 });
                    of_words.insert(text.to_owned(), count);
                }
                // Numbers have pieces of their own, and what follows an apostrophe behind them is analysed.
                _ if core.starts_with(|c: char| c.is_ascii_digit()) => {}
                _ => {
                    let sum = others.entry(text.to_owned()).or_default();
                    *sum = sum.saturating_add(count);
                }
            }
        }
        let words =
            words.into_iter().map(|(letters, (count, spaced))| (Counted { letters, count, cuts: None }, spaced));
        Corpus { words: words.collect(), chunks: of_words.into_iter().collect(), others: others.into_iter().collect() }
    }
}

impl Corpus {
    /// Its words and those that somebody has cut, in order.
    fn words_to_learn_from(&self, segmented: &[Segmented]) -> Vec<Counted> {
        let words = self.words.iter().map(|(word, _)| (word.letters.as_slice(), word.clone()));
        let mut words: BTreeMap<&[char], Counted> = words.collect();
        for Segmented { letters, cuts, count } in segmented {
            let new = || Counted { letters: letters.clone(), count: *count, cuts: None };
            words.entry(letters).or_insert_with(new).cuts = Some(cuts.clone());
        }
        words.into_values().collect()
    }
}

/// A word in lower case; none if its case cannot be undone.
fn folded(lexicon: &Lexicon, word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = word.chars().collect();
    let mut folded = Vec::with_capacity(letters.len());
    for (number, part) in letters.split(|&c| is_apostrophe(c)).enumerate() {
        if number > 0 {
            folded.push(letters[folded.len()]);
        }
        if lexicon.pack.case.fold(part, &mut folded) == Case::Mixed {
            return None;
        }
    }
    Some(folded)
}

/// What the best analyses of all words use.
struct Uses {
    mode: Mode,
    /// How often each root is used.
    roots: Vec<u64>,
    /// The forms of roots, how often each is used, and how often of that behind a space.
    forms: BTreeMap<(u32, String), (u64, u64)>,
    /// Stems that are in no lexicon, with the space in front of them.
    stems: BTreeMap<String, u64>,
    affixes: BTreeMap<String, u64>,
    coverage: f64,
}

impl Uses {
    fn new(lexicon: &Lexicon, costs: &Costs, corpus: &Corpus, mode: Mode, progress: &Progress) -> Result<Self> {
        let mut uses = Uses {
            mode,
            roots: vec![0; lexicon.pack.roots.len()],
            forms: BTreeMap::new(),
            stems: BTreeMap::new(),
            affixes: BTreeMap::new(),
            coverage: 0.0,
        };
        let (mut lattice, mut path) = (Lattice::default(), Vec::new());
        let (mut covered, mut all) = (0u64, 0u64);
        for (word, spaced) in &corpus.words {
            progress.check()?;
            all += word.count;
            let folded = Word { letters: &word.letters, ..Word::default() };
            if lattice.analyse(lexicon, costs, folded, &mut path).is_none() {
                continue;
            }
            for (at, morph) in path.iter().enumerate() {
                let form: String = word.letters[morph.start..morph.end].iter().collect();
                let spaced = if at == 0 { *spaced } else { 0 };
                match morph.what {
                    What::Root(root) => {
                        uses.roots[root as usize] += word.count;
                        covered += if at == 0 { word.count } else { 0 };
                        let (count, behind) = uses.forms.entry((root, form)).or_default();
                        *count += word.count;
                        *behind += spaced;
                    }
                    What::Stem => {
                        *uses.stems.entry(format!(" {form}")).or_default() += spaced;
                        *uses.stems.entry(form).or_default() += word.count - spaced;
                    }
                    What::Affix(_) => *uses.affixes.entry(form).or_default() += word.count,
                }
            }
        }
        if mode == Mode::Surface {
            // Every form has an id, so that a word never fails for a rare one.
            for affix in 0..lexicon.pack.affixes.len() as u32 {
                for form in lexicon.affix_forms(affix) {
                    uses.affixes.entry(form.iter().collect()).or_default();
                }
            }
        }
        uses.coverage = covered as f64 / all.max(1) as f64;
        Ok(uses)
    }

    /// Stems as strings, for surface mode.
    fn by_form(&self) -> BTreeMap<&str, u64> {
        let mut forms: BTreeMap<&str, u64> = BTreeMap::new();
        for ((_, form), (count, _)) in &self.forms {
            *forms.entry(form).or_default() += count;
        }
        forms
    }

    /// How often roots (or stems) are used, the most frequent first.
    fn counts(&self) -> Vec<u64> {
        let mut counts: Vec<u64> = match self.mode {
            Mode::Shared => self.roots.clone(),
            Mode::Surface => self.by_form().into_values().collect(),
        };
        counts.sort_unstable_by(|a, b| b.cmp(a));
        counts
    }

    /// Which roots get an id.
    fn owns(&self, threshold: u64) -> Vec<bool> {
        match self.mode {
            Mode::Shared => self.roots.iter().map(|&count| count >= threshold).collect(),
            Mode::Surface => Vec::new(),
        }
    }

    /// The strings that get an id in surface mode: stems and affixes.
    fn surfaces(&self, threshold: u64) -> (Vec<String>, Vec<String>) {
        match self.mode {
            Mode::Shared => Default::default(),
            Mode::Surface => {
                let stems = self.by_form().into_iter().filter(|(_, count)| *count >= threshold);
                (stems.map(|(form, _)| form.to_owned()).collect(), self.affixes.keys().cloned().collect())
            }
        }
    }

    /// Stems that are written in pieces.
    fn spelt(&self, threshold: u64) -> Vec<(String, u64)> {
        let mut spelt: Vec<(String, u64)> = self.stems.iter().map(|(stem, &count)| (stem.clone(), count)).collect();
        let forms = self.by_form();
        for ((root, form), &(count, spaced)) in &self.forms {
            let owned = match self.mode {
                Mode::Shared => self.roots[*root as usize] >= threshold,
                Mode::Surface => forms.get(form.as_str()).is_some_and(|&count| count >= threshold),
            };
            if !owned {
                spelt.push((format!(" {form}"), spaced));
                spelt.push((form.clone(), count - spaced));
            }
        }
        spelt.retain(|(_, count)| *count > 0);
        spelt
    }
}
