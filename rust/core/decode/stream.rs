//! Decoding ids as they arrive, one piece of text at a time.

use crate::error::{Error, Result, quote};

/// Turns ids into text as they arrive.
///
/// A token's text depends on its neighbours (a prefix space, a character in several tokens), so ids since the last but
/// one piece are decoded together, and what was given out before is taken off. Text that ends in U+FFFD is held back:
/// more bytes may complete the character. This is the rule of Hugging Face `tokenizers`, with one bound added: once more
/// than 256 ids are held, a step may wait until decoding them all is paid for by the steps so far, so that a stream
/// costs time linear in its length whatever the ids are.
///
/// ```
/// use hybridtok::decode::DecodeStream;
///
/// let text = "a👍 b".as_bytes();
/// let mut stream = DecodeStream::new(Vec::new(), false);
/// let mut pieces = Vec::new();
/// for &byte in text {
///     let decode = |ids: &[u32], _skip_special_tokens| {
///         let bytes: Vec<u8> = ids.iter().map(|&id| id as u8).collect();
///         Ok(String::from_utf8_lossy(&bytes).into_owned())
///     };
///     pieces.push(stream.step(&[u32::from(byte)], decode)?);
/// }
/// let pieces: Vec<_> = pieces.iter().map(Option::as_deref).collect();
/// assert_eq!(pieces, [Some("a"), None, None, None, Some("👍"), Some(" "), Some("b")]);
/// # Ok::<(), hybridtok::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct DecodeStream {
    skip_special_tokens: bool,
    /// The ids of the last piece, then those since.
    ids: Vec<u32>,
    /// The text of the first `prefix_ids` of `ids`, which was given out before.
    prefix: String,
    prefix_ids: usize,
    /// How many of `ids` were part of a text that was looked at, or came from the caller as already given out.
    seen: usize,
    /// How many ids may still be decoded.
    credit: usize,
}

/// Up to so many ids are decoded together in every step.
const WINDOW: usize = 256;
/// Ids at the end that tell whether a long window has come to a whole character: a character has at most 4 bytes, and a
/// decoder may treat the first token of a list differently.
const TAIL: usize = 8;
/// How often a long window may be decoded, on average.
const CREDIT_PER_ID: usize = 16;

impl DecodeStream {
    /// A stream that goes on after `ids` (often a prompt), whose text is not given out again unless it ends in the
    /// middle of a character.
    pub fn new(ids: Vec<u32>, skip_special_tokens: bool) -> Self {
        let credit = ids.len().saturating_mul(CREDIT_PER_ID);
        DecodeStream { skip_special_tokens, seen: ids.len(), ids, prefix: String::new(), prefix_ids: 0, credit }
    }

    /// Whether special tokens are left out.
    pub fn skip_special_tokens(&self) -> bool {
        self.skip_special_tokens
    }

    /// Takes the next ids and returns the text that they complete, if any. `decode` turns ids into text, without
    /// special tokens if the second argument says so; if it fails, the ids are not taken.
    ///
    /// Text that no longer begins with what was given out is an error of class `Argument`.
    pub fn step(
        &mut self,
        new: &[u32],
        mut decode: impl FnMut(&[u32], bool) -> Result<String>,
    ) -> Result<Option<String>> {
        let before = self.ids.len();
        self.ids.extend_from_slice(new);
        let credit = WINDOW.saturating_add(new.len().saturating_mul(CREDIT_PER_ID));
        self.credit = self.credit.saturating_add(credit);
        self.advance(&mut decode).inspect_err(|_| self.ids.truncate(before))
    }

    fn advance(&mut self, decode: &mut impl FnMut(&[u32], bool) -> Result<String>) -> Result<Option<String>> {
        if !self.is_due(decode)? {
            return Ok(None);
        }
        let text = self.text(decode)?;
        if text.len() <= self.prefix.len() || is_open(&text) {
            return Ok(None);
        }
        let piece = self.after_prefix(&text)?;
        let last = self.ids.get(self.prefix_ids..).unwrap_or_default();
        self.prefix = decode(last, self.skip_special_tokens)?;
        self.ids.drain(..self.prefix_ids);
        self.prefix_ids = self.ids.len();
        self.seen = self.ids.len();
        Ok(Some(piece))
    }

    /// Ends the stream: what is still held back, with U+FFFD for bytes that are no character.
    pub fn finish(mut self, mut decode: impl FnMut(&[u32], bool) -> Result<String>) -> Result<Option<String>> {
        let text = self.text(&mut decode)?;
        if text.len() <= self.prefix.len() {
            return Ok(None);
        }
        self.after_prefix(&text).map(Some)
    }

    /// Whether all ids are to be decoded now. If they are many, their end tells whether it is worth it.
    fn is_due(&mut self, decode: &mut impl FnMut(&[u32], bool) -> Result<String>) -> Result<bool> {
        let window = self.ids.len();
        if window > WINDOW {
            let tail = decode(self.ids.get(window - TAIL..).unwrap_or_default(), self.skip_special_tokens)?;
            if tail.is_empty() || is_open(&tail) || self.credit < window {
                return Ok(false);
            }
        }
        self.credit = self.credit.saturating_sub(window);
        Ok(true)
    }

    /// The text of all ids. While the prefix is empty, ids seen before that come to whole characters become it.
    fn text(&mut self, decode: &mut impl FnMut(&[u32], bool) -> Result<String>) -> Result<String> {
        if self.prefix.is_empty() && self.seen > 0 {
            let seen = self.ids.get(..self.seen).unwrap_or_default();
            let prefix = decode(seen, self.skip_special_tokens)?;
            if !is_open(&prefix) {
                self.prefix = prefix;
                self.prefix_ids = self.seen;
            }
        }
        let text = decode(&self.ids, self.skip_special_tokens)?;
        self.seen = self.ids.len();
        Ok(text)
    }

    fn after_prefix(&self, text: &str) -> Result<String> {
        text.strip_prefix(&self.prefix).map(str::to_owned).ok_or_else(|| {
            Error::argument(format!(
                "the text of the stream changed behind it: {} was given out, but the ids now begin with {}",
                quote(&self.prefix),
                quote(text)
            ))
        })
    }
}

/// Whether the text ends in what may become a character.
fn is_open(text: &str) -> bool {
    text.ends_with(char::REPLACEMENT_CHARACTER)
}
