//! Training.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use hybridtok::bpe::train::BpeTrainer;
use hybridtok::corpus::Batches;
use hybridtok::count::{WordForm, count_words};
use hybridtok::models::Model;
use hybridtok::progress::Progress;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::corpus::{Iterated, files as open_files};
use crate::run::{interruptible, threads as threads_to_use};
use crate::tokenizer::Tokenizer;

/// Trains a BPE model on a corpus, cut by the tokenizer's normalizer and splitter, and puts it into the tokenizer.
///
/// The corpus is `files` (pairs of path and field, None for plain text) or `iterator` (strings or lists of strings).
/// Returns what was counted: `words`, `distinct_words`, `merges`.
#[pyfunction]
#[pyo3(signature = (
    tokenizer, files, iterator, *, vocab_size, min_frequency = 0, special_tokens = Vec::new(), limit_alphabet = None,
    initial_alphabet = Vec::new(), continuing_subword_prefix = None, end_of_word_suffix = None,
    max_token_length = None, strict = true, on_invalid = "error", threads = None, report = None
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
    let mut failed = Arc::default();
    let mut corpus: Box<dyn Batches + Send> = match (files, iterator) {
        (Some(files), None) => Box::new(open_files(files, on_invalid)?),
        (None, Some(iterable)) => {
            let iterated = Iterated::new(iterable)?;
            failed = Arc::clone(&iterated.failed);
            Box::new(iterated)
        }
        _ => return Err(PyValueError::new_err("pass either files or an iterator")),
    };
    let threads = threads_to_use(threads);
    let progress = Progress::default();
    let trained = interruptible(py, &progress, report, || {
        let words = count_words(&segmenter, &mut *corpus, threads, &progress)?;
        let bpe = trainer.train(&words, &progress)?;
        let total: u64 = words.iter().map(|(_, count)| count).fold(0, u64::saturating_add);
        Ok((bpe, total, words.len()))
    });
    if let Some(error) = failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(error);
    }
    let (bpe, words, distinct) = trained?;
    let counted = PyDict::new(py);
    counted.set_item("words", words)?;
    counted.set_item("distinct_words", distinct)?;
    counted.set_item("merges", bpe.merges().len())?;
    counted.set_item("raw_bytes", segmenter.form() == WordForm::Bytes)?;
    tokenizer.get().write().set_model(Model::Bpe(bpe));
    Ok(counted)
}
