//! `Encoding`.

use hybridtok::Limits;
use hybridtok::encoding::{Direction, Encoding as Core, Padding, PaddingStrategy, Parts};
use hybridtok::text::Span;
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::raise;

/// The result of encoding one input. Offsets are code points of the input.
#[pyclass(module = "hybridtok._core", subclass)]
pub(crate) struct Encoding {
    core: Core,
}

impl From<Core> for Encoding {
    fn from(core: Core) -> Self {
        Encoding { core }
    }
}

impl Encoding {
    pub(crate) fn core(&self) -> &Core {
        &self.core
    }
}

pub(crate) fn direction(name: &str) -> PyResult<Direction> {
    match name {
        "right" => Ok(Direction::Right),
        "left" => Ok(Direction::Left),
        other => Err(PyValueError::new_err(format!("Invalid truncation direction value : {other}"))),
    }
}

fn pair(span: Span) -> (u32, u32) {
    (span.start, span.end)
}

/// `(ids, type_ids, tokens, word_ids, offsets, special_tokens_mask, attention_mask, overflowing, sequences)`, the
/// state of an encoding for pickling.
type State = (
    Vec<u32>,
    Vec<u32>,
    Vec<String>,
    Vec<Option<u32>>,
    Vec<(u32, u32)>,
    Vec<u32>,
    Vec<u32>,
    Vec<Py<PyAny>>,
    Vec<(usize, usize, usize)>,
);

fn state(py: Python<'_>, parts: Parts) -> PyResult<Py<PyAny>> {
    let overflowing = parts.overflowing.into_iter().map(|window| state(py, window)).collect::<PyResult<Vec<_>>>()?;
    let offsets: Vec<(u32, u32)> = parts.offsets.into_iter().map(pair).collect();
    let state = (
        parts.ids,
        parts.type_ids,
        parts.tokens,
        parts.words,
        offsets,
        parts.special_tokens_mask,
        parts.attention_mask,
        overflowing,
        parts.sequences,
    );
    Ok(state.into_pyobject(py)?.into_any().unbind())
}

fn parts(py: Python<'_>, state: &Bound<'_, PyAny>) -> PyResult<Parts> {
    let (ids, type_ids, tokens, words, offsets, special_tokens_mask, attention_mask, overflowing, sequences): State =
        state.extract()?;
    Ok(Parts {
        ids,
        type_ids,
        tokens,
        words,
        offsets: offsets.into_iter().map(|(start, end)| Span::new(start, end)).collect(),
        special_tokens_mask,
        attention_mask,
        overflowing: overflowing.iter().map(|window| parts(py, window.bind(py))).collect::<PyResult<_>>()?,
        sequences,
    })
}

#[pymethods]
impl Encoding {
    /// An empty encoding.
    #[new]
    fn new() -> Self {
        Encoding { core: Core::default() }
    }

    /// Token ids.
    #[getter]
    fn ids(&self) -> Vec<u32> {
        self.core.ids().to_vec()
    }

    /// Per token, which input it belongs to as the template says.
    #[getter]
    fn type_ids(&self) -> Vec<u32> {
        self.core.type_ids()
    }

    /// Token strings.
    #[getter]
    fn tokens(&self) -> Vec<String> {
        self.core.tokens().map(str::to_owned).collect()
    }

    /// Per token, its span of the input in code points.
    #[getter]
    fn offsets(&self) -> Vec<(u32, u32)> {
        self.core.offsets().map(pair).collect()
    }

    /// Per token, the number of its word; None for special tokens.
    #[getter]
    fn word_ids(&self) -> Vec<Option<u32>> {
        self.core.word_ids().collect()
    }

    /// The same as `word_ids`.
    #[getter]
    fn words(&self) -> Vec<Option<u32>> {
        self.word_ids()
    }

    /// Per token, the number of its input; None for special tokens.
    #[getter]
    fn sequence_ids(&self) -> Vec<Option<usize>> {
        self.core.sequence_ids()
    }

    /// 1 for tokens that the post-processor or padding added.
    #[getter]
    fn special_tokens_mask(&self) -> Vec<u32> {
        self.core.special_tokens_mask()
    }

    /// 0 for padding.
    #[getter]
    fn attention_mask(&self) -> Vec<u32> {
        self.core.attention_mask()
    }

    /// What truncation cut off, in windows.
    #[getter]
    fn overflowing(&self) -> Vec<Encoding> {
        self.core.overflowing().iter().cloned().map(Encoding::from).collect()
    }

    /// Number of inputs.
    #[getter]
    fn n_sequences(&self) -> usize {
        self.core.n_sequences()
    }

    /// The ids as a numpy array of uint32, shape (tokens,).
    fn ids_array<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u32>> {
        PyArray1::from_slice(py, self.core.ids())
    }

    /// The offsets as a numpy array of uint32, shape (tokens, 2).
    fn offsets_array<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let flat: Vec<u32> = self.core.offsets().flat_map(|span| [span.start, span.end]).collect();
        let tokens = self.core.len();
        PyArray1::from_vec(py, flat).reshape([tokens, 2])
    }

    /// The token that covers a character, or None.
    #[pyo3(signature = (char_pos, sequence_index = 0))]
    fn char_to_token(&self, char_pos: usize, sequence_index: usize) -> Option<usize> {
        self.core.char_to_token(char_pos, sequence_index)
    }

    /// The word that covers a character, or None.
    #[pyo3(signature = (char_pos, sequence_index = 0))]
    fn char_to_word(&self, char_pos: usize, sequence_index: usize) -> Option<u32> {
        self.core.char_to_word(char_pos, sequence_index)
    }

    /// The characters of a token, or None for a special token.
    fn token_to_chars(&self, token_index: usize) -> Option<(u32, u32)> {
        self.core.token_to_chars(token_index).map(|(_, span)| pair(span))
    }

    /// The input of a token, or None for a special token.
    fn token_to_sequence(&self, token_index: usize) -> Option<usize> {
        self.core.token_to_sequence(token_index)
    }

    /// The word of a token, or None.
    fn token_to_word(&self, token_index: usize) -> Option<u32> {
        self.core.token_to_word(token_index).map(|(_, word)| word)
    }

    /// The characters of a word, or None.
    #[pyo3(signature = (word_index, sequence_index = 0))]
    fn word_to_chars(&self, word_index: u32, sequence_index: usize) -> Option<(u32, u32)> {
        self.core.word_to_chars(word_index, sequence_index).map(pair)
    }

    /// The tokens of a word, or None.
    #[pyo3(signature = (word_index, sequence_index = 0))]
    fn word_to_tokens(&self, word_index: u32, sequence_index: usize) -> Option<(usize, usize)> {
        self.core.word_to_tokens(word_index, sequence_index).map(|range| (range.start, range.end))
    }

    /// Joins encodings; with `growing_offsets` the offsets of each go on where the one before ends.
    #[staticmethod]
    #[pyo3(signature = (encodings, growing_offsets = true))]
    fn merge(encodings: Vec<PyRef<'_, Encoding>>, growing_offsets: bool) -> PyResult<Encoding> {
        let encodings = encodings.iter().map(|encoding| encoding.core.clone());
        Core::merge(encodings, growing_offsets).map(Encoding::from).map_err(raise)
    }

    /// Fills up to a length.
    #[pyo3(signature = (length, direction = "right", pad_id = 0, pad_type_id = 0, pad_token = "[PAD]"))]
    fn pad(&mut self, length: usize, direction: &str, pad_id: u32, pad_type_id: u32, pad_token: &str) -> PyResult<()> {
        let direction = self::direction(direction)?;
        let fixed = PaddingStrategy::Fixed(length);
        let padding = Padding::new(fixed, direction, None, pad_id, pad_type_id, pad_token, &Limits::default());
        padding.and_then(|padding| self.core.pad(&padding)).map_err(raise)
    }

    /// Cuts to a length; the rest goes to `overflowing` in windows that share `stride` tokens.
    #[pyo3(signature = (max_length, stride = 0, direction = "right"))]
    fn truncate(&mut self, max_length: usize, stride: usize, direction: &str) -> PyResult<()> {
        self.core.truncate(max_length, stride, self::direction(direction)?).map_err(raise)
    }

    /// Makes all tokens belong to one input.
    fn set_sequence_id(&mut self, sequence_id: usize) {
        self.core.set_sequence_id(sequence_id);
    }

    fn __len__(&self) -> usize {
        self.core.len()
    }

    fn __repr__(&self) -> String {
        let fields = "attributes=[ids, type_ids, tokens, offsets, attention_mask, special_tokens_mask, overflowing]";
        format!("Encoding(num_tokens={}, {fields})", self.core.len())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (), Py<PyAny>)> {
        let state = state(slf.py(), slf.borrow().core.to_parts())?;
        Ok((slf.get_type().into_any(), (), state))
    }

    fn __setstate__(&mut self, py: Python<'_>, state: &Bound<'_, PyAny>) -> PyResult<()> {
        if state.is_instance_of::<PyBytes>() {
            return Err(PyValueError::new_err("the pickled state is not an encoding's"));
        }
        self.core = Core::from_parts(parts(py, state)?, &Default::default()).map_err(raise)?;
        Ok(())
    }
}
