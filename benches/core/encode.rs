//! Encoding: to ids with a fresh tokenizer and again, to full encodings, batches, prompts.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use hybridtok::tokenizer::{EncodeOptions, Input};

use crate::models::models;
use crate::texts::texts;

pub(crate) fn bench(criterion: &mut Criterion) {
    let options = EncodeOptions::default();
    let mut group = criterion.benchmark_group("encode");
    for (model, tokenizer) in models() {
        for (name, text) in texts() {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("ids cold/{model}/{name}"), |bencher| {
                // A clone starts with empty caches.
                bencher.iter_batched(
                    || tokenizer.clone(),
                    |fresh| {
                        let ids = fresh.encode_ids(black_box(text), options).unwrap();
                        (ids, fresh)
                    },
                    BatchSize::PerIteration,
                );
            });
            group.bench_function(format!("ids warm/{model}/{name}"), |bencher| {
                bencher.iter(|| tokenizer.encode_ids(black_box(text), options).unwrap());
            });
        }
    }
    let Some((model, tokenizer)) = models().last() else { return };
    for (name, text) in texts() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("full/{model}/{name}"), |bencher| {
            bencher.iter(|| tokenizer.encode(&Input::Text(black_box(text.as_str()).into()), None, options).unwrap());
        });
        let documents: Vec<&str> = pieces(text, 500);
        for threads in [1, 2] {
            group.bench_function(format!("batch of 500 bytes, {threads} threads/{model}/{name}"), |bencher| {
                bencher.iter(|| tokenizer.encode_batch_ids(black_box(&documents), options, threads).unwrap());
            });
        }
        for size in [64, 512] {
            let prompt = pieces(text, size).swap_remove(1);
            group.throughput(Throughput::Bytes(prompt.len() as u64));
            group.bench_function(format!("prompt of {size} bytes/{model}/{name}"), |bencher| {
                bencher.iter(|| tokenizer.encode_ids(black_box(prompt), options).unwrap());
            });
        }
    }
}

/// A text in pieces of `size` bytes, or a little more where that would cut a character.
fn pieces(text: &str, size: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = (size..rest.len()).find(|&end| rest.is_char_boundary(end)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}
