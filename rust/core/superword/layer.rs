//! Merges of ids, whatever model the ids are of.
//!
//! A stream of ids becomes a stream of tokens: neighbours merge by rank, the leftmost first, as the letters of a word do.
//! Ids that no merge has come out as they went in, so that no word and no chunk has to be told.

use crate::bpe::{Joiner, Links, Merge, MergeScratch, Merges, Near, Runs, Symbol, merge_by_rank};

/// Ids that a model has at most: the fast ways of merging work with 21 bits, one of which is [`MARK`].
pub(crate) const MAX_IDS: usize = (1 << 20) - 1;
/// Set on ids that are something else than the same ids elsewhere; those that come out are without.
pub(crate) const MARK: u32 = 1 << 20;

/// With room for more ids, buffers are given back.
const KEPT: usize = 1 << 18;

/// Merges of ids by rank, and what follows from them.
#[derive(Debug)]
pub(crate) struct Layer {
    merges: Merges,
    links: Links,
    /// Ids that may be joined, a bit each.
    parts: Vec<u64>,
}

/// Ids on their way through a [`Layer`].
#[derive(Debug, Default)]
pub(crate) struct Joining {
    /// Those that wait.
    pub(crate) ids: Vec<u32>,
    /// With fewer ids it is too early to look at them again: a piece that went on grew by less than half.
    least: usize,
    runs: Runs,
    symbols: Vec<Symbol>,
    scratch: MergeScratch,
}

/// Whatever stands side by side may be linked.
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

impl Layer {
    /// Of merges by rank, whose ids are below [`MAX_IDS`] or [marked](MARK); each of ids that come in or that an earlier
    /// one makes.
    pub(crate) fn new(merges: Vec<Merge>) -> Self {
        let mut layer = Layer {
            links: Links::new(&merges, 0, (MARK | MAX_IDS as u32) as usize),
            merges: Merges::new(Vec::new()),
            parts: Vec::new(),
        };
        merges.iter().for_each(|merge| layer.take([merge.left, merge.right]));
        layer.merges = Merges::new(merges);
        layer
    }

    /// Counts ids among those that may be joined.
    pub(super) fn take(&mut self, ids: impl IntoIterator<Item = u32>) {
        for id in ids {
            let at = id as usize / 64;
            self.parts.resize(self.parts.len().max(at + 1), 0);
            self.parts.iter_mut().skip(at).take(1).for_each(|bits| *bits |= 1 << (id % 64));
        }
    }

    /// By rank.
    pub(crate) fn merges(&self) -> &[Merge] {
        self.merges.all()
    }

    /// Whether an id may be joined with its neighbours.
    pub(crate) fn is_part(&self, id: u32) -> bool {
        self.parts.get(id as usize / 64).is_some_and(|bits| bits >> (id % 64) & 1 != 0)
    }

    /// Whether a merge may join what ends with the one id and what begins with the other.
    pub(crate) fn links(&self, left: u32, right: u32) -> bool {
        self.links.has(left, right)
    }

    /// Appends the tokens that ids become. What the next ids may still be joined with waits for them, unless these are the
    /// `last` ones.
    pub(crate) fn join(&self, joining: &mut Joining, last: bool, out: &mut Vec<u32>) {
        let Joining { ids, least, runs, symbols, scratch } = joining;
        let Some(ranks) = self.links.ranks() else { return };
        if ids.len() < *least && !last {
            return;
        }
        let joiner = Joiner { links: &self.links, ranks, merges: &self.merges };
        joiner.link(ids, &mut Anywhere, runs);
        let is_open = |id: &u32| !last && self.is_part(*id);
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
        if last && ids.capacity() > KEPT {
            *joining = Joining::default();
        }
    }
}
