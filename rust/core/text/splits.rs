//! A piece of text cut into words. The words are spans of one shared text, so that cutting allocates nothing per word.

use std::ops::Range;

use super::{Aligned, Rewriter, Span};
use crate::error::Result;

/// A text and its words, in order and without overlap; what no word covers was removed by a splitter.
#[derive(Debug, Clone)]
pub struct Splits<'s> {
    text: Aligned<'s>,
    words: Vec<Span>,
    cut: bool,
}

impl<'s> Splits<'s> {
    /// The whole text as one word (no word at all if it is empty).
    pub fn new(text: Aligned<'s>) -> Self {
        let words = if text.is_empty() { Vec::new() } else { vec![Span::from(0..text.len())] };
        Splits { text, words, cut: false }
    }

    /// The text that the words are spans of.
    pub fn text(&self) -> &Aligned<'s> {
        &self.text
    }

    /// The words, as spans of [`Splits::text`].
    pub fn words(&self) -> &[Span] {
        &self.words
    }

    /// Where a word begins in the source, as Hugging Face's `Metaspace` asks for it: a text that nobody cut yet begins
    /// where its piece does, even if its first characters were dropped.
    pub fn source_start(&self, word: Span) -> u32 {
        let range = if self.cut { word.range() } else { 0..0 };
        self.text.origin(range).start
    }

    /// The string of one word.
    pub fn word(&self, span: Span) -> &str {
        self.text.as_str().get(span.range()).unwrap_or_default()
    }

    /// Cuts every word further: `cut` gets a word and a sink for the parts to keep, as ranges of that word in order.
    /// Empty parts are dropped.
    pub fn split(&mut self, mut cut: impl FnMut(&str, &mut dyn FnMut(Range<usize>)) -> Result<()>) -> Result<()> {
        let mut parts = Vec::with_capacity(self.words.len());
        for word in &self.words {
            let text = self.text.as_str().get(word.range()).unwrap_or_default();
            cut(text, &mut |part: Range<usize>| {
                if !part.is_empty() {
                    parts.push(Span::new(word.start + part.start as u32, word.start + part.end as u32));
                }
            })?;
        }
        self.words = parts;
        self.cut = true;
        Ok(())
    }

    /// Rewrites every word: `write` gets the word's range in the old text (read it through [`Rewriter::old`]) and
    /// writes what it becomes. Words that become empty vanish.
    pub fn rewrite(&mut self, mut write: impl FnMut(Range<usize>, &mut Rewriter<'_, 's>) -> Result<()>) -> Result<()> {
        let mut words = Vec::with_capacity(self.words.len());
        let old = std::mem::take(&mut self.words);
        self.text.rewrite(|writer| {
            for word in old {
                let start = writer.written();
                write(word.range(), writer)?;
                if writer.written() > start {
                    words.push(Span::from(start..writer.written()));
                }
            }
            Ok(())
        })?;
        self.words = words;
        Ok(())
    }
}
