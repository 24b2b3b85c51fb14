//! The one error type. Its kind is private; callers ask for the [`ErrorClass`] and the attributes.
//!
//! A message says what is wrong, where, and, if it helps, what to do. Text that came from outside is shortened and
//! escaped by [`quote`], so that a message is always one readable line.

use std::fmt;
use std::path::{Path, PathBuf};

/// `std::result::Result` with this crate's [`Error`], unless another one is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where. One line of text by `Display`; the attributes by methods.
#[derive(Debug)]
pub struct Error {
    kind: Box<Kind>,
}

/// The classes a caller may want to tell apart; the Python exceptions mirror them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// A file is not a valid file of its format.
    Format,
    /// One of our own files is damaged: checksum, version or self-test.
    Artefact,
    /// A bound of [`crate::Limits`] was exceeded.
    Limit,
    /// A character has no token, no fallback and no unknown token.
    UnknownToken,
    /// Text contains a special token that the caller disallowed.
    SpecialToken,
    /// Something cannot be said in the target format.
    Export,
    /// Training cannot start or go on.
    Training,
    /// Input bytes are not text.
    Encoding,
    /// An argument has a value that makes no sense.
    Argument,
    /// The operating system refused.
    Io,
    /// The caller asked to stop.
    Interrupted,
}

#[derive(Debug)]
enum Kind {
    Format { format: &'static str, path: String, offset: Option<u64>, message: String },
    Artefact { path: String, message: String },
    Limit { limit: &'static str, value: u64, max: u64, path: String },
    UnknownToken { text: String, char_offset: usize, reason: String },
    SpecialToken { token: String, char_offset: usize },
    Export { component: String, message: String },
    Training { message: String },
    Encoding { file: Option<PathBuf>, offset: u64, message: String },
    Argument { message: String },
    Io { file: Option<PathBuf>, source: std::io::Error },
    Interrupted,
}

impl Error {
    /// A file that is not valid: `path` is the place inside it (a JSON path such as `model.merges[0]`, or empty).
    pub fn format(format: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Kind::Format { format, path: path.into(), offset: None, message: message.into() }.into()
    }

    /// As [`Error::format`], for formats whose places are lines or bytes.
    pub fn format_at(format: &'static str, offset: u64, message: impl Into<String>) -> Self {
        Kind::Format { format, path: String::new(), offset: Some(offset), message: message.into() }.into()
    }

    /// One of our own files does not hold together.
    pub fn artefact(path: impl Into<String>, message: impl Into<String>) -> Self {
        Kind::Artefact { path: path.into(), message: message.into() }.into()
    }

    /// `value` exceeds `max`; `limit` is the field of [`crate::Limits`].
    pub fn limit(limit: &'static str, value: u64, max: u64) -> Self {
        Kind::Limit { limit, value, max, path: String::new() }.into()
    }

    /// A character (given as `text`) at `char_offset` of the input cannot be encoded.
    pub fn unknown_token(text: &str, char_offset: usize) -> Self {
        let reason = "the tokenizer has neither byte fallback nor an unknown token".to_owned();
        Kind::UnknownToken { text: quote(text), char_offset, reason }.into()
    }

    /// Another reason than the usual one why a character has no token.
    #[must_use]
    pub(crate) fn because(mut self, why: String) -> Self {
        if let Kind::UnknownToken { reason, .. } = &mut *self.kind {
            *reason = why;
        }
        self
    }

    /// The input holds `token`, which the caller disallowed.
    pub fn special_token(token: &str, char_offset: usize) -> Self {
        Kind::SpecialToken { token: quote(token), char_offset }.into()
    }

    /// `component` cannot be expressed in the target format.
    pub fn export(component: impl Into<String>, message: impl Into<String>) -> Self {
        Kind::Export { component: component.into(), message: message.into() }.into()
    }

    /// Training cannot start or go on.
    pub fn training(message: impl Into<String>) -> Self {
        Kind::Training { message: message.into() }.into()
    }

    /// Bytes that are not text, at byte `offset` of `file` (or of the input).
    pub fn encoding(file: Option<&Path>, offset: u64, message: impl Into<String>) -> Self {
        Kind::Encoding { file: file.map(Path::to_path_buf), offset, message: message.into() }.into()
    }

    /// An argument that makes no sense.
    pub fn argument(message: impl Into<String>) -> Self {
        Kind::Argument { message: message.into() }.into()
    }

    /// The operating system refused something on `file`.
    pub fn io(file: Option<&Path>, source: std::io::Error) -> Self {
        Kind::Io { file: file.map(Path::to_path_buf), source }.into()
    }

    /// The caller asked to stop.
    pub fn interrupted() -> Self {
        Kind::Interrupted.into()
    }

    /// Says where: prefixes the place inside a file, outermost last (`at("model")` then `at("merges[0]")` inside out).
    /// A place that starts with `[` is joined without a dot. Errors that have no place keep none.
    #[must_use]
    pub fn at(mut self, place: &str) -> Self {
        if let Kind::Format { path, .. } | Kind::Limit { path, .. } | Kind::Artefact { path, .. } = &mut *self.kind {
            let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
            *path = format!("{place}{dot}{path}");
        }
        self
    }

    /// Where in the whole input the unknown character stands; a model only knows its own word.
    #[must_use]
    pub(crate) fn at_char(mut self, offset: usize) -> Self {
        if let Kind::UnknownToken { char_offset, .. } = &mut *self.kind {
            *char_offset = offset;
        }
        self
    }

    /// Names the format of a format error that arose in a part that does not know which file it is read from.
    #[must_use]
    pub fn of(mut self, name: &'static str) -> Self {
        if let Kind::Format { format, .. } = &mut *self.kind {
            *format = name;
        }
        self
    }

    /// The class, for callers who react differently.
    pub fn class(&self) -> ErrorClass {
        match &*self.kind {
            Kind::Format { .. } => ErrorClass::Format,
            Kind::Artefact { .. } => ErrorClass::Artefact,
            Kind::Limit { .. } => ErrorClass::Limit,
            Kind::UnknownToken { .. } => ErrorClass::UnknownToken,
            Kind::SpecialToken { .. } => ErrorClass::SpecialToken,
            Kind::Export { .. } => ErrorClass::Export,
            Kind::Training { .. } => ErrorClass::Training,
            Kind::Encoding { .. } => ErrorClass::Encoding,
            Kind::Argument { .. } => ErrorClass::Argument,
            Kind::Io { .. } => ErrorClass::Io,
            Kind::Interrupted => ErrorClass::Interrupted,
        }
    }

    /// The place inside a file (`model.merges[0]`), for format and limit errors.
    pub fn path(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Format { path, .. } | Kind::Limit { path, .. } | Kind::Artefact { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The format's name (`tokenizer.json`), for format errors.
    pub fn format_name(&self) -> Option<&'static str> {
        match &*self.kind {
            Kind::Format { format, .. } => Some(format),
            Kind::Artefact { .. } => Some("hybridtok.json"),
            _ => None,
        }
    }

    /// Byte or line of a format or encoding error.
    pub fn offset(&self) -> Option<u64> {
        match &*self.kind {
            Kind::Format { offset, .. } => *offset,
            Kind::Encoding { offset, .. } => Some(*offset),
            _ => None,
        }
    }

    /// Name, value and maximum of a limit error.
    pub fn limit_values(&self) -> Option<(&'static str, u64, u64)> {
        match &*self.kind {
            Kind::Limit { limit, value, max, .. } => Some((limit, *value, *max)),
            _ => None,
        }
    }

    /// Offset in characters, for unknown and special token errors.
    pub fn char_offset(&self) -> Option<usize> {
        match &*self.kind {
            Kind::UnknownToken { char_offset, .. } | Kind::SpecialToken { char_offset, .. } => Some(*char_offset),
            _ => None,
        }
    }

    /// The component an export error is about.
    pub fn component(&self) -> Option<&str> {
        match &*self.kind {
            Kind::Export { component, .. } => Some(component),
            _ => None,
        }
    }

    /// The file of an I/O or encoding error.
    pub fn file(&self) -> Option<&Path> {
        match &*self.kind {
            Kind::Io { file, .. } | Kind::Encoding { file, .. } => file.as_deref(),
            _ => None,
        }
    }

    /// The operating system's error, for I/O errors.
    pub fn io_error(&self) -> Option<&std::io::Error> {
        match &*self.kind {
            Kind::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Error { kind: Box::new(kind) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            Kind::Format { format, path, offset: None, message } if path.is_empty() => write!(f, "{format}: {message}"),
            Kind::Format { format, path, offset: None, message } => write!(f, "{format}: {path}: {message}"),
            Kind::Format { format, offset: Some(at), message, .. } => write!(f, "{format}: at {at}: {message}"),
            Kind::Artefact { path, message } if path.is_empty() => write!(f, "hybridtok.json: {message}"),
            Kind::Artefact { path, message } => write!(f, "hybridtok.json: {path}: {message}"),
            Kind::Limit { limit, value, max, path } => {
                let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
                write!(f, "{at}{limit} is {value}, the limit is {max}; raise `limits.{limit}` if you trust the source")
            }
            Kind::UnknownToken { text, char_offset, reason } => {
                write!(f, "the character {text} at offset {char_offset} has no token: {reason}")
            }
            Kind::SpecialToken { token, char_offset } => write!(
                f,
                "the text holds the special token {token} at offset {char_offset}, which is disallowed; pass it in `allowed_special` or as a list of ids"
            ),
            Kind::Export { component, message } => write!(f, "cannot export: {component}: {message}"),
            Kind::Training { message } | Kind::Argument { message } => f.write_str(message),
            Kind::Encoding { file: Some(file), offset, message } => {
                write!(f, "{}: byte {offset}: {message}", file.display())
            }
            Kind::Encoding { file: None, offset, message } => write!(f, "byte {offset}: {message}"),
            Kind::Io { file: Some(file), source } => write!(f, "{}: {source}", file.display()),
            Kind::Io { file: None, source } => write!(f, "{source}"),
            Kind::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            Kind::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Text from outside, for a message: at most 80 characters, escaped, in backquotes.
pub(crate) fn quote(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_joined_inside_out() {
        let cases: &[(&[&str], &str)] = &[
            (&["[0]", "merges", "model"], "model.merges[0]"),
            (&["pattern", "pre_tokenizer"], "pre_tokenizer.pattern"),
        ];
        for (places, want) in cases {
            let error = places.iter().fold(Error::format("tokenizer.json", "", "x"), |e, place| e.at(place));
            assert_eq!(error.path(), Some(*want));
        }
    }

    #[test]
    fn quoted_text_is_one_short_line() {
        let quoted = quote(&"a\n".repeat(500));
        assert!(!quoted.contains('\n') && quoted.chars().count() < 200, "{quoted}");
    }
}
