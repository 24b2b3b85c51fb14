//! Counted words: what every text trainer starts from.

mod words;

pub use words::{WordCounts, WordForm};

use std::sync::{Mutex, PoisonError};

use crate::corpus::Batches;
use crate::error::{Error, Result};
use crate::progress::{Progress, Stage};
use crate::text::segment::Segmenter;

/// Counts the words of a corpus, as `segmenter` cuts them, on `threads` threads.
///
/// The result holds the same words in the same order whatever the number of threads. Errors are the corpus's own, the
/// normalizer's, or class `Interrupted`.
pub fn count_words(
    segmenter: &Segmenter,
    corpus: &mut (dyn Batches + Send),
    threads: usize,
    progress: &Progress,
) -> Result<WordCounts> {
    progress.begin(Stage::Count, corpus.total_bytes().unwrap_or(0));
    let corpus = Mutex::new(corpus);
    let work = || -> Result<WordCounts> {
        let mut words = WordCounts::new(segmenter.form());
        loop {
            progress.check()?;
            // The lock is held while reading, so that decompression overlaps with counting elsewhere.
            let batch = corpus.lock().unwrap_or_else(PoisonError::into_inner).next_batch()?;
            let Some(batch) = batch else { return Ok(words) };
            for document in batch.documents() {
                let mut overflow = Ok(());
                segmenter.for_each_word(document, &mut |word| {
                    if let Err(error) = words.add(word, 1) {
                        overflow = Err(error);
                    }
                })?;
                overflow?;
            }
            progress.advance(batch.bytes() as u64);
        }
    };
    let mut counted: Vec<Result<WordCounts>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mine = work();
        if mine.is_err() {
            progress.stop();
        }
        let mut counted = vec![mine];
        counted.extend(workers.into_iter().map(|worker| {
            worker.join().unwrap_or_else(|_| Err(Error::training("a counting thread ended early; this is a bug")))
        }));
        counted
    });
    // An error that stopped the others is more telling than their being stopped.
    if let Some(at) = counted.iter().position(|r| matches!(r, Err(e) if e.class() != crate::ErrorClass::Interrupted)) {
        return Err(counted.swap_remove(at).err().unwrap_or_else(Error::interrupted));
    }
    let mut all = WordCounts::new(segmenter.form());
    for words in counted {
        all.merge(words?)?;
    }
    all.sort();
    Ok(all)
}
