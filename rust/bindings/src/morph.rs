//! Language packs and hybrid models.

use std::path::PathBuf;

use hybridtok::Limits;
use hybridtok::morph::analysis::Analysis;
use hybridtok::morph::hybrid::{Hybrid, Mode};
use hybridtok::morph::pack::Pack;
use hybridtok::morph::train::HybridTrainer;
use hybridtok::progress::Progress;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::errors::raise;
use crate::run::{interruptible, threads as threads_to_use};
use crate::tokenizer::Tokenizer;
use crate::train::WordCounts;

/// Reads a language pack and checks it. Returns what it has: `lang`, `roots`, `affixes`, `irregular`, and `files`, the
/// texts it consists of by file name.
#[pyfunction]
pub(crate) fn read_pack(py: Python<'_>, directory: PathBuf) -> PyResult<Bound<'_, PyDict>> {
    let pack = py.detach(|| Pack::read(&directory)).map_err(raise)?;
    let found = PyDict::new(py);
    found.set_item("lang", &pack.lang)?;
    found.set_item("roots", pack.sizes().0)?;
    found.set_item("affixes", pack.sizes().1)?;
    found.set_item("irregular", pack.sizes().2)?;
    found.set_item("files", pack.files())?;
    Ok(found)
}

/// The `k` cheapest analyses of a word by a pack alone, as `Tokenizer.analyses` gives them; costs are those of a model that
/// has not seen a text.
#[pyfunction]
#[pyo3(signature = (directory, word, k = 10))]
pub(crate) fn pack_analyses<'py>(
    py: Python<'py>,
    directory: PathBuf,
    word: &str,
    k: usize,
) -> PyResult<Bound<'py, PyList>> {
    let found = py.detach(|| Pack::read(&directory)?.analyses(word, k)).map_err(raise)?;
    analyses(py, found)
}

/// Trains a hybrid tokenizer with a pack (a directory) on words that were counted by the pattern `morphemes`. Returns the
/// tokenizer and what was made.
#[pyfunction]
#[pyo3(signature = (
    pack, counts, *, vocab_size, mode = "shared", merges = None, limit_alphabet = 1000, min_frequency = 2, digits = 1,
    threads = None, report = None
))]
#[allow(clippy::too_many_arguments, reason = "the trainer's settings are Python keywords")]
pub(crate) fn train_hybrid<'py>(
    py: Python<'py>,
    pack: PathBuf,
    counts: &Bound<'py, WordCounts>,
    vocab_size: usize,
    mode: &str,
    merges: Option<usize>,
    limit_alphabet: usize,
    min_frequency: u64,
    digits: usize,
    threads: Option<usize>,
    report: Option<&Bound<'py, PyAny>>,
) -> PyResult<(Tokenizer, Bound<'py, PyDict>)> {
    let mode = match mode {
        "shared" => Mode::Shared,
        "surface" => Mode::Surface,
        _ => return Err(PyValueError::new_err(format!("mode is \"shared\" or \"surface\", not {mode:?}"))),
    };
    let threads = threads_to_use(threads);
    let trainer = HybridTrainer { vocab_size, mode, merges, limit_alphabet, min_frequency, digits, threads };
    let pack = py.detach(|| Pack::read(&pack)).map_err(raise)?;
    let limits = Limits::default();
    let counted = counts.get().take()?;
    let progress = Progress::default();
    let (tokenizer, made, words, distinct) = interruptible(py, &progress, report, || {
        let words = counted.into_words(&progress)?;
        let (hybrid, made) = trainer.train(pack, &words, &progress)?;
        let total: u64 = words.iter().map(|(_, count)| count).fold(0, u64::saturating_add);
        Ok((hybrid.into_tokenizer(&limits)?, made, total, words.len()))
    })?;
    let counted = PyDict::new(py);
    counted.set_item("words", words)?;
    counted.set_item("distinct_words", distinct)?;
    counted.set_item("controls", made.controls)?;
    counted.set_item("bytes", made.bytes)?;
    counted.set_item("affixes", made.affixes)?;
    counted.set_item("roots", made.roots)?;
    counted.set_item("pieces", made.pieces)?;
    counted.set_item("merges", made.merges)?;
    counted.set_item("coverage", made.coverage)?;
    Ok((Tokenizer::new(tokenizer, Vec::new()), counted))
}

/// The hybrid model of a tokenizer.
pub(crate) fn hybrid(core: &hybridtok::tokenizer::Tokenizer) -> PyResult<&Hybrid> {
    core.hybrid().ok_or_else(|| PyTypeError::new_err("only hybrid tokenizers know morphemes; this one has no pack"))
}

/// A list of `(cost, [{surface, kind, name, class, gloss, escaped}])`.
pub(crate) fn analyses<'py>(py: Python<'py>, found: Vec<Analysis>) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for analysis in found {
        let morphemes = PyList::empty(py);
        for morpheme in analysis.morphemes {
            let entry = PyDict::new(py);
            entry.set_item("surface", morpheme.surface)?;
            entry.set_item("kind", morpheme.kind)?;
            entry.set_item("name", morpheme.name)?;
            entry.set_item("class", morpheme.class)?;
            entry.set_item("gloss", morpheme.gloss)?;
            entry.set_item("escaped", morpheme.escaped)?;
            morphemes.append(entry)?;
        }
        list.append((analysis.cost as f64 / 1000.0, morphemes))?;
    }
    Ok(list)
}

/// A side table as lists of tuples.
pub(crate) fn morpheme_table<'py>(py: Python<'py>, hybrid: &Hybrid) -> PyResult<Bound<'py, PyDict>> {
    let table = py.detach(|| hybrid.side_table());
    let morphemes = table.morphemes.into_iter().map(|entry| (entry.kind, entry.name, entry.class, entry.gloss));
    let rows = table.rows.into_iter().map(|row| {
        let form = |form: Option<u32>| form.map_or(-1, i64::from);
        let candidates: Vec<(u32, i64)> = row.candidates.into_iter().map(|(of, at)| (of, form(at))).collect();
        (row.kind, row.string, candidates, row.parts)
    });
    let found = PyDict::new(py);
    found.set_item("morphemes", PyList::new(py, morphemes.collect::<Vec<_>>())?)?;
    found.set_item("rows", PyList::new(py, rows.collect::<Vec<_>>())?)?;
    Ok(found)
}
