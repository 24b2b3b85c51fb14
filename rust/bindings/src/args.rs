//! What callers pass: texts, pre-tokenized words, ids, sets of special tokens.

use std::borrow::Cow;

use hybridtok::added::Allowed;
use hybridtok::tokenizer::{EncodeOptions, Input, OffsetUnit};
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

/// A text or a list of words, owned by Python.
pub(crate) enum Sequence {
    Text(PyBackedStr),
    /// A copy.
    Passing(String),
    Words(Vec<PyBackedStr>),
}

impl Sequence {
    pub(crate) fn new(object: &Bound<'_, PyAny>, is_pretokenized: bool, errors: Surrogates) -> PyResult<Self> {
        if is_pretokenized {
            if !(object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>()) {
                return Err(PyTypeError::new_err("PreTokenizedInputSequence must be Union[List[str], Tuple[str]]"));
            }
            let words = object.try_iter()?.map(|word| text(&word?, errors)).collect::<PyResult<_>>();
            return words.map(Sequence::Words).map_err(|error| {
                let message = "PreTokenizedInputSequence must be Union[List[str], Tuple[str]]";
                if error.is_instance_of::<PyTypeError>(object.py()) { PyTypeError::new_err(message) } else { error }
            });
        }
        text(object, errors).map(Sequence::Text)
    }

    /// As [`Sequence::new`], for one of many. Python keeps the UTF-8 that it was asked for as long as the string, which
    /// for a large batch is as much again as the texts; it is asked for none that is not there already.
    pub(crate) fn passing(object: &Bound<'_, PyAny>, is_pretokenized: bool, errors: Surrogates) -> PyResult<Self> {
        if !is_pretokenized
            && let Ok(string) = object.cast::<PyString>()
            && !string.call_method0("isascii")?.is_truthy()?
            && let Ok(bytes) = string.encode_utf8()
            && let Ok(text) = std::str::from_utf8(bytes.as_bytes())
        {
            return Ok(Sequence::Passing(text.to_owned()));
        }
        Sequence::new(object, is_pretokenized, errors)
    }

    /// The text, or the words.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let (text, words) = match self {
            Sequence::Text(text) => (Some(&**text), &[][..]),
            Sequence::Passing(text) => (Some(text.as_str()), &[][..]),
            Sequence::Words(words) => (None, &words[..]),
        };
        text.into_iter().chain(words.iter().map(|word| &**word))
    }

    /// Bytes of text.
    pub(crate) fn bytes(&self) -> usize {
        self.texts().map(str::len).sum()
    }

    pub(crate) fn input(&self) -> Input<'_> {
        match self {
            Sequence::Text(text) => Input::Text(Cow::Borrowed(text)),
            Sequence::Passing(text) => Input::Text(Cow::Borrowed(text)),
            Sequence::Words(words) => Input::Words(words.iter().map(|word| Cow::Borrowed(&**word)).collect()),
        }
    }
}

/// What to do with a lone surrogate, which Python strings can hold and UTF-8 cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surrogates {
    /// `hybridtok.EncodingError`.
    Strict,
    /// `TypeError`, as Hugging Face.
    TypeError,
    /// U+FFFD.
    Replace,
}

impl Surrogates {
    pub(crate) fn parse(errors: &str) -> PyResult<Self> {
        match errors {
            "strict" => Ok(Surrogates::Strict),
            "replace" => Ok(Surrogates::Replace),
            "type_error" => Ok(Surrogates::TypeError),
            other => {
                Err(pyo3::exceptions::PyValueError::new_err(format!("errors is 'strict' or 'replace', not {other:?}")))
            }
        }
    }
}

/// A Python string as UTF-8, without a copy.
pub(crate) fn text(object: &Bound<'_, PyAny>, errors: Surrogates) -> PyResult<PyBackedStr> {
    let wrong_type = || PyTypeError::new_err("TextInputSequence must be str");
    let string = object.cast::<PyString>().map_err(|_| wrong_type())?;
    let backed = PyBackedStr::try_from(string.clone());
    let Err(error) = backed else { return backed };
    if !error.is_instance_of::<PyUnicodeEncodeError>(object.py()) {
        return Err(error);
    }
    match errors {
        Surrogates::TypeError => Err(wrong_type()),
        Surrogates::Replace => {
            let utf16 = string.call_method1("encode", ("utf-16", "surrogatepass"))?;
            let replaced = utf16.call_method1("decode", ("utf-16", "replace"))?;
            PyBackedStr::try_from(replaced.cast_into::<PyString>()?)
        }
        Surrogates::Strict => {
            let at: usize = error.value(object.py()).getattr("start")?.extract()?;
            let message =
                format!("the text holds a lone surrogate at offset {at}; pass errors='replace' to encode it as U+FFFD");
            let attributes = PyDict::new(object.py());
            attributes.set_item("offset", at)?;
            let class = object.py().import("hybridtok.errors")?.getattr("EncodingError")?;
            Err(PyErr::from_value(class.call((message,), Some(&attributes))?))
        }
    }
}

/// Which special tokens may come from text: nothing, `"all"`, or a collection of strings.
pub(crate) enum AllowedSpecial {
    All,
    Only(Vec<String>),
}

impl AllowedSpecial {
    pub(crate) fn new(object: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        match object {
            None => Ok(AllowedSpecial::Only(Vec::new())),
            Some(object) if object.is_instance_of::<PyString>() => match object.extract::<&str>()? {
                "all" => Ok(AllowedSpecial::All),
                other => Err(pyo3::exceptions::PyValueError::new_err(format!(
                    "allowed_special is \"all\" or a set of tokens, not the string {other:?}"
                ))),
            },
            Some(object) => {
                Ok(AllowedSpecial::Only(object.try_iter()?.map(|token| token?.extract()).collect::<PyResult<_>>()?))
            }
        }
    }

    pub(crate) fn options(&self, add_special_tokens: bool, sample: Option<f64>) -> EncodeOptions<'_> {
        let allowed = match self {
            AllowedSpecial::All => Allowed::All,
            AllowedSpecial::Only(tokens) if tokens.is_empty() => Allowed::None,
            AllowedSpecial::Only(tokens) => Allowed::Only(tokens),
        };
        EncodeOptions { add_special_tokens, allowed, unit: OffsetUnit::Chars, sample }
    }
}

/// Ids from a numpy array, a list, or any sequence of integers.
pub(crate) fn ids(object: &Bound<'_, PyAny>) -> PyResult<Vec<u32>> {
    if let Ok(array) = object.cast::<numpy::PyArray1<u32>>() {
        return Ok(numpy::PyArrayMethods::to_vec(array)?);
    }
    object.extract()
}
