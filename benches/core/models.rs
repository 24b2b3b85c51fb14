//! Tokenizers to measure, trained on the repository's corpora.

use std::sync::OnceLock;

use hybridtok::Limits;
use hybridtok::bpe::train::BpeTrainer;
use hybridtok::corpus::{Batch, Batches};
use hybridtok::count::{CountOptions, WordCounts, count_words};
use hybridtok::models::Model;
use hybridtok::progress::Progress;
use hybridtok::text::Unicode;
use hybridtok::text::bytes::byte_to_char;
use hybridtok::text::segment::Segmenter;
use hybridtok::tokenizer::Tokenizer;

use crate::texts::corpus;

const CL100K: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/// Trained tokenizers by the name of their pattern.
pub(crate) fn models() -> &'static [(&'static str, Tokenizer)] {
    static MODELS: OnceLock<Vec<(&'static str, Tokenizer)>> = OnceLock::new();
    MODELS.get_or_init(|| {
        let text = corpus("english") + &corpus("turkish");
        ["gpt2", "cl100k"].map(|name| (name, trained(untrained(name), &text, 8_000))).into()
    })
}

/// A byte-level tokenizer without a vocabulary.
pub(crate) fn untrained(pattern: &str) -> Tokenizer {
    let bytes = |regex: bool| {
        format!(r#"{{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":{regex}}}"#)
    };
    let splitter = if pattern == "gpt2" {
        bytes(true)
    } else {
        let split =
            format!(r#"{{"type":"Split","pattern":{{"Regex":"{CL100K}"}},"behavior":"Isolated","invert":false}}"#);
        format!(r#"{{"type":"Sequence","pretokenizers":[{split},{}]}}"#, bytes(false))
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
