//! Scanners for the well-known patterns: state machines over character classes instead of a regular expression engine.
//!
//! Each scanner answers one question, how long the match at the start of a text is; all of them cover every character.
//! `\s+(?!\S)`, the look-ahead that keeps these patterns from the fast engines, is three lines here: a run of
//! whitespace leaves its last character to what follows.

#![allow(clippy::indexing_slicing, reason = "one table of 128 entries, filled by a counter below 128")]

use std::ops::Range;

use super::Unicode;
use super::classes::{Class, Classes};

/// A pattern we have a scanner for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scanner {
    pattern: Known,
    /// `\p{N}{1,max}`.
    max_digits: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// `'s|'t|… | ?\p{L}+ | …` (GPT-2).
    Gpt2,
    /// `(?i:'s|'t|…)|[^\r\n\p{L}\p{N}]?\p{L}+|…` (cl100k and what came of it: Llama 3, Qwen 2).
    Cl100k,
}

/// GPT-2's pattern. Source: `encoder.py` of openai/gpt-2.
pub const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

/// Patterns of tokenizer files, as they are written there, and their scanners.
const KNOWN: &[(&str, Scanner)] = &[
    (GPT2, Scanner { pattern: Known::Gpt2, max_digits: usize::MAX }),
    // Llama 3, and cl100k as most converters write it.
    (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        Scanner { pattern: Known::Cl100k, max_digits: 3 },
    ),
    // Qwen 2.
    (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        Scanner { pattern: Known::Cl100k, max_digits: 1 },
    ),
];

impl Scanner {
    /// GPT-2's.
    pub const GPT2: Scanner = Scanner { pattern: Known::Gpt2, max_digits: usize::MAX };

    /// The scanner for a pattern, if there is one.
    pub fn of(pattern: &str) -> Option<Scanner> {
        KNOWN.iter().find(|(known, _)| *known == pattern).map(|(_, scanner)| *scanner)
    }

    /// The patterns that have a scanner.
    pub fn patterns() -> impl Iterator<Item = (&'static str, Scanner)> {
        KNOWN.iter().copied()
    }

    /// Calls `found` with every match, in order. The matches cover the text.
    #[inline]
    pub fn scan(self, text: &str, unicode: Unicode, found: &mut (impl FnMut(Range<usize>) + ?Sized)) {
        let classes = Classes::of(unicode);
        let mut start = 0;
        while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
            let len = match self.pattern {
                Known::Gpt2 => gpt2(rest, classes),
                Known::Cl100k => cl100k(rest, classes, self.max_digits),
            };
            found(start..start + len);
            start += len;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Number,
    Space,
    Other,
}

const ASCII: [Kind; 128] = {
    let mut kinds = [Kind::Other; 128];
    let mut byte = 0u8;
    while byte < 128 {
        if byte.is_ascii_alphabetic() {
            kinds[byte as usize] = Kind::Letter;
        } else if byte.is_ascii_digit() {
            kinds[byte as usize] = Kind::Number;
        } else if matches!(byte, b' ' | 9..=13) {
            kinds[byte as usize] = Kind::Space;
        }
        byte += 1;
    }
    kinds
};

fn kind(c: char, classes: &Classes) -> Kind {
    if let Some(&kind) = ASCII.get(c as usize) {
        return kind;
    }
    let class = classes.get(c);
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

/// Kind and length of the character at a byte position.
#[inline]
fn kind_at(text: &str, at: usize, classes: &Classes) -> Option<(Kind, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if let Some(&kind) = ASCII.get(byte as usize) {
        return Some((kind, 1));
    }
    let c = text.get(at..)?.chars().next()?;
    Some((kind(c, classes), c.len_utf8()))
}

/// End of the run of one kind that begins at `from`, of at most `most` characters.
#[inline]
fn run(text: &str, from: usize, want: Kind, most: usize, classes: &Classes) -> usize {
    let mut end = from;
    for _ in 0..most {
        match kind_at(text, end, classes) {
            Some((kind, len)) if kind == want => end += len,
            _ => break,
        }
    }
    end
}

fn gpt2(text: &str, classes: &Classes) -> usize {
    let bytes = text.as_bytes();
    match bytes {
        [b'\'', b's' | b't' | b'm' | b'd', ..] => return 2,
        [b'\'', b'r' | b'v', b'e', ..] | [b'\'', b'l', b'l', ..] => return 3,
        _ => {}
    }
    // One space may precede a run of anything visible.
    let prefix = usize::from(bytes.first() == Some(&b' '));
    if let Some((kind, len)) = kind_at(text, prefix, classes)
        && kind != Kind::Space
    {
        return run(text, prefix + len, kind, usize::MAX, classes);
    }
    spaces(text, run(text, 0, Kind::Space, usize::MAX, classes))
}

/// What `\s+(?!\S)|\s+` takes of a run of whitespace that ends at `end`.
fn spaces(text: &str, end: usize) -> usize {
    let last = text.get(..end).and_then(|spaces| spaces.chars().next_back()).map_or(0, char::len_utf8);
    if end < text.len() && end > last { end - last } else { end }
}

fn cl100k(text: &str, classes: &Classes, max_digits: usize) -> usize {
    if let Some(contraction) = contraction(text) {
        return contraction;
    }
    let Some((first, len)) = kind_at(text, 0, classes) else { return text.len() };
    let newline = matches!(text.as_bytes().first(), Some(b'\r' | b'\n'));
    // `[^\r\n\p{L}\p{N}]?\p{L}+`
    let letters = match first {
        Kind::Letter => Some(0),
        Kind::Number => None,
        Kind::Space | Kind::Other if newline => None,
        Kind::Space | Kind::Other => {
            Some(len).filter(|&at| matches!(kind_at(text, at, classes), Some((Kind::Letter, _))))
        }
    };
    if let Some(at) = letters {
        return run(text, at, Kind::Letter, usize::MAX, classes);
    }
    if first == Kind::Number {
        return run(text, 0, Kind::Number, max_digits, classes);
    }
    // ` ?[^\s\p{L}\p{N}]+[\r\n]*`
    let prefix = usize::from(text.as_bytes().first() == Some(&b' '));
    if let Some((Kind::Other, len)) = kind_at(text, prefix, classes) {
        let end = run(text, prefix + len, Kind::Other, usize::MAX, classes);
        let newlines =
            text.as_bytes().get(end..).into_iter().flatten().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        return end + newlines.count();
    }
    // `\s*[\r\n]+`: up to the last line end of the run, if it holds one.
    let end = run(text, 0, Kind::Space, usize::MAX, classes);
    let run = text.get(..end).unwrap_or_default();
    match run.rfind(['\r', '\n']) {
        Some(at) => at + 1,
        None => spaces(text, end),
    }
}

/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`: the long s also is an s, in any case.
fn contraction(text: &str) -> Option<usize> {
    let mut chars = text.strip_prefix('\'')?.chars();
    let first = chars.next()?;
    match first {
        's' | 'S' | 't' | 'T' | 'm' | 'M' | 'd' | 'D' => return Some(2),
        'ſ' => return Some(1 + 'ſ'.len_utf8()),
        _ => {}
    }
    let second = chars.next()?;
    match (first, second) {
        ('r' | 'R' | 'v' | 'V', 'e' | 'E') | ('l' | 'L', 'l' | 'L') => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::text::regex::Regex;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// The scanners beside the engine for any pattern; compiling takes longer than a thousand texts.
    static ALL: LazyLock<Vec<(Scanner, Unicode, Regex)>> = LazyLock::new(|| {
        let modes = [Unicode::Hf, Unicode::Unicode];
        let both = Scanner::patterns().flat_map(|(source, scanner)| modes.map(|unicode| (source, scanner, unicode)));
        both.map(|(source, scanner, unicode)| {
            (scanner, unicode, Regex::new(source, unicode, &Limits::default()).unwrap())
        })
        .collect()
    });

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn scanners_equal_their_patterns(
            text in r"([a-eİş漢]|[0-9٣½]|[ ]{1,3}|['’]|'(s|t|re|ve|m|ll|d|S|RE|ſ|lL)|[\t\n\r\u{a0}\u{2003}]|[.,!+€]|.){0,24}"
        ) {
            for (scanner, unicode, regex) in ALL.iter() {
                let (mut want, mut got) = (Vec::new(), Vec::new());
                regex.find_all(&text, |range| want.push(range)).unwrap();
                scanner.scan(&text, *unicode, &mut |range| got.push(range));
                prop_assert_eq!(got, want, "{:?}", scanner);
            }
        }
    }
}
