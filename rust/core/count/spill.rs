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
    Counted::new(WordCounts::new(header.form), runs).write(out, &header, progress)
}

/// Counted words: in memory, and in runs.
#[derive(Debug)]
pub struct Counted {
    table: WordCounts,
    runs: Runs,
}

impl Counted {
    pub(super) fn new(table: WordCounts, runs: Runs) -> Self {
        Counted { table, runs }
    }

    /// Nothing counted yet.
    pub fn empty(form: WordForm) -> Self {
        Counted::new(WordCounts::new(form), Runs::default())
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

    /// All words in memory, whatever the budget was: a trainer needs them all.
    pub fn into_words(self, progress: &Progress) -> Result<WordCounts> {
        let Counted { mut table, runs } = self;
        runs.for_each(progress, |word, count| table.add(word, count))?;
        Ok(table)
    }

    /// Calls `found` with every word and how often it was counted, in no order; what was counted in parts may come in parts.
    pub fn for_each(self, progress: &Progress, mut found: impl FnMut(&[u8], u64) -> Result<()>) -> Result<()> {
        let Counted { table, runs } = self;
        let mut number = 0usize;
        table.use_up(|word, count| {
            number += 1;
            if number.is_multiple_of(CHECK) {
                progress.check()?;
            }
            found(word, count)
        })?;
        runs.for_each(progress, found)
    }

    /// Writes a count file; returns the number of distinct words and the sum of their counts.
    pub fn write(self, out: impl Write, header: &Header, progress: &Progress) -> Result<(u64, u128)> {
        let Counted { table, mut runs } = self;
        let mut writer = CountWriter::new(out, header)?;
        if runs.is_empty() {
            for (number, (word, count)) in table.sorted().enumerate() {
                if number % CHECK == 0 {
                    progress.check()?;
                }
                writer.push(word, count)?;
            }
            return writer.finish();
        }
        if !table.is_empty() {
            runs.spill(&table, progress)?;
        }
        drop(table);
        runs.reduce(progress)?;
        runs.merge(runs.paths.len(), &mut writer, progress)?;
        writer.finish()
    }
}

impl From<WordCounts> for Counted {
    fn from(table: WordCounts) -> Self {
        Counted::new(table, Runs::default())
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
            self.merge(merged, &mut writer, progress)?;
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

    /// Merges the first `number` runs.
    fn merge<W: Write>(&self, number: usize, writer: &mut CountWriter<W>, progress: &Progress) -> Result<()> {
        let readers: Result<Vec<_>> = self.paths.iter().take(number).map(|(path, _)| open_counts(path)).collect();
        let mut seen = 0usize;
        merge_sorted(readers?, writer, || {
            seen += 1;
            if seen.is_multiple_of(CHECK) { progress.check() } else { Ok(()) }
        })
    }
}
