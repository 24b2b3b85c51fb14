//! File formats: each is parsed into checked structs, and written from them. No behaviour lives here.

pub mod hf;
