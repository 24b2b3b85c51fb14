//! Models and added tokens against vectors made with the Python wheel of Hugging Face `tokenizers` (named in each
//! file) from random vocabularies and words.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::type_complexity,
    reason = "these are tests"
)]

use hybridtok::added::{AddedToken, AddedTokens, Allowed, Match};
use hybridtok::models::unigram::Unigram;
use hybridtok::models::word_level::WordLevel;
use hybridtok::models::word_piece::WordPiece;
use hybridtok::models::{Model, Token};
use hybridtok::vocab::Vocab;
use hybridtok::{ErrorClass, Limits, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Id, first byte, end byte.
type Place = (u32, u32, u32);

#[derive(Deserialize)]
struct File<Case> {
    cases: Vec<Case>,
}

fn read<Case: for<'a> Deserialize<'a>>(name: &str) -> Vec<Case> {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file: File<Case> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    file.cases
}

fn vocab(ids: BTreeMap<String, u32>) -> Vocab {
    Vocab::new(ids, &Limits::default()).unwrap()
}

/// Words with their tokens; none where the model has to refuse.
fn check(case: usize, model: &Model, words: &[(String, Option<Vec<Place>>)]) {
    for (word, want) in words {
        let mut tokens: Vec<Token> = Vec::new();
        let places = model
            .tokenize(word, &mut tokens)
            .map(|()| tokens.iter().map(|token| (token.id, token.span.start, token.span.end)).collect::<Vec<Place>>());
        match places {
            Ok(places) => assert_eq!(Some(places), *want, "case {case}, {word:?}"),
            Err(error) => assert_eq!((error.class(), want), (ErrorClass::UnknownToken, &None), "case {case}, {word:?}"),
        }
    }
}

#[test]
fn unigram() {
    #[derive(Deserialize)]
    struct Case {
        vocab: Vec<(String, f64)>,
        unk_id: Option<u32>,
        byte_fallback: bool,
        words: Vec<(String, Option<Vec<Place>>)>,
    }
    for (at, case) in read::<Case>("unigram.json").into_iter().enumerate() {
        let model = Unigram::new(case.vocab, case.unk_id, case.byte_fallback, &Limits::default()).unwrap();
        check(at, &Model::Unigram(model), &case.words);
    }
}

#[test]
fn word_piece() {
    #[derive(Deserialize)]
    struct Case {
        vocab: BTreeMap<String, u32>,
        unk_token: String,
        continuing_subword_prefix: String,
        max_input_chars_per_word: usize,
        words: Vec<(String, Option<Vec<Place>>)>,
    }
    for (at, case) in read::<Case>("word_piece.json").into_iter().enumerate() {
        let (prefix, max) = (case.continuing_subword_prefix, case.max_input_chars_per_word);
        let model = WordPiece::new(vocab(case.vocab), case.unk_token, prefix, max, &Limits::default()).unwrap();
        check(at, &Model::WordPiece(model), &case.words);
    }
}

#[derive(Deserialize)]
struct Flags {
    content: String,
    single_word: bool,
    lstrip: bool,
    rstrip: bool,
    normalized: bool,
    special: bool,
}

impl From<Flags> for AddedToken {
    fn from(flags: Flags) -> Self {
        let Flags { content, single_word, lstrip, rstrip, normalized, special } = flags;
        AddedToken { content, single_word, lstrip, rstrip, normalized, special }
    }
}

#[derive(Deserialize)]
struct AddedCase {
    vocab: BTreeMap<String, u32>,
    lowercase: bool,
    added: Vec<Vec<Flags>>,
    counts: Vec<usize>,
    tokens: Vec<(u32, String, String)>,
    texts: Vec<(String, Vec<Place>, Vec<Place>)>,
}

/// Lower case does not change lengths in these texts.
fn lowercase(text: &str) -> Result<String> {
    Ok(text.to_lowercase())
}

#[test]
fn added_tokens() {
    for (at, case) in read::<AddedCase>("added_tokens.json").into_iter().enumerate() {
        let model = WordLevel::new(vocab(case.vocab), "[UNK]".to_owned());
        let mut added = AddedTokens::default();
        let mut counts = Vec::new();
        for batch in case.added {
            let normalize: Option<&dyn Fn(&str) -> Result<String>> =
                if case.lowercase { Some(&lowercase) } else { None };
            let batch = batch.into_iter().map(AddedToken::from);
            counts.push(added.add(batch, model.vocab(), normalize, &Limits::default()).unwrap());
        }
        assert_eq!(counts, case.counts, "case {at}");
        let decoded = |id| added.decoded(id).unwrap_or_default().to_owned();
        let tokens: Vec<_> = added.iter().map(|(id, token)| (id, token.content.clone(), decoded(id))).collect();
        assert_eq!(tokens, case.tokens, "case {at}");
        for (text, all, none) in &case.texts {
            for (allowed, want) in [(Allowed::All, all), (Allowed::None, none)] {
                let normalized = if case.lowercase { text.to_lowercase() } else { text.clone() };
                let found = tokenize(&added, &model, text, &normalized, allowed);
                assert_eq!(&found, want, "case {at}, {text:?}, {allowed:?}");
            }
        }
    }
}

/// Cuts a text at the tokens that match it raw, the rest at those that match it normalized, and gives what is left to
/// the model.
fn tokenize(added: &AddedTokens, model: &WordLevel, text: &str, normalized: &str, allowed: Allowed<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    pieces(added, text, false, allowed, &mut |start, end, id| match id {
        Some(id) => places.push((id, start, end)),
        None => pieces(added, &normalized[start as usize..end as usize], true, allowed, &mut |from, to, id| {
            let id = id.unwrap_or_else(|| {
                let mut tokens = Vec::new();
                model.tokenize(&normalized[(start + from) as usize..(start + to) as usize], &mut tokens).unwrap();
                tokens[0].id
            });
            places.push((id, start + from, start + to));
        }),
    });
    places
}

fn pieces(
    added: &AddedTokens,
    text: &str,
    normalized: bool,
    allowed: Allowed<'_>,
    piece: &mut dyn FnMut(u32, u32, Option<u32>),
) {
    let mut matches: Vec<Match> = Vec::new();
    added.find(text, normalized, allowed, &mut matches);
    let mut at = 0;
    for Match { span, id } in matches {
        if at < span.start {
            piece(at, span.start, None);
        }
        piece(span.start, span.end, Some(id));
        at = span.end;
    }
    if at < text.len() as u32 {
        piece(at, text.len() as u32, None);
    }
}
