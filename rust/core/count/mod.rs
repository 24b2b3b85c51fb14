//! Counted words: what every text trainer starts from.
//!
//! Each thread counts into a table of its own. With a memory budget, a table that would grow beyond its share is
//! written down as a sorted run, and the runs are merged in the end; counts of other files, processes and machines come
//! in as runs, too. So the result is the same however it was counted.

mod file;
pub mod noise;
mod spill;
mod words;

pub use file::{CountReader, CountWriter, Header, MAGIC};
pub use spill::{Counted, merge_counts, open_counts};
pub use words::{WordCounts, WordForm};

use std::sync::{Mutex, PoisonError};

use self::spill::Runs;
use crate::corpus::Batches;
use crate::error::{Error, Result};
use crate::progress::{Progress, Stage};
use crate::text::segment::Segmenter;
use crate::text::{Aligned, Span};

/// How to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountOptions {
    /// Threads that count.
    pub threads: usize,
    /// Bytes that the tables of all threads may take together; none: as much as they need. Beside them there are a few
    /// megabytes a thread of text being read.
    pub memory: Option<u64>,
}

impl Default for CountOptions {
    fn default() -> Self {
        CountOptions { threads: 1, memory: None }
    }
}

/// Counts the words of a corpus, as each of `segmenters` cuts them, in one pass.
///
/// The results, in the order of the segmenters, hold the same words and counts whatever the options. Errors are the
/// corpus's own, the normalizer's, class `Io` if a run cannot be written to the temporary directory, or class
/// `Interrupted`.
pub fn count_words(
    segmenters: &[Segmenter],
    corpus: &mut (dyn Batches + Send),
    options: CountOptions,
    progress: &Progress,
) -> Result<Vec<Counted>> {
    progress.begin(Stage::Count, corpus.total_bytes().unwrap_or(0));
    let threads = options.threads.max(1);
    let tables = (threads * segmenters.len()).max(1) as u64;
    let share = options.memory.map_or(u64::MAX, |memory| memory / tables);
    let runs: Vec<Mutex<Runs>> = segmenters.iter().map(|_| Mutex::default()).collect();
    let corpus = Mutex::new(corpus);
    let work = || -> Result<Vec<WordCounts>> {
        let worker = |(segmenter, runs)| Worker { segmenter, table: new_table(segmenter), share, runs, progress };
        let mut workers: Vec<Worker<'_>> = segmenters.iter().zip(&runs).map(worker).collect();
        loop {
            progress.check()?;
            // The lock is held while reading, so that decompression overlaps with counting elsewhere.
            let batch = corpus.lock().unwrap_or_else(PoisonError::into_inner).next_batch()?;
            let Some(batch) = batch else { return Ok(workers.into_iter().map(|worker| worker.table).collect()) };
            for document in batch.documents() {
                workers.iter_mut().try_for_each(|worker| worker.count(document))?;
            }
            progress.advance(batch.bytes() as u64);
        }
    };
    let mut counted: Vec<Result<Vec<WordCounts>>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
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
    let mut runs: Vec<Runs> =
        runs.into_iter().map(|runs| runs.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();
    let mut all: Vec<WordCounts> = segmenters.iter().map(new_table).collect();
    for tables in counted {
        for ((words, all), runs) in tables?.into_iter().zip(&mut all).zip(&mut runs) {
            if runs.is_empty() {
                all.merge(words)?;
            } else {
                // One table of all threads could be as large as all their shares and more.
                runs.spill(&words, progress)?;
            }
        }
    }
    Ok(all.into_iter().zip(runs).map(|(all, runs)| Counted::new(all, runs, options.memory)).collect())
}

fn new_table(segmenter: &Segmenter) -> WordCounts {
    WordCounts::new(segmenter.form())
}

/// What one thread counts for one segmenter.
struct Worker<'a> {
    segmenter: &'a Segmenter,
    table: WordCounts,
    /// Bytes for the table.
    share: u64,
    runs: &'a Mutex<Runs>,
    progress: &'a Progress,
}

impl Worker<'_> {
    fn count(&mut self, document: &str) -> Result<()> {
        let segmenter = self.segmenter;
        let mut text = Aligned::new(document, 0, segmenter.needs_origins());
        segmenter.normalize(&mut text)?;
        let mut failed = Ok(());
        segmenter.for_each_batch(text, &mut |text, words| {
            if failed.is_ok() {
                failed = self.add(text.as_str(), words);
            }
        })?;
        failed
    }

    fn add(&mut self, text: &str, words: &[Span]) -> Result<()> {
        if self.share == u64::MAX {
            return self.table.add_words(text.as_bytes(), words, 1);
        }
        for words in words.chunks(256) {
            let (first, last) = (words.first().copied().unwrap_or_default(), words.last().copied().unwrap_or_default());
            let bytes = last.end.saturating_sub(first.start) as usize;
            if !self.table.is_empty() && self.table.bytes_with(words.len(), bytes) > self.share {
                self.runs.lock().unwrap_or_else(PoisonError::into_inner).spill(&self.table, self.progress)?;
                self.table = WordCounts::new(self.table.form());
            }
            self.table.add_words(text.as_bytes(), words, 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::corpus::Batch;
    use crate::limits::Limits;
    use crate::text::Unicode;
    use crate::text::splitters::{ByteLevel, Splitter};

    struct Lines(std::vec::IntoIter<Batch>);

    impl Batches for Lines {
        fn next_batch(&mut self) -> Result<Option<Batch>> {
            Ok(self.0.next())
        }
    }

    fn lines() -> Vec<Batch> {
        let mut batches = Vec::new();
        for k in 0..40 {
            let mut batch = Batch::default();
            for n in 0..20 {
                let (a, b) = (n * 7919 % 3001 + 100 * k, (n * n + 10 * k) % 977);
                batch.push(&format!("söz{a} kelimelerinden{b}lerden {n}  ve\n"));
            }
            batches.push(batch);
        }
        batches
    }

    fn counted(options: CountOptions) -> Counted {
        let splitter = Splitter::ByteLevel(ByteLevel { add_prefix_space: false, trim_offsets: true, use_regex: true });
        let segmenter = Segmenter::new(None, Some(&splitter), true, Unicode::Hf, Limits::default());
        let corpus = &mut Lines(lines().into_iter());
        count_words(&[segmenter], corpus, options, &Progress::default()).unwrap().remove(0)
    }

    #[test]
    fn threads_and_memory_change_nothing() {
        let progress = Progress::default();
        let header = Header { form: WordForm::Bytes, settings: BTreeMap::new() };
        let written = |counted: Counted| {
            let mut bytes = Vec::new();
            counted.write(&mut bytes, &header, &progress).unwrap();
            bytes
        };
        let plain = counted(CountOptions::default());
        assert_eq!(plain.runs(), 0);
        let words = plain.into_words(&progress).unwrap();
        let all: BTreeMap<Vec<u8>, u64> = words.iter().map(|(word, count)| (word.to_vec(), count)).collect();
        assert_eq!(all.get(" ve".as_bytes()), Some(&800));
        let want = written(counted(CountOptions::default()));
        for threads in [1, 3] {
            // With the smallest budget every line is a run, and there are too many to merge at once.
            // Threads may share the text unevenly; one alone has it all.
            let some = usize::from(threads == 1);
            for (memory, runs) in [(1 << 30, 0..1), (48 << 10, some..65), (20 << 10, 65..10_000)] {
                let options = CountOptions { threads, memory: Some(memory * threads as u64) };
                let made = counted(options);
                assert!(runs.contains(&made.runs()), "{memory} {threads}: {} runs", made.runs());
                assert!(written(made) == want, "{memory} {threads}");
                let words = counted(options).into_words(&progress).unwrap();
                assert!(words.iter().map(|(word, count)| (word.to_vec(), count)).collect::<BTreeMap<_, _>>() == all);
                let mut once = BTreeMap::new();
                let each = |word: &[u8], count| {
                    assert_eq!(once.insert(word.to_vec(), count), None);
                    Ok(())
                };
                let totals = counted(options).for_each_distinct(&progress, each).unwrap();
                assert!(once == all && totals == (all.len() as u64, all.values().map(|&n| u128::from(n)).sum()));
            }
        }
    }
}
