//! From a text to its words: normalization with alignment to the original, and splitting.

pub mod aligned;
pub mod bytes;
pub mod chars;
pub mod classes;
pub mod eligible;
pub mod normalizers;
pub mod pattern;
mod regex;
pub mod scan;
pub mod segment;
pub mod splits;
pub mod splitters;

pub use aligned::{Aligned, Rewriter};
pub use classes::Unicode;
pub use splits::Splits;

/// A half-open range of byte positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Span { start, end }
    }

    /// Number of bytes.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether no byte is covered.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// As a `Range<usize>`, to slice with.
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        // Texts longer than `Limits::text_bytes` are refused before a span into them exists.
        Span { start: range.start as u32, end: range.end as u32 }
    }
}
