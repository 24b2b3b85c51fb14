//! `Replace`: every match of a pattern in every token becomes a literal string.

use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text::pattern::Pattern;

/// So much output is always allowed, however short the input.
const FREE_BYTES: usize = 1 << 20;

pub(super) fn decode(mut tokens: Vec<String>, pattern: &Pattern, content: &str) -> Result<Vec<String>> {
    let most_times = Limits::default().decoder_expansion;
    let bytes: usize = tokens.iter().map(String::len).sum();
    let mut room = bytes.saturating_mul(most_times as usize).saturating_add(FREE_BYTES);
    for token in &mut tokens {
        if token.is_empty() {
            continue; // not even a pattern that matches the empty string is looked for
        }
        let (mut replaced, mut done, mut outgrown) = (String::with_capacity(token.len()), 0, false);
        pattern.find_all(token, &mut |found| {
            if outgrown || replaced.len() + content.len() + token.len() > room {
                outgrown = true;
                return;
            }
            replaced.push_str(token.get(done..found.range().start).unwrap_or_default());
            replaced.push_str(content);
            done = found.range().end;
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
