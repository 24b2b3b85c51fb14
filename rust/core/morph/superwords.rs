//! Superwords of a hybrid model: which ids may be joined, what they say, and training.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::hybrid::{Hybrid, Later, is_number};
use super::layout::Meaning;
use super::speech::Speech;
use super::train::{char_of, id_of};
use crate::bpe::train::{BpeTrainer, Rule, Said, unfit};
use crate::count::{Counted, WordForm};
use crate::error::{Error, Result};
use crate::models::Model;
use crate::progress::Progress;
use crate::superword::Layer;
use crate::text::eligible::Eligible;
use crate::tokenizer::Tokenizer;

/// How superwords are added to a hybrid tokenizer.
#[derive(Debug, Clone)]
pub struct SuperwordTrainer {
    /// Ids to add.
    pub add: usize,
    /// A pair must occur so often to merge.
    pub min_frequency: u64,
    /// What new tokens may not be, in the text that they stand for.
    pub rules: Vec<Rule>,
    /// What chunks consist of; they were cut by the same.
    pub eligible: Eligible,
}

/// What training made, beside the model.
#[derive(Debug)]
pub struct Joined {
    /// The first new id.
    pub first: u32,
    /// Chunks, and distinct ones.
    pub chunks: u64,
    /// See there.
    pub distinct_chunks: usize,
    /// Distinct runs of ids that may be joined.
    pub runs: usize,
    /// How often each merge applied.
    pub counts: Vec<u64>,
    /// Pairs that each rule refused, by its name.
    pub refused: BTreeMap<&'static str, usize>,
    /// Whether no pair was left that may merge.
    pub exhausted: bool,
}

impl SuperwordTrainer {
    /// Goes on from a hybrid tokenizer: its ids stay, new ones are behind all of them. Chunks are counted as its splitter
    /// cuts them, those that are [eligible](SuperwordTrainer::eligible) with their neighbours. Returns the model with the new ids.
    ///
    /// Errors: class `Training` for another model, and for chunks that are no text; those of [`BpeTrainer::train`].
    pub fn train(&self, base: &Tokenizer, chunks: Counted, progress: &Progress) -> Result<(Hybrid, Joined)> {
        let Model::Hybrid(hybrid) = &base.parts().model else {
            return Err(unfit("its merges are not of morphemes"));
        };
        let slots = hybrid.vocab().slots() as u32;
        let next = base.parts().added.iter().map(|(id, _)| id + 1).max().unwrap_or(0).max(slots);
        let content = |id| base.parts().added.token(id).map(|token| Later::Taken(token.content.clone()));
        let taken: Option<Vec<Later>> = (slots..next).map(content).collect();
        let taken = taken.ok_or_else(|| unfit("its added tokens leave ids out"))?;

        let (runs, chunks, distinct_chunks) = self.runs(base, hybrid, chunks, progress)?;
        let contents: HashSet<String> = base.parts().added.iter().map(|(_, token)| token.content.clone()).collect();
        let saying = Arc::clone(hybrid);
        let said = move |written: &str| {
            let ids = || written.chars().map(id_of);
            let names: Vec<&str> = ids().filter_map(|id| saying.vocab().token(id)).collect();
            saying.said(&mut ids()).filter(|_| !contents.contains(&names.join("|")))
        };
        let trainer = BpeTrainer {
            vocab_size: next as usize + self.add,
            min_frequency: self.min_frequency,
            rules: vec![Rule::Said(Said(Arc::new(said)), self.rules.clone())],
            ..BpeTrainer::default()
        };
        let written = (0..slots).filter(|&id| hybrid.vocab().token(id).is_some()).map(|id| (hybrid.written(id), id));
        let across = trainer.join(written, next, runs, progress)?;
        let pairs = across.merges.iter().map(|&(left, right, _)| Later::Pair(left, right));
        let hybrid = hybrid.with_later(taken.into_iter().chain(pairs), base.limits())?;
        Ok((
            hybrid,
            Joined {
                first: next,
                chunks,
                distinct_chunks,
                runs: across.runs as usize,
                counts: across.counts,
                refused: across.refused,
                exhausted: across.exhausted,
            },
        ))
    }

    /// The ids that may be joined, side by side, as words whose letters are ids of four bytes; how many chunks there are,
    /// and how many of them are distinct.
    fn runs(
        &self,
        base: &Tokenizer,
        hybrid: &Hybrid,
        chunks: Counted,
        progress: &Progress,
    ) -> Result<(Counted, u64, usize)> {
        let (mut all, mut distinct) = (0u64, 0);
        let mut runs = Counted::bounded(WordForm::Bytes, chunks.memory());
        let segmenter = base.segmenter_for(true);
        let (mut ids, mut bytes) = (Vec::new(), Vec::new());
        chunks.for_each(progress, |chunk, count| {
            let text = std::str::from_utf8(chunk).map_err(|_| Error::training("a counted chunk is no text"))?;
            // A chunk is one word, or all of its words are eligible.
            let word = segmenter.first(text).and_then(|end| text.get(..end));
            if !word.is_some_and(|word| self.eligible.takes(word, base.unicode())) {
                return Ok(());
            }
            (all, distinct) = (all.saturating_add(count), distinct + 1);
            ids.clear();
            base.append_within(text, &mut ids)?;
            for run in ids.split(|&id| !hybrid.may_join(id)).filter(|run| run.len() > 1) {
                bytes.clear();
                bytes.extend(run.iter().flat_map(|id: &u32| id.to_le_bytes()));
                runs.add(&bytes, count, progress)?;
            }
            Ok(())
        })?;
        Ok((runs, all, distinct))
    }
}

impl Hybrid {
    /// How many superwords there are.
    pub fn superwords(&self) -> usize {
        self.layer().map_or(0, |layer| layer.merges().len())
    }

    /// Whether an id may become part of a superword: not a byte, nor what holds a digit.
    fn may_join(&self, id: u32) -> bool {
        match self.layout.meaning(id) {
            None | Some(Meaning::Special | Meaning::Byte(_)) => false,
            Some(Meaning::Piece(piece)) => {
                self.pieces.strings.get(piece as usize).is_some_and(|piece| !piece.contains(is_number))
            }
            _ => true,
        }
    }

    /// Whether two words, the second of which follows the first, are not joined.
    pub(crate) fn stay_apart(&self, layer: &Layer, before: &str, behind: &str) -> bool {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let known = self.tokenize(before, &mut left).is_ok() && self.tokenize(behind, &mut right).is_ok();
        matches!((left.last(), right.first()), (Some(left), Some(right)) if known && !layer.links(left.id, right.id))
    }

    /// The ids that an id is made of, each as a character.
    fn written(&self, id: u32) -> String {
        let mut written = String::new();
        self.for_each_part(id, &mut |id| written.push(char_of(id)));
        written
    }

    fn for_each_part(&self, id: u32, found: &mut dyn FnMut(u32)) {
        match self.layout.meaning(id) {
            Some(Meaning::Merge(at)) => {
                let (left, right) = self.children.get(at as usize).copied().unwrap_or_default();
                self.for_each_part(left, found);
                self.for_each_part(right, found);
            }
            _ => found(id),
        }
    }

    /// The text that ids stand for by themselves; none if they announce something for what follows.
    fn said(&self, ids: &mut dyn Iterator<Item = u32>) -> Option<Vec<u8>> {
        let (mut speech, mut said) = (Speech::new(false), Vec::new());
        ids.for_each(|id| speech.hear(self, id, &mut said));
        let at_rest = speech.is_at_rest();
        speech.end(self, &mut said);
        at_rest.then_some(said)
    }
}

#[cfg(test)]
mod tests;
