//! Encodings and post-processors against the answers of Hugging Face `tokenizers` (tests/vectors/make_parts.py).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::ops::Range;
use std::sync::Arc;

use hybridtok::encoding::{
    Direction, Encoding, Names, Padding, PaddingStrategy, Parts, Strategy, Truncation, truncate_encodings,
};
use hybridtok::post::{self, PostProcessor, SpecialToken, Template, parse_template};
use hybridtok::text::Span;
use hybridtok::text::splitters::ByteLevel;
use hybridtok::vocab::Vocab;
use hybridtok::{ErrorClass, Limits, Result};
use serde_json::{Value, json};

fn vectors(file: &str) -> Value {
    let folder = std::env::var("HYBRIDTOK_VECTORS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors").into());
    serde_json::from_str(&std::fs::read_to_string(format!("{folder}/{file}")).unwrap()).unwrap()
}

fn cases(file: &Value) -> &[Value] {
    file["cases"].as_array().unwrap()
}

fn names(vocab: &Value) -> Arc<Names> {
    let tokens = vocab.as_array().unwrap().iter().zip(0..).map(|(token, id)| (token.as_str().unwrap(), id));
    let model = Arc::new(Vocab::new(tokens, &Limits::default()).unwrap());
    Arc::new(Names { model, added: Vec::new() })
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

fn numbers(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|value| number(value) as u32).collect()
}

fn direction(value: &Value) -> Direction {
    if value == "left" { Direction::Left } else { Direction::Right }
}

/// The state that `tokenizers` pickles.
fn parts(state: &Value) -> Parts {
    let list = |name: &str| state[name].as_array().unwrap();
    let mut sequences: Vec<_> = state["sequence_ranges"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(id, range)| (id.parse().unwrap(), number(&range["start"]), number(&range["end"])))
        .collect();
    sequences.sort_unstable();
    Parts {
        ids: numbers(&state["ids"]),
        type_ids: numbers(&state["type_ids"]),
        tokens: list("tokens").iter().map(|token| token.as_str().unwrap().to_owned()).collect(),
        words: list("words").iter().map(|word| word.as_u64().map(|word| word as u32)).collect(),
        offsets: list("offsets")
            .iter()
            .map(|span| Span::new(number(&span[0]) as u32, number(&span[1]) as u32))
            .collect(),
        special_tokens_mask: numbers(&state["special_tokens_mask"]),
        attention_mask: numbers(&state["attention_mask"]),
        overflowing: list("overflowing").iter().map(parts).collect(),
        sequences,
    }
}

fn encodings(states: &Value, names: &Arc<Names>) -> Vec<Encoding> {
    states.as_array().unwrap().iter().map(|state| Encoding::from_parts(parts(state), names).unwrap()).collect()
}

fn range(range: Option<Range<usize>>) -> Value {
    range.map_or(Value::Null, |range| json!([range.start, range.end]))
}

fn lookups(encoding: &Encoding, asked: &Value) -> Value {
    let tokens = 0..encoding.len() + 2;
    let chars = 0..encoding.offsets().last().map_or(0, |span| span.end as usize) + 2;
    let per_token = |of: &dyn Fn(usize) -> Value| tokens.clone().map(of).collect::<Value>();
    let per_word = |of: &dyn Fn(u32, usize) -> Value| -> Value {
        (0..3).map(|sequence| (0..6).map(|word| of(word, sequence)).collect::<Value>()).collect()
    };
    let per_char = |of: &dyn Fn(usize, usize) -> Value| -> Value {
        (0..3).map(|sequence| chars.clone().map(|char| of(char, sequence)).collect::<Value>()).collect()
    };
    let span = |span: Option<Span>| range(span.map(Span::range));
    let mut answers = json!({
        "n_sequences": encoding.n_sequences(),
        "sequence_ids": encoding.sequence_ids(),
        "token_to_sequence": per_token(&|token| json!(encoding.token_to_sequence(token))),
        "token_to_chars": per_token(&|token| span(encoding.token_to_chars(token).map(|(_, span)| span))),
        "token_to_word": per_token(&|token| json!(encoding.token_to_word(token).map(|(_, word)| word))),
        "word_to_tokens": per_word(&|word, sequence| range(encoding.word_to_tokens(word, sequence))),
        "word_to_chars": per_word(&|word, sequence| span(encoding.word_to_chars(word, sequence))),
        "char_to_token": per_char(&|char, sequence| json!(encoding.char_to_token(char, sequence))),
        "char_to_word": per_char(&|char, sequence| json!(encoding.char_to_word(char, sequence))),
    });
    for (name, answer) in asked.as_object().unwrap() {
        if answer.is_null() {
            answers[name] = Value::Null; // overlapping ranges: the answer there is random
        }
    }
    answers
}

fn truncate_pair(case: &Value, mut inputs: Vec<Encoding>) -> Result<Encoding> {
    let args = &case["args"];
    let strategy = match args[2].as_str().unwrap() {
        "longest_first" => Strategy::LongestFirst,
        "only_first" => Strategy::OnlyFirst,
        _ => Strategy::OnlySecond,
    };
    let to = Truncation::new(number(&args[0]), number(&args[1]), strategy, direction(&args[3]), &Limits::default())?;
    let mut second = (inputs.len() > 1).then(|| inputs.pop().unwrap());
    let mut first = inputs.pop().unwrap();
    truncate_encodings(&mut first, second.as_mut(), &to)?;
    post::join(first, second)
}

#[test]
fn encodings_do_as_the_reference() {
    let file = vectors("encodings.json");
    let names = names(&file["vocab"]);
    for case in cases(&file) {
        let (mut inputs, args) = (encodings(&case["in"], &names), &case["args"]);
        let got = match case["op"].as_str().unwrap() {
            "lookups" => {
                assert_eq!(lookups(&inputs[0], &case["out"]), case["out"], "{case}");
                continue;
            }
            "truncate" => {
                let mut encoding = inputs.pop().unwrap();
                encoding.truncate(number(&args[0]), number(&args[1]), direction(&args[2])).map(|()| encoding)
            }
            "pad" => {
                let mut encoding = inputs.pop().unwrap();
                let (length, id, type_id) = (number(&args[0]), number(&args[2]) as u32, number(&args[3]) as u32);
                let (strategy, token) = (PaddingStrategy::Fixed(length), args[4].as_str().unwrap());
                Padding::new(strategy, direction(&args[1]), None, id, type_id, token, &Limits::default())
                    .and_then(|padding| encoding.pad(&padding))
                    .map(|()| encoding)
            }
            "merge" => Encoding::merge(inputs, args[0].as_bool().unwrap()),
            "set_sequence_id" => {
                let mut encoding = inputs.pop().unwrap();
                encoding.set_sequence_id(number(&args[0]));
                Ok(encoding)
            }
            "truncate_pair" => truncate_pair(case, inputs),
            other => panic!("no such operation: {other}"),
        };
        match (&case["out"], got) {
            (Value::Null, Err(error)) => assert_eq!(error.class(), ErrorClass::Argument, "{case}"),
            (Value::Null, Ok(_)) => panic!("must fail: {case}"),
            (want, got) => assert_eq!(got.unwrap().to_parts(), parts(want), "{case}"),
        }
    }
}

fn post_processor(post: &Value) -> PostProcessor {
    let token = |name: &str| (post[name][0].as_str().unwrap().to_owned(), number(&post[name][1]) as u32);
    let flag = |name: &str| post[name].as_bool().unwrap();
    match post["kind"].as_str().unwrap() {
        "bert" => PostProcessor::Bert { sep: token("sep"), cls: token("cls") },
        "roberta" => PostProcessor::Roberta {
            sep: token("sep"),
            cls: token("cls"),
            trim_offsets: flag("trim_offsets"),
            add_prefix_space: flag("add_prefix_space"),
        },
        "byte_level" => PostProcessor::ByteLevel(ByteLevel {
            add_prefix_space: flag("add_prefix_space"),
            trim_offsets: flag("trim_offsets"),
            use_regex: true,
        }),
        "template" => {
            let pieces = |name: &str| Some(parse_template(post[name].as_str().unwrap()).unwrap());
            let special = post["special_tokens"].as_array().unwrap().iter().map(|token| SpecialToken {
                id: token["id"].as_str().unwrap().to_owned(),
                ids: numbers(&token["ids"]),
                tokens: token["tokens"].as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned()).collect(),
            });
            PostProcessor::Template(Template::with_defaults(pieces("single"), pieces("pair"), special).unwrap())
        }
        _ => PostProcessor::Sequence(post["parts"].as_array().unwrap().iter().map(post_processor).collect()),
    }
}

#[test]
fn post_processors_do_as_the_reference() {
    let file = vectors("post.json");
    let names = names(&file["vocab"]);
    for case in cases(&file) {
        let processor = post_processor(&case["post"]);
        assert_eq!(json!([processor.added_tokens(false), processor.added_tokens(true)]), case["added"], "{case}");
        let mut inputs = encodings(&case["in"], &names).into_iter();
        let (first, second) = (inputs.next().unwrap(), inputs.next());
        let got = processor.process(first, second, case["add_special_tokens"].as_bool().unwrap()).unwrap();
        assert_eq!(got.to_parts(), parts(&case["out"]), "{case}");
    }
}
