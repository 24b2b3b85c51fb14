//! sentencepiece's visible spaces.

use super::behavior::{Behavior, Cutter};
use crate::error::Result;
use crate::text::{Span, Splits};

/// Settings of the metaspace splitter and decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metaspace {
    /// What stands for a space.
    pub replacement: char,
    /// Whether one is put in front.
    pub prepend: Prepend,
    /// Whether words are cut at the replacement.
    pub split: bool,
}

/// Where [`Metaspace`] prepends its replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prepend {
    /// To every piece that does not begin with one.
    Always,
    /// Only at the start of the whole text.
    First,
    /// Nowhere.
    Never,
}

impl Metaspace {
    /// Shows the spaces of every word, puts one in front, and cuts so that each word begins with at most one.
    pub fn apply(&self, splits: &mut Splits<'_>) -> Result<()> {
        self.show(splits)?;
        if self.split { self.cut(splits) } else { Ok(()) }
    }

    /// The first step: every space becomes the replacement, and one is put in front, with the origin of the character
    /// after it.
    pub fn show(&self, splits: &mut Splits<'_>) -> Result<()> {
        let prepended: Vec<bool> = splits.words().iter().map(|&word| self.is_prepended(splits, word)).collect();
        let changes = |&word: &Span| self.replacement != ' ' && splits.word(word).contains(' ');
        if !prepended.contains(&true) && !splits.words().iter().any(changes) {
            return Ok(());
        }
        let mut prepended = prepended.into_iter();
        splits.rewrite(|word, writer| {
            if prepended.next() == Some(true) {
                writer.push(self.replacement, word.start);
            }
            let mut copied = word.start;
            for (at, space) in writer.old().get(word.clone()).unwrap_or_default().match_indices(' ') {
                let at = word.start + at;
                writer.copy(copied..at);
                writer.push(self.replacement, at);
                copied = at + space.len();
            }
            writer.copy(copied..word.end);
            Ok(())
        })
    }

    /// The second step: cuts before every replacement.
    pub fn cut(&self, splits: &mut Splits<'_>) -> Result<()> {
        splits.split(|word, keep| {
            let mut cutter = Cutter::new(Behavior::MergedWithNext, false, keep);
            word.match_indices(self.replacement).for_each(|(at, found)| cutter.found(at..at + found.len()));
            cutter.finish(word.len());
            Ok(())
        })
    }

    fn is_prepended(&self, splits: &Splits<'_>, word: Span) -> bool {
        let begins = splits.word(word).starts_with([' ', self.replacement]);
        match self.prepend {
            Prepend::Always => !begins,
            Prepend::First => !begins && splits.source_start(word) == 0,
            Prepend::Never => false,
        }
    }
}
