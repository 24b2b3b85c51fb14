#![allow(clippy::type_complexity, reason = "tables of cases")]

use super::*;
use crate::error::ErrorClass;
use proptest::prelude::*;

fn model(pieces: &[(&str, f64)], unk_id: Option<u32>, byte_fallback: bool) -> Unigram {
    let pieces = pieces.iter().map(|&(piece, score)| (piece.to_owned(), score)).collect();
    Unigram::new(pieces, unk_id, byte_fallback, &Limits::default()).unwrap()
}

/// Ids with the text they cover.
fn tokenize<'w>(model: &Unigram, word: &'w str) -> Result<Vec<(u32, &'w str)>> {
    let mut tokens = Vec::new();
    model.tokenize(word, &mut tokens)?;
    Ok(tokens.iter().map(|token| (token.id, &word[token.span.range()])).collect())
}

/// The definition, as Hugging Face's `encode_optimized` has it: from left to right, trying every piece at every
/// character.
fn slow(pieces: &[(&str, f64)], unk_id: Option<u32>, word: &str) -> Option<Vec<(u32, String)>> {
    let id = |text: &str| pieces.iter().rposition(|(piece, _)| *piece == text);
    let unknown_score = pieces.iter().map(|(_, score)| *score).fold(f64::INFINITY, f64::min) - 10.0;
    let mut best: Vec<Option<(f64, usize, u32)>> = vec![None; word.len() + 1];
    best[0] = Some((0.0, 0, 0));
    for (start, c) in word.char_indices() {
        let here = best[start]?.0;
        for end in (start + 1..=word.len()).filter(|&end| word.is_char_boundary(end)) {
            let single = end == start + c.len_utf8();
            let edge = match id(&word[start..end]) {
                Some(id) => (pieces[id].1, Some(id as u32)),
                None if single => (unknown_score, unk_id),
                None => continue,
            };
            let score = edge.0 + here;
            if best[end].is_none_or(|best| score > best.0) {
                best[end] = Some((score, start, edge.1?));
            }
        }
    }
    let mut path: Vec<(u32, String)> = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let (_, start, id) = best[end]?;
        match path.last_mut() {
            Some((last, text)) if Some(id) == unk_id && *last == id => text.insert_str(0, &word[start..end]),
            _ => path.push((id, word[start..end].to_owned())),
        }
        end = start;
    }
    path.reverse();
    for (found, text) in &mut path {
        *found = id(text).map_or(*found, |id| id as u32);
    }
    Some(path)
}

#[test]
fn words() {
    let pieces = [("<unk>", 0.0), ("a", -1.0), ("b", -1.0), ("ab", -2.0), ("abc", -1.5), ("ğ", -3.0)];
    let cases: &[(&str, &[(u32, &str)])] = &[
        ("ab", &[(3, "ab")]), // as good as a + b, and it starts earlier
        ("abc", &[(4, "abc")]),
        ("xyab", &[(0, "xy"), (3, "ab")]),
        ("axğyz", &[(1, "a"), (0, "x"), (5, "ğ"), (0, "yz")]),
        ("x<unk>y", &[(0, "x<unk>y")]),
        ("", &[]),
    ];
    for (word, want) in cases {
        assert_eq!(tokenize(&model(&pieces, Some(0), false), word).unwrap(), *want, "{word}");
    }
}

#[test]
fn unknown_text_that_is_a_piece_together_is_that_piece() {
    let pieces = [("<unk>", 50.0), ("a", 50.0), ("xy", 30.0)]; // 20 + 20 for two unknown characters
    assert_eq!(tokenize(&model(&pieces, Some(0), false), "axy").unwrap(), [(1, "a"), (2, "xy")]);
    let pieces = [("a", -1.0), ("b", -2.0), ("aa", -9.0)]; // the unknown token is an ordinary piece
    assert_eq!(tokenize(&model(&pieces, Some(0), false), "aab").unwrap(), [(2, "aa"), (1, "b")]);
}

#[test]
fn byte_fallback() {
    let all = [("<unk>", 0.0), ("a", -1.0), ("<0xC3>", -5.0), ("<0xA9>", -5.0)];
    let word = "aéa";
    let with_bytes = [(1, "a"), (2, "é"), (3, "é"), (1, "a")];
    assert_eq!(tokenize(&model(&all, Some(0), true), word).unwrap(), with_bytes);
    let unknown = [(1, "a"), (0, "é"), (1, "a")];
    assert_eq!(tokenize(&model(&all, Some(0), false), word).unwrap(), unknown);
    assert_eq!(tokenize(&model(&all[..3], Some(0), true), word).unwrap(), unknown, "a byte is missing");
}

#[test]
fn without_an_unknown_token() {
    let model = model(&[("a", -1.0), ("ab", -1.0), ("bc", -1.0)], None, true);
    assert_eq!(tokenize(&model, "abc").unwrap(), [(0, "a"), (2, "bc")], "no best path needs the unknown");
    for (word, at) in [("b", 0), ("aş", 1), ("aabb", 3)] {
        let error = tokenize(&model, word).unwrap_err();
        assert_eq!((error.class(), error.char_offset()), (ErrorClass::UnknownToken, Some(at)), "{word}");
    }
    assert!(tokenize(&self::model(&[], None, false), "").unwrap().is_empty());
}

#[test]
fn odd_vocabularies() {
    let twice = model(&[("<unk>", 0.0), ("a", -1.0), ("a", -2.0), ("", -50.0)], Some(0), false);
    assert_eq!(tokenize(&twice, "aa").unwrap(), [(2, "a"), (2, "a")]);
    assert_eq!(twice.vocab().token(1), Some("a"));
    let huge = model(&[("<unk>", 0.0), ("a", f64::MAX), ("b", f64::MIN)], Some(0), false);
    assert_eq!(tokenize(&huge, "aabbaxb").unwrap().len(), 7);
}

#[test]
fn what_is_refused() {
    let new = |pieces: &[(&str, f64)], unk_id| {
        let pieces = pieces.iter().map(|&(piece, score)| (piece.to_owned(), score)).collect();
        Unigram::new(pieces, unk_id, false, &Limits { token_bytes: 3, ..Limits::default() }).unwrap_err()
    };
    type Case<'c> = (&'c [(&'c str, f64)], Option<u32>, ErrorClass, &'c str);
    let cases: &[Case<'_>] = &[
        (&[], Some(0), ErrorClass::Format, "unk_id"),
        (&[("a", 0.0)], Some(1), ErrorClass::Format, "unk_id"),
        (&[("a", 0.0), ("b", f64::NAN)], None, ErrorClass::Format, "vocab[1]"),
        (&[("a", f64::INFINITY)], None, ErrorClass::Format, "vocab[0]"),
        (&[("abcd", 0.0)], None, ErrorClass::Limit, ""),
    ];
    for (pieces, unk_id, class, path) in cases {
        let error = new(pieces, *unk_id);
        assert_eq!((error.class(), error.path()), (*class, Some(*path)), "{pieces:?}");
    }
}

#[test]
fn a_long_word_takes_linear_time() {
    let long = "a".repeat(60_000) + "b";
    let model = model(&[("<unk>", 0.0), ("a", -1.0), ("aa", -1.0), (&long, -1.0)], Some(0), false);
    assert_eq!(tokenize(&model, &"a".repeat(1_000_000)).unwrap().len(), 500_000);
}

proptest! {
    #[test]
    fn equals_the_definition(
        pieces in prop::collection::vec(("[abé]{0,4}", -6..0i32), 1..12),
        unk in 0..16u32,
        words in prop::collection::vec("[abéc]{0,10}", 1..8),
    ) {
        // Whole numbers, so that there are many ties.
        let pieces: Vec<(&str, f64)> = pieces.iter().map(|(piece, score)| (piece.as_str(), f64::from(*score))).collect();
        let unk = Some(unk).filter(|&unk| (unk as usize) < pieces.len());
        let model = model(&pieces, unk, false);
        for word in &words {
            let fast = tokenize(&model, word).ok().map(|tokens| {
                tokens.into_iter().map(|(id, text)| (id, text.to_owned())).collect::<Vec<_>>()
            });
            prop_assert_eq!(fast, slow(&pieces, unk, word), "{}", word);
        }
    }
}
