//! Counting and training.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hybridtok::bpe::train::{BpeTrainer, MaxLength, Rule, Trained};
use hybridtok::corpus::Batches;
use hybridtok::count::noise::{Noise, SCALE};
use hybridtok::count::{CountOptions, Counted, Header, count_words as count, merge_counts as merge};
use hybridtok::models::Model;
use hybridtok::progress::Progress;
use hybridtok::text::segment::Segmenter;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::corpus::{Iterated, files as open_files};
use crate::errors::raise;
use crate::run::{interruptible, threads as threads_to_use};
use crate::superword::{eligible_of, tie_rule_of};
use crate::tokenizer::Tokenizer;

/// Counted words of a corpus: in memory, and beyond a budget in files. Training takes them, once.
#[pyclass(frozen, module = "hybridtok._core")]
pub(crate) struct WordCounts {
    counted: Mutex<Option<Counted>>,
    header: Header,
}

impl WordCounts {
    pub(crate) fn take(&self) -> PyResult<Counted> {
        let taken = self.counted.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.ok_or_else(|| PyValueError::new_err("these counts were used already"))
    }
}

#[pymethods]
impl WordCounts {
    /// Writes a count file through `output.write`. Returns `words` and `distinct_words`.
    #[pyo3(signature = (output, *, report = None))]
    fn write<'py>(
        &self,
        py: Python<'py>,
        output: &Bound<'py, PyAny>,
        report: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let counted = self.take()?;
        let progress = Progress::default();
        let out = Output::new(output);
        let failed = Arc::clone(&out.failed);
        let totals = interruptible(py, &progress, report, || counted.write(out, &self.header, &progress));
        described(py, totals, &failed)
    }
}

/// Counts the words of a corpus, as the normalizer and splitter of each tokenizer cut them, in one pass.
///
/// The corpus is `files` (pairs of path and field, None for plain text) or `iterator` (strings or lists of strings),
/// and `counts`: count files, which must have been made with the `settings` of one of the tokenizers. Words that match the
/// tokenizer's pattern in `joining` are counted together with their neighbours. `memory` bounds the tables of counting.
#[pyfunction]
#[pyo3(signature = (
    tokenizers, files, iterator, *, joining = Vec::new(), counts = Vec::new(), settings = Vec::new(),
    on_invalid = "error", memory = None, threads = None, report = None
))]
#[allow(clippy::too_many_arguments, reason = "the settings are Python keywords")]
pub(crate) fn count_words(
    py: Python<'_>,
    tokenizers: Vec<Bound<'_, Tokenizer>>,
    files: Option<Vec<(PathBuf, Option<String>)>>,
    iterator: Option<&Bound<'_, PyAny>>,
    mut joining: Vec<Option<String>>,
    counts: Vec<PathBuf>,
    mut settings: Vec<BTreeMap<String, String>>,
    on_invalid: &str,
    memory: Option<u64>,
    threads: Option<usize>,
    report: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<WordCounts>> {
    joining.resize(tokenizers.len(), None);
    let segmenter = |(tokenizer, joining): (&Bound<'_, Tokenizer>, Option<String>)| {
        let segmenter = tokenizer.get().read().segmenter_for(true);
        Ok(match joining {
            Some(pattern) => segmenter.joining(eligible_of(&pattern)?),
            None => segmenter,
        })
    };
    let segmenters = tokenizers.iter().zip(joining).map(segmenter).collect::<PyResult<Vec<Segmenter>>>()?;
    settings.resize(segmenters.len(), BTreeMap::new());
    let forms = segmenters.iter().map(Segmenter::form);
    let headers: Vec<Header> = forms.zip(settings).map(|(form, settings)| Header { form, settings }).collect();
    let corpus = Corpus::new(files, iterator, on_invalid)?;
    let options = CountOptions { threads: threads_to_use(threads), memory };
    let progress = Progress::default();
    let counted = corpus.run(py, &progress, report, |batches| {
        // Files that do not fit are found before any work.
        let owners = counts.iter().map(|path| owner(path, &headers)).collect::<hybridtok::Result<Vec<_>>>()?;
        let mut counted = count(&segmenters, batches, options, &progress)?;
        for (path, owner) in counts.iter().zip(owners) {
            if let (Some(counted), Some(header)) = (counted.get_mut(owner), headers.get(owner)) {
                counted.add_file(path, header)?;
            }
        }
        Ok(counted)
    })?;
    let made = |(counted, header)| WordCounts { counted: Mutex::new(Some(counted)), header };
    Ok(counted.into_iter().zip(headers).map(made).collect())
}

/// Which of the headers describes the words of a count file; an error names what differs from the first.
fn owner(path: &Path, headers: &[Header]) -> hybridtok::Result<usize> {
    let fits = |header: &Header| Counted::empty(header.form).add_file(path, header);
    match headers.iter().position(|header| fits(header).is_ok()) {
        Some(at) => Ok(at),
        None => headers.first().map_or(Ok(()), fits).map(|()| 0),
    }
}

/// Trains a BPE model on counted words and puts it into the tokenizer. Returns what was made: `words`,
/// `distinct_words`, `merges`, `duplicates` (merges whose token was there), `refused` (pairs, by rule) and `exhausted`.
///
/// `max_length` is a unit ("huggingface", "chars", "bytes") and a number; `rules` are names with a value.
#[pyfunction]
#[pyo3(signature = (
    tokenizer, counts, *, vocab_size, min_frequency = 0, special_tokens = Vec::new(), limit_alphabet = None,
    min_char_count = 1, initial_alphabet = Vec::new(), continuing_subword_prefix = None, end_of_word_suffix = None,
    max_length = None, rules = Vec::new(), tie_rule = "ids", strict = true, report = None
))]
#[allow(clippy::too_many_arguments, reason = "the trainer's settings are Python keywords")]
pub(crate) fn train_bpe<'py>(
    py: Python<'py>,
    tokenizer: &Bound<'py, Tokenizer>,
    counts: &Bound<'py, WordCounts>,
    vocab_size: usize,
    min_frequency: u64,
    special_tokens: Vec<String>,
    limit_alphabet: Option<usize>,
    min_char_count: u64,
    initial_alphabet: Vec<char>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    max_length: Option<(String, usize)>,
    rules: Vec<(String, Bound<'py, PyAny>)>,
    tie_rule: &str,
    strict: bool,
    report: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let trainer = BpeTrainer {
        vocab_size,
        min_frequency,
        special_tokens,
        limit_alphabet,
        min_char_count,
        initial_alphabet: initial_alphabet.into_iter().collect(),
        // An empty prefix or suffix is none.
        continuing_subword_prefix: continuing_subword_prefix.filter(|prefix| !prefix.is_empty()),
        end_of_word_suffix: end_of_word_suffix.filter(|suffix| !suffix.is_empty()),
        max_length: max_length.map(length).transpose()?,
        rules: rules.iter().map(rule).collect::<PyResult<_>>()?,
        ties: tie_rule_of(tie_rule)?,
        strict,
    };
    trained(py, tokenizer, counts, report, |words, progress| trainer.train(words.into_words(progress)?, progress))
}

/// Goes on from the BPE model of a tokenizer by `add` tokens, whose ids are behind all that the tokenizer has. Returns
/// what was made, as `train_bpe`; its `first` is the first new id.
#[pyfunction]
#[pyo3(signature = (
    tokenizer, counts, *, add, min_frequency = 0, max_length = None, rules = Vec::new(), tie_rule = "ids", report = None
))]
#[allow(clippy::too_many_arguments, reason = "the trainer's settings are Python keywords")]
pub(crate) fn extend_bpe<'py>(
    py: Python<'py>,
    tokenizer: &Bound<'py, Tokenizer>,
    counts: &Bound<'py, WordCounts>,
    add: usize,
    min_frequency: u64,
    max_length: Option<(String, usize)>,
    rules: Vec<(String, Bound<'py, PyAny>)>,
    tie_rule: &str,
    report: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let core = tokenizer.get().read().clone();
    let (base, taken) = core.to_extend().map_err(raise)?;
    let trainer = BpeTrainer {
        vocab_size: taken.next as usize + add,
        min_frequency,
        max_length: max_length.map(length).transpose()?,
        rules: rules.iter().map(rule).collect::<PyResult<_>>()?,
        ties: tie_rule_of(tie_rule)?,
        ..BpeTrainer::default()
    };
    let made = trained(py, tokenizer, counts, report, |words, progress| trainer.extend(base, &taken, words, progress))?;
    made.set_item("first", taken.next)?;
    Ok(made)
}

/// Fails if `extend_bpe` would refuse a tokenizer, whatever the words; with `superword`, if `extend_hybrid` would, too.
#[pyfunction]
#[pyo3(signature = (tokenizer, *, superword = false))]
pub(crate) fn check_extendable(tokenizer: &Bound<'_, Tokenizer>, superword: bool) -> PyResult<()> {
    let core = tokenizer.get().read();
    if superword && core.hybrid().is_some() {
        return Ok(());
    }
    core.to_extend().map(drop).map_err(raise)
}

fn trained<'py>(
    py: Python<'py>,
    tokenizer: &Bound<'py, Tokenizer>,
    counts: &Bound<'py, WordCounts>,
    report: Option<&Bound<'py, PyAny>>,
    train: impl FnOnce(Counted, &Progress) -> hybridtok::Result<Trained> + Send,
) -> PyResult<Bound<'py, PyDict>> {
    let counted = counts.get().take()?;
    let progress = Progress::default();
    let made = interruptible(py, &progress, report, || train(counted, &progress))?;
    let found = PyDict::new(py);
    found.set_item("words", made.words)?;
    found.set_item("distinct_words", made.distinct)?;
    found.set_item("merges", made.bpe.merges().len())?;
    found.set_item("duplicates", made.duplicates)?;
    found.set_item("refused", made.refused)?;
    found.set_item("exhausted", made.exhausted)?;
    tokenizer.get().change(py, |core| {
        core.set_model(Model::Bpe(made.bpe));
        Ok(())
    })?;
    Ok(found)
}

fn length((unit, max): (String, usize)) -> PyResult<MaxLength> {
    match unit.as_str() {
        "huggingface" => Ok(MaxLength::HuggingFace(max)),
        "chars" => Ok(MaxLength::Chars(max)),
        "bytes" => Ok(MaxLength::Bytes(max)),
        _ => Err(PyValueError::new_err(format!("lengths are in chars or bytes, not {unit:?}"))),
    }
}

pub(crate) fn rule((name, value): &(String, Bound<'_, PyAny>)) -> PyResult<Rule> {
    match name.as_str() {
        "max_run" => Ok(Rule::MaxRun(value.extract()?)),
        "max_token_bytes" => Ok(Rule::MaxBytes(value.extract()?)),
        "max_words" => Ok(Rule::MaxWords(value.extract()?)),
        "colon_rule" => Ok(Rule::Colon),
        "letter_only" => Rule::letters(&value.extract::<String>()?).map_err(raise),
        _ => Err(PyValueError::new_err(format!("there is no rule {name:?}"))),
    }
}

/// Takes the counts of words, and counts again, `SCALE` times: with what the tokenizer cuts from copies of `words` that
/// have errors. Returns the counts and `SCALE`.
#[pyfunction]
#[pyo3(signature = (tokenizer, counts, words, *, confusions, weight, samples, seed, report = None))]
#[allow(clippy::too_many_arguments, reason = "the settings are Python keywords")]
pub(crate) fn add_noise(
    py: Python<'_>,
    tokenizer: &Bound<'_, Tokenizer>,
    counts: &Bound<'_, WordCounts>,
    words: &Bound<'_, WordCounts>,
    confusions: Vec<(char, Vec<String>)>,
    weight: f64,
    samples: u64,
    seed: u64,
    report: Option<&Bound<'_, PyAny>>,
) -> PyResult<(WordCounts, u64)> {
    let noise = Noise { confusions: confusions.into_iter().collect(), weight, samples, seed };
    let segmenter = tokenizer.get().read().segmenter_for(true);
    let header = counts.get().header.clone();
    let (counts, words) = (counts.get().take()?, words.get().take()?);
    let progress = Progress::default();
    let counted = interruptible(py, &progress, report, || {
        let (counts, words) = (counts.into_words(&progress)?, words.into_words(&progress)?);
        Ok(Counted::from(noise.add(words, &segmenter, counts, &progress)?))
    })?;
    Ok((WordCounts { counted: Mutex::new(Some(counted)), header }, SCALE))
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
