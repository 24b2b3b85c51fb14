#![allow(clippy::type_complexity, reason = "tables of cases")]

use super::*;
use crate::error::ErrorClass;

fn token(content: &str) -> AddedToken {
    let content = content.to_owned();
    AddedToken { content, single_word: false, lstrip: false, rstrip: false, normalized: true, special: false }
}

fn special(content: &str) -> AddedToken {
    AddedToken { normalized: false, special: true, ..token(content) }
}

fn model() -> Vocab {
    Vocab::new([("[UNK]", 0), ("a", 1), ("b", 2)], &Limits::default()).unwrap()
}

fn lowercase(text: &str) -> Result<String> {
    Ok(text.to_lowercase())
}

fn added(tokens: impl IntoIterator<Item = AddedToken>) -> AddedTokens {
    let mut added = AddedTokens::default();
    added.add(tokens, &model(), None, &Limits::default()).unwrap();
    added
}

/// Spans and ids, as Hugging Face's tokens and offsets say.
fn find(added: &AddedTokens, text: &str, normalized: bool, allowed: Allowed<'_>) -> Vec<(u32, u32, u32)> {
    let mut out = Vec::new();
    added.find(text, normalized, allowed, &mut out);
    out.iter().map(|found| (found.span.start, found.span.end, found.id)).collect()
}

#[test]
fn ids() {
    let mut added = AddedTokens::default();
    let limits = Limits::default();
    let mut add = |tokens: &[AddedToken]| added.add(tokens.to_vec(), &model(), None, &limits).unwrap();
    assert_eq!(add(&[token("x"), token("a"), token(""), token("y")]), 3);
    assert_eq!(add(&[token("x"), special("x")]), 1, "only the second changes anything");
    assert_eq!(add(&[special("z")]), 1);
    let ids = ["x", "a", "y", "z", "", "b"].map(|content| added.id(content));
    assert_eq!(ids, [Some(3), Some(1), Some(4), Some(5), None, None]);
    assert_eq!((added.len(), added.is_special("x"), added.is_special_id(4)), (4, true, false));
    assert_eq!(
        added.iter().map(|(id, token)| (id, &*token.content)).collect::<Vec<_>>(),
        [(1, "a"), (3, "x"), (4, "y"), (5, "z")]
    );
}

#[test]
fn special_once_is_special_for_good() {
    let mut added = added([special("<s>")]);
    assert_eq!(added.add([token("<s>")], &model(), None, &Limits::default()).unwrap(), 1);
    assert_eq!((added.token(3).map(|token| token.special), added.is_special("<s>")), (Some(false), true));
    assert_eq!(find(&added, "<s>", true, Allowed::None), []);
}

#[test]
fn ids_of_a_model_with_holes() {
    let model =
        Vocab::new([("[UNK]", 0), ("a", 1), ("b", 5)], &Limits { slots_per_token: 9, ..Limits::default() }).unwrap();
    let mut added = AddedTokens::default();
    added.add(["x", "y", "z", "w"].map(token), &model, None, &Limits::default()).unwrap();
    assert_eq!(added.id("z"), Some(5));
    assert_eq!(added.add([token("b")], &model, None, &Limits::default()).unwrap(), 1);
    assert_eq!((added.id("z"), added.id("b"), added.token(5).map(|t| &*t.content)), (Some(5), Some(5), Some("b")));
    assert_eq!(find(&added, "zbw", true, Allowed::All), [(1, 2, 5), (2, 3, 6)]);
}

#[test]
fn normalized_contents() {
    let mut added = AddedTokens::default();
    let limits = Limits::default();
    let raw = AddedToken { normalized: false, ..token("Raw") };
    added.add([token("Day"), token("DAY"), raw, token("x")], &model(), Some(&lowercase), &limits).unwrap();
    assert_eq!(find(&added, "day raw x", true, Allowed::All), [(0, 3, 3), (8, 9, 6)], "the lowest id of two");
    assert_eq!(find(&added, "Day Raw x", false, Allowed::All), [(4, 7, 5)]);
    assert_eq!([3, 5, 6, 1].map(|id| added.decoded(id)), [Some("day"), Some("Raw"), Some("x"), None]);
    added.renormalize(None).unwrap();
    assert_eq!(find(&added, "day DAY", true, Allowed::All), [(4, 7, 4)]);
    assert_eq!(added.decoded(3), Some("Day"));
}

#[test]
fn a_normalized_form_is_kept_until_the_normalizer_changes() {
    let mut added = AddedTokens::default();
    let raw = AddedToken { normalized: false, ..token("Day") };
    added.add([token("Day"), raw], &model(), Some(&lowercase), &Limits::default()).unwrap();
    assert_eq!(find(&added, "Day day", false, Allowed::All), [(0, 3, 3)]);
    assert_eq!(added.decoded(3), Some("day"));
}

#[test]
fn flags() {
    let strip = |content, lstrip, rstrip| AddedToken { lstrip, rstrip, ..token(content) };
    let single = |content| AddedToken { single_word: true, ..token(content) };
    type Case<'c> = (&'c [AddedToken], &'c str, &'c [(u32, u32, u32)]);
    let cases: &[Case<'_>] = &[
        (&[strip("[M]", true, true)], "a  [M]  b", &[(1, 8, 3)]),
        (&[strip("[M]", true, false)], "[M] \u{3000}[M]", &[(0, 3, 3), (3, 10, 3)]),
        (&[strip("<m>", false, true), token("  ")], "a<m>     b", &[(1, 9, 3), (4, 6, 4), (6, 8, 4)]),
        (&[strip("<m>", false, true), strip(" ", true, false)], "<m>   b", &[(0, 6, 3)]),
        (&[strip(" ", true, true)], "a   b", &[(1, 4, 3)]),
        (&[strip(" ", false, true)], "a   b", &[(1, 4, 3), (2, 4, 3), (3, 4, 3)]),
        (&[single("ab"), token("a")], "ab abx xab -ab- ab\u{301} ab_ ab", &[(0, 2, 3), (12, 14, 3), (25, 27, 3)]),
        (&[token("ab"), token("abc"), token("bcd")], "abcd ab bcd", &[(0, 3, 4), (5, 7, 3), (8, 11, 5)]),
    ];
    for (tokens, text, want) in cases {
        assert_eq!(find(&added(tokens.to_vec()), text, true, Allowed::All), *want, "{text:?}");
    }
}

#[test]
fn what_is_allowed() {
    let added = added([
        special("<|end|>"),
        special("<|"),
        AddedToken { normalized: false, ..token("end") },
        special("<|end|>x"),
    ]);
    let only = |contents: &[&str]| contents.iter().map(|content| (*content).to_owned()).collect::<Vec<String>>();
    let (end, open, none) = (only(&["<|end|>"]), only(&["<|"]), only(&[]));
    let text = "<|end|>x end";
    type Case<'c> = (Allowed<'c>, &'c [(u32, u32, u32)]);
    let cases: [Case<'_>; 5] = [
        (Allowed::All, &[(0, 8, 6), (9, 12, 5)]),
        (Allowed::None, &[(9, 12, 5)]),
        (Allowed::Only(&end), &[(0, 7, 3), (9, 12, 5)]),
        (Allowed::Only(&open), &[(0, 2, 4), (2, 5, 5), (9, 12, 5)]),
        (Allowed::Only(&none), &[(2, 5, 5), (9, 12, 5)]),
    ];
    for (allowed, want) in cases {
        assert_eq!(find(&added, text, false, allowed), want, "{allowed:?}");
    }
}

#[test]
fn what_is_refused_changes_nothing() {
    let limits = Limits { added_tokens: 3, added_token_bytes: 4, highest_id: 5, ..Limits::default() };
    let gone = |text: &str| Ok(text.trim().to_owned());
    let mut added = AddedTokens::default();
    added.add([token("x"), token("a")], &model(), None, &limits).unwrap();
    let cases: &[(&[&str], ErrorClass, &str)] = &[
        (&["y", "z"], ErrorClass::Limit, ""),
        (&["y", "abcde"], ErrorClass::Limit, "[1]"),
        (&["y", "x", "  "], ErrorClass::Format, "[2]"),
    ];
    for (contents, class, path) in cases {
        let tokens = contents.iter().map(|content| token(content));
        let error = added.add(tokens, &model(), Some(&gone), &limits).unwrap_err();
        assert_eq!((error.class(), error.path()), (*class, Some(*path)), "{error}");
        assert_eq!((added.len(), added.id("y")), (2, None));
    }
    let limits = Limits { highest_id: 3, ..Limits::default() };
    let error = added.add([token("y")], &model(), None, &limits).unwrap_err();
    assert_eq!(error.limit_values(), Some(("highest_id", 4, 3)));
    assert!(added.renormalize(Some(&|_| Ok(String::new()))).is_err());
    assert_eq!(find(&added, "xa", true, Allowed::All), [(0, 1, 3), (1, 2, 1)]);
}

#[test]
fn whitespace_tokens_in_a_long_run_take_linear_time() {
    let text = " ".repeat(1_000_000);
    for (lstrip, rstrip, matches) in [(true, false, 1_000_000), (false, true, 1_000_000), (true, true, 1)] {
        let added = added([AddedToken { lstrip, rstrip, ..token(" ") }]);
        assert_eq!(find(&added, &text, true, Allowed::All).len(), matches);
    }
}

#[test]
fn single_adds_are_cheap() {
    let mut added = added((0..100_000).map(|n| token(&format!("<{n}>"))));
    for n in 0..1_000 {
        added.add([token(&format!("[{n}]"))], &model(), None, &Limits::default()).unwrap();
    }
    assert_eq!(find(&added, "<99999>[999]", true, Allowed::All), [(0, 7, 100_002), (7, 12, 101_002)]);
}
