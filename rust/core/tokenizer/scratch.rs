//! What encoding keeps between calls: the word cache and its buffers, one set per call at work.

use std::cell::Cell;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::cache::WordCache;
use super::morphemes::{KnownWords, SpokenWords};
use crate::added::Match;
use crate::bpe::Linking;
use crate::models::Token;
use crate::superword::Joining;
use crate::text::Span;

/// One caller's buffers.
#[derive(Debug)]
pub(crate) struct Scratch {
    pub(crate) cache: WordCache,
    pub(crate) odd: OddWords,
    /// Of a hybrid model, as `spoken`.
    pub(crate) known: KnownWords,
    pub(crate) spoken: SpokenWords,
    pub(crate) matches: Vec<Match>,
    pub(crate) pieces: Vec<Span>,
    /// Of a model whose tokens span words, as `joining`.
    pub(crate) linking: Linking,
    pub(crate) joining: Joining,
}

/// Words of a batch whose tokens' ids do not tell which bytes they cover, in order.
#[derive(Debug, Default)]
pub(crate) struct OddWords {
    pub(crate) tokens: Vec<Token>,
    /// Where each word begins, and its tokens.
    pub(crate) words: Vec<(u32, Range<usize>)>,
}

impl OddWords {
    pub(crate) fn clear(&mut self) {
        self.tokens.clear();
        self.words.clear();
    }
}

thread_local! {
    static WORKER: Cell<usize> = const { Cell::new(0) };
}

/// Makes this thread one of those of a call; what nobody made one is number 0, as is the one that calls.
pub(crate) fn work_as(number: usize) {
    WORKER.set(number);
}

/// Buffers not in use, with the number of the worker whose words they know. Calls take theirs and put them back,
/// so that as many exist as ever ran at once.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    free: Mutex<Vec<(usize, Scratch)>>,
}

impl Pool {
    /// Lends buffers for the time of `work`.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Scratch) -> R) -> R {
        let worker = WORKER.get();
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = {
            let mut free = free();
            free.iter().rposition(|(of, _)| *of == worker).map(|at| free.swap_remove(at).1)
        };
        let mut scratch = taken.unwrap_or_else(|| Scratch {
            cache: WordCache::new(),
            odd: OddWords::default(),
            known: KnownWords::default(),
            spoken: SpokenWords::default(),
            matches: Vec::new(),
            pieces: Vec::new(),
            linking: Linking::default(),
            joining: Joining::default(),
        });
        let result = work(&mut scratch);
        free().push((worker, scratch));
        result
    }
}
