//! Decoders and the decode stream against the answers of Hugging Face `tokenizers` (tests/vectors/make_parts.py).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use hybridtok::Result;
use hybridtok::decode::{DecodeStream, Decoder};
use hybridtok::text::splitters::{ByteLevel, Metaspace, Prepend};
use serde_json::{Value, json};

fn vectors() -> Value {
    let folder = std::env::var("HYBRIDTOK_VECTORS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors").into());
    serde_json::from_str(&std::fs::read_to_string(format!("{folder}/decoders.json")).unwrap()).unwrap()
}

fn cases<'f>(file: &'f Value, name: &str) -> &'f [Value] {
    file[name].as_array().unwrap()
}

fn metaspace(replacement: char, prepend: Prepend) -> Decoder {
    Decoder::Metaspace(Metaspace { replacement, prepend, split: true })
}

fn byte_level() -> Decoder {
    Decoder::ByteLevel(ByteLevel { add_prefix_space: true, trim_offsets: true, use_regex: true })
}

fn decoder(spec: &Value) -> Decoder {
    let text = |name: &str| spec[name].as_str().unwrap().to_owned();
    let char = |name: &str| text(name).chars().next().unwrap();
    let number = |name: &str| spec[name].as_u64().unwrap() as usize;
    match spec["kind"].as_str().unwrap() {
        "bpe" => Decoder::Bpe { suffix: text("suffix") },
        "byte_fallback" => Decoder::ByteFallback,
        "byte_level" => byte_level(),
        "ctc" => Decoder::Ctc {
            pad_token: text("pad"),
            word_delimiter_token: text("delimiter"),
            cleanup: spec["cleanup"].as_bool().unwrap(),
        },
        "fuse" => Decoder::Fuse,
        "metaspace" => metaspace(
            char("replacement"),
            match &*text("scheme") {
                "always" => Prepend::Always,
                "first" => Prepend::First,
                _ => Prepend::Never,
            },
        ),
        "strip" => Decoder::Strip { content: char("content"), start: number("start"), stop: number("stop") },
        "word_piece" => Decoder::WordPiece { prefix: text("prefix"), cleanup: spec["cleanup"].as_bool().unwrap() },
        _ => Decoder::Sequence(cases(spec, "parts").iter().map(decoder).collect()),
    }
}

#[test]
fn decoders_do_as_the_reference() {
    let file = vectors();
    for case in cases(&file, "decoders") {
        let tokens: Vec<&str> = cases(case, "tokens").iter().map(|token| token.as_str().unwrap()).collect();
        let decoder = decoder(&case["decoder"]);
        let chain = decoder.decode_chain(tokens.iter().map(|&token| token.to_owned()).collect()).unwrap();
        assert_eq!(chain.concat(), case["text"].as_str().unwrap(), "{case}");
        assert_eq!(decoder.decode(tokens).unwrap(), chain.concat(), "{case}");
    }
}

const SPECIAL: u32 = 260;

/// The vocabulary of the recorded streams.
fn decode(kind: &str, ids: &[u32], skip_special_tokens: bool) -> Result<String> {
    let token = |id: u32| match id {
        0..256 => Some(format!("<0x{id:02X}>")),
        SPECIAL if skip_special_tokens => None,
        _ => ["▁", "▁a", "b", "👍", "<s>"].get(id as usize - 256).map(|&token| token.to_owned()),
    };
    let tokens: Vec<String> = ids.iter().copied().filter_map(token).collect();
    let always = metaspace('▁', Prepend::Always);
    let decoder = match kind {
        "none" => return Ok(tokens.join(" ")),
        "byte_fallback" => Decoder::ByteFallback,
        "metaspace" => always,
        _ => Decoder::Sequence(vec![Decoder::ByteFallback, Decoder::Fuse, always]),
    };
    decoder.decode(tokens.iter().map(String::as_str))
}

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect()
}

#[test]
fn streams_do_as_the_reference() {
    let file = vectors();
    for case in cases(&file, "streams") {
        let kind = case["decoder"].as_str().unwrap();
        let mut stream = DecodeStream::new(ids(&case["start"]), case["skip_special_tokens"].as_bool().unwrap());
        for step in cases(case, "steps") {
            let got = stream.step(&ids(&step[0]), |ids, skip| decode(kind, ids, skip));
            let got = got.map_or(json!(false), |piece| json!(piece)); // false: an error there
            assert_eq!(got, step[1], "{step} of {case}");
        }
    }
}
