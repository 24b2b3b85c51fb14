//! A piece of text under normalization: what it has become, and which bytes of the source each byte came from.
//!
//! Every change goes through one primitive, the [`Rewriter`]: it copies ranges of the old text or pushes new characters
//! that inherit the origin of a byte of the old text. As long as nothing changed, no table exists at all.

use std::borrow::Cow;
use std::ops::Range;

use super::Span;
use crate::error::Result;

/// A piece of the source text, possibly rewritten.
#[derive(Debug, Clone)]
pub struct Aligned<'s> {
    text: Cow<'s, str>,
    origins: Origins,
    /// Where the piece starts in the source, in bytes.
    base: u32,
}

#[derive(Debug, Clone)]
enum Origins {
    /// The text is the source's own: byte `i` came from the character that covers `base + i`.
    Identity,
    /// Nobody will ask.
    Untracked,
    /// One span of the source for every byte of the text.
    Spans(Vec<Span>),
}

impl<'s> Aligned<'s> {
    /// The piece of the source that starts at byte `base`. With `tracked` false, [`Aligned::origin`] answers only
    /// while the text is unchanged; that is all that encoding to plain ids needs.
    pub fn new(text: &'s str, base: u32, tracked: bool) -> Self {
        let origins = if tracked { Origins::Identity } else { Origins::Untracked };
        Aligned { text: Cow::Borrowed(text), origins, base }
    }

    /// The text as it is now.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the text is still exactly the source's.
    pub fn is_identity(&self) -> bool {
        matches!(self.origins, Origins::Identity)
    }

    /// Length of the text as it is now, in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether the text as it is now is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The bytes of the source that the bytes `range` of the text came from, widened to whole characters.
    /// An empty range answers with the empty span where it stands.
    pub fn origin(&self, range: Range<usize>) -> Span {
        if range.is_empty() {
            let at = if range.start == 0 { self.base } else { self.byte_origin(range.start - 1).end };
            return Span::new(at, at);
        }
        match &self.origins {
            Origins::Spans(_) => Span::new(self.byte_origin(range.start).start, self.byte_origin(range.end - 1).end),
            Origins::Identity | Origins::Untracked => {
                let start = floor_char_boundary(&self.text, range.start);
                let mut end = range.end.min(self.text.len());
                while !self.text.is_char_boundary(end) {
                    end += 1;
                }
                Span::new(self.base + start as u32, self.base + end as u32)
            }
        }
    }

    /// The span of the source that one byte came from.
    fn byte_origin(&self, at: usize) -> Span {
        match &self.origins {
            Origins::Spans(spans) => spans.get(at).copied().unwrap_or(Span::new(self.base, self.base)),
            Origins::Identity | Origins::Untracked => {
                let start = floor_char_boundary(&self.text, at);
                let width = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                Span::new(self.base + start as u32, self.base + (start + width) as u32)
            }
        }
    }

    /// The piece `range` of this piece, with its origins. `range` must lie on character boundaries (else it is empty).
    pub fn slice(&self, range: Range<usize>) -> Aligned<'s> {
        let base = self.origin(range.start..range.end).start;
        let text = match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(range.clone()).unwrap_or_default()),
            Cow::Owned(text) => Cow::Owned(text.get(range.clone()).unwrap_or_default().to_owned()),
        };
        let origins = match &self.origins {
            Origins::Spans(spans) => Origins::Spans(spans.get(range).unwrap_or_default().to_vec()),
            Origins::Identity => Origins::Identity,
            Origins::Untracked => Origins::Untracked,
        };
        Aligned { text, origins, base }
    }

    /// Rewrites the whole text: `write` gets the old text and a writer for the new one. After an error the text is
    /// unchanged.
    pub fn rewrite(&mut self, write: impl FnOnce(&mut Rewriter<'_, 's>) -> Result<()>) -> Result<()> {
        let mut writer = Rewriter::new(self);
        write(&mut writer)?;
        let (text, origins) = writer.finish();
        self.text = text;
        self.origins = origins;
        Ok(())
    }

    /// Rewrites the text from a stream of characters, each with what it does to the old text: `0` replaces the next
    /// old character, `+1` is new, `-n` replaces the next one and drops the `n` after it. `dropped` old characters are
    /// gone before the first. This is the protocol of `unicode-normalization-alignments`.
    pub fn transform(&mut self, changes: impl Iterator<Item = (char, isize)>, dropped: usize) {
        let mut writer = Rewriter::new(self);
        let mut rest = writer.old().chars();
        let mut at = rest.by_ref().take(dropped).map(char::len_utf8).sum::<usize>();
        for (c, change) in changes {
            if change > 0 {
                writer.push_inherited(c, at);
                continue;
            }
            writer.push(c, at);
            at += rest.by_ref().take(1 + change.unsigned_abs()).map(char::len_utf8).sum::<usize>();
        }
        let (text, origins) = writer.finish();
        self.text = text;
        self.origins = origins;
    }
}

/// Writes the new text of an [`Aligned`], or of a part of it, while reading the old one.
#[derive(Debug)]
pub struct Rewriter<'a, 's> {
    old: &'a Aligned<'s>,
    text: String,
    origins: Option<Vec<Span>>,
}

impl<'a, 's> Rewriter<'a, 's> {
    fn new(old: &'a Aligned<'s>) -> Self {
        let tracked = !matches!(old.origins, Origins::Untracked);
        Rewriter {
            old,
            text: String::with_capacity(old.len() + 16),
            origins: tracked.then(|| Vec::with_capacity(old.len() + 16)),
        }
    }

    fn finish(self) -> (Cow<'s, str>, Origins) {
        (Cow::Owned(self.text), self.origins.map_or(Origins::Untracked, Origins::Spans))
    }

    /// The old text.
    pub fn old(&self) -> &'a str {
        &self.old.text
    }

    /// Bytes written so far.
    pub fn written(&self) -> usize {
        self.text.len()
    }

    /// Copies a range of the old text, with its origins. `range` must lie on character boundaries.
    pub fn copy(&mut self, range: Range<usize>) {
        self.text.push_str(self.old.text.get(range.clone()).unwrap_or_default());
        let Some(origins) = &mut self.origins else { return };
        match &self.old.origins {
            Origins::Spans(spans) => origins.extend_from_slice(spans.get(range).unwrap_or_default()),
            _ => {
                let text = self.old.text.get(range.clone()).unwrap_or_default();
                let start = self.old.base + range.start as u32;
                for (at, c) in text.char_indices() {
                    let span = Span::new(start + at as u32, start + (at + c.len_utf8()) as u32);
                    origins.extend(std::iter::repeat_n(span, c.len_utf8()));
                }
            }
        }
    }

    /// Writes a character that takes the place of the one at byte `from` of the old text.
    pub fn push(&mut self, c: char, from: usize) {
        self.text.push(c);
        if let Some(origins) = &mut self.origins {
            let span = self.old.byte_origin(from);
            origins.extend(std::iter::repeat_n(span, c.len_utf8()));
        }
    }

    /// Writes a new character just before byte `before` of the old text: it inherits the origin of the byte that
    /// precedes; at the very start it gets the empty span there.
    pub fn push_inherited(&mut self, c: char, before: usize) {
        if before > 0 {
            return self.push(c, before - 1);
        }
        self.text.push(c);
        if let Some(origins) = &mut self.origins {
            origins.extend(std::iter::repeat_n(Span::new(self.old.base, self.old.base), c.len_utf8()));
        }
    }
}

/// The last character boundary at or before `at`.
pub(crate) fn floor_char_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_answers_whole_characters() {
        let text = Aligned::new("aşk", 10, true);
        assert_eq!(text.origin(0..1), Span::new(10, 11));
        assert_eq!(text.origin(2..3), Span::new(11, 13), "half a character is widened");
        assert_eq!(text.origin(1..4), Span::new(11, 14));
    }

    #[test]
    fn transform_follows_the_change_protocol() {
        // "e + acute" composed, "x" kept, "ﬁ" expanded.
        let mut text = Aligned::new("e\u{301}xﬁ", 0, true);
        text.transform([('é', -1), ('x', 0), ('f', 0), ('i', 1)].into_iter(), 0);
        assert_eq!(text.as_str(), "éxfi");
        assert_eq!(text.origin(0..2), Span::new(0, 1), "a composed character keeps the first one's origin");
        assert_eq!(text.origin(2..3), Span::new(3, 4));
        assert_eq!(text.origin(3..4), Span::new(4, 7));
        assert_eq!(text.origin(4..5), Span::new(4, 7));
    }
}
