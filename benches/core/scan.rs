//! Cutting text into words, for every pattern that has a scanner.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use hybridtok::text::Unicode;
use hybridtok::text::scan::Scanner;

use crate::texts::texts;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scan");
    for (number, (_, scanner)) in Scanner::patterns().enumerate() {
        for (name, text) in texts() {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("pattern {number}/{name}"), |bencher| {
                bencher.iter(|| {
                    let mut words = 0_usize;
                    scanner.words(black_box(text), Unicode::default(), &mut |some| words += some.len());
                    words
                });
            });
        }
    }
}
