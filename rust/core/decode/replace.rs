//! `Replace`: every match of a pattern in every token becomes a literal string.

use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text::Span;
use crate::text::pattern::Pattern;

/// So much output is always allowed, however short the input.
const FREE_BYTES: usize = 1 << 20;

pub(super) fn decode(tokens: Vec<String>, pattern: &Pattern, content: &str) -> Result<Vec<String>> {
    replace(tokens, content, |token, found| pattern.find_all(token, found))
}

fn replace(
    mut tokens: Vec<String>,
    content: &str,
    find_all: impl Fn(&str, &mut dyn FnMut(Span)) -> Result<()>,
) -> Result<Vec<String>> {
    let most_times = Limits::default().decoder_expansion;
    let bytes: usize = tokens.iter().map(String::len).sum();
    let mut room = bytes.saturating_mul(most_times as usize).saturating_add(FREE_BYTES);
    for token in &mut tokens {
        if token.is_empty() {
            continue; // not even a pattern that matches the empty string is looked for
        }
        let (mut replaced, mut done, mut outgrown) = (String::with_capacity(token.len()), 0, false);
        find_all(token, &mut |found| {
            outgrown |= replaced.len() + content.len() + token.len() > room;
            if !outgrown {
                replaced.push_str(token.get(done..found.range().start).unwrap_or_default());
                replaced.push_str(content);
                done = found.range().end;
            }
        })?;
        if outgrown {
            return Err(Error::limit("decoder_expansion", most_times + 1, most_times));
        }
        replaced.push_str(token.get(done..).unwrap_or_default());
        room = room.saturating_sub(replaced.len());
        *token = replaced;
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    /// Replaces a literal string (empty: the empty string at every character).
    fn literal(tokens: &[&str], pattern: &str, content: &str) -> Result<Vec<String>> {
        replace(tokens.iter().map(|&token| token.to_owned()).collect(), content, |token, found| {
            token.match_indices(pattern).for_each(|(at, text)| found(Span::from(at..at + text.len())));
            Ok(())
        })
    }

    #[test]
    fn every_match_of_every_token() {
        let cases: &[(&[&str], &str, &str, &[&str])] = &[
            (&["▁a▁", "b", "▁▁"], "▁", " ", &[" a ", "b", "  "]),
            (&["ab", ""], "ab", "", &["", ""]),
            (&["ğa", ""], "", "-", &["-ğ-a-", ""]),
        ];
        for (tokens, pattern, content, want) in cases {
            assert_eq!(&literal(tokens, pattern, content).unwrap(), want, "{tokens:?}");
        }
    }

    #[test]
    fn output_is_bounded() {
        let long = "x".repeat(4096);
        assert_eq!(literal(&["a"], "a", &long).unwrap(), [&*long]);
        let error = literal(&vec!["a"; 1000], "a", &long).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Limit);
    }
}
