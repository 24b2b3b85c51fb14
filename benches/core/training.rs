//! Counting words, and training on counted words.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use hybridtok::count::{CountOptions, count_words};
use hybridtok::progress::Progress;

use crate::models::{Lines, trainer, untrained};
use crate::texts::texts;

pub(crate) fn bench(criterion: &mut Criterion) {
    let progress = Progress::default();
    let segmenter = untrained("gpt2").segmenter_for(true);
    for (name, text) in texts() {
        let mut count = || {
            let mut lines = Lines(Some(black_box(text)));
            let counted = count_words(&segmenter, &mut lines, CountOptions::default(), &progress).unwrap();
            counted.into_words(&progress).unwrap()
        };
        let mut group = criterion.benchmark_group("count");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("gpt2/{name}"), |bencher| bencher.iter(&mut count));
        group.finish();
        let words = count();
        let mut group = criterion.benchmark_group("train");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("8,000 tokens/{name}"), |bencher| {
            bencher.iter(|| trainer(8_000).train(black_box(&words), &progress).unwrap());
        });
        group.finish();
    }
}
