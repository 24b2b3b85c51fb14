//! Counting words, and training on counted words.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use hybridtok::progress::Progress;

use crate::models::{counted, trainer, untrained};
use crate::texts::texts;

pub(crate) fn bench(criterion: &mut Criterion) {
    let progress = Progress::default();
    let segmenter = untrained(None).segmenter_for(true);
    for (name, text) in texts() {
        let mut count = || counted(&segmenter, black_box(text));
        let mut group = criterion.benchmark_group("count");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("gpt2/{name}"), |bencher| bencher.iter(&mut count));
        group.finish();
        let mut group = criterion.benchmark_group("train");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("8,000 tokens/{name}"), |bencher| {
            let train = |words| trainer(8_000).train(words, &progress).unwrap();
            bencher.iter_batched(&mut count, train, BatchSize::LargeInput);
        });
        group.finish();
    }
}
