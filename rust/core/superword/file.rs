//! A boundless model as the `model` section of `hybridtok.json`.

use serde::{Deserialize, Serialize};

use super::Boundless;
use crate::bpe::merges::merges_by_id;
use crate::bpe::{Bpe, Options};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text::eligible::Eligible;
use crate::vocab::Vocab;

/// What the section says it is.
pub(crate) const FORMAT: &str = "hybridtok-boundless";
const VERSION: u32 = 1;

type Pairs = Vec<(String, String)>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    /// What matches somewhere in words that may be joined.
    eligible: String,
    /// All tokens by id, as the byte alphabet writes them.
    vocab: Vec<String>,
    /// Within words, by rank.
    merges: Pairs,
    /// Across words, by rank.
    supermerges: Pairs,
}

/// The section's text. The same model gives the same bytes.
pub(crate) fn write(model: &Boundless) -> String {
    let vocab = model.vocab();
    let token = |id| vocab.token(id).unwrap_or_default().to_owned();
    let pair = |(left, right, _)| (token(left), token(right));
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        eligible: model.eligible().pattern().to_owned(),
        vocab: (0..vocab.slots() as u32).map(token).collect(),
        merges: model.words().merges().map(pair).collect(),
        supermerges: model.supermerges().map(pair).collect(),
    };
    // Writing to memory fails only for map keys that are no strings, and there are none.
    serde_json::to_string(&file).unwrap_or_default()
}

/// Reads a section. Errors: class `Format`, or `Limit`.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Boundless> {
    let wrong = |place: &str, message: &str| Error::format("hybridtok.json", place, message);
    let place = |error: Error, place: &str| error.of("hybridtok.json").at(place);
    let file: File = serde_json::from_str(text).map_err(|error| wrong("model", &error.to_string()))?;
    if file.format != FORMAT || file.version != VERSION {
        return Err(wrong("model.format", "this is not version 1 of hybridtok-boundless"));
    }
    let eligible = Eligible::of(&file.eligible)
        .ok_or_else(|| wrong("model.eligible", "words that may be joined are told by a pattern that is not known"))?;
    let vocab = Vocab::new(file.vocab.iter().zip(0..), limits).map_err(|error| place(error, "model.vocab"))?;
    let merges = merges_by_id(&vocab, &file.merges, "", limits).map_err(|error| place(error, "model"))?;
    let supermerges =
        merges_by_id(&vocab, &file.supermerges, "", limits).map_err(|error| place(error, "model.super"))?;
    let words = Bpe::new(vocab, merges, Options::default()).map_err(|error| place(error, "model"))?;
    Boundless::new(words, supermerges, eligible).map_err(|error| place(error, "model"))
}
