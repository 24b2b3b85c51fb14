//! Python bindings: convert, release the interpreter, map errors. One file a class; no logic of its own.

mod args;
mod components;
mod corpus;
mod encoding;
mod errors;
mod lexicon;
mod morph;
mod ragged;
mod run;
mod superword;
mod tokenizer;
mod train;

use pyo3::prelude::*;

/// The Rust core of `hybridtok`.
#[pymodule(gil_used = false)]
mod _core {
    #[pymodule_export]
    use crate::components::{
        clean_component, decode_chain, normalize, own_patterns, post_process, pre_tokenize, template_component,
        tokenize_word,
    };
    #[pymodule_export]
    use crate::corpus::{Documents, draws};
    #[pymodule_export]
    use crate::encoding::Encoding;
    #[pymodule_export]
    use crate::lexicon::{Induction, induce_morphs};
    #[pymodule_export]
    use crate::morph::{pack_analyses, read_pack, train_hybrid};
    #[pymodule_export]
    use crate::ragged::Ragged;
    #[pymodule_export]
    use crate::superword::train_boundless;
    #[pymodule_export]
    use crate::tokenizer::{DecodeStream, Tokenizer};
    #[pymodule_export]
    use crate::train::{WordCounts, add_noise, check_extendable, count_words, extend_bpe, merge_counts, train_bpe};

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// Starts the random numbers of dropout and of `sample` at `seed`.
    #[pyo3::pyfunction]
    fn seed(seed: u64) {
        hybridtok::random::seed(seed);
    }
}
