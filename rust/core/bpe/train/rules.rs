//! What keeps two tokens from merging: how long tokens may get, and what they may spell.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::count::WordForm;
use crate::error::Result;
use crate::limits::Limits;
use crate::text::Unicode;
use crate::text::bytes;
use crate::text::classes::{Class, Classes};
use crate::text::segment::Segmenter;

/// How long tokens may get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxLength {
    /// Hugging Face's `max_token_length`: no pair is formed whose token would cover this many characters (of a
    /// byte-level vocabulary: bytes) or more. Pairs of two initial symbols are exempt.
    HuggingFace(usize),
    /// No token is longer than this many code points, and none is made of tokens that are longer together. A piece of
    /// a code point counts as one.
    Chars(usize),
    /// The same in bytes of UTF-8.
    Bytes(usize),
}

impl MaxLength {
    /// Whether tokens of these lengths may not merge. `initial`: both are symbols that training began with.
    #[inline]
    pub(super) fn forbids(self, left: u32, right: u32, initial: bool) -> bool {
        let length = left as usize + right as usize;
        match self {
            MaxLength::HuggingFace(max) => !initial && length >= max,
            MaxLength::Chars(max) | MaxLength::Bytes(max) => length > max,
        }
    }

    /// The length of a token that is not made of two whose lengths are known.
    pub(super) fn of(self, token: &str, form: WordForm) -> u32 {
        let length = match (self, form) {
            (MaxLength::Chars(_), WordForm::Bytes) => match bytes::decode_alphabet(token) {
                Some(raw) => touched(&raw),
                None => token.chars().count(),
            },
            (MaxLength::Bytes(_), WordForm::Text) => token.len(),
            _ => token.chars().count(),
        };
        length as u32
    }

    /// The length of a token that two were merged to.
    pub(super) fn joined(self, token: &str, form: WordForm, (left, right): (u32, u32)) -> u32 {
        match (self, form) {
            (MaxLength::Chars(_), WordForm::Bytes) => self.of(token, form),
            _ => left + right,
        }
    }
}

/// Code points that a piece of UTF-8 has a part of.
fn touched(raw: &[u8]) -> usize {
    let continues = |byte: &u8| byte & 0xC0 == 0x80;
    raw.iter().filter(|byte| !continues(byte)).count() + usize::from(raw.first().is_some_and(continues))
}

/// What a merged token may not be. A pair whose token is refused never merges.
#[derive(Debug, Clone)]
pub enum Rule {
    /// A run of one character that is no letter and no digit, longer than this.
    MaxRun(usize),
    /// Longer than this, in bytes.
    MaxBytes(usize),
    /// More pieces between spaces than this (SuperBPE).
    MaxWords(usize),
    /// A space behind a colon (SuperBPE).
    Colon,
    /// A token of several words that holds more than letters, marks, spaces, apostrophes and `_`.
    Letters {
        /// What words are.
        words: Box<Segmenter>,
        /// Cuts what is allowed from what is not.
        allowed: Box<Segmenter>,
    },
    /// One of these strings, as the vocabulary writes it.
    Taken(HashSet<String>),
    /// What these rules refuse of the text that a token stands for, where the vocabulary writes something else; a token that
    /// stands for no text by itself.
    Said(Said, Vec<Rule>),
}

/// Tells the text that a token stands for, by what the vocabulary writes; none if it may be no token.
#[derive(Clone)]
pub struct Said(pub(crate) Arc<SaidBy>);

type SaidBy = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said")
    }
}

impl Rule {
    /// The rule [`Rule::Letters`] for words cut by a pattern.
    ///
    /// Errors: as [`Segmenter::scanning`].
    pub fn letters(pattern: &str) -> Result<Self> {
        let cut = |pattern| Segmenter::scanning(pattern, Unicode::Hf, &Limits::default()).map(Box::new);
        Ok(Rule::Letters { words: cut(pattern)?, allowed: cut(r"[\p{L}\p{M} '\x{2019}_]+")? })
    }

    /// A name for reports.
    pub fn name(&self) -> &'static str {
        match self {
            Rule::MaxRun(_) => "max_run",
            Rule::MaxBytes(_) => "max_token_bytes",
            Rule::MaxWords(_) => "max_words",
            Rule::Colon => "colon_rule",
            Rule::Letters { .. } => "letter_only",
            Rule::Taken(_) => "added_token",
            Rule::Said(..) => "incomplete",
        }
    }

    /// The name of the rule that refuses a token, if one does: `written` in the vocabulary, `raw` in bytes of text.
    pub(super) fn refusal(&self, written: &str, raw: &[u8]) -> Option<&'static str> {
        match self {
            Rule::Said(said, rules) => match said.0(written) {
                Some(raw) => rules.iter().find_map(|rule| rule.refusal(written, &raw)),
                None => Some(self.name()),
            },
            _ => self.refuses(written, raw).then_some(self.name()),
        }
    }

    fn refuses(&self, written: &str, raw: &[u8]) -> bool {
        match self {
            Rule::MaxRun(longest) => std::str::from_utf8(raw).is_ok_and(|text| runs_longer(text, *longest)),
            Rule::MaxBytes(most) => raw.len() > *most,
            Rule::MaxWords(most) => raw.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).count() > *most,
            Rule::Colon => raw.windows(2).any(|pair| pair == b": "),
            Rule::Letters { words, allowed } => crosses(raw, words) && !only_letters(raw, allowed),
            Rule::Taken(strings) => strings.contains(written),
            Rule::Said(..) => self.refusal(written, raw).is_some(),
        }
    }
}

/// Whether a text is one character again and again, no letter or digit, more often than `longest`.
fn runs_longer(text: &str, longest: usize) -> bool {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    !first.is_alphanumeric() && chars.all(|c| c == first) && text.chars().count() > longest
}

/// Whether a token is more than one word. What is no text is if it has two pieces between spaces.
fn crosses(raw: &[u8], words: &Segmenter) -> bool {
    match std::str::from_utf8(raw) {
        Ok(text) => pieces(text, words) > 1,
        Err(_) => raw.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).count() > 1,
    }
}

fn only_letters(raw: &[u8], allowed: &Segmenter) -> bool {
    let classes = Classes::of(Unicode::Hf);
    std::str::from_utf8(raw)
        .is_ok_and(|text| text.chars().any(|c| classes.is(c, Class::LETTER)) && pieces(text, allowed) == 1)
}

/// Into how many pieces a text is cut; too many if it cannot be.
fn pieces(text: &str, by: &Segmenter) -> usize {
    let mut count = 0;
    match by.for_each_word(text, &mut |_| count += 1) {
        Ok(()) => count,
        Err(_) => usize::MAX,
    }
}
