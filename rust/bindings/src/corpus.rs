//! Corpora: files read by the core, and Python iterables pulled in batches.

use std::sync::{Arc, Mutex, PoisonError};

use hybridtok::corpus::{Batch, Batches, Files, OnInvalid, Source, Weight, draw};
use hybridtok::{Error, Limits};
use numpy::PyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyIterator, PyString};

use crate::args::{Surrogates, text};
use crate::errors::raise;

/// Bytes of text pulled from Python at a time.
const BATCH: usize = 1 << 20;

/// A file of a corpus as Python describes it: path, field (None for plain text), weight, and the seed of its draws.
type Row = (std::path::PathBuf, Option<String>, f64, u64);

/// `(path, field)` pairs as the core's sources.
pub(crate) fn files(files: Vec<(std::path::PathBuf, Option<String>)>, on_invalid: &str) -> PyResult<Files> {
    weighted(files.into_iter().map(|(path, field)| (path, field, 1.0, 0)).collect(), on_invalid)
}

fn weighted(files: Vec<Row>, on_invalid: &str) -> PyResult<Files> {
    let on_invalid = match on_invalid {
        "error" => OnInvalid::Fail,
        "replace" => OnInvalid::Replace,
        "skip" => OnInvalid::Skip,
        other => {
            return Err(PyValueError::new_err(format!("on_invalid is 'error', 'replace' or 'skip', not {other:?}")));
        }
    };
    let source = |(path, field, weight, seed)| Weight::new(weight, seed).map(|weight| Source { path, field, weight });
    let sources = files.into_iter().map(source).collect::<hybridtok::Result<_>>();
    sources.and_then(|sources| Files::new(sources, on_invalid, Limits::default())).map_err(raise)
}

/// A number in 0 to 1 for each text, as those that decide which documents of a file with a weight are taken; `first` is
/// the number of the first text in its source.
#[pyfunction]
pub(crate) fn draws<'py>(
    py: Python<'py>,
    texts: &Bound<'py, PyAny>,
    first: u64,
    seed: u64,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let texts = self::texts(texts, Surrogates::Strict)?;
    let drawn = py.detach(|| (first..).zip(&texts).map(|(number, text)| draw(seed, number, text)).collect());
    Ok(PyArray1::from_vec(py, drawn))
}

/// A Python iterable of strings, or of lists of strings, as a corpus. An exception in it is kept and raised later.
pub(crate) struct Iterated {
    iterator: Py<PyIterator>,
    pub(crate) failed: Arc<Mutex<Option<PyErr>>>,
}

impl Iterated {
    pub(crate) fn new(iterable: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Iterated { iterator: iterable.try_iter()?.unbind(), failed: Arc::default() })
    }

    fn pull(&self, py: Python<'_>) -> PyResult<Option<Batch>> {
        let mut batch = Batch::default();
        let mut items = self.iterator.bind(py).clone();
        while batch.bytes() < BATCH {
            let Some(item) = items.next() else { break };
            let item = item?;
            if item.is_instance_of::<PyString>() {
                batch.push(&text(&item, Surrogates::Strict)?);
            } else {
                for document in item.try_iter()? {
                    batch.push(&text(&document?, Surrogates::Strict)?);
                }
            }
        }
        Ok(Some(batch).filter(|batch| !batch.is_empty()))
    }
}

impl Batches for Iterated {
    fn next_batch(&mut self) -> hybridtok::Result<Option<Batch>> {
        Python::attach(|py| self.pull(py)).map_err(|error| {
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            Error::training("the corpus iterator raised an exception")
        })
    }
}

/// The documents of some files, in order.
#[pyclass(module = "hybridtok._core")]
pub(crate) struct Documents {
    // The lock is never contended; it makes the readers shareable, which Python classes must be.
    files: Mutex<Files>,
    batch: std::vec::IntoIter<String>,
}

#[pymethods]
impl Documents {
    #[new]
    #[pyo3(signature = (files, on_invalid = "error"))]
    fn new(files: Vec<Row>, on_invalid: &str) -> PyResult<Self> {
        Ok(Documents { files: Mutex::new(weighted(files, on_invalid)?), batch: Vec::new().into_iter() })
    }

    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<String>> {
        loop {
            if let Some(document) = self.batch.next() {
                return Ok(Some(document));
            }
            match self.next_batch(py)? {
                Some(batch) => self.batch = batch.into_iter(),
                None => return Ok(None),
            }
        }
    }

    /// Some documents, about a megabyte of them; None at the end.
    fn next_batch(&mut self, py: Python<'_>) -> PyResult<Option<Vec<String>>> {
        let batch =
            py.detach(|| self.files.get_mut().unwrap_or_else(PoisonError::into_inner).next_batch()).map_err(raise)?;
        Ok(batch.map(|batch| batch.documents().map(str::to_owned).collect()))
    }
}

/// Texts taken from Python between two looks at signals.
const UNCHECKED: usize = 1 << 14;

/// Texts of a Python sequence, borrowed from their objects.
pub(crate) fn texts(sequence: &Bound<'_, PyAny>, errors: Surrogates) -> PyResult<Vec<PyBackedStr>> {
    if sequence.is_instance_of::<PyString>() {
        return Err(pyo3::exceptions::PyTypeError::new_err("a list of texts is expected, not one text"));
    }
    let mut texts = Vec::new();
    for item in sequence.try_iter()? {
        if texts.len().is_multiple_of(UNCHECKED) {
            sequence.py().check_signals()?;
        }
        texts.push(text(&item?, errors)?);
    }
    Ok(texts)
}
