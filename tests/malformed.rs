//! `tokenizer.json` files that must not break anything: known ones with the outcome each must have, and made-up ones
//! (every number replaced, bytes damaged at random) that must load or be refused, and never panic.
//!
//! The known ones are read from `tests/vectors/hostile/`, or from `$HYBRIDTOK_GOLDEN/hostile/`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use hybridtok::added::Allowed;
use hybridtok::format::hf::{Reading, read, write};
use hybridtok::text::Unicode;
use hybridtok::tokenizer::{DecodeOptions, EncodeOptions, Input, OffsetUnit, Tokenizer, UnknownIds};
use hybridtok::{Error, ErrorClass, Limits};
use serde_json::Value;

fn golden(area: &str) -> PathBuf {
    std::env::var_os("HYBRIDTOK_GOLDEN")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"), PathBuf::from)
        .join(area)
}

fn json_lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The bytes of a case's file: given as text or base64, or made by a rule.
fn bytes_of(case: &Value) -> Vec<u8> {
    if let Some(text) = case["content"].as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = case["content_b64"].as_str() {
        return base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    }
    let rule = &case["generate"];
    let part = |name: &str| rule[name].as_str().unwrap();
    let n = rule["n"].as_u64().unwrap() as usize;
    match part("gen") {
        "nest" => {
            let field = rule["field"].as_str().unwrap_or("normalizer");
            let nest = format!("{}{}{}", part("open").repeat(n), part("inner"), part("close").repeat(n));
            let made = part("base").replacen(&format!("\"{field}\": null"), &format!("\"{field}\": {nest}"), 1);
            made.into_bytes()
        }
        "repeat" => format!("{}{}{}", part("prefix"), part("unit").repeat(n), part("suffix")).into_bytes(),
        other => panic!("no rule `{other}`"),
    }
}

/// What is done with a file that loads (`probes.json` of the fixtures). Returns the errors; none may be a panic.
fn probe(tokenizer: &Tokenizer, probes: &Value) -> Vec<Error> {
    let text = |value: &Value| Input::Text(value.as_str().unwrap().to_owned().into());
    let texts = |name: &str| probes[name].as_array().unwrap().iter().map(text).collect::<Vec<_>>();
    let ids = |name: &str| -> Vec<u32> {
        probes[name].as_array().unwrap().iter().map(|id| u32::try_from(id.as_u64().unwrap()).unwrap()).collect()
    };
    let encode = EncodeOptions { allowed: Allowed::All, unit: OffsetUnit::Chars, ..EncodeOptions::default() };
    let decode = DecodeOptions { skip_special_tokens: true, unknown: UnknownIds::Skip, ..DecodeOptions::default() };
    let pair = texts("pair");
    let batch: Vec<_> = texts("batch").into_iter().map(|text| (text, None)).collect();
    let errors = [
        tokenizer.encode(&text(&probes["encode"]), None, encode).err(),
        tokenizer.encode(&pair[0], Some(&pair[1]), encode).err(),
        tokenizer.encode_batch(&batch, encode, 2).err(),
        tokenizer.encode_ids(probes["encode"].as_str().unwrap(), encode).err(),
        tokenizer.encode(&text(&probes["encode_empty"]), None, encode).err(),
        tokenizer.decode(&ids("decode"), decode).err(),
        tokenizer.decode(&ids("decode_empty"), decode).err(),
    ];
    assert!(!tokenizer.to_json(false).is_empty());
    errors.into_iter().flatten().collect()
}

/// Checks one case in one mode; says what is wrong.
fn check(case: &Value, expect: &str, strict: bool, probes: &Value) -> Result<(), String> {
    let path = case["path"].as_str().unwrap_or_default();
    let started = Instant::now();
    let loaded = Tokenizer::from_json(&bytes_of(case), Unicode::Hf, &Limits::default(), strict);
    let (outcomes, place) = match loaded {
        Ok((tokenizer, warnings)) => {
            let mut outcomes = vec!["ok"];
            if !warnings.is_empty() {
                outcomes.push("ok+warning");
            }
            if probe(&tokenizer, probes).iter().any(|error| error.class() == ErrorClass::Limit) {
                outcomes.push("ok+LimitError");
            }
            (outcomes, (!warnings.is_empty()).then(|| warnings.join("\n")))
        }
        Err(error) => {
            let outcome = match error.class() {
                ErrorClass::Format => "FormatError",
                ErrorClass::Limit => "LimitError",
                _ => "another error",
            };
            (vec![outcome], Some(error.to_string()))
        }
    };
    if started.elapsed() > Duration::from_secs(2) {
        return Err(format!("took {:?}", started.elapsed()));
    }
    if !expect.split('|').any(|expected| outcomes.contains(&expected)) {
        return Err(format!("expected {expect}, got {outcomes:?}: {}", place.unwrap_or_default()));
    }
    if let Some(place) = place
        && outcomes != ["ok"]
        && !place.contains(path)
    {
        return Err(format!("{path} is not named: {place}"));
    }
    Ok(())
}

#[test]
fn golden_hostile_malformed_files() {
    let folder = golden("hostile");
    let probes = serde_json::from_str(&std::fs::read_to_string(folder.join("probes.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut cases = 0;
    for file in ["malformed.jsonl", "malformed_extra.jsonl"] {
        for case in json_lines(&folder.join(file)) {
            let strict = case["expect"].as_str().unwrap();
            let lenient = case["expect_compat"].as_str().unwrap_or(strict);
            for (mode, expect) in [("strict", strict), ("lenient", lenient)] {
                cases += 1;
                if let Err(message) = check(&case, expect, mode == "strict", &probes) {
                    wrong.push(format!("{} ({mode}): {message}", case["name"].as_str().unwrap()));
                }
            }
        }
    }
    assert!(cases > 0, "no cases in {}", folder.display());
    assert!(wrong.is_empty(), "{} of {cases} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Small valid files that have every number field of the format, and most others.
const VALID: [(&str, &str); 4] = [
    (
        "bpe",
        r###"{"version":"1.0","truncation":{"direction":"Left","max_length":9,"strategy":"OnlyFirst","stride":2},
        "padding":{"strategy":{"Fixed":8},"direction":"Right","pad_to_multiple_of":4,"pad_id":5,"pad_type_id":1,"pad_token":"[P]"},
        "added_tokens":[{"id":4,"content":"<s>","single_word":false,"lstrip":false,"rstrip":true,"normalized":false,"special":true},
        {"id":5,"content":"[P]","single_word":true,"lstrip":true,"rstrip":false,"normalized":true,"special":false}],
        "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},
        {"type":"Prepend","prepend":"_"},{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}]},
        "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"FixedLength","length":3},{"type":"Digits","individual_digits":true},
        {"type":"Split","pattern":{"String":"é"},"behavior":"MergedWithNext","invert":true}]},
        "post_processor":{"type":"Sequence","processors":[{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false},
        {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"S","type_id":3}},{"Sequence":{"id":"A","type_id":0}}],
        "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"S":{"id":"S","ids":[4,5],"tokens":["<s>","[P]"]}}}]},
        "decoder":{"type":"Sequence","decoders":[{"type":"Strip","content":"_","start":1,"stop":2},{"type":"ByteFallback"},{"type":"Fuse"}]},
        "model":{"type":"BPE","dropout":0.25,"unk_token":"a","continuing_subword_prefix":"##","end_of_word_suffix":"</w>","fuse_unk":true,
        "byte_fallback":true,"ignore_merges":true,"vocab":{"a":0,"##b":1,"ab":2,"\u00e9":3},"merges":[["a","##b"]]}}"###,
    ),
    (
        "unigram",
        r#"{"version":"1.0","truncation":null,"padding":{"strategy":"BatchLongest","direction":"Left","pad_to_multiple_of":null,"pad_id":0,"pad_type_id":0,"pad_token":"u"},
        "added_tokens":[],"normalizer":{"type":"Nmt"},"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false},
        "post_processor":null,"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false},
        "model":{"type":"Unigram","unk_id":0,"vocab":[["u",0.0],["▁a",-3.2971578618195503],["b",-1e-7]],"byte_fallback":false}}"#,
    ),
    (
        "wordpiece",
        r###"{"version":"1.0","truncation":{"max_length":7,"strategy":"LongestFirst","stride":4},"padding":null,"added_tokens":[],
        "normalizer":{"type":"Strip","strip_left":true,"strip_right":false},"pre_tokenizer":{"type":"BertPreTokenizer"},
        "post_processor":{"type":"BertProcessing","sep":["[S]",1],"cls":["[C]",2]},"decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
        "model":{"type":"WordPiece","unk_token":"[U]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[U]":0,"[S]":1,"[C]":2,"##x":3}}}"###,
    ),
    (
        "wordlevel, no types",
        r#"{"normalizer":{"prepend":"x"},"pre_tokenizer":{"type":"Punctuation"},"post_processor":{"sep":["a",0],"cls":["b",1],"trim_offsets":true,"add_prefix_space":false},
        "decoder":{"pad_token":"a","word_delimiter_token":"|","cleanup":true},"model":{"vocab":{"a":0,"b":1},"unk_token":"a"}}"#,
    ),
];

/// Both modes; a file that loads strictly is written and read again to the same text.
fn must_not_break(what: &str, bytes: &[u8]) {
    for how in [Reading::strict(), Reading::lenient()] {
        let strict = how.strict;
        let started = Instant::now();
        match read(bytes, &mut how.clone()) {
            Ok(file) => {
                let text = write(&file.parts(), false);
                if strict {
                    let again =
                        read(text.as_bytes(), &mut how.clone()).unwrap_or_else(|e| panic!("{what}: {e}\n{text}"));
                    assert_eq!(write(&again.parts(), false), text, "{what}");
                }
            }
            Err(error) => {
                assert!(matches!(error.class(), ErrorClass::Format | ErrorClass::Limit), "{what}: {error:?}");
                assert!(error.to_string().len() < 1000, "{what}: {error}");
            }
        }
        assert!(started.elapsed() < Duration::from_secs(2), "{what} took {:?}", started.elapsed());
    }
}

#[test]
fn the_valid_files_are_valid() {
    for (name, text) in VALID {
        let mut how = Reading::strict();
        let file = read(text.as_bytes(), &mut how).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(how.warnings.is_empty(), "{name}: {:?}", how.warnings);
        must_not_break(name, write(&file.parts(), true).as_bytes());
    }
}

/// The places of the numbers of a JSON text.
fn numbers(text: &str) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut at, mut in_string) = (Vec::new(), 0, false);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'-' | b'0'..=b'9' if !in_string => {
                let is_part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'0'..=b'9');
                let end = at + bytes[at..].iter().take_while(is_part).count();
                found.push(at..end);
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

#[test]
fn numbers_of_every_size() {
    const EXTREMES: [&str; 14] = [
        "-1",
        "0",
        "1",
        "2147483648",
        "4294967295",
        "4294967296",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "1e400",
        "0.5",
        "NaN",
        "\"\"",
        "null",
    ];
    for (name, text) in VALID {
        let places = numbers(text);
        assert!(places.len() >= 2, "{name}");
        for place in places {
            for extreme in EXTREMES {
                let changed = format!("{}{extreme}{}", &text[..place.start], &text[place.end..]);
                must_not_break(&format!("{name}: {extreme} at {place:?}"), changed.as_bytes());
            }
        }
    }
}

/// Steele, Lea and Flood's SplitMix64: enough to choose bytes.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

#[test]
fn damaged_bytes() {
    const MUTATIONS: usize = 2_000;
    for (name, text) in VALID {
        let mut random = Random(1);
        for round in 0..MUTATIONS {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                let end = (at + 1 + random.below(24)).min(bytes.len());
                match random.below(6) {
                    0 => bytes[at] ^= 1 << random.below(8),
                    1 => drop(bytes.drain(at..end)),
                    2 => {
                        let copy = bytes[at..end].to_vec();
                        bytes.splice(at..at, copy);
                    }
                    3 => bytes.truncate(at.max(1)),
                    4 => {
                        let other = VALID[random.below(VALID.len())].1.as_bytes();
                        let from = random.below(other.len());
                        let to = (from + 1 + random.below(48)).min(other.len());
                        bytes.splice(at..end, other[from..to].iter().copied());
                    }
                    _ => bytes[at] = b"{}[],:\"\\0-e"[random.below(11)],
                }
                if bytes.is_empty() {
                    bytes.push(b' ');
                }
            }
            must_not_break(&format!("{name}, round {round}"), &bytes);
        }
    }
}
