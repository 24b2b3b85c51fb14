//! Tokenizers to measure, trained on the repository's corpora.

use std::sync::OnceLock;

use hybridtok::Limits;
use hybridtok::bpe::train::{BpeTrainer, Rule};
use hybridtok::corpus::{Batch, Batches};
use hybridtok::count::{CountOptions, WordCounts, count_words};
use hybridtok::models::Model;
use hybridtok::progress::Progress;
use hybridtok::text::Unicode;
use hybridtok::text::bytes::byte_to_char;
use hybridtok::text::segment::Segmenter;
use hybridtok::tokenizer::Tokenizer;

use crate::texts::corpus;

const CL100K: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// SuperBPE's words, and what bounds chunks of several.
const WORDS: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const CHUNKS: &str = r"\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]{2,}[\r\n/]*| +(?!\S)";

const VOCAB_SIZE: usize = 8_000;

/// Trained tokenizers by the name of their pattern, one of them with tokens across words.
pub(crate) fn models() -> &'static [(&'static str, Tokenizer)] {
    static MODELS: OnceLock<Vec<(&'static str, Tokenizer)>> = OnceLock::new();
    MODELS.get_or_init(|| {
        let text = corpus("english") + &corpus("turkish");
        let words = |pattern| trained(untrained(pattern), &text, VOCAB_SIZE);
        vec![("gpt2", words(None)), ("superwords", superwords(&text)), ("cl100k", words(Some(CL100K)))]
    })
}

/// Nine of ten tokens within words, the rest also across them.
fn superwords(text: &str) -> Tokenizer {
    let words = trained(untrained(Some(WORDS)), text, VOCAB_SIZE / 10 * 9);
    let mut tokenizer = untrained(Some(CHUNKS));
    let chunks = counted(&tokenizer.segmenter_for(true), text);
    tokenizer.set_model(words.parts().model.clone());
    let (base, taken) = tokenizer.to_extend().unwrap();
    let trainer = BpeTrainer { rules: vec![Rule::MaxWords(4), Rule::Colon], ..trainer(VOCAB_SIZE) };
    let made = trainer.extend(base, &taken, chunks.into(), &Progress::default()).unwrap().bpe;
    tokenizer.set_model(Model::Bpe(made));
    tokenizer
}

/// A byte-level tokenizer without a vocabulary, for a pattern or GPT-2's.
pub(crate) fn untrained(pattern: Option<&str>) -> Tokenizer {
    let bytes = |regex: bool| {
        format!(r#"{{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":{regex}}}"#)
    };
    let splitter = match pattern {
        None => bytes(true),
        Some(pattern) => {
            let pattern = serde_json::to_string(pattern).unwrap();
            let split =
                format!(r#"{{"type":"Split","pattern":{{"Regex":{pattern}}},"behavior":"Isolated","invert":false}}"#);
            format!(r#"{{"type":"Sequence","pretokenizers":[{split},{}]}}"#, bytes(false))
        }
    };
    let json = format!(
        r#"{{"version":"1.0","added_tokens":[],"pre_tokenizer":{splitter},"decoder":{},"model":{{"type":"BPE","vocab":{{}},"merges":[]}}}}"#,
        bytes(true)
    );
    Tokenizer::from_json(json.as_bytes(), Unicode::default(), &Limits::default(), false).unwrap().0
}

/// The tokenizer with a model trained on a text.
pub(crate) fn trained(mut tokenizer: Tokenizer, text: &str, vocab_size: usize) -> Tokenizer {
    let progress = Progress::default();
    let words = counted(&tokenizer.segmenter_for(true), text);
    tokenizer.set_model(Model::Bpe(trainer(vocab_size).train(words, &progress).unwrap().bpe));
    tokenizer
}

/// The words of a text.
pub(crate) fn counted(segmenter: &Segmenter, text: &str) -> WordCounts {
    let (lines, progress) = (&mut Lines(Some(text)), Progress::default());
    let counted = count_words(std::slice::from_ref(segmenter), lines, CountOptions::default(), &progress);
    counted.unwrap().remove(0).into_words(&progress).unwrap()
}

/// A trainer that starts with all bytes.
pub(crate) fn trainer(vocab_size: usize) -> BpeTrainer {
    let alphabet = (0..=255).map(byte_to_char).collect();
    BpeTrainer { vocab_size, initial_alphabet: alphabet, ..BpeTrainer::default() }
}

/// The lines of a text as a corpus.
pub(crate) struct Lines<'a>(pub(crate) Option<&'a str>);

impl Batches for Lines<'_> {
    fn next_batch(&mut self) -> hybridtok::Result<Option<Batch>> {
        Ok(self.0.take().map(|text| {
            let mut batch = Batch::default();
            text.split_inclusive('\n').for_each(|line| batch.push(line));
            batch
        }))
    }
}
