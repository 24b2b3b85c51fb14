//! What `Split` and `Replace` look for: a literal string or a regular expression.

use std::sync::Arc;

use memchr::memmem;

use super::regex::Regex;
use super::scan::Scanner;
use super::{Span, Unicode};
use crate::error::Result;
use crate::limits::Limits;

/// A compiled pattern that remembers how it was written. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: Source,
    matcher: Matcher,
}

/// How a pattern is written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `{"String": ...}`: the text itself.
    String(String),
    /// `{"Regex": ...}`: Oniguruma's syntax, as Hugging Face reads it.
    Regex(String),
}

#[derive(Debug, Clone)]
enum Matcher {
    /// The empty string is everywhere: at each character boundary.
    Empty,
    Literal(Arc<memmem::Finder<'static>>),
    /// A well-known pattern.
    Scanner(Scanner, Unicode),
    Regex(Arc<Regex>),
}

impl Pattern {
    /// Compiles. A pattern that is malformed or above a limit is an error of class `Format` or `Limit`.
    pub fn new(source: Source, unicode: Unicode, limits: &Limits) -> Result<Self> {
        let matcher = match &source {
            Source::String(string) if string.is_empty() => Matcher::Empty,
            Source::String(string) => Matcher::Literal(Arc::new(memmem::Finder::new(string).into_owned())),
            Source::Regex(regex) => match Scanner::of(regex) {
                Some(scanner) => Matcher::Scanner(scanner, unicode),
                None => Matcher::Regex(Arc::new(Regex::new(regex, unicode, limits)?)),
            },
        };
        Ok(Pattern { source, matcher })
    }

    /// How the pattern was written.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The scanner for this pattern, if it is a well-known one. Its matches cover every text.
    pub(crate) fn scanner(&self) -> Option<Scanner> {
        match self.matcher {
            Matcher::Scanner(scanner, _) => Some(scanner),
            _ => None,
        }
    }

    /// Calls `found` with every match, leftmost first, without overlap (empty matches included, as Oniguruma's
    /// iterator gives them). An empty text has no match.
    ///
    /// Fails with class `Limit` if a regular expression uses up `Limits::regex_steps_per_kib`, which only one with
    /// back-references, or a very large one, can.
    pub fn find_all(&self, text: &str, found: &mut dyn FnMut(Span)) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        match &self.matcher {
            Matcher::Empty => {
                let ends = std::iter::once(text.len());
                text.char_indices().map(|(at, _)| at).chain(ends).for_each(|at| found(Span::from(at..at)));
            }
            Matcher::Literal(finder) => {
                let len = finder.needle().len();
                finder.find_iter(text.as_bytes()).for_each(|at| found(Span::from(at..at + len)));
            }
            Matcher::Scanner(scanner, unicode) => scanner.matches(text, *unicode, found),
            Matcher::Regex(regex) => regex.find_all(text, |range| found(Span::from(range)))?,
        }
        Ok(())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}
