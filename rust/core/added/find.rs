//! From the places of added tokens to matches: which may be taken, and how far they reach.

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::matcher::Found;
use super::{AddedToken, AddedTokens};
use crate::text::classes::{Class, Classes};
use crate::text::{Span, Unicode};

/// Which special tokens may be taken from a text. Added tokens that are not special always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Allowed<'a> {
    /// All of them: Hugging Face's default.
    All,
    /// None: what looks like one is text. This is Hugging Face's `encode_special_tokens`, and like there the text of a
    /// special token is skipped as a whole: tokens inside of it are not looked for.
    #[default]
    None,
    /// Those with these contents. The others are looked for as little as if they did not exist, so a token that is
    /// allowed is found inside, or at the start, of one that is not.
    Only(&'a [String]),
}

impl Allowed<'_> {
    /// Whether the special token with this content may be taken.
    pub fn has(self, content: &str) -> bool {
        match self {
            Allowed::All => true,
            Allowed::None => false,
            Allowed::Only(contents) => contents.iter().any(|allowed| allowed == content),
        }
    }
}

/// An added token in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// What it covers, with the whitespace it swallows.
    pub span: Span,
    /// Its id.
    pub id: u32,
}

impl AddedTokens {
    /// Appends the added tokens in `text` from left to right; `normalized` says whether the text is normalized, which
    /// decides the tokens that are looked for.
    ///
    /// As in Hugging Face, matches may overlap in whitespace that one token swallowed and another one consists of;
    /// what is not covered is what lies between the end of a match and the start of the next.
    pub fn find(&self, text: &str, normalized: bool, allowed: Allowed<'_>, out: &mut Vec<Match>) {
        if self.is_empty() {
            return;
        }
        let matcher = self.matcher(normalized);
        let mut taker = Taker { text, swallowed: 0..0, end: 0, out };
        let special = |id| self.is_special_id(id);
        match allowed {
            Allowed::All => matcher.find_all(text, |found| taker.take(found, self.token(found.id))),
            Allowed::None => matcher.find_all(text, |found| {
                if !special(found.id) {
                    taker.take(found, self.token(found.id));
                }
            }),
            Allowed::Only(contents) => {
                let contents: HashSet<&str, FixedState> = contents.iter().map(String::as_str).collect();
                let named = |id| self.token(id).is_some_and(|token| contents.contains(&*token.content));
                let allow = |id| !special(id) || named(id);
                matcher.find_allowed(text, allow, |found| taker.take(found, self.token(found.id)));
            }
        }
    }
}

/// Turns places into matches, by the flags of their tokens.
struct Taker<'t, 'o> {
    text: &'t str,
    /// The last whitespace that was swallowed on the right.
    swallowed: std::ops::Range<usize>,
    /// Where the last match ended.
    end: usize,
    out: &'o mut Vec<Match>,
}

impl Taker<'_, '_> {
    fn take(&mut self, found: Found, token: Option<&AddedToken>) {
        let Some(token) = token else { return };
        let Found { mut start, mut end, id } = found;
        if token.single_word && !self.is_single_word(start, end) {
            return;
        }
        if token.lstrip {
            // Not further back than the last match, which may have swallowed this whitespace already.
            let before = self.text.get(self.end..start).unwrap_or_default();
            start = self.end.max(start) - (before.len() - before.trim_end().len());
        }
        if token.rstrip {
            end = self.end_of_whitespace(end);
        }
        // Nothing is left of a token that strips on its left what the one before it stripped on its right; Hugging
        // Face panics, or drops the empty token.
        if start < end {
            self.out.push(Match { span: Span::from(start..end), id });
            self.end = end;
        }
    }

    fn is_single_word(&self, start: usize, end: usize) -> bool {
        let is_word = |c: char| Classes::of(Unicode::Hf).is(c, Class::WORD);
        let before = self.text.get(..start).and_then(|before| before.chars().next_back());
        let after = self.text.get(end..).and_then(|after| after.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    }

    /// Remembers where it was, so that many tokens inside one long run of whitespace take linear time.
    fn end_of_whitespace(&mut self, from: usize) -> usize {
        if !self.swallowed.contains(&from) {
            let after = self.text.get(from..).unwrap_or_default();
            self.swallowed = from..from + (after.len() - after.trim_start().len());
        }
        self.swallowed.end.max(from)
    }
}
