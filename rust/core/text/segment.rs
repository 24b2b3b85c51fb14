//! From a text to the words that a model is asked about: normalizer and splitter together, planned once.

use super::eligible::{Eligible, is_within};
use super::normalizers::Normalizer;
use super::pattern::{Pattern, Source};
use super::scan::Scanner;
use super::splitters::{Behavior, ByteLevel, Split, Splitter};
use super::{Aligned, Span, Splits, Unicode};
use crate::count::WordForm;
use crate::error::Result;
use crate::limits::Limits;

/// Words that are handed over at a time.
const BATCH: usize = 1024;

/// Cuts texts into words.
///
/// If the splitter ends with the byte alphabet, that last step can be left out: the words are then raw bytes
/// ([`WordForm::Bytes`]), which a byte-level model takes as they are.
#[derive(Debug, Clone)]
pub struct Segmenter {
    normalizer: Option<Normalizer>,
    steps: Vec<Step>,
    /// One scanner that does all steps, where there is one.
    scanner: Option<Scanner>,
    /// Which words are handed over together with their neighbours.
    joining: Option<Eligible>,
    form: WordForm,
    unicode: Unicode,
    limits: Limits,
}

#[derive(Debug, Clone)]
enum Step {
    Apply(Splitter),
    /// A byte-level splitter without its last step.
    Cut(ByteLevel),
}

impl Segmenter {
    /// Plans the two stages. `bytes` says whether whoever takes the words wants raw bytes where possible.
    pub fn new(
        normalizer: Option<Normalizer>,
        splitter: Option<&Splitter>,
        bytes: bool,
        unicode: Unicode,
        limits: Limits,
    ) -> Self {
        let mut splitters = Vec::new();
        flatten(splitter, &mut splitters);
        let mut steps: Vec<Step> = splitters.into_iter().cloned().map(Step::Apply).collect();
        let mut form = WordForm::Text;
        if bytes && let Some(Step::Apply(Splitter::ByteLevel(last))) = steps.last() {
            let last = *last;
            steps.pop();
            let earlier = steps.iter().any(|step| matches!(step, Step::Apply(Splitter::ByteLevel(_))));
            if earlier {
                // Words already in the alphabet would be mapped twice; only the written-out way does that right.
                steps.push(Step::Apply(Splitter::ByteLevel(last)));
            } else {
                steps.push(Step::Cut(last));
                form = WordForm::Bytes;
            }
        }
        let scanner = scanner_for(&steps);
        Segmenter { normalizer, steps, scanner, joining: None, form, unicode, limits }
    }

    /// Cuts at the matches of a pattern, and normalizes nothing. Errors: as [`Pattern::new`].
    pub fn scanning(pattern: &str, unicode: Unicode, limits: &Limits) -> Result<Self> {
        let pattern = Pattern::new(Source::Regex(pattern.to_owned()), unicode, limits)?;
        let split = Splitter::Split(Split { pattern, behavior: Behavior::Isolated, invert: false });
        Ok(Self::new(None, Some(&split), false, unicode, limits.clone()))
    }

    /// The same, but neighbours that are both `eligible` are handed over as one word, unless they touch a number that is
    /// not (the `th` of `77th`). Of splitters that remove nothing.
    #[must_use]
    pub fn joining(mut self, eligible: Eligible) -> Self {
        self.joining = Some(eligible);
        self
    }

    /// How the words are written.
    pub fn form(&self) -> WordForm {
        self.form
    }

    /// Normalizes a piece of text.
    pub fn normalize(&self, text: &mut Aligned<'_>) -> Result<()> {
        match &self.normalizer {
            Some(normalizer) => normalizer.apply(text, self.unicode, &self.limits),
            None => Ok(()),
        }
    }

    /// Cuts a normalized piece of text.
    pub fn split<'s>(&self, text: Aligned<'s>) -> Result<Splits<'s>> {
        let mut splits = Splits::new(text);
        for step in &self.steps {
            match step {
                Step::Apply(splitter) => splitter.apply(&mut splits, self.unicode)?,
                Step::Cut(byte_level) => byte_level.cut(&mut splits, self.unicode)?,
            }
        }
        Ok(splits)
    }

    /// Calls `found` with every word of a text, as bytes of what it has become.
    pub fn for_each_word(&self, text: &str, found: &mut dyn FnMut(&[u8])) -> Result<()> {
        let mut aligned = Aligned::new(text, 0, self.needs_origins());
        self.normalize(&mut aligned)?;
        self.for_each_batch(aligned, &mut |text, words| {
            let text = text.as_str().as_bytes();
            words.iter().for_each(|word| found(text.get(word.range()).unwrap_or_default()));
        })
    }

    /// Cuts a normalized piece of text; calls `found` with the text that the words are spans of, and some words at a
    /// time, in order.
    pub fn for_each_batch(&self, text: Aligned<'_>, found: &mut dyn FnMut(&Aligned<'_>, &[Span])) -> Result<()> {
        match self.joining {
            Some(eligible) => {
                let mut open = None;
                self.for_each_cut(text, &mut |text, words| {
                    let joined = self.join(text.as_str(), words, eligible, &mut open);
                    found(text, &joined);
                })
            }
            None => self.for_each_cut(text, found),
        }
    }

    /// Words with those beside them; `open` is one that goes on.
    fn join(&self, text: &str, words: &[Span], eligible: Eligible, open: &mut Option<Span>) -> Vec<Span> {
        let mut joined = Vec::with_capacity(words.len());
        for &word in words {
            let cut = |at| eligible.leaves_numbers() && is_within(text, at as usize, self.unicode);
            let takes = || eligible.takes(text.get(word.range()).unwrap_or_default(), self.unicode);
            if !cut(word.start) && !cut(word.end) && takes() {
                let start = open.map_or(word.start, |open| open.start);
                *open = Some(Span::new(start, word.end));
            } else {
                joined.extend(open.take());
                joined.push(word);
            }
            if word.end as usize == text.len() {
                joined.extend(open.take());
            }
        }
        joined
    }

    fn for_each_cut(&self, text: Aligned<'_>, found: &mut dyn FnMut(&Aligned<'_>, &[Span])) -> Result<()> {
        if let Some(scanner) = self.scanner {
            scanner.words(text.as_str(), self.unicode, &mut |words| found(&text, words));
            return Ok(());
        }
        let splits = self.split(text)?;
        splits.words().chunks(BATCH).for_each(|words| found(splits.text(), words));
        Ok(())
    }

    /// The first place behind `from` where a normalized piece of text may be cut without a change to its words. None if
    /// there is none, or for patterns that nobody can tell it of.
    pub fn cut(&self, text: &str, from: usize) -> Option<usize> {
        self.scanner?.cut(text, self.unicode, from)
    }

    /// Whether what a text is cut into are chunks of several words.
    pub(crate) fn spans_words(&self) -> bool {
        self.scanner.is_some_and(Scanner::spans_words)
    }

    /// The bytes of the first word of a normalized piece of text, for patterns that a scanner knows.
    pub fn first(&self, text: &str) -> Option<usize> {
        self.scanner.map(|scanner| scanner.first(text, self.unicode))
    }

    /// Whether a text is one word.
    pub fn keeps_whole(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether splitting asks where text came from, even if nobody else does.
    pub fn needs_origins(&self) -> bool {
        use super::splitters::Prepend;
        self.steps.iter().any(|step| matches!(step, Step::Apply(Splitter::Metaspace(m)) if m.prepend == Prepend::First))
    }
}

/// The scanner that does all steps at once: GPT-2's pattern, or a known pattern followed by the byte alphabet alone.
fn scanner_for(steps: &[Step]) -> Option<Scanner> {
    match steps {
        [Step::Cut(ByteLevel { use_regex: true, add_prefix_space: false, .. })] => Some(Scanner::GPT2),
        [Step::Apply(Splitter::Split(split)), rest @ ..] if split.behavior == Behavior::Isolated && !split.invert => {
            let nothing_more =
                matches!(rest, [] | [Step::Cut(ByteLevel { use_regex: false, add_prefix_space: false, .. })]);
            split.pattern.scanner().filter(|_| nothing_more)
        }
        _ => None,
    }
}

/// The splitters of nested sequences, in order.
fn flatten<'a>(splitter: Option<&'a Splitter>, into: &mut Vec<&'a Splitter>) {
    match splitter {
        Some(Splitter::Sequence(all)) => all.iter().for_each(|one| flatten(Some(one), into)),
        Some(one) => into.push(one),
        None => {}
    }
}
