//! Reading a corpus: files of text or JSON lines, plain or compressed, as batches of documents.

mod reader;
mod weight;

pub use reader::{Files, OnInvalid, Source};
pub use weight::{Weight, draw};

use crate::error::Result;

/// Some documents, in one piece of text.
#[derive(Debug, Default, Clone)]
pub struct Batch {
    text: String,
    ends: Vec<usize>,
}

impl Batch {
    /// Adds a document.
    pub fn push(&mut self, document: &str) {
        self.text.push_str(document);
        self.ends.push(self.text.len());
    }

    /// The documents, in order.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| self.text.get(std::mem::replace(&mut start, end)..end).unwrap_or_default())
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of text.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }
}

/// A stream of documents. Batches are about a megabyte, so that memory stays bounded and a lock is rarely taken.
pub trait Batches {
    /// The next documents, or none at the end.
    fn next_batch(&mut self) -> Result<Option<Batch>>;

    /// Bytes to come in all, if that is known (for progress).
    fn total_bytes(&self) -> Option<u64> {
        None
    }
}
