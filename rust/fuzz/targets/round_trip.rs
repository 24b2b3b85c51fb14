//! Byte-level models give back every text, whatever the pattern; ids are the same with and without everything else, and
//! tokens cover the text.

#![no_main]

use std::sync::LazyLock;

use hybridtok::Limits;
use hybridtok::added::{AddedToken, Allowed};
use hybridtok::bpe::{Bpe, Options};
use hybridtok::models::Model;
use hybridtok::text::bytes::byte_to_char;
use hybridtok::text::scan::Scanner;
use hybridtok::text::{Span, Unicode};
use hybridtok::tokenizer::{DecodeOptions, EncodeOptions, Input, OffsetUnit, Tokenizer};
use hybridtok::vocab::Vocab;
use libfuzzer_sys::fuzz_target;

/// All bytes, and some merges on top of merges.
fn model(ignore_merges: bool) -> Model {
    let mut tokens: Vec<String> = (0..=255).map(|byte| byte_to_char(byte).to_string()).collect();
    let mut merges = Vec::new();
    for pair in ["Ġ a", "a b", "ab ab", "abab abab", "Ġ Ġ", "ĠĠ ĠĠ", "Ġa b", "' s", "Ä Ł", "Ċ Ċ", "1 2", "12 3", "e e"]
    {
        let (left, right) = pair.split_once(' ').unwrap();
        let id = |token: &str| tokens.iter().position(|known| known == token).unwrap() as u32;
        merges.push((id(left), id(right), tokens.len() as u32));
        tokens.push(format!("{left}{right}"));
    }
    let vocab = Vocab::new(tokens.iter().map(String::as_str).zip(0..), &Limits::default()).unwrap();
    Model::Bpe(Bpe::new(vocab, merges, Options { ignore_merges, ..Options::default() }).unwrap())
}

static ALL: LazyLock<Vec<Tokenizer>> = LazyLock::new(|| {
    let bytes = r#"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}"#;
    let patterns = Scanner::patterns().map(|(pattern, _)| pattern).chain([r"\w+|\W", "(?=[aeiou])|\\b"]);
    let one = |(number, pattern): (usize, &str)| {
        let mut tokenizer = Tokenizer::from_model(model(number % 2 == 1), Unicode::Hf, Limits::default());
        let pattern: String =
            pattern.chars().flat_map(|c| if c == '\\' { vec!['\\', '\\'] } else { vec![c] }).collect();
        let split =
            format!(r#"{{"type":"Split","pattern":{{"Regex":"{pattern}"}},"behavior":"Isolated","invert":false}}"#);
        let both = format!(r#"{{"type":"Sequence","pretokenizers":[{split},{bytes}]}}"#);
        tokenizer.set_component("pre_tokenizer", Some(&both)).unwrap();
        tokenizer.set_component("decoder", Some(bytes)).unwrap();
        let added = |content: &str, special: bool| AddedToken {
            content: content.to_owned(),
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: !special,
            special,
        };
        tokenizer.add_tokens([added("<s>", true), added("b a", false)]).unwrap();
        tokenizer
    };
    patterns.enumerate().map(one).collect()
});

fuzz_target!(|data: &[u8]| {
    let Some((&which, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let tokenizer = &ALL[which as usize % ALL.len()];
    let allowed = if which < 128 { Allowed::All } else { Allowed::None };
    let options = EncodeOptions { allowed, unit: OffsetUnit::Bytes, ..EncodeOptions::default() };
    let ids = tokenizer.encode_ids(&text, options).unwrap();
    assert_eq!(tokenizer.decode(&ids, DecodeOptions::default()).unwrap(), text);
    assert_eq!(tokenizer.decode_bytes(&ids, DecodeOptions::default()).unwrap(), text.as_bytes());
    let encoding = tokenizer.encode(&Input::Text(text.as_ref().into()), None, options).unwrap();
    assert_eq!(encoding.ids(), ids);
    let mut end = 0;
    for Span { start, end: next } in encoding.offsets() {
        assert!(start <= end && end <= next && text.is_char_boundary(start as usize), "nothing is left out");
        end = next;
    }
    assert_eq!(end as usize, text.len());
    let chars = EncodeOptions { unit: OffsetUnit::Chars, ..options };
    let in_chars = tokenizer.encode(&Input::Text(text.as_ref().into()), None, chars).unwrap();
    let count = |byte: u32| text[..byte as usize].chars().count() as u32;
    let want = encoding.offsets().map(|span| Span::new(count(span.start), count(span.end)));
    assert!(want.take(200).eq(in_chars.offsets().take(200)));
});
