//! Training boundless models.

use hybridtok::bpe::train::TieRule;
use hybridtok::models::Model;
use hybridtok::progress::Progress;
use hybridtok::superword::train::BoundlessTrainer;
use hybridtok::text::eligible::Eligible;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::run::interruptible;
use crate::tokenizer::Tokenizer;
use crate::train::{WordCounts, rule};

/// Trains a boundless model and puts it into the tokenizer, whose splitter cut the words. `chunks` were counted with the
/// same `eligible`. `rules` are of merges within words, `super_rules` of those across. `transition` counts special tokens,
/// too; None lets the corpus decide. With `superwords` false the tokenizer gets a plain model of the words that there
/// would be.
///
/// Returns what was made, as `train_bpe`; beside that `transition`, `superword_merges`, `runs` (distinct ones), and how
/// often each merge applied: `counts`, and across words `super_counts`.
#[pyfunction]
#[pyo3(signature = (
    tokenizer, words, chunks, *, vocab_size, transition, eligible, tie_rule, special_tokens, min_frequency, rules,
    super_rules, superwords = true, report = None
))]
#[allow(clippy::too_many_arguments, reason = "the trainer's settings are Python keywords")]
pub(crate) fn train_boundless<'py>(
    py: Python<'py>,
    tokenizer: &Bound<'py, Tokenizer>,
    words: &Bound<'py, WordCounts>,
    chunks: &Bound<'py, WordCounts>,
    vocab_size: usize,
    transition: Option<usize>,
    eligible: &str,
    tie_rule: &str,
    special_tokens: Vec<String>,
    min_frequency: u64,
    rules: Vec<(String, Bound<'py, PyAny>)>,
    super_rules: Vec<(String, Bound<'py, PyAny>)>,
    superwords: bool,
    report: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let trainer = BoundlessTrainer {
        vocab_size,
        special_tokens,
        transition,
        eligible: eligible_of(eligible)?,
        ties: tie_rule_of(tie_rule)?,
        min_frequency,
        rules: rules.iter().map(rule).collect::<PyResult<_>>()?,
        super_rules: super_rules.iter().map(rule).collect::<PyResult<_>>()?,
    };
    let cutting = tokenizer.get().read();
    let (words, chunks) = (words.get().take()?, chunks.get().take()?);
    let progress = Progress::default();
    let (model, made, total, distinct) = interruptible(py, &progress, report, || {
        let words = words.into_words(&progress)?;
        let total: u64 = words.iter().map(|(_, count)| count).fold(0, u64::saturating_add);
        let distinct = words.len();
        let (model, made) = if superwords {
            let (model, made) = trainer.train(&cutting, words, chunks, &progress)?;
            (Model::Boundless(model.into()), made)
        } else {
            let (model, made) = trainer.train_words(&cutting, words, chunks, &progress)?;
            (Model::Bpe(model), made)
        };
        Ok((model, made, total, distinct))
    })?;
    let found = PyDict::new(py);
    found.set_item("words", total)?;
    found.set_item("distinct_words", distinct)?;
    found.set_item("runs", made.runs)?;
    found.set_item("transition", made.transition)?;
    found.set_item("merges", made.counts.len())?;
    found.set_item("superword_merges", made.super_counts.len())?;
    found.set_item("duplicates", made.duplicates)?;
    found.set_item("refused", made.refused)?;
    found.set_item("exhausted", made.exhausted)?;
    found.set_item("counts", made.counts)?;
    found.set_item("super_counts", made.super_counts)?;
    tokenizer.get().change(py, |core| {
        core.set_model(model);
        Ok(())
    })?;
    Ok(found)
}

/// What a pattern says of words that may be joined.
pub(crate) fn eligible_of(pattern: &str) -> PyResult<Eligible> {
    Eligible::of(pattern).ok_or_else(|| PyValueError::new_err(format!("no such pattern of words to join: {pattern:?}")))
}

pub(crate) fn tie_rule_of(name: &str) -> PyResult<TieRule> {
    match name {
        "ids" => Ok(TieRule::Ids),
        "bytes" => Ok(TieRule::Bytes),
        _ => Err(PyValueError::new_err(format!("tie_rule is 'ids' or 'bytes', not {name:?}"))),
    }
}
