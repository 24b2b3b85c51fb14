//! `Ragged`: ids of many texts as two flat numpy arrays.

use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PySlice;

/// Ids of many texts: text `k` is `values[offsets[k]:offsets[k + 1]]`.
#[pyclass(module = "hybridtok", frozen)]
pub(crate) struct Ragged {
    /// All ids, uint32, shape (tokens,).
    #[pyo3(get)]
    values: Py<PyArray1<u32>>,
    /// Row splits, int64, shape (texts + 1,).
    #[pyo3(get)]
    offsets: Py<PyArray1<i64>>,
}

impl Ragged {
    pub(crate) fn new(py: Python<'_>, ragged: hybridtok::tokenizer::Ragged) -> Self {
        Ragged {
            values: PyArray1::from_vec(py, ragged.values).unbind(),
            offsets: PyArray1::from_vec(py, ragged.offsets).unbind(),
        }
    }
}

#[pymethods]
impl Ragged {
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.offsets.bind(py).len()?.saturating_sub(1))
    }

    /// The ids of one text, a view.
    fn __getitem__<'py>(&self, py: Python<'py>, index: isize) -> PyResult<Bound<'py, PyAny>> {
        let texts = self.__len__(py)? as isize;
        let at = if index < 0 { index + texts } else { index };
        if !(0..texts).contains(&at) {
            return Err(PyIndexError::new_err(format!("text {index} of {texts}")));
        }
        let offsets = self.offsets.bind(py).readonly();
        let bound = |at: isize| offsets.get(at as usize).copied().unwrap_or(0) as isize;
        self.values.bind(py).get_item(PySlice::new(py, bound(at), bound(at + 1), 1))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Ragged({} texts, {} tokens)", self.__len__(py)?, self.values.bind(py).len()?))
    }
}
