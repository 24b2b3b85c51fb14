//! The trainer: the most frequent pair merges, until the vocabulary is full.
//!
//! Merges are those of Hugging Face's `BpeTrainer` 0.23.3 for the same settings: the highest count first, of equal
//! counts the smaller pair of ids. What that trainer does by the way is kept, because merges depend on it: a merged
//! pair keeps its count in the table (it matters when a token is made a second time by another pair of parts), and
//! `max_token_length` bounds only pairs that merging forms, not the initial ones.
//!
//! The work per merge is one walk over the words that hold the pair. What the neighbours lose and gain is summed in
//! arrays indexed by the neighbour's id, so that the hash table of pairs is touched once per distinct neighbour instead
//! of once per occurrence; and rare pairs are not tracked before their time comes ([`pairs`]).

#![allow(clippy::indexing_slicing, reason = "ids, words and pairs are numbered here, without holes")]

mod neighbours;
mod pairs;
mod table;
mod tokens;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rustc_hash::FxBuildHasher;

use self::neighbours::Neighbours;
use self::pairs::{Pairs, Plan};
use self::tokens::Tokens;
use self::words::Words;
use super::{Bpe, Options};
use crate::count::{WordCounts, WordForm};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::progress::{Progress, Stage};
use crate::text::bytes;
use crate::vocab::Vocab;

/// Words to prefetch while another one is merged.
const AHEAD: usize = 8;

/// Settings of the trainer, named as in `tokenizers`.
#[derive(Debug, Clone, PartialEq)]
pub struct BpeTrainer {
    /// Number of tokens in all.
    pub vocab_size: usize,
    /// A pair must occur so often to merge.
    pub min_frequency: u64,
    /// Tokens that take the first ids, in this order.
    pub special_tokens: Vec<String>,
    /// Keep at most so many distinct characters, the most frequent ones (of equals the smaller code point).
    pub limit_alphabet: Option<usize>,
    /// Characters to keep in any case.
    pub initial_alphabet: BTreeSet<char>,
    /// Stands before every piece that does not begin a word.
    pub continuing_subword_prefix: Option<String>,
    /// Stands after every piece that ends a word.
    pub end_of_word_suffix: Option<String>,
    /// No pair is formed whose token would have this many characters or more. (Hugging Face's rule; it is exclusive,
    /// and pairs of two single characters are exempt.)
    pub max_token_length: Option<usize>,
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
            initial_alphabet: BTreeSet::new(),
            continuing_subword_prefix: None,
            end_of_word_suffix: None,
            max_token_length: None,
            strict: true,
        }
    }
}

/// Left, right and merged ids by rank.
pub(crate) type Merges = Vec<(u32, u32, u32)>;

impl BpeTrainer {
    /// Trains a model on counted words.
    ///
    /// Errors: class `Training` for an empty corpus, a vocabulary too small or counts beyond 63 bits; class
    /// `Interrupted`.
    pub fn train(&self, words: &WordCounts, progress: &Progress) -> Result<Bpe> {
        Ok(self.train_counted(words, progress)?.0)
    }

    /// [`BpeTrainer::train`], and how often each merge applied to the words: what it saved in tokens.
    pub(crate) fn train_counted(&self, words: &WordCounts, progress: &Progress) -> Result<(Bpe, Vec<u64>)> {
        progress.begin(Stage::Merge, self.vocab_size as u64);
        if self.strict && words.is_empty() {
            return Err(Error::training("the corpus is empty: there is no word to learn from"));
        }
        let mut tokens = Tokens::default();
        for token in &self.special_tokens {
            tokens.intern(token);
        }
        let alphabet = self.alphabet(words);
        for &c in &alphabet {
            tokens.intern(c.encode_utf8(&mut [0; 4]));
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
        let words = Words::new(self, words, &alphabet, &mut tokens, progress)?;
        let (merges, counts) = self.merge(words, &mut tokens, progress)?;
        let limits = Limits { highest_id: u64::from(u32::MAX), token_bytes: u64::MAX, ..Limits::default() };
        let vocab = Vocab::new(tokens.strings().iter().zip(0..), &limits)?;
        let options = Options {
            continuing_subword_prefix: self.continuing_subword_prefix.clone(),
            end_of_word_suffix: self.end_of_word_suffix.clone(),
            ..Options::default()
        };
        Ok((Bpe::new(vocab, merges, options)?, counts))
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
        let mut kept: Vec<(char, u64)> = counts.into_iter().collect();
        if let Some(limit) = self.limit_alphabet {
            kept.sort_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
            kept.truncate(limit);
        }
        kept.into_iter().map(|(c, _)| c).collect()
    }

    fn merge(&self, mut words: Words, tokens: &mut Tokens, progress: &Progress) -> Result<(Merges, Vec<u64>)> {
        let max_length = self.max_token_length.unwrap_or(usize::MAX);
        let lowest = i64::try_from(self.min_frequency).unwrap_or(i64::MAX).max(1);
        let initial = tokens.len();
        let total = self.vocab_size.saturating_sub(initial);
        let mut pairs = Pairs::new(&mut words, lowest, progress)?;
        let max_token_length = self.max_token_length.is_some();
        if max_token_length && (self.continuing_subword_prefix.is_some() || self.end_of_word_suffix.is_some()) {
            // One string may then stand for several lengths, and a pair that was too long may form after all.
            pairs.track_all(&mut words, std::iter::empty(), &|_| false, progress)?;
        }
        let mut neighbours = Neighbours::default();
        let mut merges: Vec<(u32, u32, u32)> = Vec::with_capacity(total);
        let mut counts = Vec::with_capacity(total);
        // What the counts of merged pairs were afterwards; a token that is made again makes them matter.
        let mut kept: Vec<i64> = Vec::with_capacity(total);
        let mut joined = String::new();
        progress.advance(initial as u64);
        while tokens.len() < self.vocab_size {
            progress.check()?;
            let too_long = |(left, right): (u32, u32)| {
                // Pairs of initial symbols are exempt.
                (left as usize).max(right as usize) >= initial
                    && tokens.length(left) as usize + tokens.length(right) as usize >= max_length
            };
            let plan = Plan { lowest, done: merges.len(), total, too_long: &too_long };
            let Some(top) = pairs.pop(&mut words, plan, progress)? else { break };
            let (left, right) = top.ids();
            joined.clear();
            joined.push_str(tokens.string(left));
            let tail = tokens.string(right);
            joined
                .push_str(self.continuing_subword_prefix.as_deref().and_then(|p| tail.strip_prefix(p)).unwrap_or(tail));
            let made_before = tokens.id(&joined).is_some();
            if made_before && !pairs.tracks_all() {
                pairs.put_back(top);
                let merged = merges.iter().zip(&kept).map(|(&(left, right, _), &count)| ((left, right), count));
                pairs.track_all(&mut words, merged, &too_long, progress)?;
                continue;
            }
            let merged = tokens.intern(&joined);
            // Also for a token that was there before: a special token may spell a merge.
            tokens.set_length(merged, tokens.length(left) + tokens.length(right));
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
            let length = tokens.length(merged) as usize;
            let forms = |other: u32| tokens.length(other) as usize + length < max_length;
            pairs.apply(&mut neighbours, (left, right), merged, forms);
            merges.push((left, right, merged));
            counts.push(top.count.unsigned_abs());
            kept.push(pairs.count(left, right));
        }
        Ok((merges, counts))
    }
}

#[cfg(test)]
mod tests;
