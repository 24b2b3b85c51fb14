//! Where the time of training goes: `cargo bench --bench training -- CORPUS [VOCAB_SIZE] [THREADS]`.

#![allow(clippy::print_stdout, missing_docs, reason = "a bench prints its result")]

use hybridtok::bpe::train::BpeTrainer;
use hybridtok::corpus::{Files, OnInvalid, Source};
use hybridtok::count::{CountOptions, count_words};
use hybridtok::limits::Limits;
use hybridtok::progress::Progress;
use hybridtok::text::Unicode;
use hybridtok::text::segment::Segmenter;
use hybridtok::text::splitters::{ByteLevel, Splitter};

fn main() -> hybridtok::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let Some(path) = arguments.first() else {
        println!("no corpus given: cargo bench --bench training -- CORPUS [VOCAB_SIZE] [THREADS]");
        return Ok(());
    };
    let number = |at: usize, or| arguments.get(at).and_then(|a| a.parse().ok()).unwrap_or(or);
    let (vocab_size, threads) = (number(1, 32_000), number(2, 1));
    let splitter = Splitter::ByteLevel(ByteLevel { add_prefix_space: false, trim_offsets: true, use_regex: true });
    let segmenter = Segmenter::new(None, Some(&splitter), true, Unicode::Hf, Limits::default());
    let source = Source { path: path.into(), field: None };
    let mut files = Files::new(vec![source], OnInvalid::Fail, Limits::default())?;
    let progress = Progress::default();
    let started = cpu_seconds();
    let words = count_words(&segmenter, &mut files, CountOptions { threads, memory: None }, &progress)?
        .into_words(&progress)?;
    let counted = cpu_seconds();
    let trainer = BpeTrainer { vocab_size, ..BpeTrainer::default() };
    let bpe = trainer.train(&words, &progress)?;
    println!(
        "{} distinct words, {} merges: count {:.3}, train {:.3} CPU s",
        words.len(),
        bpe.merges().len(),
        counted - started,
        cpu_seconds() - counted,
    );
    Ok(())
}

/// Seconds that the running threads of this process were on a CPU (proc(5)), or 0 where the system does not say.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}
