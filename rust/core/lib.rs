//! `hybridtok`: tokenizers that are exact, lossless and fast.
//!
//! ```text
//! text ──▶ normalize ──▶ split ──▶ model ──▶ ids
//! ```

pub mod added;
pub mod artefact;
pub mod bpe;
pub mod corpus;
pub mod count;
mod cpu;
pub mod decode;
pub mod encoding;
pub mod error;
pub mod format;
pub mod interrupt;
pub mod limits;
mod memory;
pub mod models;
pub mod morph;
pub mod post;
pub mod progress;
pub mod random;
pub mod superword;
pub mod text;
pub mod tokenizer;
mod trie;
pub mod vocab;

pub use error::{Error, ErrorClass, Result};
pub use limits::Limits;
