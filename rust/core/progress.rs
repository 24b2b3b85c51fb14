//! How a long call is watched and stopped from another thread. Work only touches atomics; whoever waits polls them.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use crate::error::{Error, Result};

/// What a long call is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Nothing yet.
    Start,
    /// Reading the corpus and counting its words; the unit is bytes of text.
    Count,
    /// Merging; the unit is vocabulary entries.
    Merge,
    /// Encoding; the unit is documents.
    Encode,
    /// Finding morphs; the unit is passes over the words.
    Induce,
}

impl Stage {
    const ALL: [Stage; 5] = [Stage::Start, Stage::Count, Stage::Merge, Stage::Encode, Stage::Induce];

    /// A word for progress bars and logs.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Start => "start",
            Stage::Count => "count words",
            Stage::Merge => "merge pairs",
            Stage::Encode => "encode",
            Stage::Induce => "find morphs",
        }
    }
}

/// Shared between the thread that works and the one that waits.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
    stop: AtomicBool,
}

impl Progress {
    /// Asks the work to end; its next [`Progress::check`] fails.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Fails with class `Interrupted` once somebody asked to stop. Cheap; call it at least every few milliseconds.
    pub fn check(&self) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) { Err(Error::interrupted()) } else { Ok(()) }
    }

    /// Begins a stage of `total` units (0: unknown).
    pub fn begin(&self, stage: Stage, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.stage.store(stage as u8, Ordering::Relaxed);
    }

    /// Reports more units done.
    pub fn advance(&self, units: u64) {
        self.done.fetch_add(units, Ordering::Relaxed);
    }

    /// Stage, units done, units in all (0: unknown).
    pub fn now(&self) -> (Stage, u64, u64) {
        let stage = Stage::ALL.get(self.stage.load(Ordering::Relaxed) as usize).copied().unwrap_or(Stage::Start);
        (stage, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}
