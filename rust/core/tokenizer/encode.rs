//! Encoding: from text to ids, and with everything else that can be asked.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Tokenizer;
use super::scratch::Scratch;
use crate::added::{Allowed, Match};
use crate::bpe::Bpe;
use crate::count::WordForm;
use crate::encoding::{Encoding, pad_encodings, truncate_encodings};
use crate::error::{Error, ErrorClass, Result};
use crate::models::{Answer, Answers, Model, Token};
use crate::post;
use crate::text::chars::CharOffsets;
use crate::text::scan::Scanner;
use crate::text::{Aligned, Span, Splits};

/// One input.
#[derive(Debug, Clone)]
pub enum Input<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A text already cut into words; word ids number these, offsets are relative to each.
    Words(Vec<Cow<'a, str>>),
}

impl Input<'_> {
    fn bytes(&self) -> usize {
        match self {
            Input::Text(text) => text.len(),
            Input::Words(words) => words.iter().map(|word| word.len()).sum(),
        }
    }
}

/// The unit of offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OffsetUnit {
    /// Bytes of UTF-8.
    #[default]
    Bytes,
    /// Unicode code points.
    Chars,
}

/// How to encode.
#[derive(Debug, Clone, Copy)]
pub struct EncodeOptions<'a> {
    /// Let the post-processor add its special tokens.
    pub add_special_tokens: bool,
    /// Which special tokens may be taken from the text.
    pub allowed: Allowed<'a>,
    /// The unit of offsets.
    pub unit: OffsetUnit,
}

impl Default for EncodeOptions<'_> {
    fn default() -> Self {
        EncodeOptions { add_special_tokens: true, allowed: Allowed::None, unit: OffsetUnit::Bytes }
    }
}

/// Ids of many texts, flat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ragged {
    /// All ids, one text after the other.
    pub values: Vec<u32>,
    /// Where each text starts in `values`, and where the last one ends: one more than texts.
    pub offsets: Vec<i64>,
}

impl Tokenizer {
    /// Encodes one input, or two together.
    ///
    /// Errors: class `UnknownToken` where the model has nothing for a character, `Limit` for a text above
    /// `limits.text_bytes` or a normalizer that expands too much.
    pub fn encode(&self, input: &Input<'_>, pair: Option<&Input<'_>>, options: EncodeOptions<'_>) -> Result<Encoding> {
        let mut encoding = self.encode_unpadded(input, pair, options)?;
        if let Some(padding) = &self.parts.padding {
            pad_encodings(std::slice::from_mut(&mut encoding), padding)?;
        }
        Ok(encoding)
    }

    /// Encodes many inputs on `threads` threads and pads them together.
    pub fn encode_batch(
        &self,
        inputs: &[(Input<'_>, Option<Input<'_>>)],
        options: EncodeOptions<'_>,
        threads: usize,
    ) -> Result<Vec<Encoding>> {
        let encode =
            |(input, pair): &(Input<'_>, Option<Input<'_>>)| self.encode_unpadded(input, pair.as_ref(), options);
        let bytes = inputs.iter().map(|(input, pair)| input.bytes() + pair.as_ref().map_or(0, Input::bytes)).sum();
        let mut encodings =
            in_parallel(inputs, bytes, threads, |part| part.iter().map(encode).collect::<Result<Vec<_>>>())?
                .into_iter()
                .flatten()
                .collect::<Vec<_>>();
        if let Some(padding) = &self.parts.padding {
            pad_encodings(&mut encodings, padding)?;
        }
        Ok(encodings)
    }

    /// The ids of [`Tokenizer::encode`], without making the rest.
    pub fn encode_ids(&self, text: &str, options: EncodeOptions<'_>) -> Result<Vec<u32>> {
        // More than nearly any text needs: memory that is not touched costs nothing, moving what is there does.
        let mut ids = Vec::with_capacity(text.len() / 2 + 8);
        self.pool.with(|scratch| self.append_ids(text, options, scratch, &mut ids))?;
        Ok(ids)
    }

    /// The ids of many texts, flat, on `threads` threads.
    pub fn encode_batch_ids<S: AsRef<str> + Sync>(
        &self,
        texts: &[S],
        options: EncodeOptions<'_>,
        threads: usize,
    ) -> Result<Ragged> {
        let bytes = texts.iter().map(|text| text.as_ref().len()).sum();
        let parts = in_parallel(texts, bytes, threads, |part| {
            let mut ragged = Ragged::default();
            self.pool.with(|scratch| -> Result<()> {
                for text in part {
                    self.append_ids(text.as_ref(), options, scratch, &mut ragged.values)?;
                    ragged.offsets.push(ragged.values.len() as i64);
                }
                Ok(())
            })?;
            Ok(ragged)
        })?;
        let mut all = Ragged { values: Vec::new(), offsets: Vec::with_capacity(texts.len() + 1) };
        all.offsets.push(0);
        for part in parts {
            let base = all.values.len() as i64;
            all.offsets.extend(part.offsets.iter().map(|end| base + end));
            if base == 0 { all.values = part.values } else { all.values.extend_from_slice(&part.values) }
        }
        Ok(all)
    }

    /// Puts encodings together as [`Tokenizer::encode`] does: truncate, post-process, pad.
    pub fn post_process(
        &self,
        encoding: Encoding,
        pair: Option<Encoding>,
        add_special_tokens: bool,
    ) -> Result<Encoding> {
        let mut encoding = self.assemble(encoding, pair, add_special_tokens)?;
        if let Some(padding) = &self.parts.padding {
            pad_encodings(std::slice::from_mut(&mut encoding), padding)?;
        }
        Ok(encoding)
    }

    fn encode_unpadded(
        &self,
        input: &Input<'_>,
        pair: Option<&Input<'_>>,
        options: EncodeOptions<'_>,
    ) -> Result<Encoding> {
        let first = self.encode_input(input, 0, options)?;
        let second = pair.map(|pair| self.encode_input(pair, 1, options)).transpose()?;
        self.assemble(first, second, options.add_special_tokens)
    }

    fn assemble(
        &self,
        mut first: Encoding,
        mut second: Option<Encoding>,
        add_special_tokens: bool,
    ) -> Result<Encoding> {
        if let Some(truncation) = &self.parts.truncation {
            let added = if add_special_tokens { self.added_by_post_processor(second.is_some()) } else { 0 };
            truncate_encodings(&mut first, second.as_mut(), &truncation.with_special_tokens(added)?)?;
        }
        match &self.parts.post_processor {
            Some(post) => post.process(first, second, add_special_tokens),
            None => post::join(first, second),
        }
    }

    fn encode_input(&self, input: &Input<'_>, type_id: u32, options: EncodeOptions<'_>) -> Result<Encoding> {
        let mut encoding = Encoding::new(Arc::clone(&self.names));
        self.pool.with(|scratch| match input {
            Input::Text(text) => self.append_text(text, None, options, scratch, &mut encoding),
            Input::Words(words) => words
                .iter()
                .zip(0..)
                .try_for_each(|(word, number)| self.append_text(word, Some(number), options, scratch, &mut encoding)),
        })?;
        encoding.set_type_id(type_id);
        Ok(encoding)
    }

    /// Appends the tokens of one text. `word` numbers all of them, if given; else every split counts.
    fn append_text(
        &self,
        source: &str,
        word: Option<u32>,
        options: EncodeOptions<'_>,
        scratch: &mut Scratch,
        encoding: &mut Encoding,
    ) -> Result<()> {
        let from = encoding.len();
        let mut number = 0;
        // A hybrid model reads the beginning of a text as if a space stood in front of it.
        let mut first = self.hybrid();
        self.pieces(source, options.allowed, true, scratch, &mut |scratch, piece| {
            match piece {
                Piece::Added { id, span, matched } => {
                    encoding.push_own(id, span, word.unwrap_or(number), 0, matched);
                    number += 1;
                    first = first.filter(|_| self.parts.added.is_special_id(id));
                }
                Piece::Text(text) => {
                    let splits = self.segmenter.split(text)?;
                    for split in splits.words() {
                        if let Some(hybrid) = self.hybrid() {
                            scratch.tokens.clear();
                            let chunk = splits.text().as_str().get(split.range()).unwrap_or_default();
                            match first.take() {
                                Some(_) => hybrid.tokenize_first(chunk, &mut scratch.tokens)?,
                                None => hybrid.tokenize(chunk, &mut scratch.tokens)?,
                            }
                            push_tokens(&splits, *split, word.unwrap_or(number), &scratch.tokens, encoding);
                            number += 1;
                            continue;
                        }
                        let mut pieces = std::mem::take(&mut scratch.pieces);
                        for &piece in self.cut(splits.text().as_str(), std::slice::from_ref(split), &mut pieces) {
                            self.append_word(&splits, piece, word.unwrap_or(number), scratch, encoding)
                                .map_err(|error| in_source(error, source, &splits, piece))?;
                        }
                        scratch.pieces = pieces;
                        number += 1;
                    }
                }
            }
            Ok(())
        })?;
        if options.unit == OffsetUnit::Chars && !source.is_ascii() {
            let mut chars = CharOffsets::new(source);
            for span in encoding.offsets_mut().iter_mut().skip(from) {
                *span = chars.span(*span);
            }
        }
        Ok(())
    }

    fn append_word(
        &self,
        splits: &Splits<'_>,
        split: Span,
        number: u32,
        scratch: &mut Scratch,
        encoding: &mut Encoding,
    ) -> Result<()> {
        let text = splits.text();
        let mut ids = std::mem::take(&mut scratch.ids);
        ids.clear();
        let contiguous = self.word_ids(text.as_str(), split, scratch, &mut ids);
        if contiguous? {
            let mut start = split.start as usize;
            for &id in &ids {
                let end = start + self.covers.get(id as usize).copied().unwrap_or(0) as usize;
                encoding.push(id, text.origin(start..end), number, 0);
                start = end;
            }
        } else {
            push_tokens(splits, split, number, &scratch.tokens, encoding);
        }
        scratch.ids = ids;
        Ok(())
    }

    fn append_ids(
        &self,
        text: &str,
        options: EncodeOptions<'_>,
        scratch: &mut Scratch,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        let plain = !options.add_special_tokens || self.added_by_post_processor(false) == 0;
        if self.parts.truncation.is_some() || self.parts.padding.is_some() || !plain {
            let encoding = self.encode(&Input::Text(Cow::Borrowed(text)), None, options)?;
            ids.extend_from_slice(encoding.ids());
            return Ok(());
        }
        let mut first = self.hybrid();
        let encoded = self.pieces(text, options.allowed, false, scratch, &mut |scratch, piece| {
            match piece {
                Piece::Added { id, .. } => {
                    ids.push(id);
                    first = first.filter(|_| self.parts.added.is_special_id(id));
                }
                Piece::Text(mut text) => {
                    if let Some(hybrid) = first.take() {
                        let chunk = Scanner::MORPHEMES.first(text.as_str(), self.unicode);
                        scratch.tokens.clear();
                        hybrid.tokenize_first(text.as_str().get(..chunk).unwrap_or_default(), &mut scratch.tokens)?;
                        ids.extend(scratch.tokens.iter().map(|token| token.id));
                        text = text.slice(chunk..text.len());
                    }
                    let mut result = Ok(());
                    self.segmenter.for_each_batch(text, &mut |text, words| {
                        if result.is_ok() {
                            let Scratch { cache, tokens, pieces, .. } = scratch;
                            let words = self.cut(text, words, pieces);
                            let mut miss =
                                |words: &[Span], answers: &mut Answers| self.answer(text, words, tokens, answers);
                            result = cache.append(text.as_bytes(), words, ids, &mut miss);
                        }
                    })?;
                    result?;
                }
            }
            Ok(())
        });
        match encoded {
            // Without origins nobody knows where the character stands; the longer way does.
            Err(error) if error.class() == ErrorClass::UnknownToken => {
                self.encode(&Input::Text(Cow::Borrowed(text)), None, options).map(drop)
            }
            encoded => encoded,
        }
    }

    /// Appends the ids of one word. If true, the tokens cover the word one after the other, each as many bytes as
    /// `self.covers` says; else `scratch.tokens` holds them with their spans.
    #[inline]
    fn word_ids(&self, text: &str, word: Span, scratch: &mut Scratch, ids: &mut Vec<u32>) -> Result<bool> {
        let Scratch { cache, tokens, .. } = scratch;
        if cache.append_one(text.as_bytes(), word, ids) {
            return Ok(true);
        }
        let from = ids.len();
        let made = self.word_ids_anew(text, word, tokens, ids)?;
        if made.again {
            cache.insert(text.as_bytes(), word, ids.get(from..).unwrap_or_default());
        }
        Ok(made.covering)
    }

    /// Words cut further where that changes nothing but the time it takes.
    fn cut<'w>(&self, text: &str, words: &'w [Span], pieces: &'w mut Vec<Span>) -> &'w [Span] {
        let Some(cut) = self.cut else { return words };
        pieces.clear();
        for word in words {
            let mut start = word.start;
            let mut behind = word.range().start;
            for (at, found) in text.get(word.range()).unwrap_or_default().match_indices(cut) {
                let at = word.start as usize + at;
                if at > behind {
                    pieces.push(Span { start, end: at as u32 });
                    start = at as u32;
                }
                behind = at + found.len();
            }
            pieces.push(Span { start, end: word.end });
        }
        pieces
    }

    /// What the model makes of words.
    fn answer(&self, text: &str, words: &[Span], tokens: &mut Vec<Token>, answers: &mut Answers) -> Result<()> {
        let rest = match self.bpe_of_bytes().and_then(Bpe::plain) {
            Some(bpe) => bpe.answer(text.as_bytes(), words, answers),
            None => {
                answers.words.resize(words.len(), Answer::default());
                true
            }
        };
        if rest {
            for (&word, answer) in words.iter().zip(&mut answers.words).filter(|(_, answer)| answer.ids.is_empty()) {
                let from = answers.ids.len();
                let made = self.word_ids_anew(text, word, tokens, &mut answers.ids)?;
                *answer = Answer { ids: Span::from(from..answers.ids.len()), again: made.again };
            }
        }
        Ok(())
    }

    /// The model, if it is one of bytes and words come as such.
    fn bpe_of_bytes(&self) -> Option<&Bpe> {
        match &self.parts.model {
            Model::Bpe(bpe) if self.segmenter.form() == WordForm::Bytes => Some(bpe),
            _ => None,
        }
    }

    /// Appends the ids of one word, as the model makes them. Unless they are covering, `tokens` holds them.
    fn word_ids_anew(&self, text: &str, word: Span, tokens: &mut Vec<Token>, ids: &mut Vec<u32>) -> Result<Made> {
        // A scanner cuts at characters, so that a word of raw bytes is text all the same.
        let word = text.get(word.range()).unwrap_or_default();
        let in_bytes = self.bpe_of_bytes();
        if in_bytes.and_then(Bpe::plain).is_some_and(|bpe| bpe.append(word.as_bytes(), ids)) {
            return Ok(Made { covering: true, again: true });
        }
        tokens.clear();
        match in_bytes {
            Some(bpe) => bpe.tokenize_bytes(word.as_bytes(), tokens)?,
            None => self.parts.model.tokenize(word, tokens)?,
        }
        ids.extend(tokens.iter().map(|token| token.id));
        let mut at = 0;
        let covering = tokens.iter().all(|token| {
            let follows = !token.surface
                && token.span.start == at
                && self.covers.get(token.id as usize) == Some(&(token.span.len() as u32));
            at = token.span.end;
            follows
        }) && at as usize == word.len();
        let again = match &self.parts.model {
            Model::Bpe(bpe) => covering && !bpe.drops(),
            Model::Hybrid(_) => true,
            _ => covering,
        };
        Ok(Made { covering, again })
    }

    /// Cuts a text at added tokens, and normalizes what is between.
    fn pieces(
        &self,
        text: &str,
        allowed: Allowed<'_>,
        tracked: bool,
        scratch: &mut Scratch,
        found: &mut dyn FnMut(&mut Scratch, Piece<'_>) -> Result<()>,
    ) -> Result<()> {
        if text.len() as u64 > self.limits.text_bytes {
            return Err(Error::limit("text_bytes", text.len() as u64, self.limits.text_bytes));
        }
        let tracked = tracked || self.segmenter.needs_origins();
        let mut raw = std::mem::take(&mut scratch.matches);
        raw.clear();
        self.parts.added.find(text, false, allowed, &mut raw);
        let mut at = 0;
        let mut matches = raw.iter();
        loop {
            let next = matches.next();
            let end = next.map_or(text.len(), |found_here| found_here.span.start as usize);
            if at < end {
                let gap = Aligned::new(text.get(at..end).unwrap_or_default(), at as u32, tracked);
                self.normalized_pieces(gap, allowed, scratch, found)?;
            }
            let Some(found_here) = next else { break };
            let matched = text.get(found_here.span.range()).unwrap_or_default();
            found(scratch, Piece::Added { id: found_here.id, span: found_here.span, matched })?;
            at = found_here.span.end as usize;
        }
        scratch.matches = raw;
        Ok(())
    }

    /// Normalizes a piece, and cuts it at the added tokens that match normalized text.
    fn normalized_pieces(
        &self,
        mut piece: Aligned<'_>,
        allowed: Allowed<'_>,
        scratch: &mut Scratch,
        found: &mut dyn FnMut(&mut Scratch, Piece<'_>) -> Result<()>,
    ) -> Result<()> {
        self.segmenter.normalize(&mut piece)?;
        let mut matches = Vec::new();
        self.parts.added.find(piece.as_str(), true, allowed, &mut matches);
        let mut at = 0;
        for Match { span, id } in matches {
            let range = span.range();
            if at < range.start {
                found(scratch, Piece::Text(piece.slice(at..range.start)))?;
            }
            at = range.end;
            let matched = piece.as_str().get(range.clone()).unwrap_or_default();
            found(scratch, Piece::Added { id, span: piece.origin(range), matched })?;
        }
        match at {
            0 if !piece.is_empty() => found(scratch, Piece::Text(piece)),
            at if at < piece.len() => found(scratch, Piece::Text(piece.slice(at..piece.len()))),
            _ => Ok(()),
        }
    }
}

/// An error about a character of one word, with its place in the source.
fn in_source(error: Error, source: &str, splits: &Splits<'_>, word: Span) -> Error {
    let Some(chars) = error.char_offset() else { return error };
    let before: usize = splits.word(word).chars().take(chars).map(char::len_utf8).sum();
    let at = word.start as usize + before;
    let byte = splits.text().origin(at..at + 1).start;
    error.at_char(CharOffsets::new(source).at(byte as usize) as usize)
}

/// What is known of the tokens of a word.
struct Made {
    /// They cover it one after the other, each as many bytes as its id always does.
    covering: bool,
    /// They would be the same another time, and their ids tell everything about them.
    again: bool,
}

/// What a text is cut into first.
enum Piece<'a> {
    Added { id: u32, span: Span, matched: &'a str },
    Text(Aligned<'a>),
}

/// Bytes of text that take longer to encode than a thread takes to start.
const WORTH_A_THREAD: usize = 32 << 10;

/// Works on parts of `all`, `bytes` long together, on several threads; the results are in order. Parts are small enough that a slow one does
/// not leave the other threads idle at the end.
fn in_parallel<T: Sync, R: Send>(
    all: &[T],
    bytes: usize,
    threads: usize,
    work: impl Fn(&[T]) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    if threads <= 1 || all.len() <= 1 || bytes < WORTH_A_THREAD {
        return Ok(vec![work(all)?]);
    }
    let size = all.len().div_ceil(threads * 8);
    let parts: Vec<&[T]> = all.chunks(size).collect();
    let next = AtomicUsize::new(0);
    let run = || -> Result<Vec<(usize, R)>> {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(at) else { return Ok(done) };
            done.push((at, work(part)?));
        }
    };
    let mut results = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut results = run()?;
        for other in others {
            let done = other
                .join()
                .unwrap_or_else(|_| Err(Error::argument("an encoding thread ended early; this is a bug")))?;
            results.extend(done);
        }
        Ok::<_, Error>(results)
    })?;
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// Appends tokens of a word with their places in the source.
fn push_tokens(splits: &Splits<'_>, split: Span, number: u32, tokens: &[Token], encoding: &mut Encoding) {
    let text = splits.text();
    for token in tokens {
        let range = (split.start + token.span.start) as usize..(split.start + token.span.end) as usize;
        let origin = text.origin(range.clone());
        if token.surface {
            let own = text.as_str().get(range).unwrap_or_default();
            encoding.push_own(token.id, origin, number, 0, own);
        } else {
            encoding.push(token.id, origin, number, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::text::Unicode;

    #[test]
    fn an_unknown_character_is_named_where_it_stands() {
        let json = r##"{"version":"1.0","added_tokens":[{"id":2,"content":"<ğ>","single_word":false,"lstrip":false,
            "rstrip":false,"normalized":false,"special":false}],"normalizer":{"type":"Lowercase"},
            "pre_tokenizer":{"type":"WhitespaceSplit"},"model":{"type":"Unigram","unk_id":null,
            "vocab":[["a",-1.0],["ş",-1.0]]}}"##;
        let limits = Limits::default();
        let (tokenizer, _) = Tokenizer::from_json(json.as_bytes(), Unicode::Hf, &limits, true).unwrap();
        for (text, at) in [("x", 0), ("ŞA x", 3), ("<ğ>ş AAxa", 7), ("İ", 0)] {
            let input = Input::Text(Cow::Borrowed(text));
            let errors = [
                tokenizer.encode(&input, None, EncodeOptions::default()).unwrap_err(),
                tokenizer.encode_ids(text, EncodeOptions::default()).unwrap_err(),
            ];
            for error in errors {
                assert_eq!((error.class(), error.char_offset()), (ErrorClass::UnknownToken, Some(at)), "{text}");
            }
        }
    }

    #[test]
    fn empty_affixes_keep_the_fast_way() {
        for (prefix, suffix, form) in [
            ("null", "null", WordForm::Bytes),
            (r#""""#, r#""""#, WordForm::Bytes),
            (r###""##""###, r#""""#, WordForm::Text),
            (r#""""#, r#""</w>""#, WordForm::Text),
        ] {
            let json = format!(
                r#"{{"version":"1.0","added_tokens":[],"pre_tokenizer":{{"type":"ByteLevel","add_prefix_space":false,
                "trim_offsets":true,"use_regex":true}},"model":{{"type":"BPE","continuing_subword_prefix":{prefix},
                "end_of_word_suffix":{suffix},"vocab":{{"a":0,"b":1}},"merges":[]}}}}"#
            );
            let (tokenizer, _) = Tokenizer::from_json(json.as_bytes(), Unicode::Hf, &Limits::default(), true).unwrap();
            assert_eq!(tokenizer.segmenter.form(), form, "{prefix} {suffix}");
        }
    }
}
