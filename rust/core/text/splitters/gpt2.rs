//! GPT-2's pattern as a scanner over character classes.
//!
//! ```text
//! 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//! ```
//!
//! Source: `encoder.py` of openai/gpt-2. The alternatives cover every character, so the matches cover the text.

use std::ops::Range;

use crate::text::classes::{Class, Classes};

/// The pattern itself, for those who want to run or name it.
pub const PATTERN: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

/// Calls `found` with every match of the pattern, in order.
pub fn gpt2(text: &str, classes: &Classes, found: &mut (impl FnMut(Range<usize>) + ?Sized)) {
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let len = next_match(rest, classes);
        found(start..start + len);
        start += len;
    }
}

/// Length of the match at the start of a text that is not empty.
fn next_match(text: &str, classes: &Classes) -> usize {
    if let Some(suffix) = text.strip_prefix('\'') {
        let contraction = ["s", "t", "re", "ve", "m", "ll", "d"].iter().find(|c| suffix.starts_with(**c));
        if let Some(contraction) = contraction {
            return 1 + contraction.len();
        }
    }
    // One space may precede a run of anything visible.
    let body = text.strip_prefix(' ').unwrap_or(text);
    let prefix = text.len() - body.len();
    let kind = body.chars().next().map(|c| kind_of(classes.get(c)));
    if let Some(kind) = kind.filter(|kind| *kind != Kind::Space) {
        return prefix + run(body, kind, classes);
    }
    // A run of whitespace leaves its last character to what follows, unless it is all there is.
    let run = run(text, Kind::Space, classes);
    let last = text.get(..run).and_then(|spaces| spaces.chars().next_back()).map_or(0, char::len_utf8);
    if run < text.len() && run > last { run - last } else { run }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Number,
    Space,
    Other,
}

fn kind_of(class: Class) -> Kind {
    if class.meets(Class::LETTER) {
        Kind::Letter
    } else if class.meets(Class::NUMBER) {
        Kind::Number
    } else if class.meets(Class::REGEX_WHITESPACE) {
        Kind::Space
    } else {
        Kind::Other
    }
}

/// Length of the run of one kind that a text begins with.
fn run(text: &str, kind: Kind, classes: &Classes) -> usize {
    text.find(|c| kind_of(classes.get(c)) != kind).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::Limits;
    use crate::text::Unicode;
    use crate::text::pattern::{Pattern, Source};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_scanner_equals_the_pattern(
            text in r"([a-eİş漢]|[0-9٣½]|[ ]{1,3}|['’]|'(s|t|re|ve|m|ll|d|S)|[\t\n\r\u{a0}\u{2003}]|[.,!+€]|.){0,24}"
        ) {
            static PATTERNS: LazyLock<[Pattern; 2]> = LazyLock::new(|| {
                [Unicode::Hf, Unicode::Unicode]
                    .map(|unicode| Pattern::new(Source::Regex(PATTERN.to_owned()), unicode, &Limits::default()).unwrap())
            });
            for (unicode, pattern) in [Unicode::Hf, Unicode::Unicode].into_iter().zip(&*PATTERNS) {
                let mut want = Vec::new();
                pattern.find_all(&text, &mut |found| want.push(found.range())).unwrap();
                let mut got = Vec::new();
                gpt2(&text, Classes::of(unicode), &mut |range| got.push(range));
                prop_assert_eq!(got, want);
            }
        }
    }
}
