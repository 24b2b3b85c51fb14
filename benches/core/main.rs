//! `cargo bench`: what the core costs, one layer at a time.
//!
//! Inputs are the corpora of this repository, made longer, and generated worst cases; models are trained when the
//! benchmarks start. `cargo bench -- encode` runs what has `encode` in its name, `cargo bench -- --quick` everything
//! with few samples, and `HYBRIDTOK_BENCH_TEXT=FILE cargo bench` takes a text of your own. One thread unless the name
//! says otherwise. Beside other tokenizers: `hybridtok bench` and `benches/python/compare.py`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot start should say so and end")]

mod adversarial;
mod decode;
mod encode;
mod load;
mod models;
mod scan;
mod texts;
mod training;

use std::time::Duration;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    scan::bench(&mut criterion);
    encode::bench(&mut criterion);
    adversarial::bench(&mut criterion);
    decode::bench(&mut criterion);
    load::bench(&mut criterion);
    training::bench(&mut criterion);
    criterion.final_summary();
}
