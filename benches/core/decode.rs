//! Decoding ids to text.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use hybridtok::tokenizer::{DecodeOptions, EncodeOptions};

use crate::models::models;
use crate::texts::texts;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    let Some((model, tokenizer)) = models().last() else { return };
    for (name, text) in texts() {
        let ids = tokenizer.encode_ids(text, EncodeOptions::default()).unwrap();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("{model}/{name}"), |bencher| {
            bencher.iter(|| tokenizer.decode(black_box(&ids), DecodeOptions::default()).unwrap());
        });
    }
}
