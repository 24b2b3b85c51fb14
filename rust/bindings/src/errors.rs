//! Core errors as the Python exceptions of `hybridtok.errors`, or the built-in ones people expect.

use hybridtok::{Error, ErrorClass};
use pyo3::exceptions::{PyIsADirectoryError, PyKeyboardInterrupt, PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// `map_err(raise)` for results of the core.
pub(crate) fn raise(error: Error) -> PyErr {
    Python::attach(|py| exception(py, &error).unwrap_or_else(|failed| failed))
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let attributes = PyDict::new(py);
    let name = match error.class() {
        ErrorClass::Format | ErrorClass::Artefact => {
            attributes.set_item("path", error.path())?;
            attributes.set_item("offset", error.offset())?;
            attributes.set_item("format", error.format_name())?;
            if error.class() == ErrorClass::Format { "FormatError" } else { "ArtefactError" }
        }
        ErrorClass::Limit => {
            let (limit, value, max) = error.limit_values().unwrap_or_default();
            attributes.set_item("limit", limit)?;
            attributes.set_item("value", value)?;
            attributes.set_item("max", max)?;
            "LimitError"
        }
        ErrorClass::UnknownToken => {
            attributes.set_item("char_offset", error.char_offset())?;
            "UnknownTokenError"
        }
        ErrorClass::SpecialToken => {
            attributes.set_item("char_offset", error.char_offset())?;
            "SpecialTokenError"
        }
        ErrorClass::Export => {
            attributes.set_item("component", error.component())?;
            "ExportError"
        }
        ErrorClass::Training => "TrainingError",
        ErrorClass::Encoding => {
            attributes.set_item("file", error.file().map(|file| file.display().to_string()))?;
            attributes.set_item("offset", error.offset())?;
            "EncodingError"
        }
        ErrorClass::Io => return Ok(os_error(error)),
        ErrorClass::Interrupted => return Ok(PyKeyboardInterrupt::new_err(())),
        _ => return Ok(PyValueError::new_err(error.to_string())),
    };
    let class = py.import("hybridtok.errors")?.getattr(name)?;
    Ok(PyErr::from_value(class.call((error.to_string(),), Some(&attributes))?))
}

/// `OSError(errno, strerror, filename)` picks its own subclass (`FileNotFoundError`, ...).
fn os_error(error: &Error) -> PyErr {
    let file = error.file().map(|file| file.display().to_string());
    match error.io_error() {
        Some(io) if io.kind() == std::io::ErrorKind::IsADirectory => {
            PyIsADirectoryError::new_err((21, "Is a directory", file))
        }
        Some(io) => match io.raw_os_error() {
            Some(code) => {
                let text = io.to_string();
                let text = text.split(" (os error").next().unwrap_or_default().to_owned();
                PyOSError::new_err((code, text, file))
            }
            None => PyOSError::new_err(error.to_string()),
        },
        None => PyOSError::new_err(error.to_string()),
    }
}
