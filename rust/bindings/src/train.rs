//! Counting and training.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use hybridtok::bpe::train::BpeTrainer;
use hybridtok::corpus::Batches;
use hybridtok::count::{CountOptions, Counted, Header, count_words as count, merge_counts as merge};
use hybridtok::models::Model;
use hybridtok::progress::Progress;
use hybridtok::text::segment::Segmenter;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::corpus::{Iterated, files as open_files};
use crate::run::{interruptible, threads as threads_to_use};
use crate::tokenizer::Tokenizer;

/// Trains a BPE model on a corpus, cut by the tokenizer's normalizer and splitter, and puts it into the tokenizer.
///
/// The corpus is `files` (pairs of path and field, None for plain text) or `iterator` (strings or lists of strings),
/// and `counts`: count files, which must have been made with equal `settings`. `memory` bounds the table of counting.
/// Returns what was counted: `words`, `distinct_words`, `merges`.
#[pyfunction]
#[pyo3(signature = (
    tokenizer, files, iterator, *, vocab_size, min_frequency = 0, special_tokens = Vec::new(), limit_alphabet = None,
    initial_alphabet = Vec::new(), continuing_subword_prefix = None, end_of_word_suffix = None,
    max_token_length = None, strict = true, on_invalid = "error", counts = Vec::new(), settings = BTreeMap::new(),
    memory = None, threads = None, report = None
))]
#[allow(clippy::too_many_arguments, reason = "the trainer's settings are Python keywords")]
pub(crate) fn train_bpe<'py>(
    py: Python<'py>,
    tokenizer: &Bound<'py, Tokenizer>,
    files: Option<Vec<(PathBuf, Option<String>)>>,
    iterator: Option<&Bound<'py, PyAny>>,
    vocab_size: usize,
    min_frequency: u64,
    special_tokens: Vec<String>,
    limit_alphabet: Option<usize>,
    initial_alphabet: Vec<char>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    max_token_length: Option<usize>,
    strict: bool,
    on_invalid: &str,
    counts: Vec<PathBuf>,
    settings: BTreeMap<String, String>,
    memory: Option<u64>,
    threads: Option<usize>,
    report: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let trainer = BpeTrainer {
        vocab_size,
        min_frequency,
        special_tokens,
        limit_alphabet,
        initial_alphabet: initial_alphabet.into_iter().collect(),
        // An empty prefix or suffix is none.
        continuing_subword_prefix: continuing_subword_prefix.filter(|prefix| !prefix.is_empty()),
        end_of_word_suffix: end_of_word_suffix.filter(|suffix| !suffix.is_empty()),
        max_token_length,
        strict,
    };
    let plain = trainer.continuing_subword_prefix.is_none() && trainer.end_of_word_suffix.is_none();
    let segmenter = tokenizer.get().read().segmenter_for(plain);
    let corpus = Corpus::new(files, iterator, on_invalid)?;
    let options = CountOptions { threads: threads_to_use(threads), memory };
    let progress = Progress::default();
    let (bpe, words, distinct) = corpus.run(py, &progress, report, |batches| {
        let words = counted(&segmenter, batches, &counts, settings, options, &progress)?.0.into_words(&progress)?;
        let bpe = trainer.train(&words, &progress)?;
        let total: u64 = words.iter().map(|(_, count)| count).fold(0, u64::saturating_add);
        Ok((bpe, total, words.len()))
    })?;
    let counted = PyDict::new(py);
    counted.set_item("words", words)?;
    counted.set_item("distinct_words", distinct)?;
    counted.set_item("merges", bpe.merges().len())?;
    tokenizer.get().change(py, |core| {
        core.set_model(Model::Bpe(bpe));
        Ok(())
    })?;
    Ok(counted)
}

/// Counts the words of a corpus, as the tokenizer's normalizer and splitter cut them, and writes a count file through
/// `output.write`. The corpus and the options are those of `train_bpe`. Returns `words` and `distinct_words`.
#[pyfunction]
#[pyo3(signature = (
    tokenizer, files, iterator, output, *, counts = Vec::new(), settings = BTreeMap::new(), on_invalid = "error",
    memory = None, threads = None, report = None
))]
#[allow(clippy::too_many_arguments, reason = "the settings are Python keywords")]
pub(crate) fn count_words<'py>(
    py: Python<'py>,
    tokenizer: &Bound<'py, Tokenizer>,
    files: Option<Vec<(PathBuf, Option<String>)>>,
    iterator: Option<&Bound<'py, PyAny>>,
    output: &Bound<'py, PyAny>,
    counts: Vec<PathBuf>,
    settings: BTreeMap<String, String>,
    on_invalid: &str,
    memory: Option<u64>,
    threads: Option<usize>,
    report: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let segmenter = tokenizer.get().read().segmenter_for(true);
    let corpus = Corpus::new(files, iterator, on_invalid)?;
    let options = CountOptions { threads: threads_to_use(threads), memory };
    let progress = Progress::default();
    let out = Output::new(output);
    let failed = Arc::clone(&out.failed);
    let totals = corpus.run(py, &progress, report, |batches| {
        let (counted, header) = counted(&segmenter, batches, &counts, settings, options, &progress)?;
        counted.write(out, &header, &progress)
    });
    described(py, totals, &failed)
}

/// Adds up count files into one, written through `output.write`. Returns `words` and `distinct_words`.
#[pyfunction]
#[pyo3(signature = (files, output, *, report = None))]
pub(crate) fn merge_counts<'py>(
    py: Python<'py>,
    files: Vec<PathBuf>,
    output: &Bound<'py, PyAny>,
    report: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let progress = Progress::default();
    let out = Output::new(output);
    let failed = Arc::clone(&out.failed);
    let totals = interruptible(py, &progress, report, || merge(&files, out, &progress));
    described(py, totals, &failed)
}

fn described<'py>(
    py: Python<'py>,
    totals: PyResult<(u64, u128)>,
    failed: &Mutex<Option<PyErr>>,
) -> PyResult<Bound<'py, PyDict>> {
    if let Some(error) = failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(error);
    }
    let (distinct, words) = totals?;
    let counted = PyDict::new(py);
    counted.set_item("words", words)?;
    counted.set_item("distinct_words", distinct)?;
    Ok(counted)
}

pub(crate) fn counted(
    segmenter: &Segmenter,
    batches: &mut (dyn Batches + Send),
    files: &[PathBuf],
    settings: BTreeMap<String, String>,
    options: CountOptions,
    progress: &Progress,
) -> hybridtok::Result<(Counted, Header)> {
    let header = Header { form: segmenter.form(), settings };
    // Files that do not fit are found before any work.
    files.iter().try_for_each(|path| Counted::empty(header.form).add_file(path, &header))?;
    let mut counted = count(segmenter, batches, options, progress)?;
    files.iter().try_for_each(|path| counted.add_file(path, &header))?;
    Ok((counted, header))
}

/// Files or a Python iterable, and the exception of the latter.
pub(crate) struct Corpus {
    batches: Box<dyn Batches + Send>,
    failed: Arc<Mutex<Option<PyErr>>>,
}

impl Corpus {
    pub(crate) fn new(
        files: Option<Vec<(PathBuf, Option<String>)>>,
        iterator: Option<&Bound<'_, PyAny>>,
        on_invalid: &str,
    ) -> PyResult<Self> {
        match (files, iterator) {
            (Some(files), None) => {
                Ok(Corpus { batches: Box::new(open_files(files, on_invalid)?), failed: Arc::default() })
            }
            (None, Some(iterable)) => {
                let iterated = Iterated::new(iterable)?;
                let failed = Arc::clone(&iterated.failed);
                Ok(Corpus { batches: Box::new(iterated), failed })
            }
            _ => Err(PyValueError::new_err("pass either files or an iterator")),
        }
    }

    pub(crate) fn run<T: Send>(
        mut self,
        py: Python<'_>,
        progress: &Progress,
        report: Option<&Bound<'_, PyAny>>,
        work: impl FnOnce(&mut (dyn Batches + Send)) -> hybridtok::Result<T> + Send,
    ) -> PyResult<T> {
        let batches = &mut *self.batches;
        let result = interruptible(py, progress, report, || work(batches));
        match self.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => result,
        }
    }
}

/// A Python file, opened for writing bytes. An exception in it is kept and raised later.
struct Output {
    file: Py<PyAny>,
    failed: Arc<Mutex<Option<PyErr>>>,
}

impl Output {
    fn new(file: &Bound<'_, PyAny>) -> Self {
        Output { file: file.clone().unbind(), failed: Arc::default() }
    }
}

impl std::io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = Python::attach(|py| self.file.call_method1(py, "write", (PyBytes::new(py, bytes),)).map(drop));
        written.map(|()| bytes.len()).map_err(|error| {
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            std::io::Error::other("the output raised an exception")
        })
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
