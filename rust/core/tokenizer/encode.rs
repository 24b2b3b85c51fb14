//! Encoding: from text to ids, and with everything else that can be asked.

use std::borrow::Cow;
use std::sync::Arc;

use super::Tokenizer;
use super::morphemes::append_morphemes;
use super::parallel::{in_parallel, is_long};
use super::scratch::{OddWords, Scratch};
use crate::added::{Allowed, Match};
use crate::bpe::{Bpe, Superwords};
use crate::count::WordForm;
use crate::encoding::{Encoding, Place, pad_encodings, truncate_encodings};
use crate::error::{Error, ErrorClass, Result};
use crate::interrupt;
use crate::models::{Answer, Answers, Model};
use crate::morph::hybrid::Hybrid;
use crate::post;
use crate::superword::{Joining, unmark};
use crate::text::chars::CharOffsets;
use crate::text::eligible::is_within;
use crate::text::scan::Scanner;
use crate::text::{Aligned, Span};

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
    /// Of a hybrid tokenizer: draw the analysis of every word, each with a probability proportional to
    /// `exp(-sample * cost)`, costs in nats, instead of taking the cheapest (subword regularization; Kudo 2018). The random
    /// numbers are those of [`crate::random::seed`].
    pub sample: Option<f64>,
}

impl Default for EncodeOptions<'_> {
    fn default() -> Self {
        EncodeOptions { add_special_tokens: true, allowed: Allowed::None, unit: OffsetUnit::Bytes, sample: None }
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

impl Ragged {
    /// More texts: their ids, and where each ends among these.
    fn append(&mut self, ids: Vec<u32>, ends: &[i64]) {
        let base = self.values.len() as i64;
        self.offsets.extend(ends.iter().map(|end| base + end));
        if base == 0 { self.values = ids } else { self.values.extend_from_slice(&ids) }
    }
}

impl Tokenizer {
    /// Encodes one input, or two together.
    ///
    /// Errors: class `UnknownToken` where the model has nothing for a character, `Limit` for a text above
    /// `limits.text_bytes` or a normalizer that expands too much, `Argument` where `options.sample` is negative or not
    /// finite, or the tokenizer not a hybrid one.
    pub fn encode(&self, input: &Input<'_>, pair: Option<&Input<'_>>, options: EncodeOptions<'_>) -> Result<Encoding> {
        let mut encoding = self.encode_unpadded(input, pair, options)?;
        self.pad(std::slice::from_mut(&mut encoding))?;
        Ok(encoding)
    }

    /// Encodes many inputs on `threads` threads and pads them together.
    pub fn encode_batch(
        &self,
        inputs: &[(Input<'_>, Option<Input<'_>>)],
        options: EncodeOptions<'_>,
        threads: usize,
    ) -> Result<Vec<Encoding>> {
        let mut encodings = self.encode_batch_unpadded(inputs, options, threads)?;
        self.pad(&mut encodings)?;
        Ok(encodings)
    }

    /// A part of [`Tokenizer::encode_batch`]: the whole is padded by [`Tokenizer::pad`].
    pub fn encode_batch_unpadded(
        &self,
        inputs: &[(Input<'_>, Option<Input<'_>>)],
        options: EncodeOptions<'_>,
        threads: usize,
    ) -> Result<Vec<Encoding>> {
        let encode =
            |(input, pair): &(Input<'_>, Option<Input<'_>>)| self.encode_unpadded(input, pair.as_ref(), options);
        let bytes = inputs.iter().map(|(input, pair)| input.bytes() + pair.as_ref().map_or(0, Input::bytes)).sum();
        let mut parts =
            in_parallel(inputs, bytes, threads, |part| part.iter().map(encode).collect::<Result<Vec<_>>>())?
                .into_iter();
        let mut encodings = parts.next().unwrap_or_default();
        encodings.extend(parts.flatten());
        Ok(encodings)
    }

    /// Pads the encodings of a batch together, if the tokenizer pads.
    pub fn pad(&self, encodings: &mut [Encoding]) -> Result<()> {
        self.parts.padding.as_ref().map_or(Ok(()), |padding| pad_encodings(encodings, padding))
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
        let mut all = Ragged { values: Vec::new(), offsets: Vec::with_capacity(texts.len() + 1) };
        all.offsets.push(0);
        // All threads work on a text that is long beside the others, instead of one while the others wait.
        let long = |text: &S| is_long(text.as_ref().len(), bytes, threads);
        for texts in texts.chunk_by(|one, next| !long(one) && !long(next)) {
            match texts {
                [text] if long(text) => {
                    let ids = self.encode_ids_on(text.as_ref(), options, threads)?;
                    let end = ids.len() as i64;
                    all.append(ids, &[end]);
                }
                _ => {
                    let bytes = texts.iter().map(|text| text.as_ref().len()).sum();
                    let parts = in_parallel(texts, bytes, threads, |part| {
                        let (mut ids, mut ends) = (Vec::new(), Vec::with_capacity(part.len()));
                        self.pool.with(|scratch| -> Result<()> {
                            for text in part {
                                self.append_ids(text.as_ref(), options, scratch, &mut ids)?;
                                ends.push(ids.len() as i64);
                            }
                            Ok(())
                        })?;
                        Ok((ids, ends))
                    })?;
                    for (ids, ends) in parts {
                        interrupt::check()?;
                        all.append(ids, &ends);
                    }
                }
            }
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
        self.pad(std::slice::from_mut(&mut encoding))?;
        Ok(encoding)
    }

    fn encode_unpadded(
        &self,
        input: &Input<'_>,
        pair: Option<&Input<'_>>,
        options: EncodeOptions<'_>,
    ) -> Result<Encoding> {
        self.check_sample(options)?;
        let first = self.encode_input(input, 0, options)?;
        let second = pair.map(|pair| self.encode_input(pair, 1, options)).transpose()?;
        self.assemble(first, second, options.add_special_tokens)
    }

    fn check_sample(&self, options: EncodeOptions<'_>) -> Result<()> {
        match options.sample {
            Some(_) if self.hybrid().is_none() => {
                Err(Error::argument("only hybrid tokenizers have analyses to sample; BPE has dropout"))
            }
            Some(alpha) if !(alpha.is_finite() && alpha >= 0.0) => {
                Err(Error::argument(format!("sample is a number from 0 on, not {alpha}")))
            }
            _ => Ok(()),
        }
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
        // As for ids alone, more than nearly any text needs.
        let mut encoding = Encoding::with_capacity(Arc::clone(&self.names), input.bytes() / 2 + 8);
        self.pool.with(|scratch| match input {
            Input::Text(text) => self.append_text(text, None, options, scratch, &mut encoding),
            Input::Words(words) => words
                .iter()
                .zip(0..)
                .try_for_each(|(word, number)| self.append_text(word, Some(number), options, scratch, &mut encoding)),
        })?;
        encoding.set_type_id(type_id);
        encoding.shrink_to_fit();
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
        let mut chars = (options.unit == OffsetUnit::Chars && !source.is_ascii()).then(|| CharOffsets::new(source));
        let mut number = word.unwrap_or(0);
        let mut place = |span: Span, number| {
            let span = chars.as_mut().map_or(span, |chars| chars.span(span));
            Place { span, word: number }
        };
        let next = u32::from(word.is_none());
        self.pieces(source, options.allowed, true, true, scratch, &mut |scratch, piece| {
            match piece {
                Piece::Added { id, span, matched } => {
                    encoding.ids_mut().push(id);
                    encoding.place_own(place(span, number), matched);
                    number += next;
                }
                Piece::Text { text, first } if self.joins() => {
                    let Some(layer) = self.layer() else { return Ok(()) };
                    let splits = self.segmenter.split(text)?;
                    let (text, words) = (splits.text(), splits.words());
                    let mut joining = std::mem::take(&mut scratch.joining);
                    let place = &mut |span, nth| place(span, number + nth * next);
                    if let Some(hybrid) = self.hybrid() {
                        let Scratch { known, odd, .. } = &mut *scratch;
                        let ids = &mut joining.ids;
                        append_morphemes(hybrid, text.as_str(), words, first, options.sample, known, odd, ids)?;
                        layer.join(&mut joining, true, encoding.ids_mut());
                        place_joined(hybrid, text, odd, encoding, place);
                    } else {
                        self.append_batch(source, text, words, scratch, &mut joining.ids)?;
                        layer.join(&mut joining, true, encoding.ids_mut());
                        self.place_batch(text, words, scratch, encoding, place);
                    }
                    scratch.joining = joining;
                    number += words.len() as u32 * next;
                }
                Piece::Text { text, mut first } => {
                    let mut result = Ok(());
                    self.segmenter.for_each_batch(text, &mut |text, words| {
                        if result.is_ok() {
                            let ids = encoding.ids_mut();
                            result = match self.hybrid() {
                                Some(hybrid) => {
                                    let first = std::mem::take(&mut first);
                                    let Scratch { known, odd, .. } = &mut *scratch;
                                    append_morphemes(
                                        hybrid,
                                        text.as_str(),
                                        words,
                                        first,
                                        options.sample,
                                        known,
                                        odd,
                                        ids,
                                    )
                                }
                                None => self.append_batch(source, text, words, scratch, ids),
                            };
                            self.place_batch(text, words, scratch, encoding, &mut |span, nth| {
                                place(span, number + nth * next)
                            });
                            number += words.len() as u32 * next;
                        }
                    })?;
                    result?;
                }
            }
            Ok(())
        })
    }

    /// Says where the tokens of some words come from, right after their ids were appended. `place` gets a span of the
    /// source and which of the words it belongs to.
    fn place_batch(
        &self,
        text: &Aligned<'_>,
        words: &[Span],
        scratch: &Scratch,
        encoding: &mut Encoding,
        place: &mut impl FnMut(Span, u32) -> Place,
    ) {
        let pieces = if self.cut.is_some() { &scratch.pieces } else { words };
        let (mut pieces, mut odd) = (pieces.iter().peekable(), scratch.odd.words.iter().peekable());
        // Where the last token ended, which may be of several words.
        let mut reached = 0;
        for (word, nth) in words.iter().zip(0..) {
            while let Some(piece) = pieces.next_if(|piece| piece.start < word.end) {
                if let Some((_, tokens)) = odd.next_if(|(start, _)| *start == piece.start) {
                    for token in scratch.odd.tokens.get(tokens.clone()).unwrap_or_default() {
                        let span = Span::new(piece.start + token.span.start, piece.start + token.span.end).range();
                        let at = place(text.origin(span.clone()), nth);
                        match text.as_str().get(span).filter(|_| token.surface) {
                            Some(own) => encoding.place_own(at, own),
                            None => encoding.place(at),
                        }
                    }
                    continue;
                }
                let mut start = piece.range().start.max(reached);
                while start < piece.range().end
                    && let Some(id) = encoding.unplaced()
                {
                    let end = start + self.covers.get(id as usize).copied().unwrap_or(0) as usize;
                    encoding.place(place(text.origin(start..end), nth));
                    start = end;
                }
                reached = start;
            }
        }
    }

    fn append_ids(
        &self,
        source: &str,
        options: EncodeOptions<'_>,
        scratch: &mut Scratch,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        if !self.ids_are_plain(options) {
            let encoding = self.encode(&Input::Text(Cow::Borrowed(source)), None, options)?;
            ids.extend_from_slice(encoding.ids());
            return Ok(());
        }
        let encoded = self.pieces(source, options.allowed, true, false, scratch, &mut |scratch, piece| match piece {
            Piece::Added { id, .. } => {
                ids.push(id);
                Ok(())
            }
            Piece::Text { text, first } => self.append_piece(source, text, first, scratch, ids),
        });
        match encoded {
            // Without origins nobody knows where the character stands; the longer way does.
            Err(error) if error.class() == ErrorClass::UnknownToken => {
                self.encode(&Input::Text(Cow::Borrowed(source)), None, options).map(drop)
            }
            encoded => encoded,
        }
    }

    /// Whether the ids of a text are those of its pieces, every time, without anything added or cut off.
    pub(super) fn ids_are_plain(&self, options: EncodeOptions<'_>) -> bool {
        let added = options.add_special_tokens && self.added_by_post_processor(false) > 0;
        self.parts.truncation.is_none() && self.parts.padding.is_none() && !added && options.sample.is_none()
    }

    /// Appends the ids of a normalized piece of text, which may be the first one.
    pub(super) fn append_piece(
        &self,
        source: &str,
        mut text: Aligned<'_>,
        first: bool,
        scratch: &mut Scratch,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        let layer = self.layer();
        let mut joining = layer.map(|_| std::mem::take(&mut scratch.joining));
        if first && let Some(hybrid) = self.hybrid() {
            let word = Scanner::MORPHEMES.first(text.as_str(), self.unicode);
            let Scratch { known, odd, .. } = &mut *scratch;
            let ids = joining.as_mut().map_or(&mut *ids, |joining| &mut joining.ids);
            append_morphemes(hybrid, text.as_str(), &[Span::from(0..word)], true, None, known, odd, ids)?;
            text = text.slice(word..text.len());
        }
        if let (Some(layer), Some(mut joining)) = (layer, joining) {
            self.append_words(source, text, scratch, &mut joining, &mut |joining| layer.join(joining, false, ids))?;
            layer.join(&mut joining, true, ids);
            scratch.joining = joining;
            return Ok(());
        }
        let mut result = Ok(());
        self.segmenter.for_each_batch(text, &mut |text, words| {
            if result.is_ok() {
                result = self.append_batch(source, text, words, scratch, ids);
            }
        })?;
        result
    }

    /// Appends the ids of a text that stands in the middle of another one, where words begin and end.
    pub(crate) fn append_within(&self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        self.pool.with(|scratch| self.append_piece(text, Aligned::new(text, 0, false), false, scratch, ids))
    }

    /// Appends the words of a text, on their way to be joined; calls `found` whenever there are more.
    fn append_words(
        &self,
        source: &str,
        text: Aligned<'_>,
        scratch: &mut Scratch,
        all: &mut Joining,
        found: &mut dyn FnMut(&mut Joining),
    ) -> Result<()> {
        let mut result = Ok(());
        self.segmenter.for_each_batch(text, &mut |text, words| {
            if result.is_ok() {
                result = self.append_batch(source, text, words, scratch, &mut all.ids);
                found(all);
            }
        })?;
        result
    }

    /// The words of a text, in the place of each its id if it is one token and may be joined, or none for its tokens.
    pub(crate) fn words_to_join(&self, text: &str, words: &mut Vec<Option<u32>>) -> Result<()> {
        words.clear();
        self.pool.with(|scratch| {
            let (source, mut all) = (text, Joining::default());
            self.append_words(source, Aligned::new(text, 0, false), scratch, &mut all, &mut |_| {})?;
            // Not before all are there: what the next batch begins with may take a mark back.
            all.take_words(words);
            Ok(())
        })
    }

    /// Whether a word of a normalized piece of text, the first one behind some place, may be joined with what is in front.
    pub(super) fn may_join_at(&self, text: &str, at: usize) -> bool {
        let Some(layer) = self.layer() else { return false };
        let behind = text.get(at..).unwrap_or_default();
        let word = self.segmenter.first(behind).and_then(|end| behind.get(..end));
        if let Some(hybrid) = self.hybrid() {
            let before = self.last_word(text, at);
            return !matches!((before, word), (Some(before), Some(word)) if hybrid.stay_apart(layer, before, word));
        }
        let Some(boundless) = self.boundless() else { return false };
        let mut ids = Vec::new();
        let known =
            word.is_some_and(|word| boundless.words().append_ids(word.as_bytes(), WordForm::Bytes, &mut ids).is_ok());
        !known || matches!(ids[..], [id] if boundless.is_part(id))
    }

    /// The word of a text that ends at a place where it may be cut, unless the text may begin with it.
    fn last_word<'t>(&self, text: &'t str, at: usize) -> Option<&'t str> {
        let before = text.get(..at)?;
        // No word goes on across a space, and one that follows a space takes it.
        let from = before.trim_end().rfind(char::is_whitespace).filter(|&from| from > 0)?;
        let space = text.get(from..)?.chars().next().filter(|&c| c != ' ').map_or(0, char::len_utf8);
        let rest = text.get(from + space..at)?;
        let mut start = 0;
        while let Some(end) = self.segmenter.first(rest.get(start..)?)
            && start + end < rest.len()
        {
            start += end;
        }
        rest.get(start..)
    }

    /// Appends the ids of some words of a text, and notes those whose ids do not tell where they come from.
    fn append_batch(
        &self,
        source: &str,
        text: &Aligned<'_>,
        words: &[Span],
        scratch: &mut Scratch,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        interrupt::check()?;
        let Scratch { cache, odd, pieces, linking, .. } = scratch;
        odd.clear();
        if let Some(superwords) = self.superwords() {
            let bytes = text.as_str().as_bytes();
            let mut miss = |words: &[Span], answers: &mut Answers| {
                superwords.answer(bytes, words, answers);
                interrupt::check()
            };
            let look_up = |words: &[Span], ids: &mut Vec<u32>| cache.append(bytes, words, ids, &mut miss);
            return superwords.append(text.as_str(), words, self.unicode, linking, ids, look_up);
        }
        let words = self.cut(text.as_str(), words, pieces);
        let mut miss = |words: &[Span], answers: &mut Answers| self.answer(source, text, words, odd, answers);
        let bytes = text.as_str().as_bytes();
        let marks = self.boundless().is_some();
        let touches = |word: &Span| is_within(text.as_str(), word.range().start, self.unicode);
        let (mut rest, mut touching) = (words, false);
        while !rest.is_empty() {
            let some = match touching {
                true => 1,
                false if marks => rest.iter().position(touches).unwrap_or(rest.len()),
                false => rest.len(),
            };
            let (some, behind) = rest.split_at(some);
            // The last id of the word in front, which waits if it is marked, also if it was of another batch.
            let last = ids.len().saturating_sub(1);
            cache.append(bytes, some, ids, &mut miss)?;
            if touching {
                unmark(ids.get_mut(last..).unwrap_or_default());
            }
            (rest, touching) = (behind, !touching);
        }
        Ok(())
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
    fn answer(
        &self,
        source: &str,
        text: &Aligned<'_>,
        words: &[Span],
        odd: &mut OddWords,
        answers: &mut Answers,
    ) -> Result<()> {
        let rest = match self.bpe_of_bytes().and_then(Bpe::plain) {
            Some(bpe) => bpe.answer(text.as_str().as_bytes(), words, answers),
            None => {
                answers.words.resize(words.len(), Answer::default());
                true
            }
        };
        if rest {
            interrupt::check()?;
            for (&word, answer) in words.iter().zip(&mut answers.words).filter(|(_, answer)| answer.ids.is_empty()) {
                let from = answers.ids.len();
                let again = self
                    .word_ids(text.as_str(), word, odd, &mut answers.ids)
                    .map_err(|error| in_source(error, source, text, word))?;
                *answer = Answer { ids: Span::from(from..answers.ids.len()), again };
            }
        }
        if let Some(boundless) = self.boundless() {
            boundless.mark(answers);
        }
        Ok(())
    }

    /// The model, if it is one of bytes and words come as such.
    fn bpe_of_bytes(&self) -> Option<&Bpe> {
        self.parts.model.bpe().filter(|_| self.segmenter.form() == WordForm::Bytes)
    }

    /// The model, if the chunks that a text is cut into are encoded word by word.
    fn superwords(&self) -> Option<Superwords<'_>> {
        if self.segmenter.spans_words() { self.bpe_of_bytes()?.superwords() } else { None }
    }

    /// Appends the ids of one word, as the model makes them. Returns whether they would be the same another time, and
    /// tell where they come from: they cover the word one after the other, each as many bytes as its id always does.
    fn word_ids(&self, text: &str, word: Span, odd: &mut OddWords, ids: &mut Vec<u32>) -> Result<bool> {
        let start = word.start;
        // A scanner cuts at characters, so that a word of raw bytes is text all the same.
        let word = text.get(word.range()).unwrap_or_default();
        let in_bytes = self.bpe_of_bytes();
        if in_bytes.and_then(Bpe::plain).is_some_and(|bpe| bpe.append(word.as_bytes(), ids)) {
            return Ok(true);
        }
        let OddWords { tokens, words } = odd;
        let from = tokens.len();
        match in_bytes {
            Some(bpe) => bpe.tokenize_bytes(word.as_bytes(), tokens)?,
            None => self.parts.model.tokenize(word, tokens)?,
        }
        let made = tokens.get(from..).unwrap_or_default();
        ids.extend(made.iter().map(|token| token.id));
        let mut at = 0;
        let covering = made.iter().all(|token| {
            let follows = !token.surface
                && !token.span.is_empty()
                && token.span.start == at
                && self.covers.get(token.id as usize) == Some(&(token.span.len() as u32));
            at = token.span.end;
            follows
        }) && at as usize == word.len();
        if covering {
            tokens.truncate(from);
        } else {
            words.push((start, from..tokens.len()));
        }
        Ok(match &self.parts.model {
            Model::Bpe(bpe) => covering && !bpe.drops(),
            Model::Hybrid(_) => true,
            _ => covering,
        })
    }

    /// Cuts a text at added tokens, and normalizes what is between. `nothing_before` says that no other text was.
    pub(super) fn pieces<'t>(
        &self,
        text: &'t str,
        allowed: Allowed<'_>,
        mut nothing_before: bool,
        tracked: bool,
        scratch: &mut Scratch,
        found: &mut dyn FnMut(&mut Scratch, Piece<'_, 't>) -> Result<()>,
    ) -> Result<()> {
        if text.len() as u64 > self.limits.text_bytes {
            return Err(Error::limit("text_bytes", text.len() as u64, self.limits.text_bytes));
        }
        let found = &mut |scratch: &mut Scratch, mut piece: Piece<'_, 't>| {
            match &mut piece {
                Piece::Added { id, .. } => nothing_before &= self.parts.added.is_special_id(*id),
                Piece::Text { first, .. } => *first = std::mem::take(&mut nothing_before),
            }
            found(scratch, piece)
        };
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
    fn normalized_pieces<'t>(
        &self,
        mut piece: Aligned<'t>,
        allowed: Allowed<'_>,
        scratch: &mut Scratch,
        found: &mut dyn FnMut(&mut Scratch, Piece<'_, 't>) -> Result<()>,
    ) -> Result<()> {
        self.segmenter.normalize(&mut piece)?;
        let mut matches = Vec::new();
        self.parts.added.find(piece.as_str(), true, allowed, &mut matches);
        let mut at = 0;
        for Match { span, id } in matches {
            let range = span.range();
            if at < range.start {
                found(scratch, Piece::text(piece.slice(at..range.start)))?;
            }
            at = range.end;
            let matched = piece.as_str().get(range.clone()).unwrap_or_default();
            found(scratch, Piece::Added { id, span: piece.origin(range), matched })?;
        }
        match at {
            0 if !piece.is_empty() => found(scratch, Piece::text(piece)),
            at if at < piece.len() => found(scratch, Piece::text(piece.slice(at..piece.len()))),
            _ => Ok(()),
        }
    }
}

/// As [`Tokenizer::place_batch`], where tokens of morphemes were joined.
fn place_joined(
    hybrid: &Hybrid,
    text: &Aligned<'_>,
    odd: &OddWords,
    encoding: &mut Encoding,
    place: &mut impl FnMut(Span, u32) -> Place,
) {
    let words = odd.words.iter().zip(0..);
    let mut parts = words.flat_map(|((start, tokens), nth)| {
        let tokens = odd.tokens.get(tokens.clone()).unwrap_or_default();
        tokens.iter().map(move |token| (start + token.span.start..start + token.span.end, nth))
    });
    while let Some(id) = encoding.unplaced()
        && let Some((first, nth)) = parts.next()
    {
        let mut end = first.end;
        for _ in 1..hybrid.joined(id) {
            end = parts.next().map_or(end, |(part, _)| part.end);
        }
        encoding.place(place(text.origin(first.start as usize..end as usize), nth));
    }
}

/// An error about a character of one word, with its place in the source.
fn in_source(error: Error, source: &str, text: &Aligned<'_>, word: Span) -> Error {
    let Some(chars) = error.char_offset() else { return error };
    let before = text.as_str().get(word.range()).unwrap_or_default().chars().take(chars);
    let at = word.start as usize + before.map(char::len_utf8).sum::<usize>();
    let byte = text.origin(at..at + 1).start;
    error.at_char(CharOffsets::new(source).at(byte as usize) as usize)
}

/// What a text is cut into first.
pub(super) enum Piece<'m, 't> {
    Added {
        id: u32,
        span: Span,
        matched: &'m str,
    },
    /// `first` if nothing stands in front of it but special tokens: a hybrid model reads it as if a space did.
    Text {
        text: Aligned<'t>,
        first: bool,
    },
}

impl<'t> Piece<'_, 't> {
    fn text(text: Aligned<'t>) -> Self {
        Piece::Text { text, first: false }
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
