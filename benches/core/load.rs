//! Reading a `tokenizer.json` that is in memory.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use hybridtok::Limits;
use hybridtok::text::Unicode;
use hybridtok::tokenizer::Tokenizer;

use crate::models::models;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    for (model, tokenizer) in models() {
        let json = tokenizer.to_json(false);
        group.throughput(Throughput::Bytes(json.len() as u64));
        group.bench_function(format!("8,000 tokens/{model}"), |bencher| {
            let limits = Limits::default();
            bencher
                .iter(|| Tokenizer::from_json(black_box(json.as_bytes()), Unicode::default(), &limits, true).unwrap());
        });
    }
}
