//! Counts beyond memory: sorted runs on disk, and their merging.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::file::{CountReader, CountWriter, Header, merge_sorted};
use super::words::{WordCounts, WordForm};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::progress::Progress;
use crate::text::Span;

/// Runs that are merged at once. Each has a file open and a buffer of 64 KiB.
const AT_ONCE: usize = 64;
/// Words between two looks at an interruption.
const CHECK: usize = 1 << 12;

/// Opens a count file. Fails, with class `Format`, if it is none.
pub fn open_counts(path: &Path) -> Result<CountReader<File>> {
    let file = File::open(path).map_err(|error| Error::io(Some(path), error))?;
    CountReader::new(file, &path.display().to_string(), &Limits::default())
}

/// Adds up count files; returns the number of distinct words and the sum of their counts.
///
/// Memory does not depend on their size. Errors: class `Format` for a damaged file, `Training` for files whose words
/// were made in different ways or sums beyond 64 bits, `Io`, `Interrupted`.
pub fn merge_counts(files: &[PathBuf], out: impl Write, progress: &Progress) -> Result<(u64, u128)> {
    let Some(first) = files.first() else { return Err(Error::argument("no count file is given")) };
    let header = open_counts(first)?.header().clone();
    for path in files {
        header.check_equal(open_counts(path)?.header(), &path.display().to_string())?;
    }
    let runs = Runs { dir: None, paths: files.iter().map(|path| (path.clone(), false)).collect() };
    Counted::new(WordCounts::new(header.form), runs, None).write(out, &header, progress)
}

/// Counted words: in memory, and in runs.
#[derive(Debug)]
pub struct Counted {
    table: WordCounts,
    runs: Runs,
    memory: Option<u64>,
}

impl Counted {
    pub(super) fn new(table: WordCounts, runs: Runs, memory: Option<u64>) -> Self {
        Counted { table, runs, memory }
    }

    /// Nothing counted yet.
    pub fn empty(form: WordForm) -> Self {
        Counted::new(WordCounts::new(form), Runs::default(), None)
    }

    /// Nothing counted yet, and nothing ever in more than so many bytes of memory.
    pub(crate) fn bounded(form: WordForm, memory: Option<u64>) -> Self {
        Counted::new(WordCounts::new(form), Runs::default(), memory)
    }

    /// Counts a word.
    pub(crate) fn add(&mut self, word: &[u8], count: u64, progress: &Progress) -> Result<()> {
        self.make_room(1, word.len(), progress)?;
        self.table.add(word, count)
    }

    /// Counts words of a text, `count` times each.
    pub(crate) fn add_words(&mut self, text: &[u8], words: &[Span], count: u64, progress: &Progress) -> Result<()> {
        self.make_room(words.len(), text.len(), progress)?;
        self.table.add_words(text, words, count)
    }

    fn make_room(&mut self, words: usize, bytes: usize, progress: &Progress) -> Result<()> {
        // Half of the memory, because whoever makes words from other words has those in memory, too.
        let full = |memory| !self.table.is_empty() && self.table.bytes_with(words, bytes) > memory / 2;
        if self.memory.is_some_and(full) {
            self.runs.spill(&self.table, progress)?;
            self.table = WordCounts::new(self.table.form());
        }
        Ok(())
    }

    /// Number of runs on disk.
    pub fn runs(&self) -> usize {
        self.runs.paths.len()
    }

    /// Adds the counts of a count file; fails if they are not those of words that `header` describes.
    pub fn add_file(&mut self, path: &Path, header: &Header) -> Result<()> {
        header.check_equal(open_counts(path)?.header(), &path.display().to_string())?;
        self.runs.paths.push_back((path.to_path_buf(), false));
        Ok(())
    }

    /// How the words are written.
    pub fn form(&self) -> WordForm {
        self.table.form()
    }

    /// Bytes that whoever uses the words may take, if that was bounded.
    pub(crate) fn memory(&self) -> Option<u64> {
        self.memory
    }

    /// About the bytes of all words; of those on disk, without what they share.
    pub(crate) fn bytes(&self) -> u64 {
        let on_disk = self.runs.paths.iter().filter_map(|(path, _)| path.metadata().ok()).map(|file| file.len());
        self.table.iter().map(|(word, _)| word.len() as u64).sum::<u64>() + on_disk.sum::<u64>()
    }

    /// All words in memory, whatever the budget was.
    pub fn into_words(self, progress: &Progress) -> Result<WordCounts> {
        let Counted { mut table, runs, .. } = self;
        runs.for_each(progress, |word, count| table.add(word, count))?;
        Ok(table)
    }

    /// Calls `found` with every word and how often it was counted, in no order; what was counted in parts may come in parts.
    pub fn for_each(self, progress: &Progress, mut found: impl FnMut(&[u8], u64) -> Result<()>) -> Result<()> {
        let Counted { table, runs, .. } = self;
        use_up(table, progress, &mut found)?;
        runs.for_each(progress, found)
    }

    /// Calls `found` with every word once, in no order; memory does not grow with what is on disk. Returns the number of
    /// distinct words and the sum of their counts.
    pub fn for_each_distinct(
        self,
        progress: &Progress,
        mut found: impl FnMut(&[u8], u64) -> Result<()>,
    ) -> Result<(u64, u128)> {
        let (mut distinct, mut total) = (0, 0);
        let mut found = |word: &[u8], count: u64| {
            distinct += 1;
            total += u128::from(count);
            found(word, count)
        };
        if self.runs.is_empty() || self.memory.is_none() {
            use_up(self.into_words(progress)?, progress, &mut found)?;
        } else {
            let runs = self.into_runs(progress)?;
            runs.merge(runs.paths.len(), found, progress)?;
        }
        Ok((distinct, total))
    }

    /// Writes a count file; returns the number of distinct words and the sum of their counts.
    pub fn write(self, out: impl Write, header: &Header, progress: &Progress) -> Result<(u64, u128)> {
        let mut writer = CountWriter::new(out, header)?;
        if self.runs.is_empty() {
            for (number, (word, count)) in self.table.sorted().enumerate() {
                if number % CHECK == 0 {
                    progress.check()?;
                }
                writer.push(word, count)?;
            }
            return writer.finish();
        }
        let runs = self.into_runs(progress)?;
        runs.merge(runs.paths.len(), |word, count| writer.push(word, count), progress)?;
        writer.finish()
    }

    /// Everything on disk, in few enough runs to be read at once.
    fn into_runs(self, progress: &Progress) -> Result<Runs> {
        let Counted { table, mut runs, .. } = self;
        if !table.is_empty() {
            runs.spill(&table, progress)?;
        }
        drop(table);
        runs.reduce(progress)?;
        Ok(runs)
    }
}

fn use_up(table: WordCounts, progress: &Progress, found: &mut dyn FnMut(&[u8], u64) -> Result<()>) -> Result<()> {
    let mut number = 0usize;
    table.use_up(|word, count| {
        number += 1;
        if number.is_multiple_of(CHECK) {
            progress.check()?;
        }
        found(word, count)
    })
}

impl From<WordCounts> for Counted {
    fn from(table: WordCounts) -> Self {
        Counted::new(table, Runs::default(), None)
    }
}

/// Sorted count files, most of them in a temporary directory that goes when this does.
#[derive(Debug, Default)]
pub(super) struct Runs {
    dir: Option<TempDir>,
    /// Paths, and whether the file is ours to remove.
    paths: VecDeque<(PathBuf, bool)>,
}

impl Runs {
    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    fn for_each(&self, progress: &Progress, mut found: impl FnMut(&[u8], u64) -> Result<()>) -> Result<()> {
        for (path, _) in &self.paths {
            let mut reader = open_counts(path)?;
            let mut number = 0usize;
            while let Some(count) = reader.advance()? {
                found(reader.word(), count)?;
                number += 1;
                if number.is_multiple_of(CHECK) {
                    progress.check()?;
                }
            }
        }
        Ok(())
    }

    /// Writes a table down.
    pub(super) fn spill(&mut self, table: &WordCounts, progress: &Progress) -> Result<()> {
        let mut writer = self.begin(table.form())?;
        for (number, (word, count)) in table.sorted().enumerate() {
            if number % CHECK == 0 {
                progress.check()?;
            }
            writer.push(word, count)?;
        }
        writer.finish().map(drop)
    }

    fn begin(&mut self, form: WordForm) -> Result<CountWriter<File>> {
        let dir = match self.dir.take() {
            Some(dir) => dir,
            None => tempfile::tempdir().map_err(|error| Error::io(Some(&std::env::temp_dir()), error))?,
        };
        let (file, path) = tempfile::NamedTempFile::new_in(dir.path())
            .and_then(|file| file.keep().map_err(|error| error.error))
            .map_err(|error| Error::io(Some(dir.path()), error))?;
        self.dir = Some(dir);
        self.paths.push_back((path, true));
        CountWriter::new(file, &Header { form, settings: Default::default() })
    }

    /// Merges runs until there are few enough to be open at once.
    fn reduce(&mut self, progress: &Progress) -> Result<()> {
        while self.paths.len() > AT_ONCE {
            let form = match self.paths.front() {
                Some((path, _)) => open_counts(path)?.header().form,
                None => return Ok(()),
            };
            let mut writer = self.begin(form)?;
            let merged = AT_ONCE.min(self.paths.len() - 1);
            self.merge(merged, |word, count| writer.push(word, count), progress)?;
            writer.finish()?;
            for (path, ours) in self.paths.drain(..merged) {
                if ours {
                    // If not now, it goes with the directory.
                    let _ = std::fs::remove_file(path);
                }
            }
        }
        Ok(())
    }

    /// Calls `found` with the words of the first `number` runs, in order.
    fn merge(&self, number: usize, found: impl FnMut(&[u8], u64) -> Result<()>, progress: &Progress) -> Result<()> {
        let readers: Result<Vec<_>> = self.paths.iter().take(number).map(|(path, _)| open_counts(path)).collect();
        let mut seen = 0usize;
        merge_sorted(readers?, found, || {
            seen += 1;
            if seen.is_multiple_of(CHECK) { progress.check() } else { Ok(()) }
        })
    }
}
