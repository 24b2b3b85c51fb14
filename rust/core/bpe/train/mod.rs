//! The trainer: the most frequent pair merges, until the vocabulary is full.
//!
//! Merges are those of Hugging Face's `BpeTrainer` 0.23.3 for the same settings: the highest count first, of equal
//! counts the smaller pair of ids. What that trainer does by the way is kept, because merges depend on it: a merged
//! pair keeps its count in the table (it matters when a token is made a second time by another pair of parts), and
//! `max_token_length` bounds only pairs that merging forms, not the initial ones. Exact bounds are beside it ([`rules`]).
//!
//! The work per merge is one walk over the words that hold the pair. What the neighbours lose and gain is summed in
//! arrays indexed by the neighbour's id, so that the hash table of pairs is touched once per distinct neighbour instead
//! of once per occurrence; and rare pairs are not tracked before their time comes ([`pairs`]).

#![allow(clippy::indexing_slicing, reason = "ids, words and pairs are numbered here, without holes")]

mod neighbours;
mod pairs;
mod pieces;
mod rules;
mod sieve;
mod spelled;
mod table;
mod tokens;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rustc_hash::FxBuildHasher;

use self::neighbours::Neighbours;
use self::pairs::{Pairs, Plan};
use self::pieces::Pieces;
pub use self::rules::{MaxLength, Rule, Said};
use self::tokens::Tokens;
use self::words::{Spelling, Words};
use super::{Bpe, Options};
use crate::count::{Counted, WordCounts, WordForm};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::progress::{Progress, Stage};
use crate::text::bytes;
use crate::vocab::Vocab;

/// How pairs are counted, and which of those that count the same merges first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TieRule {
    /// The smaller pair of ids; `aaa` holds two pairs. Hugging Face's.
    #[default]
    Ids,
    /// The smaller pair of byte strings; `aaa` holds one pair, and nothing depends on what merged before. BoundlessBPE's.
    Bytes,
}

/// Words to prefetch while another one is merged.
const AHEAD: usize = 8;

/// Settings of the trainer, named as in `tokenizers`.
#[derive(Debug, Clone)]
pub struct BpeTrainer {
    /// Number of tokens in all.
    pub vocab_size: usize,
    /// A pair must occur so often to merge.
    pub min_frequency: u64,
    /// Tokens that take the first ids, in this order.
    pub special_tokens: Vec<String>,
    /// Keep at most so many distinct characters, the most frequent ones (of equals the smaller code point).
    pub limit_alphabet: Option<usize>,
    /// Characters that occur less often are left out.
    pub min_char_count: u64,
    /// Characters to keep in any case.
    pub initial_alphabet: BTreeSet<char>,
    /// Stands before every piece that does not begin a word.
    pub continuing_subword_prefix: Option<String>,
    /// Stands after every piece that ends a word.
    pub end_of_word_suffix: Option<String>,
    /// How long tokens may get.
    pub max_length: Option<MaxLength>,
    /// What tokens may not be, beside too long.
    pub rules: Vec<Rule>,
    /// Which of equal pairs goes first.
    pub ties: TieRule,
    /// Refuse an empty corpus and a vocabulary too small for special tokens and alphabet. Hugging Face does not.
    pub strict: bool,
}

impl Default for BpeTrainer {
    fn default() -> Self {
        BpeTrainer {
            vocab_size: 30_000,
            min_frequency: 0,
            special_tokens: Vec::new(),
            limit_alphabet: None,
            min_char_count: 0,
            initial_alphabet: BTreeSet::new(),
            continuing_subword_prefix: None,
            end_of_word_suffix: None,
            max_length: None,
            rules: Vec::new(),
            ties: TieRule::default(),
            strict: true,
        }
    }
}

/// What a tokenizer has beside its model that new tokens must not touch.
#[derive(Debug, Default)]
pub struct Taken {
    /// The first id that no token has and none behind it.
    pub next: u32,
    /// Ids that do not merge: added tokens, the unknown one, bytes that characters fall back to.
    pub breaks: HashSet<u32>,
    /// Contents and ids of added tokens. A token of the model that was spelt the same would be the same token.
    pub added: Vec<(String, u32)>,
}

/// Left, right and merged ids by rank.
pub(crate) type Merges = Vec<(u32, u32, u32)>;

/// What training made.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The model.
    pub bpe: Bpe,
    /// How often each new merge applied to the words: what it saved in tokens.
    pub counts: Vec<u64>,
    /// New merges whose token was there before.
    pub duplicates: usize,
    /// Pairs that each rule refused, by its name.
    pub refused: BTreeMap<&'static str, usize>,
    /// Words that it was trained on.
    pub words: u128,
    /// How many of them are distinct.
    pub distinct: u64,
    /// Whether it stopped below `vocab_size`, because no pair that may merge occurs `min_frequency` times.
    pub exhausted: bool,
}

impl BpeTrainer {
    /// Trains a model on counted words.
    ///
    /// Errors: class `Training` for an empty corpus, a vocabulary too small or counts beyond 63 bits; class
    /// `Interrupted`.
    pub fn train(&self, words: WordCounts, progress: &Progress) -> Result<Trained> {
        progress.begin(Stage::Merge, self.vocab_size as u64);
        self.check(words.is_empty())?;
        let form = words.form();
        let mut tokens = Tokens::default();
        for token in &self.special_tokens {
            tokens.intern(token);
        }
        let alphabet = self.alphabet(&words);
        for &c in &alphabet {
            let id = tokens.intern(c.encode_utf8(&mut [0; 4]));
            tokens.set_length(id, self.length(tokens.string(id), form));
        }
        if self.strict && tokens.len() > self.vocab_size {
            return Err(Error::training(format!(
                "a vocabulary of {} is too small: {} special tokens and an alphabet of {} need {}; raise the vocabulary size or limit the alphabet",
                self.vocab_size,
                self.special_tokens.len(),
                alphabet.len(),
                tokens.len(),
            )));
        }
        let spelling = Spelling::new(self, &words, &alphabet, &mut tokens);
        let totals = (words.len() as u64, words.iter().map(|(_, count)| u128::from(count)).sum());
        let symbols = Words::new(words, spelling, self.ties == TieRule::Ids, progress)?;
        let made = Made { size: tokens.len(), ..Made::default() };
        let options = Options {
            continuing_subword_prefix: self.continuing_subword_prefix.clone(),
            end_of_word_suffix: self.end_of_word_suffix.clone(),
            ..Options::default()
        };
        self.merge(symbols, tokens, made, form, progress)?.trained(totals, options)
    }

    /// Goes on from a model: its tokens keep their ids, new ones get those behind all others, until there are
    /// `vocab_size` ids. Its merges come first, so that what it makes of a text is only ever merged further.
    ///
    /// Of the trainer's settings, `special_tokens`, the alphabet, prefix and suffix are not asked: they are the model's.
    /// Memory does not grow with words that are on disk, only with what of them is frequent enough to merge.
    ///
    /// Errors: as [`BpeTrainer::train`], and class `Training` for a model that does not merge in the order of ranks.
    pub fn extend(&self, base: &Bpe, taken: &Taken, words: Counted, progress: &Progress) -> Result<Trained> {
        progress.begin(Stage::Merge, self.vocab_size as u64);
        let form = words.form();
        let options = base.options();
        BpeTrainer::check_base(base)?;
        let tokens = Tokens::resume(base.vocab().iter(), taken.next, |token| self.length(token, form));
        let spelling = Spelling::Model { form, bpe: base, pieces: Pieces::of(base), breaks: &taken.breaks };
        let (symbols, totals) = self.spelled(words, tokens.len(), spelling, progress)?;
        self.check(totals.0 == 0)?;
        let made = Made {
            size: tokens.len(),
            merges: base.merges().collect(),
            inherited: base.merges().len(),
            ..Made::default()
        };
        let mut trainer = BpeTrainer {
            continuing_subword_prefix: options.continuing_subword_prefix.clone().filter(|prefix| !prefix.is_empty()),
            end_of_word_suffix: options.end_of_word_suffix.clone(),
            ..self.clone()
        };
        trainer.rules.push(Rule::Taken(taken.added.iter().map(|(content, _)| content.clone()).collect()));
        let mut made = trainer.merge(symbols, tokens, made, form, progress)?;
        if made.merges.len() > made.inherited {
            // Hugging Face gives added tokens that the vocabulary lacks the ids behind it, whatever the file says.
            taken.added.iter().for_each(|(content, id)| made.tokens.place(content, *id));
        }
        made.trained(totals, options.clone())
    }

    /// Fails, with class `Training`, for a model that [`BpeTrainer::extend`] refuses.
    pub fn check_base(base: &Bpe) -> Result<()> {
        if base.options().ignore_merges {
            return Err(unfit("it takes whole words from the vocabulary whatever its merges say (ignore_merges)"));
        }
        if base.drops() {
            return Err(unfit("it skips merges at random (dropout)"));
        }
        Ok(())
    }

    /// Merges across the words that a model makes one token each: `runs` are sequences of ids, four bytes each, the lowest
    /// first. No token is made that the model has. With `compete`, merges of the model give way to more frequent ones across words, from the last one on; its
    /// first `kept` tokens stay whatever comes.
    ///
    /// Errors: as [`BpeTrainer::train`].
    pub(crate) fn across(
        &self,
        base: &Trained,
        kept: usize,
        compete: bool,
        runs: Counted,
        progress: &Progress,
    ) -> Result<Across> {
        progress.begin(Stage::Merge, self.vocab_size as u64);
        let vocab = base.bpe.vocab();
        let tokens = Tokens::resume(vocab.iter(), vocab.slots() as u32, |token| self.length(token, WordForm::Bytes));
        let waiting = if compete {
            base.bpe.merges().zip(&base.counts).map(|((_, _, id), &count)| (id, count)).collect()
        } else {
            Vec::new()
        };
        let size = if compete { kept } else { tokens.len() };
        let made = Made { size, waiting, unique: true, ..Made::default() };
        let (symbols, (distinct, _)) = self.spelled(runs, tokens.len(), Spelling::Ids, progress)?;
        let made = self.merge(symbols, tokens, made, WordForm::Bytes, progress)?;
        let admitted = if compete { made.admitted } else { base.bpe.merges().len() };
        Ok(Across { admitted, ..Across::of(made, distinct) })
    }

    /// Merges ids of any model: `runs` are sequences of ids, four bytes each, the lowest first. `written` gives each id a
    /// string, and a token that is made the strings of its parts; two that are written alike would be the same, so that the
    /// second one is not made. New ids begin at `next` and end below the size of the vocabulary.
    ///
    /// Errors: as [`BpeTrainer::train`].
    pub(crate) fn join<S: AsRef<str>>(
        &self,
        written: impl Iterator<Item = (S, u32)>,
        next: u32,
        runs: Counted,
        progress: &Progress,
    ) -> Result<Across> {
        progress.begin(Stage::Merge, self.vocab_size as u64);
        let tokens = Tokens::resume(written, next, |_| 1);
        let made = Made { size: next as usize, unique: true, ..Made::default() };
        let (symbols, (distinct, _)) = self.spelled(runs, next as usize, Spelling::Ids, progress)?;
        Ok(Across::of(self.merge(symbols, tokens, made, WordForm::Text, progress)?, distinct))
    }

    fn spelled(
        &self,
        words: Counted,
        tokens: usize,
        spelling: Spelling<'_>,
        progress: &Progress,
    ) -> Result<(Words, (u64, u128))> {
        Words::spelled(words, tokens, spelling, self.ties == TieRule::Ids, progress)
    }

    fn check(&self, empty: bool) -> Result<()> {
        if self.strict && empty {
            return Err(Error::training("the corpus is empty: there is no word to learn from"));
        }
        Ok(())
    }

    /// The length of a symbol that training begins with.
    fn length(&self, token: &str, form: WordForm) -> u32 {
        self.max_length.map_or(1, |max| max.of(token, form))
    }

    /// The characters that become tokens.
    fn alphabet(&self, words: &WordCounts) -> BTreeSet<char> {
        let mut counts: BTreeMap<char, u64> = BTreeMap::new();
        match words.form() {
            WordForm::Bytes => {
                let mut bytes_seen = [0u64; 256];
                for (word, count) in words.iter() {
                    for &byte in word {
                        bytes_seen[byte as usize] = bytes_seen[byte as usize].saturating_add(count);
                    }
                }
                let seen = (0..=255u8).filter(|&byte| bytes_seen[byte as usize] > 0);
                counts.extend(seen.map(|byte| (bytes::byte_to_char(byte), bytes_seen[byte as usize])));
            }
            WordForm::Text => {
                let mut seen: HashMap<char, u64, FxBuildHasher> = HashMap::default();
                for (word, count) in words.iter() {
                    for c in String::from_utf8_lossy(word).chars() {
                        let sum = seen.entry(c).or_default();
                        *sum = sum.saturating_add(count);
                    }
                }
                counts.extend(seen);
            }
        }
        counts.extend(self.initial_alphabet.iter().map(|&c| (c, u64::MAX)));
        let mut kept: Vec<(char, u64)> =
            counts.into_iter().filter(|&(_, count)| count >= self.min_char_count).collect();
        if let Some(limit) = self.limit_alphabet {
            kept.sort_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
            kept.truncate(limit);
        }
        kept.into_iter().map(|(c, _)| c).collect()
    }

    fn merge(
        &self,
        mut words: Words,
        mut tokens: Tokens,
        mut made: Made,
        form: WordForm,
        progress: &Progress,
    ) -> Result<Made> {
        let lowest = i64::try_from(self.min_frequency).unwrap_or(i64::MAX).max(1);
        let initial = tokens.len();
        // Tokens of merges that wait are not of the vocabulary yet.
        let waiting = made.waiting.iter().map(|&(id, _)| id).filter(|&id| id as usize >= made.size);
        let mut absent: HashSet<u32, FxBuildHasher> = waiting.collect();
        let total = self.vocab_size.saturating_sub(made.size);
        let exact = self.ties == TieRule::Bytes;
        let max_length = self.max_length;
        let is_long = |tokens: &Tokens, left: u32, right: u32| {
            max_length.is_some_and(|max| {
                let begun = (left as usize).max(right as usize) < initial;
                max.forbids(tokens.length(left), tokens.length(right), begun)
            })
        };
        let mut refused: HashSet<(u32, u32), FxBuildHasher> = HashSet::default();
        // Of merges that compete most are within words.
        let expected = if made.waiting.is_empty() { total } else { total / 4 };
        let mut pairs =
            Pairs::new(&mut words, lowest, expected, &|(left, right)| is_long(&tokens, left, right), progress)?;
        let affixed = self.continuing_subword_prefix.is_some() || self.end_of_word_suffix.is_some();
        if max_length.is_some() && affixed && !exact {
            // One string may then stand for several lengths, and a pair that was too long may form after all.
            let barred = |(left, right)| is_long(&tokens, left, right);
            pairs.track_all(&mut words, std::iter::empty(), &barred, progress)?;
        }
        let mut neighbours = Neighbours::default();
        // What the counts of merged pairs were afterwards; a token that is made again makes them matter.
        let mut kept: Vec<i64> = Vec::with_capacity(total);
        let mut joined = String::new();
        progress.advance(made.size as u64);
        'merging: while made.size < self.vocab_size {
            progress.check()?;
            let barred = |pair: (u32, u32)| is_long(&tokens, pair.0, pair.1) || refused.contains(&pair);
            let first = |one: (u32, u32), other: (u32, u32)| tokens.goes_first(one, other, form);
            let plan = Plan {
                lowest,
                done: kept.len(),
                total,
                barred: &barred,
                first: if exact { Some(&first) } else { None },
            };
            let top = pairs.pop(&mut words, plan, progress)?;
            // Across words a pair must be more frequent to go before (BoundlessBPE).
            while let Some(&(id, count)) = made.waiting.get(made.admitted)
                && top.is_none_or(|top| {
                    let (left, right) = top.ids();
                    // Their merges would have been more frequent, unless a token was made in two ways.
                    let waits = absent.contains(&left) || absent.contains(&right);
                    top.count.unsigned_abs() <= count || waits
                })
            {
                made.admitted += 1;
                let new = usize::from(absent.remove(&id));
                progress.advance(new as u64);
                made.size += new;
                if made.size == self.vocab_size {
                    break 'merging;
                }
            }
            let Some(top) = top else {
                made.exhausted = true;
                break;
            };
            let (left, right) = top.ids();
            joined.clear();
            joined.push_str(tokens.string(left));
            let tail = tokens.string(right);
            joined
                .push_str(self.continuing_subword_prefix.as_deref().and_then(|p| tail.strip_prefix(p)).unwrap_or(tail));
            let made_before = tokens.id(&joined).is_some();
            let twin = (made_before && made.unique).then_some("duplicate");
            if let Some(rule) = twin.or_else(|| self.refusal(&joined, form)) {
                if refused.insert((left, right)) {
                    *made.refused.entry(rule).or_default() += 1;
                }
                pairs.recycle(top, Vec::new());
                continue;
            }
            if made_before && words.lower(0, progress)? {
                // A token that is made in two ways has several ends: pairs across them may be frequent nevertheless.
                pairs.count_anew(&mut words, &barred, progress)?;
                continue;
            }
            if made_before && !exact && !pairs.tracks_all() {
                pairs.put_back(top);
                let merged = made.merges.iter().skip(made.inherited).zip(&kept);
                let merged = merged.map(|(&(left, right, _), &count)| ((left, right), count));
                pairs.track_all(&mut words, merged, &barred, progress)?;
                continue;
            }
            let merged = tokens.intern(&joined);
            // Also for a token that was there before: a special token may spell a merge.
            let lengths = (tokens.length(left), tokens.length(right));
            tokens.set_length(merged, max_length.map_or(1, |max| max.joined(&joined, form, lengths)));
            made.duplicates += usize::from(made_before);
            made.size += usize::from(!made_before);
            progress.advance(u64::from(!made_before));

            neighbours.reset(tokens.len());
            let positions = pairs.take_words(&top);
            for (at, &word) in positions.iter().enumerate() {
                if let Some(&later) = positions.get(at + AHEAD) {
                    words.prefetch(later);
                }
                words.merge(word, (left, right), merged, &mut neighbours);
            }
            pairs.recycle(top, positions);
            let length = tokens.length(merged);
            let forms = |other: u32| !max_length.is_some_and(|max| max.forbids(tokens.length(other), length, false));
            pairs.apply(&mut neighbours, (left, right), merged, forms);
            if made.inherited > 0 || exact {
                // Going on in two steps must be going on in one, so nothing may depend on what was merged before.
                pairs.forget(left, right);
            }
            if made_before && exact {
                let barred = |pair: (u32, u32)| is_long(&tokens, pair.0, pair.1) || refused.contains(&pair);
                pairs.count_anew(&mut words, &barred, progress)?;
            }
            words.note((left, right), merged);
            made.merges.push((left, right, merged));
            made.counts.push(top.count.unsigned_abs());
            kept.push(pairs.count(left, right));
        }
        made.tokens = tokens;
        Ok(made)
    }

    /// The name of the rule that refuses a token, if one does.
    fn refusal(&self, written: &str, form: WordForm) -> Option<&'static str> {
        if self.rules.is_empty() {
            return None;
        }
        let raw = match form {
            WordForm::Bytes => bytes::decode_alphabet(written).unwrap_or_else(|| written.into()),
            WordForm::Text => written.into(),
        };
        self.rules.iter().find_map(|rule| rule.refusal(written, &raw))
    }
}

/// Why a model is none to go on from.
pub(crate) fn unfit(reason: &str) -> Error {
    Error::training(format!("this model cannot be extended: {reason}"))
}

/// What merging across words made, in the ids of the model that it went on from.
#[derive(Debug)]
pub(crate) struct Across {
    /// Left, right and merged ids by rank.
    pub(crate) merges: Merges,
    /// The tokens that they make.
    pub(crate) strings: Vec<String>,
    /// How often each applied.
    pub(crate) counts: Vec<u64>,
    /// How many merges of the model stay.
    pub(crate) admitted: usize,
    /// Pairs that each rule refused, by its name.
    pub(crate) refused: BTreeMap<&'static str, usize>,
    /// Distinct runs.
    pub(crate) runs: u64,
    /// Whether no pair was left that may merge.
    pub(crate) exhausted: bool,
}

impl Across {
    fn of(made: Made, runs: u64) -> Self {
        Across {
            strings: made.merges.iter().map(|&(_, _, id)| made.tokens.string(id).to_owned()).collect(),
            merges: made.merges,
            counts: made.counts,
            admitted: made.admitted,
            refused: made.refused,
            runs,
            exhausted: made.exhausted,
        }
    }
}

/// What merging has made so far.
#[derive(Debug, Default)]
struct Made {
    tokens: Tokens,
    /// Tokens of the vocabulary.
    size: usize,
    /// Merges that compete: what they make, and how often.
    waiting: Vec<(u32, u64)>,
    /// How many of them had their turn.
    admitted: usize,
    /// Whether no token may be made that is there already.
    unique: bool,
    merges: Merges,
    /// How many of the merges were there before.
    inherited: usize,
    counts: Vec<u64>,
    duplicates: usize,
    refused: BTreeMap<&'static str, usize>,
    exhausted: bool,
}

impl Made {
    fn trained(self, (distinct, words): (u64, u128), options: Options) -> Result<Trained> {
        let limits = Limits { highest_id: u64::from(u32::MAX), token_bytes: u64::MAX, ..Limits::default() };
        let vocab = Vocab::new(self.tokens.iter(), &limits)?;
        Ok(Trained {
            bpe: Bpe::new(vocab, self.merges, options)?,
            counts: self.counts,
            duplicates: self.duplicates,
            refused: self.refused,
            words,
            distinct,
            exhausted: self.exhausted,
        })
    }
}

#[cfg(test)]
mod tests;
