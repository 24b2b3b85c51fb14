//! Morphs found in lists of words, for the importers of lexicons.

use hybridtok::morph::induce::{self, induce};
use hybridtok::progress::Progress;
use pyo3::prelude::*;

use crate::run::interruptible;

/// The prefixes, stems and suffixes of a list of words.
#[pyclass(frozen, module = "hybridtok._core")]
pub(crate) struct Induction(induce::Induction);

#[pymethods]
impl Induction {
    /// Morphs, each with `prefix`, `stem` or `suffix` and the number of words that use it, on average over samples.
    fn morphs(&self) -> Vec<(String, &'static str, f64)> {
        self.0.morphs().into_iter().map(|(morph, part, count)| (morph, part.name(), count)).collect()
    }

    /// How many stems a word has, beyond the first, on average.
    fn compounding(&self) -> f64 {
        self.0.compounding()
    }

    /// The best cut of a word: morphs and what they are.
    fn segment(&self, word: &str) -> Vec<(String, &'static str)> {
        let letters: Vec<char> = word.chars().collect();
        let mut rest = letters.iter();
        let cut = self.0.segment(&letters).into_iter();
        cut.map(|(length, part)| (rest.by_ref().take(length).collect(), part.name())).collect()
    }
}

/// Finds the morphs of distinct words with their counts. `report(stage, done, total)` is called now and then.
#[pyfunction]
#[pyo3(signature = (words, *, report = None))]
pub(crate) fn induce_morphs(
    py: Python<'_>,
    words: Vec<(String, u64)>,
    report: Option<&Bound<'_, PyAny>>,
) -> PyResult<Induction> {
    let words: Vec<(Vec<char>, u64)> = words.into_iter().map(|(word, count)| (word.chars().collect(), count)).collect();
    let progress = Progress::default();
    interruptible(py, &progress, report, || induce(&words, &progress)).map(Induction)
}
