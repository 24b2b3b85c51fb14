//! BoundlessBPE: tokens of several words, none of which cuts a word (Schmidt et al., arXiv 2504.00178).
//!
//! Words are merged by themselves. Neighbours that became one token each are then merged on, by a list of their own
//! (supermerges). A flat list of merges cannot say "only if the whole word is one token", so that no `tokenizer.json` says
//! what such a model does.

pub(crate) mod file;
mod join;
pub(crate) mod layer;
pub mod train;

use std::sync::Arc;

use self::join::marked;
pub(crate) use self::join::unmark;
pub(crate) use self::layer::{Joining, Layer};
use self::layer::{MARK, MAX_IDS};
use crate::bpe::{Bpe, Merge};
use crate::error::{Error, Result};
use crate::text::Unicode;
use crate::text::bytes::{byte_to_char, decode_alphabet};
use crate::text::eligible::Eligible;
use crate::vocab::Vocab;

/// Where errors are found.
const FORMAT: &str = "boundless";

/// A model of words and of what joins them.
#[derive(Debug)]
pub struct Boundless {
    /// All tokens, and the merges within words.
    words: Bpe,
    /// The merges across words, whole words marked.
    layer: Layer,
    eligible: Eligible,
}

impl Boundless {
    /// From the model of the words, whose vocabulary holds all tokens, and the merges across words: `(left, right, merged)`
    /// ids by rank.
    ///
    /// Errors: class `Format` at `supermerges[k]` for a part that is neither a word that may be joined nor made by an earlier
    /// one, and for a token that something else makes, too; at `vocab` if a byte has no token; class `Limit` for 2^20 ids or
    /// more.
    pub fn new(words: Bpe, supermerges: Vec<(u32, u32, u32)>, eligible: Eligible) -> Result<Self> {
        let vocab = words.vocab();
        if vocab.slots() > MAX_IDS {
            return Err(Error::limit("highest_id", vocab.slots() as u64 - 1, MAX_IDS as u64 - 1));
        }
        if words.plain().is_none() {
            return Err(Error::format(
                FORMAT,
                "vocab",
                "a byte has no token, or a merge makes what its parts do not spell",
            ));
        }
        let set =
            |flags: &mut Vec<bool>, id: u32| flags.iter_mut().skip(id as usize).take(1).for_each(|flag| *flag = true);
        let is = |flags: &Vec<bool>, id: u32| flags.get(id as usize).is_some_and(|&flag| flag);
        let (mut of_words, mut made) = (vec![false; vocab.slots()], vec![false; vocab.slots()]);
        let bytes = (0..=255).filter_map(|byte| vocab.id(byte_to_char(byte).encode_utf8(&mut [0; 4])));
        bytes.chain(words.merges().map(|(_, _, id)| id)).for_each(|id| set(&mut of_words, id));
        let mut merges = Vec::with_capacity(supermerges.len());
        for (rank, &(left, right, id)) in supermerges.iter().enumerate() {
            let wrong = |message: &str| Error::format(FORMAT, format!("supermerges[{rank}]"), message);
            let part = |id: u32| {
                let token = vocab.token(id).ok_or_else(|| wrong("a token of this merge is not in the vocabulary"))?;
                match is(&made, id) {
                    true => Ok(id),
                    false if is(&of_words, id) && is_word(token, eligible) => Ok(marked(id)),
                    false => Err(wrong("a part is no word that may be joined, and no merge before makes it")),
                }
            };
            let merge = Merge { left: part(left)?, right: part(right)?, id };
            if is(&of_words, id) || is(&made, id) || vocab.token(id).is_none() {
                return Err(wrong("the token that it makes is none, or made by something else, too"));
            }
            set(&mut made, id);
            merges.push(merge);
        }
        Ok(Boundless { layer: Layer::new(merges), words, eligible })
    }

    /// A model that joins nothing, but marks every word that could be joined.
    fn marking(words: Bpe, eligible: Eligible) -> Result<Self> {
        let mut model = Self::new(words, Vec::new(), eligible)?;
        let words: Vec<u32> =
            model.vocab().iter().filter(|(token, _)| is_word(token, eligible)).map(|(_, id)| marked(id)).collect();
        model.layer.take(words);
        Ok(model)
    }

    /// The model of the words: all tokens, and the merges within words.
    pub fn words(&self) -> &Bpe {
        &self.words
    }

    /// The vocabulary.
    pub fn vocab(&self) -> &Arc<Vocab> {
        self.words.vocab()
    }

    /// What joins words.
    pub(crate) fn layer(&self) -> &Layer {
        &self.layer
    }

    /// The merges across words as `(left, right, merged)` ids, by rank.
    pub fn supermerges(&self) -> impl ExactSizeIterator<Item = (u32, u32, u32)> {
        self.layer.merges().iter().map(|merge| (merge.left & !MARK, merge.right & !MARK, merge.id))
    }

    /// Which words may be joined.
    pub fn eligible(&self) -> Eligible {
        self.eligible
    }

    /// The nearest that a single list of merges comes to: those of words, and behind them those across words. It cuts words,
    /// and joins tokens that are none.
    pub fn flat(&self) -> Bpe {
        let all = self.words.merges().chain(self.supermerges());
        self.words.with_merges(all.map(|(left, right, id)| Merge { left, right, id }).collect())
    }
}

/// Whether a token, as the vocabulary writes it, could be a word that may be joined.
fn is_word(token: &str, eligible: Eligible) -> bool {
    let bytes = decode_alphabet(token);
    bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(|word| eligible.takes(word, Unicode::Hf)))
}

#[cfg(test)]
mod tests;
