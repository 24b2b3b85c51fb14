//! Text without word boundaries. A byte of it may cost at most twice a byte of ordinary text.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use hybridtok::tokenizer::EncodeOptions;

use crate::models::models;
use crate::texts::{random, texts};

const SIZE: usize = 1_000_000;

fn inputs() -> Vec<(&'static str, String)> {
    let ordinary = texts().first().map(|(_, text)| text.chars().take(SIZE).collect()).unwrap_or_default();
    let pick = |from: &'static str| move |n: u32| from.chars().nth(n as usize % from.chars().count()).unwrap_or('x');
    vec![
        ("ordinary text", ordinary),
        ("one letter", "a".repeat(SIZE)),
        ("spaces", " ".repeat(SIZE)),
        ("newlines", "\n".repeat(SIZE)),
        ("CJK", random(SIZE, |n| char::from_u32(0x4e00 + n % 0x5000).unwrap_or('一'))),
        ("combining marks", random(SIZE, |n| char::from_u32(0x300 + n % 0x70).unwrap_or('\u{300}'))),
        ("emoji sequences", random(SIZE, pick("👩👨👧🏽\u{200d}\u{fe0f}❤🇹🇷"))),
        ("random letters", random(SIZE, pick("abcdefghijklmnopqrstuvwxyz"))),
    ]
}

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("adversarial");
    for (name, text) in inputs() {
        for (model, tokenizer) in models() {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("{name}/{model}"), |bencher| {
                bencher.iter_batched(
                    || tokenizer.clone(),
                    |fresh| {
                        let ids = fresh.encode_ids(black_box(&text), EncodeOptions::default()).unwrap();
                        (ids, fresh)
                    },
                    BatchSize::PerIteration,
                );
            });
        }
    }
}
