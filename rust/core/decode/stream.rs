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
        let text = match self.due_text(&mut decode) {
            Ok(text) => text,
            Err(error) => {
                self.ids.truncate(before);
                return Err(error);
            }
        };
        let Some(text) = text.filter(|text| text.len() > self.prefix.len() && !is_open(text)) else { return Ok(None) };
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

    /// The text of all ids, if they are to be decoded now. If they are many, their end tells whether it is worth it.
    fn due_text(&mut self, decode: &mut impl FnMut(&[u32], bool) -> Result<String>) -> Result<Option<String>> {
        let window = self.ids.len();
        if window > WINDOW {
            let tail = decode(self.ids.get(window - TAIL..).unwrap_or_default(), self.skip_special_tokens)?;
            if tail.is_empty() || is_open(&tail) || self.credit < window {
                return Ok(None);
            }
        }
        self.credit = self.credit.saturating_sub(window);
        self.text(decode).map(Some)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::Decoder;

    /// Ids below 256 are bytes (`ByteFallback`), 256 is a word of its own, 257 is never shown.
    fn decode(ids: &[u32]) -> Result<String> {
        let token = |&id: &u32| match id {
            0..256 => Some(format!("<0x{id:02X}>")),
            256 => Some("word".to_owned()),
            _ => None,
        };
        let tokens: Vec<String> = ids.iter().filter_map(token).collect();
        Decoder::ByteFallback.decode(tokens.iter().map(String::as_str))
    }

    /// Hugging Face's rule, with every id decoded in every step.
    #[derive(Default)]
    struct Naive {
        ids: Vec<u32>,
        prefix: String,
        prefix_ids: usize,
    }

    impl Naive {
        fn new(ids: Vec<u32>) -> Self {
            Naive { ids, ..Naive::default() }
        }

        fn step(&mut self, new: &[u32]) -> Option<String> {
            if self.prefix.is_empty() && !self.ids.is_empty() {
                let prefix = decode(&self.ids).unwrap();
                if !is_open(&prefix) {
                    (self.prefix, self.prefix_ids) = (prefix, self.ids.len());
                }
            }
            self.ids.extend_from_slice(new);
            let text = decode(&self.ids).unwrap();
            if text.len() <= self.prefix.len() || is_open(&text) {
                return None;
            }
            let piece = text.strip_prefix(&self.prefix).map(str::to_owned);
            if piece.is_some() {
                self.ids.drain(..self.prefix_ids);
                (self.prefix, self.prefix_ids) = (decode(&self.ids).unwrap(), self.ids.len());
            }
            piece
        }
    }

    fn ids() -> impl Strategy<Value = Vec<u32>> {
        prop_oneof![
            Just(vec![256]),
            Just(vec![257]),
            any::<char>().prop_map(|c| c.to_string().bytes().map(u32::from).collect()),
            (0..256u32).prop_map(|byte| vec![byte]),
        ]
    }

    proptest! {
        #[test]
        fn pieces_are_those_of_the_naive_rule(
            start in prop::collection::vec(ids(), 0..3),
            ids in prop::collection::vec(ids(), 0..60),
            size in 1..5usize,
        ) {
            let mut naive = Naive::new(start.concat());
            let mut stream = DecodeStream::new(start.concat(), false);
            for step in ids.concat().chunks(size) {
                // An error here (text that changed) is `None` there.
                let got = stream.step(step, |ids, _| decode(ids)).unwrap_or_default();
                prop_assert_eq!(got, naive.step(step));
            }
        }

        #[test]
        fn pieces_and_rest_are_the_whole_text(words in prop::collection::vec(".{0,3}", 0..200), size in 1..300usize) {
            let ids: Vec<u32> =
                words.iter().flat_map(|word| word.bytes().map(u32::from).chain([256, 257])).collect();
            let mut stream = DecodeStream::new(Vec::new(), false);
            let mut text = String::new();
            for step in ids.chunks(size) {
                text.extend(stream.step(step, |ids, _| decode(ids)).unwrap());
            }
            text.extend(stream.finish(|ids, _| decode(ids)).unwrap());
            prop_assert_eq!(text, decode(&ids).unwrap());
        }
    }

    #[test]
    fn work_is_linear_whatever_the_ids() {
        const STEPS: usize = 100_000;
        let hostile: [(&str, &dyn Fn(usize) -> u32); 5] = [
            ("text", &|_| 256),
            ("never shown", &|_| 257),
            ("never a character", &|_| 0x80),
            ("a bad byte before many good ones", &|at| if at == 0 { 0x80 } else { 0x41 }),
            ("rare text", &|at| if at % 1000 == 999 { 256 } else { 257 }),
        ];
        for (name, id) in hostile {
            let mut decoded = 0;
            let mut stream = DecodeStream::new(Vec::new(), true);
            for at in 0..STEPS {
                let step = stream.step(&[id(at)], |ids, _| {
                    decoded += ids.len();
                    // Only what the end of the text decides matters to the stream: the real decoder takes too long here.
                    Ok(match ids.iter().rev().find(|&&id| id < 257) {
                        None => String::new(),
                        Some(0x41) if ids.first() != Some(&0x80) => "A".repeat(ids.len()),
                        Some(256) => "word".repeat(ids.iter().filter(|&&id| id == 256).count()),
                        Some(_) => char::REPLACEMENT_CHARACTER.to_string().repeat(ids.len()),
                    })
                });
                assert_eq!(step.unwrap().is_some(), id(at) == 256, "{name}, {at}");
            }
            assert!(decoded < 3 * STEPS * (WINDOW + CREDIT_PER_ID + TAIL), "{name}: {decoded} ids decoded");
        }
    }

    #[test]
    fn long_windows_still_give_out_text_at_once() {
        let cases = [
            ("a long prompt", vec![256; 5000], [vec![257], vec![257], vec![256]], "word"),
            ("much that is never shown", vec![257; 5000], [vec![257], vec![257], vec![256]], "word"),
            ("many at once, then a character", vec![], [vec![256; 5000], vec![0xC3], vec![0xA9]], "é"),
        ];
        for (name, start, steps, want) in cases {
            let (mut naive, mut stream) = (Naive::new(start.clone()), DecodeStream::new(start, false));
            let mut last = None;
            for ids in &steps {
                last = stream.step(ids, |ids, _| decode(ids)).unwrap();
                assert_eq!(last, naive.step(ids), "{name}");
            }
            assert_eq!(last.as_deref(), Some(want), "{name}");
        }
    }

    #[test]
    fn text_that_changes_is_an_error_and_failed_ids_are_not_taken() {
        let mut stream = DecodeStream::new(Vec::new(), false);
        assert_eq!(stream.step(&[1], |_, _| Ok("ab".to_owned())).unwrap().as_deref(), Some("ab"));
        assert!(stream.step(&[2], |_, _| Ok("xyz".to_owned())).is_err());

        let mut stream = DecodeStream::new(vec![256], false);
        assert!(stream.step(&[9], |_, _| Err(Error::argument("no such id"))).is_err());
        assert_eq!(stream.step(&[256], |ids, _| decode(ids)).unwrap().as_deref(), Some("word"));
    }
}
