//! Normalizers that look at one character at a time.

use crate::error::Result;
use crate::interrupt::Walk;
use crate::text::bytes::byte_to_char;
use crate::text::{Aligned, Rewriter};

/// Rewrites the characters for which `changes` holds; the others are copied. `write` gets the character and its place
/// in the old text. Without such a character the text is left alone.
pub(super) fn rewrite(
    text: &mut Aligned<'_>,
    changes: impl Fn(char) -> bool,
    write: impl Fn(&mut Rewriter<'_, '_>, char, usize),
) -> Result<()> {
    let Some(first) = text.as_str().find(&changes) else { return Ok(()) };
    text.rewrite(|writer| {
        let old = writer.old();
        let (mut copied, mut walk) = (0, Walk::default());
        for (at, c) in old.get(first..).unwrap_or_default().char_indices().map(|(at, c)| (first + at, c)) {
            if changes(c) {
                walk.at(at)?;
                writer.copy(copied..at);
                write(writer, c, at);
                copied = at + c.len_utf8();
            }
        }
        writer.copy(copied..old.len());
        Ok(())
    })
}

/// Keeps the characters for which `keep` holds.
pub(super) fn filter(text: &mut Aligned<'_>, keep: impl Fn(char) -> bool) -> Result<()> {
    rewrite(text, |c| !keep(c), |_, _, _| {})
}

/// Full lower case of every character by itself: no rule for the final sigma, no language.
pub(super) fn lowercase(text: &mut Aligned<'_>) -> Result<()> {
    let changes = |c: char| {
        if c.is_ascii() {
            return c.is_ascii_uppercase();
        }
        let mut lower = c.to_lowercase();
        lower.next() != Some(c) || lower.next().is_some()
    };
    rewrite(text, changes, |writer, c, at| c.to_lowercase().for_each(|lower| writer.push(lower, at)))
}

/// Every byte becomes its character of the byte alphabet.
pub(in crate::text) fn byte_level(text: &mut Aligned<'_>) -> Result<()> {
    rewrite(
        text,
        |c| !matches!(c, '!'..='~'),
        |writer, c, at| c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| writer.push(byte_to_char(byte), at)),
    )
}

/// Drops some control characters and makes others, and the invisible ones, a space. Source of the table: sentencepiece's
/// `nmt` rules as `tokenizers` has them.
pub(super) fn nmt(text: &mut Aligned<'_>) -> Result<()> {
    let is_dropped = |c| matches!(c, '\u{1}'..='\u{8}' | '\u{b}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{8f}' | '\u{9f}');
    let is_space = |c| {
        matches!(
            c,
            '\t' | '\n' | '\u{c}' | '\r' | '\u{1680}' | '\u{200b}'
                ..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{2581}' | '\u{feff}' | '\u{fffd}'
        )
    };
    rewrite(
        text,
        |c| is_dropped(c) || is_space(c),
        |writer, c, at| {
            if is_space(c) {
                writer.push(' ', at);
            }
        },
    )
}
