//! Finding prefixes, stems and suffixes in nothing but a list of words.
//!
//! The idea is that of two-part codes (Morfessor: Creutz and Lagus 2002): a morph is paid for once, letter by letter, when
//! it enters the lexicon, and little whenever it is used. It is written as a Bayesian model, where both parts are one
//! predictive probability: a Pitman-Yor process whose base distribution spells the morph. Morphs are prefixes, stems and
//! suffixes (as in Categories-MAP: Creutz and Lagus 2005), and what follows a suffix depends on which suffix it is, so that
//! chains of common suffixes are cut. Distinct words count once each, whatever their frequency.
//!
//! Learning is Gibbs sampling of whole words: take a word's morphs out of the counts, sum over all ways to cut it, draw one,
//! count that (Goldwater, Griffiths and Johnson 2009; Johnson and Goldwater 2009). The counts of the last sweeps of
//! several samplers are averaged, and words are cut by the best path under the average. Only sums, products and quotients are used, so the
//! result is the same on every machine.

#![allow(clippy::indexing_slicing, reason = "spans lie in their word, ids and parts are numbered here, without holes")]

use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::progress::{Progress, Stage};

/// The most frequent words are looked at; a morph that is worth having occurs among them.
pub const MAX_WORDS: usize = 200_000;
/// Letters of a word; probabilities of longer ones would not fit a floating point number.
pub const MAX_LETTERS: usize = 64;
/// Letters of a prefix or suffix.
const MAX_AFFIX: usize = 8;

/// Samplers that know nothing of each other; one alone may stay where `ed` is `e` and `d`.
const CHAINS: u64 = 4;
/// Passes of each over the words, and how many of the last ones are averaged.
const SWEEPS: u64 = 80;
const AVERAGED: u64 = 40;
/// After these sweeps suffixes that belong together are joined ([`join`]).
const JOINED: [u64; 3] = [10, 20, 30];
/// How much of a suffix's followers must be one for that.
const USUALLY: f64 = 0.5;

// Chosen on the Morpho Challenge training sets of English and Finnish; see benches/record.
/// How readily new morphs are made, by part, for a number of words.
fn concentration(words: usize) -> [f64; PARTS] {
    let affix = words as f64 / 800.0;
    [affix, words as f64 / 2.0, affix]
}
const DISCOUNT: [f64; PARTS] = [0.2, 0.5, 0.2];
/// How much of a suffix's own followers is believed: its count against this.
const FOLLOWERS: f64 = 10.0;
/// Counts before anything was seen: from prefix, stem, suffix, and edge, to the same.
const MOVES: [[f64; PARTS + 1]; PARTS + 1] =
    [[2.0, 200.0, 0.0, 0.0], [0.0, 20.0, 100.0, 100.0], [0.0, 5.0, 100.0, 100.0], [10.0, 200.0, 0.0, 0.0]];

/// What a morph is in its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Before a stem.
    Prefix,
    /// What bears the meaning; a compound has several.
    Stem,
    /// After a stem or another suffix.
    Suffix,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; PARTS] = [Part::Prefix, Part::Stem, Part::Suffix];

    /// A word for tables.
    pub fn name(self) -> &'static str {
        match self {
            Part::Prefix => "prefix",
            Part::Stem => "stem",
            Part::Suffix => "suffix",
        }
    }
}

const PARTS: usize = 3;
const STEM: usize = Part::Stem as usize;
const SUFFIX: usize = Part::Suffix as usize;
/// The beginning or the end of a word, where a part is asked for.
const EDGE: usize = PARTS;

/// A string that may be a morph, by number.
type Id = u32;
/// A string that occurs in no word.
const UNKNOWN: Id = Id::MAX;
/// What may follow a suffix instead of another one: a stem, or the end.
const A_STEM: Id = Id::MAX - 1;
const THE_END: Id = Id::MAX - 2;

/// The morphs of a list of words.
#[derive(Debug)]
pub struct Induction {
    strings: FxHashMap<Box<[char]>, Id>,
    letters: Letters,
    model: Model,
}

/// Finds the morphs of distinct words, which come with their frequencies; words of more than [`MAX_LETTERS`] are left out.
///
/// Errors: class `Training` if there is no word, class `Interrupted`.
pub fn induce(words: &[(Vec<char>, u64)], progress: &Progress) -> Result<Induction> {
    let mut chosen: Vec<&(Vec<char>, u64)> =
        words.iter().filter(|(word, _)| !word.is_empty() && word.len() <= MAX_LETTERS).collect();
    chosen.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    chosen.truncate(MAX_WORDS);
    if chosen.is_empty() {
        return Err(Error::training("there is no word to find morphs in"));
    }
    let letters = Letters::new(chosen.iter().map(|(word, _)| word.as_slice()));
    let mut strings: FxHashMap<Box<[char]>, Id> = FxHashMap::default();
    let mut base = Vec::new();
    let mut cut = Vec::with_capacity(chosen.len());
    for (word, _) in chosen {
        let ids = spans(word.len()).map(|(from, to)| {
            let string = &word[from..to];
            if let Some(&id) = strings.get(string) {
                return id;
            }
            base.push(letters.base(string));
            strings.insert(string.into(), base.len() as Id - 1);
            base.len() as Id - 1
        });
        cut.push(Word { ids: ids.collect(), length: word.len(), morphs: Vec::new() });
    }
    let model = sample(&mut cut, base.as_slice(), progress)?;
    // What the average does not use needs no name.
    strings.retain(|_, id| model.counts[*id as usize].iter().any(|&count| count > 0.0));
    Ok(Induction { strings, letters, model })
}

impl Induction {
    /// The morphs that are used, with what they are and how many words use them, on average over samples; the most
    /// frequent ones of each part first.
    pub fn morphs(&self) -> Vec<(String, Part, f64)> {
        let mut morphs = Vec::new();
        for (string, &id) in &self.strings {
            for part in Part::ALL {
                let count = self.model.counts[id as usize][part as usize];
                if count > 0.0 {
                    morphs.push((string.iter().collect::<String>(), part, count));
                }
            }
        }
        morphs.sort_by(|a, b| a.1.cmp(&b.1).then(b.2.total_cmp(&a.2)).then_with(|| a.0.cmp(&b.0)));
        morphs
    }

    /// How many stems a word has beyond the first, on average.
    pub fn compounding(&self) -> f64 {
        let moved = &self.model.moved;
        let words: f64 = moved[EDGE].iter().sum();
        (moved[STEM][STEM] + moved[SUFFIX][STEM]) / words
    }

    /// The best cut of a word: lengths in letters, and parts. Words of more than [`MAX_LETTERS`] stay whole.
    pub fn segment(&self, word: &[char]) -> Vec<(usize, Part)> {
        if word.is_empty() || word.len() > MAX_LETTERS {
            return vec![(word.len(), Part::Stem); usize::from(!word.is_empty())];
        }
        let ids: Vec<Id> =
            spans(word.len()).map(|(from, to)| self.strings.get(&word[from..to]).copied().unwrap_or(UNKNOWN)).collect();
        let moves = self.model.moves();
        let mut lattice = Lattice { length: word.len(), moves, ..Lattice::default() };
        lattice.emissions.extend(
            spans(word.len())
                .zip(&ids)
                .map(|((from, to), &id)| self.model.emission(id, self.letters.base(&word[from..to]))),
        );
        lattice.best(&self.model, &ids)
    }
}

/// The spans of a word of some length; [`span`] gives the place of one.
fn spans(length: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..=length).flat_map(|to| (0..to).map(move |from| (from, to)))
}

fn span(from: usize, to: usize) -> usize {
    to * (to - 1) / 2 + from
}

/// Spelling: the base distributions of morphs.
#[derive(Debug)]
struct Letters {
    total: f64,
    single: FxHashMap<char, f64>,
    /// Counts of a letter behind another, or at the beginning.
    pairs: FxHashMap<(Option<char>, char), f64>,
    before: FxHashMap<Option<char>, f64>,
}

impl Letters {
    fn new<'a>(words: impl Iterator<Item = &'a [char]>) -> Self {
        let mut letters = Letters {
            total: 0.0,
            single: FxHashMap::default(),
            pairs: FxHashMap::default(),
            before: FxHashMap::default(),
        };
        for word in words {
            let mut before = None;
            for &letter in word {
                letters.total += 1.0;
                *letters.single.entry(letter).or_default() += 1.0;
                *letters.pairs.entry((before, letter)).or_default() += 1.0;
                *letters.before.entry(before).or_default() += 1.0;
                before = Some(letter);
            }
        }
        letters
    }

    fn single(&self, letter: char) -> f64 {
        let count = self.single.get(&letter).copied().unwrap_or(0.0);
        (count + 1.0 / (self.single.len() as f64 + 1.0)) / (self.total + 1.0)
    }

    /// A stem is spelled by pairs of letters, because it looks like a word; an affix by single ones, since what is likely
    /// in its place is what is being learned.
    fn base(&self, string: &[char]) -> [f64; PARTS] {
        let (mut stem, mut before) = (stem_length(string.len()), None);
        for &letter in string {
            let pair = self.pairs.get(&(before, letter)).copied().unwrap_or(0.0);
            let seen = self.before.get(&before).copied().unwrap_or(0.0);
            stem *= (pair + 10.0 * self.single(letter)) / (seen + 10.0);
            before = Some(letter);
        }
        // Half as likely with each letter more.
        let affix = string.iter().fold(1.0, |affix, &letter| affix * 0.5 * self.single(letter));
        let affix = if string.len() <= MAX_AFFIX { affix } else { 0.0 };
        [affix, stem, affix]
    }
}

/// Lengths of stems: a Poisson distribution of mean 5 that begins at 3; shorter ones are rare.
fn stem_length(length: usize) -> f64 {
    const LEAST: usize = 3;
    const MEAN_BEYOND: f64 = 3.0;
    const NOTHING_BEYOND: f64 = 0.049_787_068_367_863_94; // e^-3
    if length < LEAST {
        return 1e-4;
    }
    let beyond = 1..=length - LEAST;
    beyond.fold(NOTHING_BEYOND, |probability, k| probability * MEAN_BEYOND / k as f64).max(1e-12)
}

/// A word and how it is cut at the moment.
struct Word {
    /// By [`span`].
    ids: Vec<Id>,
    length: usize,
    morphs: Vec<(usize, usize)>,
}

/// Counts of a cut of all words, or averages of them, and the probabilities that follow.
#[derive(Debug, Clone, Default)]
struct Model {
    concentration: [f64; PARTS],
    counts: Vec<[f64; PARTS]>,
    totals: [f64; PARTS],
    /// Distinct morphs.
    types: [f64; PARTS],
    /// From part to part.
    moved: [[f64; PARTS + 1]; PARTS + 1],
    /// What follows a suffix.
    followers: FxHashMap<(Id, Id), f64>,
}

impl Model {
    /// Counts a word's morphs once more (`by` 1) or less (-1).
    fn count(&mut self, word: &Word, by: f64) {
        let (mut from, mut last) = (0, (EDGE, UNKNOWN));
        for &(length, part) in &word.morphs {
            let id = word.ids[span(from, from + length)];
            let count = &mut self.counts[id as usize][part];
            let before = *count;
            *count += by;
            self.types[part] += f64::from(u8::from(*count > 0.0)) - f64::from(u8::from(before > 0.0));
            self.totals[part] += by;
            self.count_move(last, (part, id), by);
            (from, last) = (from + length, (part, id));
        }
        self.count_move(last, (EDGE, UNKNOWN), by);
    }

    fn count_move(&mut self, (from, left): (usize, Id), (to, right): (usize, Id), by: f64) {
        self.moved[from][to] += by;
        if from == SUFFIX {
            *self.followers.entry((left, follower(to, right))).or_default() += by;
        }
    }

    /// Adds another model's counts, weighted; not its types.
    fn add(&mut self, other: &Model, weight: f64) {
        for (mine, others) in self.counts.iter_mut().zip(&other.counts) {
            mine.iter_mut().zip(others).for_each(|(mine, other)| *mine += weight * other);
        }
        self.totals.iter_mut().zip(&other.totals).for_each(|(mine, other)| *mine += weight * other);
        for (mine, others) in self.moved.iter_mut().zip(&other.moved) {
            mine.iter_mut().zip(others).for_each(|(mine, other)| *mine += weight * other);
        }
        for (pair, count) in &other.followers {
            *self.followers.entry(*pair).or_default() += weight * count;
        }
    }

    /// Probabilities of parts behind parts.
    fn moves(&self) -> [[f64; PARTS + 1]; PARTS + 1] {
        std::array::from_fn(|from| {
            let row: [f64; PARTS + 1] = std::array::from_fn(|to| MOVES[from][to] + self.moved[from][to]);
            let sum: f64 = row.iter().sum();
            row.map(|count| count / sum)
        })
    }

    fn count_of(&self, id: Id, part: usize) -> f64 {
        self.counts.get(id as usize).map_or(0.0, |counts| counts[part])
    }

    /// The probability of a string as each part: a Pitman-Yor process with a table a type.
    fn emission(&self, id: Id, base: [f64; PARTS]) -> [f64; PARTS] {
        std::array::from_fn(|part| {
            let known = (self.count_of(id, part) - DISCOUNT[part]).max(0.0);
            let new = self.concentration[part] + DISCOUNT[part] * self.types[part];
            (known + new * base[part]) / (self.totals[part] + self.concentration[part])
        })
    }

    fn followed(&self, suffix: Id, by: Id) -> f64 {
        self.followers.get(&(suffix, by)).copied().unwrap_or(0.0)
    }
}

fn follower(part: usize, id: Id) -> Id {
    match part {
        STEM => A_STEM,
        EDGE => THE_END,
        SUFFIX => id,
        _ => UNKNOWN,
    }
}

/// All cuts of one word.
#[derive(Default)]
struct Lattice {
    length: usize,
    moves: [[f64; PARTS + 1]; PARTS + 1],
    /// By [`span`] and part.
    emissions: Vec<[f64; PARTS]>,
    /// Sums over all beginnings of the word that end with a span as a part.
    sums: Vec<[f64; PARTS]>,
    /// Sums of those that end at a place, where suffixes keep only what they leave to the general move.
    ending: Vec<[f64; PARTS]>,
    /// What a draw is among.
    choices: Vec<(f64, usize, usize)>,
}

impl Lattice {
    /// The probability of what comes after a morph: a part, the string in it, and its emission.
    fn step(&self, model: &Model, (part, id): (usize, Id), (next, next_id, emission): (usize, Id, f64)) -> f64 {
        let general = self.moves[part][next] * emission;
        if part != SUFFIX {
            return general;
        }
        let count = model.count_of(id, SUFFIX);
        let own = if count > 0.0 { model.followed(id, follower(next, next_id)) } else { 0.0 };
        // Which stem it is does not depend on the suffix before it.
        let own = if next == STEM { own * emission } else { own };
        (FOLLOWERS * general + own) / (count + FOLLOWERS)
    }

    fn sum(&mut self, model: &Model, ids: &[Id]) {
        self.sums.clear();
        self.sums.resize(self.emissions.len(), [0.0; PARTS]);
        self.ending.clear();
        self.ending.resize(self.length + 1, [0.0; PARTS]);
        for (from, to) in spans(self.length) {
            let at = span(from, to);
            for part in 0..PARTS {
                let emission = self.emissions[at][part];
                let before: f64 = match from {
                    0 => self.moves[EDGE][part],
                    _ => (0..PARTS).map(|last| self.ending[from][last] * self.moves[last][part]).sum(),
                };
                self.sums[at][part] = before * emission;
            }
            // The general moves are summed; what particular suffixes add is not much, and looked for.
            if from > 0 {
                self.sums[at][STEM] += self.owns(model, ids, from, A_STEM) * self.emissions[at][STEM];
                if model.count_of(ids[at], SUFFIX) > 0.0 {
                    self.sums[at][SUFFIX] += self.owns(model, ids, from, ids[at]);
                }
            }
            let count = model.count_of(ids[at], SUFFIX);
            let kept = [1.0, 1.0, FOLLOWERS / (count + FOLLOWERS)];
            for (part, kept) in kept.iter().enumerate() {
                self.ending[to][part] += self.sums[at][part] * kept;
            }
        }
    }

    /// What the suffixes that end at a place add for one follower.
    fn owns(&self, model: &Model, ids: &[Id], end: usize, follower: Id) -> f64 {
        let own = |from: usize| {
            let at = span(from, end);
            let count = model.count_of(ids[at], SUFFIX);
            if count > 0.0 && self.sums[at][SUFFIX] > 0.0 {
                self.sums[at][SUFFIX] * model.followed(ids[at], follower) / (count + FOLLOWERS)
            } else {
                0.0
            }
        };
        (1..end).map(own).sum()
    }

    /// Draws a cut by its probability; [`Lattice::sum`] came before.
    fn draw(&mut self, model: &Model, ids: &[Id], random: &mut Random, morphs: &mut Vec<(usize, usize)>) {
        morphs.clear();
        let (mut to, mut next) = (self.length, (EDGE, UNKNOWN, 1.0));
        while to > 0 {
            let mut choices = std::mem::take(&mut self.choices);
            choices.clear();
            let mut sum = 0.0;
            for from in 0..to {
                let at = span(from, to);
                for part in 0..PARTS {
                    let weight = self.sums[at][part];
                    if weight > 0.0 {
                        let weight = weight * self.step(model, (part, ids[at]), next);
                        sum += weight;
                        choices.push((weight, from, part));
                    }
                }
            }
            let mut left = random.unit() * sum;
            let drawn = choices.iter().position(|(weight, ..)| {
                left -= weight;
                left < 0.0
            });
            // A whole word is always possible as a stem, so there is a choice.
            let (_, from, part) = drawn.and_then(|at| choices.get(at)).copied().unwrap_or((0.0, 0, STEM));
            self.choices = choices;
            morphs.push((to - from, part));
            let at = span(from, to);
            next = (part, ids[at], self.emissions[at][part]);
            to = from;
        }
        morphs.reverse();
    }

    /// The most probable cut.
    fn best(&self, model: &Model, ids: &[Id]) -> Vec<(usize, Part)> {
        // Of a span as a part: the probability, and the span and part before it.
        let mut best = vec![[(0.0, 0, EDGE); PARTS]; self.emissions.len()];
        for (from, to) in spans(self.length) {
            let at = span(from, to);
            for part in 0..PARTS {
                let emission = self.emissions[at][part];
                best[at][part].0 = if from == 0 { self.moves[EDGE][part] * emission } else { 0.0 };
                for (earlier, last) in (0..from).flat_map(|earlier| (0..PARTS).map(move |last| (earlier, last))) {
                    let before = span(earlier, from);
                    let so_far = best[before][last].0;
                    if so_far > 0.0 {
                        let step = self.step(model, (last, ids[before]), (part, ids[at], emission));
                        if so_far * step > best[at][part].0 {
                            best[at][part] = (so_far * step, earlier, last);
                        }
                    }
                }
            }
        }
        let (mut to, mut chosen) = (self.length, (0.0, 0, STEM));
        for (from, part) in (0..to).flat_map(|from| (0..PARTS).map(move |part| (from, part))) {
            let at = span(from, to);
            let whole = best[at][part].0 * self.step(model, (part, ids[at]), (EDGE, UNKNOWN, 1.0));
            if whole > chosen.0 {
                chosen = (whole, from, part);
            }
        }
        let mut morphs = Vec::new();
        let (_, mut from, mut part) = chosen;
        loop {
            morphs.push((to - from, Part::ALL[part]));
            if from == 0 {
                break;
            }
            let (_, earlier, last) = best[span(from, to)][part];
            (to, from, part) = (from, earlier, last);
        }
        morphs.reverse();
        morphs
    }
}

fn sample(words: &mut [Word], base: &[[f64; PARTS]], progress: &Progress) -> Result<Model> {
    progress.begin(Stage::Induce, CHAINS * SWEEPS);
    let nothing =
        Model { concentration: concentration(words.len()), counts: vec![[0.0; PARTS]; base.len()], ..Model::default() };
    let mut average = nothing.clone();
    let mut lattice = Lattice::default();
    for chain in 0..CHAINS {
        let mut random = Random(chain);
        let mut model = nothing.clone();
        for word in &mut *words {
            word.morphs = vec![(word.length, STEM)];
            model.count(word, 1.0);
        }
        for sweep in 0..SWEEPS {
            for (at, word) in words.iter_mut().enumerate() {
                if at % 256 == 0 {
                    progress.check()?;
                }
                model.count(word, -1.0);
                lattice.length = word.length;
                lattice.moves = model.moves();
                lattice.emissions.clear();
                lattice.emissions.extend(word.ids.iter().map(|&id| model.emission(id, base[id as usize])));
                lattice.sum(&model, &word.ids);
                lattice.draw(&model, &word.ids, &mut random, &mut word.morphs);
                model.count(word, 1.0);
            }
            model.followers.retain(|_, count| *count > 0.0);
            if JOINED.contains(&sweep) {
                join(words, &mut model);
            }
            if sweep >= SWEEPS - AVERAGED {
                average.add(&model, 1.0 / (CHAINS * AVERAGED) as f64);
            }
            progress.advance(1);
        }
    }
    average.types =
        std::array::from_fn(|part| average.counts.iter().filter(|counts| counts[part] > 0.0).count() as f64);
    Ok(average)
}

/// Joins suffixes to the one that follows them more often than everything else together. Drawing word by word, `in` and `g`
/// would hardly ever become `ing`: the first words to have it would pay for a new suffix, while `g` costs nothing behind `in`.
fn join(words: &mut [Word], model: &mut Model) {
    let before = model.clone();
    for word in words {
        let mut joined: Vec<(usize, usize)> = Vec::with_capacity(word.morphs.len());
        let (mut from, mut last) = (0, UNKNOWN);
        for &(length, part) in &word.morphs {
            let id = word.ids[span(from, from + length)];
            match joined.last_mut() {
                Some((left, SUFFIX))
                    if part == SUFFIX
                        && *left + length <= MAX_AFFIX
                        && before.followed(last, id) > USUALLY * before.count_of(last, SUFFIX) =>
                {
                    *left += length;
                }
                _ => joined.push((length, part)),
            }
            (from, last) = (from + length, id);
        }
        if joined.len() < word.morphs.len() {
            model.count(word, -1.0);
            word.morphs = joined;
            model.count(word, 1.0);
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    /// Uniform in 0 to 1, without 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: impl IntoIterator<Item = String>) -> Vec<(Vec<char>, u64)> {
        list.into_iter().map(|word| (word.chars().collect(), 1)).collect()
    }

    /// Every stem with every ending.
    fn paradigms() -> Vec<(Vec<char>, u64)> {
        let stems = "walk jump paint float climb rest grunt howl mutter wander plant shout adapt blend crawl dream
            enjoy fasten gather hammer insult kick laugh march number offer polish quarrel rescue stretch thunder
            uncover visit whisper yield balloon contact doubt echo finish gallop harvest inspect jolt knock limp milk
            nail order pack question remain soften turn vault wink yawn";
        let stems = stems.split_whitespace();
        words(stems.flat_map(|stem| ["", "ing", "ed", "s"].map(|ending| format!("{stem}{ending}"))))
    }

    fn cut(induction: &Induction, word: &str) -> String {
        let letters: Vec<char> = word.chars().collect();
        let mut rest = letters.as_slice();
        let mut parts = Vec::new();
        for (length, _) in induction.segment(&letters) {
            let (part, after) = rest.split_at(length);
            parts.push(part.iter().collect::<String>());
            rest = after;
        }
        parts.join("+")
    }

    #[test]
    fn endings_are_found_and_cut_from_words_that_were_not_seen() {
        let induction = induce(&paradigms(), &Progress::default()).unwrap();
        for (word, want) in [("walking", "walk+ing"), ("muttered", "mutter+ed"), ("planting", "plant+ing")] {
            assert_eq!(cut(&induction, word), want);
        }
        assert_eq!(cut(&induction, "blorking"), "blork+ing");
        let parts = induction.segment(&"blorking".chars().collect::<Vec<_>>());
        assert_eq!(parts, [(5, Part::Stem), (3, Part::Suffix)]);
        let morphs = induction.morphs();
        assert!(morphs.iter().any(|(morph, part, count)| morph == "ing" && *part == Part::Suffix && *count > 6.0));
    }

    #[test]
    fn the_same_words_give_the_same_morphs_in_any_order() {
        let mut words = paradigms();
        let one = induce(&words, &Progress::default()).unwrap().morphs();
        words.reverse();
        assert!(one == induce(&words, &Progress::default()).unwrap().morphs());
    }

    #[test]
    fn what_cannot_be_cut() {
        assert!(induce(&[], &Progress::default()).is_err());
        let long = "a".repeat(MAX_LETTERS + 1);
        assert!(induce(&words([long.clone()]), &Progress::default()).is_err());
        let induction = induce(&words(["a".to_owned()]), &Progress::default()).unwrap();
        assert!(induction.segment(&[]).is_empty());
        assert_eq!(cut(&induction, &long), long);
        assert_eq!(cut(&induction, &"ab".repeat(32)).replace('+', ""), "ab".repeat(32));
        assert_eq!(cut(&induction, "漢字").replace('+', ""), "漢字");
        let progress = Progress::default();
        progress.stop();
        assert!(induce(&paradigms(), &progress).is_err());
    }

    /// Every way to cut a word, with its probability by the definition.
    #[allow(clippy::too_many_arguments, reason = "the state of a recursion")]
    fn all(
        lattice: &Lattice,
        model: &Model,
        ids: &[Id],
        from: usize,
        last: (usize, Id),
        so_far: f64,
        morphs: &mut Vec<(usize, usize)>,
        found: &mut Vec<(f64, Vec<(usize, usize)>)>,
    ) {
        if from == lattice.length {
            found.push((so_far * lattice.step(model, last, (EDGE, UNKNOWN, 1.0)), morphs.clone()));
            return;
        }
        for to in from + 1..=lattice.length {
            for part in 0..PARTS {
                let at = span(from, to);
                let step = lattice.step(model, last, (part, ids[at], lattice.emissions[at][part]));
                if step > 0.0 {
                    morphs.push((to - from, part));
                    all(lattice, model, ids, to, (part, ids[at]), so_far * step, morphs, found);
                    morphs.pop();
                }
            }
        }
    }

    #[test]
    fn sums_draws_and_the_best_cut_are_those_of_all_cuts() {
        let Induction { strings, letters, model } = induce(&paradigms(), &Progress::default()).unwrap();
        for word in ["walkings", "erring", "painted"] {
            let word: Vec<char> = word.chars().collect();
            let ids: Vec<Id> =
                spans(word.len()).map(|(from, to)| strings.get(&word[from..to]).copied().unwrap_or(UNKNOWN)).collect();
            let mut lattice = Lattice { length: word.len(), moves: model.moves(), ..Lattice::default() };
            let base = spans(word.len()).map(|(from, to)| letters.base(&word[from..to]));
            lattice.emissions = ids.iter().zip(base).map(|(&id, base)| model.emission(id, base)).collect();
            let mut found = Vec::new();
            all(&lattice, &model, &ids, 0, (EDGE, UNKNOWN), 1.0, &mut Vec::new(), &mut found);
            let total: f64 = found.iter().map(|(probability, _)| probability).sum();

            lattice.sum(&model, &ids);
            let ends = (0..word.len()).flat_map(|from| (0..PARTS).map(move |part| (from, part)));
            let summed: f64 = ends
                .map(|(from, part)| {
                    let at = span(from, word.len());
                    lattice.sums[at][part] * lattice.step(&model, (part, ids[at]), (EDGE, UNKNOWN, 1.0))
                })
                .sum();
            assert!((summed / total - 1.0).abs() < 1e-9, "{summed} {total}");

            let best = found.iter().max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
            let cut: Vec<(usize, usize)> =
                lattice.best(&model, &ids).into_iter().map(|(length, part)| (length, part as usize)).collect();
            assert_eq!(cut, best.1);

            let (mut random, mut morphs, mut drawn) = (Random(7), Vec::new(), 0);
            for _ in 0..2000 {
                lattice.draw(&model, &ids, &mut random, &mut morphs);
                drawn += usize::from(morphs == best.1);
            }
            let (share, want) = (drawn as f64 / 2000.0, best.0 / total);
            assert!((share - want).abs() < 0.05, "{share} {want}");
        }
    }
}
