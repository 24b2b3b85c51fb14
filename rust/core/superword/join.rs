//! From the tokens of words to those of the text.
//!
//! The word cache holds the id of a word that may be joined with a mark, so that a stream of ids says which of them are
//! whole words; merges across words know only these. What joins them is what joins the words of SuperBPE
//! ([`crate::bpe`]).

use super::Boundless;
use crate::bpe::{Joiner, MergeScratch, Near, Runs, Symbol, merge_by_rank};
use crate::models::Answers;

/// Marks the id of a word that may be joined.
const MARK: u32 = 1 << 20;

/// The id of a whole word.
pub(super) fn marked(id: u32) -> u32 {
    id | MARK
}

/// Words on their way.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Their ids, those of whole words marked.
    pub(crate) ids: Vec<u32>,
    /// With fewer ids it is too early to look at them again: a piece that went on grew by less than half.
    least: usize,
    runs: Runs,
    symbols: Vec<Symbol>,
    scratch: MergeScratch,
}

impl Words {
    /// Takes the words: the ids of those that may be joined, none for any other token.
    pub(crate) fn take(&mut self, words: &mut Vec<Option<u32>>) {
        words.extend(self.ids.drain(..).map(|id| (id & MARK != 0).then_some(id & !MARK)));
    }
}

/// Marked ids may be linked wherever they are.
struct Anywhere;

impl Near for Anywhere {
    #[inline(always)]
    fn may_link(&mut self, _: u32) -> u64 {
        1
    }

    #[inline(always)]
    fn is_sound(&mut self, _: &[u32], _: &[u32]) -> bool {
        true
    }
}

impl Boundless {
    /// Marks the words that may be joined.
    pub(crate) fn mark(&self, answers: &mut Answers) {
        for answer in &answers.words {
            if let Some([id]) = answers.ids.get_mut(answer.ids.range())
                && self.is_part(*id)
            {
                *id |= MARK;
            }
        }
    }

    /// Whether a token of a whole word may be joined with its neighbours.
    pub(crate) fn is_part(&self, id: u32) -> bool {
        self.parts.get(id as usize / 64).is_some_and(|bits| bits >> (id % 64) & 1 != 0)
    }

    /// Appends the ids that words become. What the next words may still be joined with waits for them, unless these are the
    /// `last` ones.
    pub(crate) fn join(&self, words: &mut Words, last: bool, out: &mut Vec<u32>) {
        let Words { ids, least, runs, symbols, scratch } = words;
        let (Some(whole), Some(ranks)) = (self.across.plain(), self.links.ranks()) else { return };
        if ids.len() < *least && !last {
            return;
        }
        let joiner = Joiner { links: &self.links, ranks, whole };
        joiner.link(ids, &mut Anywhere, runs);
        let is_open = |id: &u32| !last && id & MARK != 0;
        let settled = if ids.last().is_some_and(is_open) { runs.start_of(ids.len() - 1) } else { ids.len() };
        let from = out.len();
        let done = ids.get(..settled).unwrap_or_default();
        let rank = |left, right| match ranks.find(ranks.want(left, right)) {
            rank if (rank as usize) < self.merges.all().len() => rank,
            // Linked without a merge of their own, or not at all.
            _ => u32::MAX,
        };
        joiner.merge(done, runs, out, &mut |run, out| {
            let run = done.get(run).unwrap_or_default();
            symbols.clear();
            symbols.extend(run.iter().zip(0..).map(|(&id, at)| Symbol { id, start: at, end: at + 1 }));
            merge_by_rank(symbols, rank, &self.merges, scratch);
            out.extend(symbols.iter().map(|symbol| symbol.id));
        });
        out.iter_mut().skip(from).for_each(|id| *id &= !MARK);
        ids.drain(..settled);
        *least = 2 * ids.len();
    }
}
