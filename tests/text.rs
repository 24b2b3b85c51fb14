//! Patterns, normalizers and splitters against what `tokenizers` 0.23.3 does; see `vectors/text/generate.py`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use hybridtok::Limits;
use hybridtok::format::hf::{Reading, read_normalizer, read_splitter};
use hybridtok::text::pattern::{Pattern, Source};
use hybridtok::text::{Aligned, Splits, Unicode};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Vectors<C> {
    strings: Vec<String>,
    cases: Vec<C>,
}

fn vectors<C: serde::de::DeserializeOwned>(json: &str) -> Vectors<C> {
    serde_json::from_str(json).unwrap()
}

#[derive(Deserialize)]
struct PatternCase {
    name: String,
    regex: String,
    /// Matches that are not empty, and the ends of the pieces between all matches.
    want: Vec<(Vec<[usize; 2]>, Vec<usize>)>,
}

#[test]
fn patterns_match_where_the_reference_does() {
    let vectors: Vectors<PatternCase> = vectors(include_str!("vectors/text/patterns.json"));
    for case in vectors.cases {
        let pattern = Pattern::new(Source::Regex(case.regex), Unicode::Hf, &Limits::default()).unwrap();
        for (text, (matches, cuts)) in vectors.strings.iter().zip(case.want) {
            let (mut found, mut ends) = (Vec::new(), vec![text.len()]);
            pattern
                .find_all(text, &mut |span| {
                    ends.extend([span.range().start, span.range().end]);
                    found.push([span.range().start, span.range().end]);
                })
                .unwrap();
            found.retain(|[start, end]| start < end);
            ends.retain(|&end| end > 0);
            ends.sort_unstable();
            ends.dedup();
            assert_eq!(found, matches, "{} on {text:?}", case.name);
            assert_eq!(ends, cuts, "{} on {text:?}", case.name);
        }
    }
}

#[derive(Deserialize)]
struct NormalizerCase {
    normalizer: Value,
    /// The text, and start and end in the source of each of its characters.
    want: Vec<(String, Vec<u32>)>,
}

#[test]
fn normalizers_give_text_and_origins_of_the_reference() {
    let vectors: Vectors<NormalizerCase> = vectors(include_str!("vectors/text/normalizers.json"));
    for case in vectors.cases {
        let json = case.normalizer.to_string();
        let normalizer = read_normalizer(&json, &mut Reading::strict()).unwrap();
        for (source, (text, origins)) in vectors.strings.iter().zip(case.want) {
            let mut got = Aligned::new(source, 0, true);
            normalizer.apply(&mut got, Unicode::Hf, &Limits::default()).unwrap();
            assert_eq!(got.as_str(), text, "{json} on {source:?}");
            let characters = got.as_str().char_indices().map(|(at, c)| got.origin(at..at + c.len_utf8()));
            let got: Vec<u32> = characters.flat_map(|span| [span.start, span.end]).collect();
            assert_eq!(got, origins, "{json} on {source:?}");

            let mut untracked = Aligned::new(source, 0, false);
            normalizer.apply(&mut untracked, Unicode::Hf, &Limits::default()).unwrap();
            assert_eq!(untracked.as_str(), text, "{json} on {source:?}, without origins");
        }
    }
}

#[derive(Deserialize)]
struct SplitterCase {
    splitter: Value,
    /// Words and where they come from.
    want: Vec<Vec<(String, u32, u32)>>,
}

#[test]
fn splitters_cut_where_the_reference_does() {
    let vectors: Vectors<SplitterCase> = vectors(include_str!("vectors/text/splitters.json"));
    for case in vectors.cases {
        let json = case.splitter.to_string();
        let splitter = read_splitter(&json, &mut Reading::strict()).unwrap();
        for (text, want) in vectors.strings.iter().zip(case.want) {
            let mut splits = Splits::new(Aligned::new(text, 0, true));
            splitter.apply(&mut splits, Unicode::Hf).unwrap();
            let words = splits.words().iter().map(|&word| {
                let origin = splits.text().origin(word.range());
                (splits.word(word).to_owned(), origin.start, origin.end)
            });
            assert_eq!(words.collect::<Vec<_>>(), want, "{json} on {text:?}");
        }
    }
}

/// Every kind of normalizer and splitter on long monotonous texts: the work per character must not grow.
#[test]
fn long_monotonous_texts_take_linear_time() {
    let normalizers: Vectors<NormalizerCase> = vectors(include_str!("vectors/text/normalizers.json"));
    let splitters: Vectors<SplitterCase> = vectors(include_str!("vectors/text/splitters.json"));
    let normalizers = normalizers.cases.iter().map(|case| case.normalizer.to_string());
    let splitters = splitters.cases.iter().map(|case| case.splitter.to_string());
    let normalizers: Vec<_> = normalizers.map(|json| read_normalizer(&json, &mut Reading::strict()).unwrap()).collect();
    let splitters: Vec<_> = splitters.map(|json| read_splitter(&json, &mut Reading::strict()).unwrap()).collect();
    // Quadratic work on these lengths would take minutes.
    for unit in ["a", " ", "\u{301}", "ぁ", "'s", "\n", "👨\u{200d}👩\u{200d}👧", "9", "\r\n", "aA", "İ", "각", "🇹"]
    {
        let text = unit.repeat(100_000 / unit.len());
        for normalizer in &normalizers {
            let mut aligned = Aligned::new(&text, 0, true);
            normalizer.apply(&mut aligned, Unicode::Hf, &Limits::default()).unwrap();
        }
        for splitter in &splitters {
            let mut splits = Splits::new(Aligned::new(&text, 0, true));
            splitter.apply(&mut splits, Unicode::Hf).unwrap();
        }
    }
}
