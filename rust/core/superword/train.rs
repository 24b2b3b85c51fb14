//! Training boundless models: words first, then runs of words that are one token each (the two phases of arXiv 2604.05192).
//!
//! Runs follow from counted *chunks*: words that may be joined, side by side ([`Segmenter::joining`]). Chunks are counted in
//! the same pass as words, before anybody knows which words become one token; so a corpus is read once, as for all trainers.

use std::collections::{BTreeMap, BTreeSet};

use super::Boundless;
use crate::bpe::train::{Across, BpeTrainer, Rule, TieRule, Trained};
use crate::bpe::{Bpe, Options};
use crate::count::{Counted, WordCounts, WordForm};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::models::Model;
use crate::progress::Progress;
use crate::text::bytes::byte_to_char;
use crate::text::eligible::Eligible;
use crate::tokenizer::Tokenizer;
use crate::vocab::Vocab;

#[cfg(doc)]
use crate::text::segment::Segmenter;

/// Settings of the trainer.
#[derive(Debug, Clone)]
pub struct BoundlessTrainer {
    /// Number of tokens in all.
    pub vocab_size: usize,
    /// Tokens that take the first ids, in this order.
    pub special_tokens: Vec<String>,
    /// So many of the tokens are special ones, bytes and words. None lets the corpus decide: a merge across words goes before
    /// the next one within words if it is more frequent.
    pub transition: Option<usize>,
    /// Which words may be joined; chunks were cut by the same.
    pub eligible: Eligible,
    /// Which of equal pairs goes first.
    pub ties: TieRule,
    /// A pair must occur so often to merge.
    pub min_frequency: u64,
    /// What tokens of words may not be.
    pub rules: Vec<Rule>,
    /// What tokens of several words may not be.
    pub super_rules: Vec<Rule>,
}

/// What training made, beside the model.
#[derive(Debug)]
pub struct Made {
    /// Distinct runs.
    pub runs: u64,
    /// Special tokens, bytes and words.
    pub transition: usize,
    /// How often each merge within words applied.
    pub counts: Vec<u64>,
    /// How often each merge across words applied.
    pub super_counts: Vec<u64>,
    /// Merges within words whose token was there before.
    pub duplicates: usize,
    /// Pairs that each rule refused, by its name.
    pub refused: BTreeMap<&'static str, usize>,
    /// Whether it stopped below `vocab_size`, because no pair that may merge occurs `min_frequency` times.
    pub exhausted: bool,
}

impl BoundlessTrainer {
    /// Trains a model on counted words and chunks, as the splitter of `cutting` cuts them.
    ///
    /// Errors: those of [`BpeTrainer::train`]; class `Training` for chunks that are no text.
    pub fn train(
        &self,
        cutting: &Tokenizer,
        words: WordCounts,
        chunks: Counted,
        progress: &Progress,
    ) -> Result<(Boundless, Made)> {
        let (words, across, made) = self.merge(cutting, words, chunks, progress)?;
        let kept = made.transition;
        // Tokens of several words get the ids behind those of words that stay, in the order of their merges.
        let all = words.bpe.vocab().slots();
        let id = |id: u32| if id as usize >= all { id - (all - kept) as u32 } else { id };
        let supermerges = across.merges.iter().map(|&(left, right, made)| (id(left), id(right), id(made))).collect();
        let strings = (0..kept as u32).filter_map(|id| words.bpe.vocab().token(id));
        let strings = strings.chain(across.strings.iter().map(String::as_str)).collect();
        let model = first_merges(&words, across.admitted, strings)?;
        Ok((Boundless::new(model, supermerges, self.eligible)?, made))
    }

    /// Trains the words of a model only, as many as there would be.
    ///
    /// Errors: as [`BoundlessTrainer::train`].
    pub fn train_words(
        &self,
        cutting: &Tokenizer,
        words: WordCounts,
        chunks: Counted,
        progress: &Progress,
    ) -> Result<(Bpe, Made)> {
        let (words, across, made) = self.merge(cutting, words, chunks, progress)?;
        let strings = (0..made.transition as u32).filter_map(|id| words.bpe.vocab().token(id)).collect();
        Ok((first_merges(&words, across.admitted, strings)?, made))
    }

    /// Both phases: a model of words, of which some merges stay, and the merges across words.
    fn merge(
        &self,
        cutting: &Tokenizer,
        words: WordCounts,
        chunks: Counted,
        progress: &Progress,
    ) -> Result<(Trained, Across, Made)> {
        let trainer = BpeTrainer {
            vocab_size: self.transition.unwrap_or(self.vocab_size),
            min_frequency: self.min_frequency,
            special_tokens: self.special_tokens.clone(),
            initial_alphabet: (0..=255).map(byte_to_char).collect(),
            rules: self.rules.clone(),
            ties: self.ties,
            ..BpeTrainer::default()
        };
        let words = trainer.train(words, progress)?;
        let runs = self.runs(cutting, &words.bpe, chunks, progress)?;
        let trainer = BpeTrainer { vocab_size: self.vocab_size, rules: self.super_rules.clone(), ..trainer };
        let specials: BTreeSet<&String> = self.special_tokens.iter().collect();
        let bytes = trainer.initial_alphabet.iter().filter(|byte| !specials.contains(&byte.to_string())).count();
        let first = specials.len() + bytes;
        let across = trainer.across(&words, first, self.transition.is_none(), runs, progress)?;
        let admitted = words.bpe.merges().take(across.admitted).map(|(_, _, id)| id as usize + 1);
        let made = Made {
            runs: across.runs,
            transition: admitted.max().unwrap_or(0).max(first),
            counts: words.counts.iter().take(across.admitted).copied().collect(),
            super_counts: across.counts.clone(),
            duplicates: words.duplicates,
            refused: across.refused.clone(),
            exhausted: across.exhausted,
        };
        Ok((words, across, made))
    }

    /// The runs of words that are one token each and may be joined, as words whose letters are ids of four bytes.
    fn runs(&self, cutting: &Tokenizer, words: &Bpe, chunks: Counted, progress: &Progress) -> Result<Counted> {
        let mut tokenizer = cutting.clone();
        tokenizer.set_model(Model::Boundless(Boundless::marking(words.clone(), self.eligible)?.into()));
        let mut runs = Counted::bounded(WordForm::Bytes, chunks.memory());
        let (mut run, mut bytes) = (Vec::new(), Vec::new());
        chunks.for_each(progress, |chunk, count| {
            let text = std::str::from_utf8(chunk).map_err(|_| Error::training("a counted chunk is no text"))?;
            tokenizer.words_to_join(text, &mut run)?;
            for run in run.split(|word| word.is_none()).filter(|run| run.len() > 1) {
                bytes.clear();
                bytes.extend(run.iter().flatten().flat_map(|id: &u32| id.to_le_bytes()));
                runs.add(&bytes, count, progress)?;
            }
            Ok(())
        })?;
        Ok(runs)
    }
}

/// A model of the first merges of another one; `strings` are its tokens.
fn first_merges(words: &Trained, merges: usize, strings: Vec<&str>) -> Result<Bpe> {
    let limits = Limits { highest_id: u64::from(u32::MAX), token_bytes: u64::MAX, ..Limits::default() };
    let vocab = Vocab::new(strings.into_iter().zip(0..), &limits)?;
    Bpe::new(vocab, words.bpe.merges().take(merges).collect(), Options::default())
}
