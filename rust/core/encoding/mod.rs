//! The result of encoding one input: ids, and everything that can be asked about them.
//!
//! A token costs 5 bytes: its id, and one for where it comes from ([`places`]). What is constant over long stretches (type
//! id, masks) is kept as runs, and token strings are looked up when asked for.

mod lookup;
mod merge;
mod pad;
mod parts;
mod places;
mod truncate;

use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text::Span;
use crate::vocab::Vocab;

pub use pad::{Padding, PaddingStrategy, pad_encodings};
pub use parts::Parts;
pub(crate) use places::Place;
use places::Places;
pub use truncate::{Strategy, Truncation, truncate_encodings};

/// No word: special tokens and padding.
pub const NO_WORD: u32 = u32::MAX;

/// Token strings by id, as they were when the encoding was made.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The model's own.
    pub model: Arc<Vocab>,
    /// Added tokens, by ascending id; they come first.
    pub added: Vec<(u32, Box<str>)>,
}

impl Names {
    /// The string of an id.
    pub fn token(&self, id: u32) -> Option<&str> {
        match self.added.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(at) => self.added.get(at).map(|(_, token)| &**token),
            Err(_) => self.model.token(id),
        }
    }
}

/// Which end of an encoding is cut or padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// At the start.
    Left,
    /// At the end.
    #[default]
    Right,
}

/// Ids with their offsets, words and masks.
///
/// Made by pushing tokens (the tokenizer), by joining and cutting others (post-processors, truncation, padding), or from
/// plain lists ([`Encoding::from_parts`]).
#[derive(Debug, Clone, Default)]
pub struct Encoding {
    ids: Vec<u32>,
    /// Per token, its span of the input (bytes, or code points if the caller asked for them) and its word.
    places: Places,
    names: Arc<Names>,
    /// What there is besides text.
    rare: Option<Box<Rare>>,
}

/// What the encoding of a plain text has not.
#[derive(Debug, Clone, Default)]
struct Rare {
    /// Runs of equal attributes. Tokens behind the last one are text of type 0, and it is not one of these.
    runs: Vec<Run>,
    /// Strings of the tokens that are not the vocabulary's, by ascending position.
    own: Vec<Own>,
    /// Which tokens belong to which input, by ascending number of the input. Empty means: all to input 0.
    sequences: Vec<Sequence>,
    /// What truncation cut off, in windows.
    overflowing: Vec<Encoding>,
}

static NOTHING_RARE: Rare = Rare { runs: Vec::new(), own: Vec::new(), sequences: Vec::new(), overflowing: Vec::new() };

/// Tokens with equal attributes, up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// One past the last token; the run starts where the one before ends.
    end: u32,
    attributes: Attributes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Attributes {
    type_id: u32,
    /// Added by the post-processor or by padding.
    special: bool,
    /// Attended to; false for padding.
    attention: bool,
}

impl Attributes {
    const fn text(type_id: u32) -> Self {
        Attributes { type_id, special: false, attention: true }
    }
}

/// The string of the tokens `start..end`, which is not what the vocabulary says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Own {
    start: u32,
    end: u32,
    token: Box<str>,
}

/// The tokens `start..end` came from the input `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sequence {
    id: usize,
    start: u32,
    end: u32,
}

/// Positions inside an encoding are 32 bits wide.
const MOST_TOKENS: usize = u32::MAX as usize;

/// How deep windows of windows may be nested. Truncating and joining by hand can nest them; a tokenizer needs three.
const MOST_NESTING: usize = 64;

impl Encoding {
    /// No token yet; strings of ids will be looked up in `names`.
    pub fn new(names: Arc<Names>) -> Self {
        Encoding { names, ..Encoding::default() }
    }

    /// As [`Encoding::new`], with room for so many tokens.
    pub fn with_capacity(names: Arc<Names>, tokens: usize) -> Self {
        Encoding { ids: Vec::with_capacity(tokens), places: Places::with_capacity(tokens), ..Encoding::new(names) }
    }

    /// Ids alone, for callers who only want those: empty token strings, empty offsets, no words.
    pub fn from_ids(names: Arc<Names>, ids: Vec<u32>, type_id: u32) -> Result<Self> {
        let len = fits(ids.len())?;
        let mut encoding = Encoding::new(names);
        encoding.places = ids.iter().map(|_| Place::NOWHERE).collect();
        encoding.ids = ids;
        encoding.push_run(0..len, Attributes::text(type_id));
        encoding.push_own_run(0, len, "");
        Ok(encoding)
    }

    /// Special tokens of a post-processor: offsets (0, 0), no word, special mask 1. Tokens without a string get the
    /// vocabulary's.
    pub(crate) fn special(names: Arc<Names>, tokens: &[(u32, &str)], type_id: u32) -> Self {
        let mut encoding = Encoding::with_capacity(names, tokens.len());
        for (id, token) in tokens {
            let at = encoding.ids.len() as u32;
            if encoding.names.token(*id) != Some(*token) {
                encoding.push_own_run(at, at + 1, token);
            }
            encoding.ids.push(*id);
            encoding.places.push(Place::NOWHERE);
        }
        let attributes = Attributes { special: true, ..Attributes::text(type_id) };
        encoding.push_run(0..tokens.len() as u32, attributes);
        encoding
    }

    fn rare(&self) -> &Rare {
        self.rare.as_deref().unwrap_or(&NOTHING_RARE)
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Appends a token of the text, of type 0. An input is at most [`Limits::text_bytes`] long and no token is shorter
    /// than a byte, so that positions fit 32 bits.
    pub fn push(&mut self, id: u32, span: Span, word: u32) {
        self.ids.push(id);
        self.place(Place { span, word });
    }

    /// As [`Encoding::push`], for a token whose string is not the vocabulary's.
    pub fn push_own(&mut self, id: u32, span: Span, word: u32, token: &str) {
        self.ids.push(id);
        self.place_own(Place { span, word }, token);
    }

    /// The ids, to append those of tokens of the text; [`Encoding::place`] then is called for each, in order.
    pub(crate) fn ids_mut(&mut self) -> &mut Vec<u32> {
        &mut self.ids
    }

    /// The first id that has no place yet.
    #[inline]
    pub(crate) fn unplaced(&self) -> Option<u32> {
        self.ids.get(self.places.len()).copied()
    }

    /// Says where the first token that has no place comes from.
    #[inline]
    pub(crate) fn place(&mut self, place: Place) {
        self.places.push(place);
    }

    /// As [`Encoding::place`], for a token whose string is not the vocabulary's.
    pub(crate) fn place_own(&mut self, place: Place, token: &str) {
        if self.unplaced().is_some_and(|id| self.names.token(id) != Some(token)) {
            let at = self.places.len() as u32;
            self.push_own_run(at, at + 1, token);
        }
        self.place(place);
    }

    /// Gives back memory that is not needed.
    pub(crate) fn shrink_to_fit(&mut self) {
        fit(&mut self.ids);
        self.places.shrink_to_fit();
    }

    /// Says what the last tokens are; those before that nobody spoke of are text.
    fn push_run(&mut self, tokens: Range<u32>, attributes: Attributes) {
        const TEXT: Attributes = Attributes::text(0);
        if tokens.is_empty() || attributes == TEXT {
            return;
        }
        let runs = &mut self.rare_mut().runs;
        if runs.last().map_or(0, |run| run.end) < tokens.start {
            runs.push(Run { end: tokens.start, attributes: TEXT });
        }
        match runs.last_mut() {
            Some(run) if run.attributes == attributes => run.end = tokens.end,
            _ => runs.push(Run { end: tokens.end, attributes }),
        }
    }

    /// All tokens as runs.
    fn runs(&self) -> impl Iterator<Item = (Range<u32>, Attributes)> {
        self.runs_within(0..self.ids.len() as u32)
    }

    /// Some tokens as runs.
    fn runs_within(&self, tokens: Range<u32>) -> impl Iterator<Item = (Range<u32>, Attributes)> {
        let runs = &self.rare().runs;
        let first = runs.partition_point(|run| run.end <= tokens.start);
        let ends = runs.iter().skip(first).map(|run| (run.end, run.attributes));
        let mut start = tokens.start;
        ends.chain([(tokens.end, Attributes::text(0))]).map_while(move |(end, attributes)| {
            let run = start..end.min(tokens.end);
            start = end;
            (!run.is_empty()).then_some((run, attributes))
        })
    }

    fn push_own_run(&mut self, start: u32, end: u32, token: &str) {
        if start >= end {
            return;
        }
        let own = &mut self.rare_mut().own;
        match own.last_mut() {
            Some(own) if own.end == start && &*own.token == token => own.end = end,
            _ => own.push(Own { start, end, token: token.into() }),
        }
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The ids.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The ids, without the rest.
    pub fn into_ids(self) -> Vec<u32> {
        self.ids
    }

    /// Per token, its span of the input, in the unit the caller asked for; special tokens and padding have 0..0.
    pub fn offsets(&self) -> impl ExactSizeIterator<Item = Span> {
        self.places.iter().map(|place| place.span)
    }

    /// Changes the spans: `change` gets a token's number, string and span.
    pub fn map_offsets(&mut self, mut change: impl FnMut(usize, &str, Span) -> Span) {
        let tokens = self.tokens().zip(self.places.iter()).enumerate();
        let changed = tokens.map(|(at, (token, Place { span, word }))| Place { span: change(at, token, span), word });
        self.places = changed.collect();
    }

    /// Per token, the number of its word.
    pub fn word_ids(&self) -> impl ExactSizeIterator<Item = Option<u32>> {
        self.places.iter().map(|place| Some(place.word).filter(|&word| word != NO_WORD))
    }

    /// Per token, the type id (segment).
    pub fn type_ids(&self) -> Vec<u32> {
        self.per_token(|attributes| attributes.type_id)
    }

    /// Per token, 1 if it is attended to, 0 if it is padding.
    pub fn attention_mask(&self) -> Vec<u32> {
        self.per_token(|attributes| u32::from(attributes.attention))
    }

    /// Per token, 1 if a post-processor or padding added it.
    pub fn special_tokens_mask(&self) -> Vec<u32> {
        self.per_token(|attributes| u32::from(attributes.special))
    }

    fn per_token(&self, of: impl Fn(&Attributes) -> u32) -> Vec<u32> {
        let mut values = Vec::with_capacity(self.len());
        for (run, attributes) in self.runs() {
            values.resize(run.end as usize, of(&attributes));
        }
        values
    }

    /// Per token, its string. An id that no vocabulary knows has the empty string.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        let mut own = self.rare().own.iter().peekable();
        self.ids.iter().zip(0u32..).map(move |(&id, at)| {
            while own.next_if(|own| own.end <= at).is_some() {}
            match own.peek() {
                Some(own) if own.start <= at => &own.token,
                _ => self.names.token(id).unwrap_or_default(),
            }
        })
    }

    /// The string of the token at a position.
    pub fn token(&self, at: usize) -> Option<&str> {
        let id = *self.ids.get(at)?;
        let own = &self.rare().own;
        match own.get(own.partition_point(|own| own.end as usize <= at)) {
            Some(own) if own.start as usize <= at => Some(&own.token),
            _ => Some(self.names.token(id).unwrap_or_default()),
        }
    }

    /// The strings of ids that this encoding looks up.
    pub fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// What truncation cut off, in windows.
    pub fn overflowing(&self) -> &[Encoding] {
        &self.rare().overflowing
    }

    /// The windows, to change them.
    pub fn overflowing_mut(&mut self) -> &mut [Encoding] {
        self.rare.as_deref_mut().map_or(&mut [], |rare| &mut rare.overflowing)
    }

    /// Takes the windows out.
    pub fn take_overflowing(&mut self) -> Vec<Encoding> {
        self.rare.as_deref_mut().map(|rare| std::mem::take(&mut rare.overflowing)).unwrap_or_default()
    }

    /// Puts other windows in the place of those there are.
    pub(crate) fn set_overflowing(&mut self, windows: Vec<Encoding>) {
        if !windows.is_empty() || !self.overflowing().is_empty() {
            self.rare_mut().overflowing = windows;
        }
    }

    /// Gives every token this type id; the windows keep theirs.
    pub fn set_type_id(&mut self, type_id: u32) {
        self.map_attributes(|attributes| Attributes { type_id, ..attributes });
    }

    fn map_attributes(&mut self, change: impl Fn(Attributes) -> Attributes) {
        let runs: Vec<_> = self.runs().collect();
        self.clear_runs();
        for (run, attributes) in runs {
            self.push_run(run, change(attributes));
        }
    }

    fn clear_runs(&mut self) {
        if let Some(rare) = &mut self.rare {
            rare.runs.clear();
        }
    }

    /// Says that all tokens come from the input `id`, besides what was said before; the windows keep theirs.
    pub fn set_sequence_id(&mut self, id: usize) {
        let end = self.ids.len() as u32;
        self.insert_sequence(Sequence { id, start: 0, end });
    }

    fn insert_sequence(&mut self, sequence: Sequence) {
        let sequences = &mut self.rare_mut().sequences;
        match sequences.binary_search_by_key(&sequence.id, |sequence| sequence.id) {
            Ok(at) => {
                if let Some(old) = sequences.get_mut(at) {
                    *old = sequence;
                }
            }
            Err(at) => {
                sequences.reserve_exact(1);
                sequences.insert(at, sequence);
            }
        }
    }

    /// Says that the tokens `range` come from the input `id`, and no others from any.
    pub(crate) fn set_only_sequence(&mut self, id: usize, range: Range<usize>) {
        self.rare_mut().sequences = vec![Sequence { id, start: range.start as u32, end: range.end as u32 }];
    }

    /// Clears the masks: nothing special, everything attended to.
    pub(crate) fn reset_masks(&mut self) {
        self.map_attributes(|attributes| Attributes::text(attributes.type_id));
    }

    /// Tokens of this encoding and of all its windows.
    pub(crate) fn tokens_with_windows(&self) -> usize {
        self.overflowing().iter().fold(self.len(), |sum, window| sum.saturating_add(window.tokens_with_windows()))
    }

    /// Depth of windows of windows: 0 without any.
    fn nesting(&self) -> usize {
        self.overflowing().iter().map(|window| window.nesting() + 1).max().unwrap_or(0)
    }
}

/// Gives back the room that values do not fill. Few are moved: cutting them short would leave gaps between those of one
/// encoding and the next, too small for either.
fn fit<T: Copy>(values: &mut Vec<T>) {
    const FEW: usize = 64 << 10;
    if size_of_val(values.as_slice()) < FEW { *values = values.as_slice().to_vec() } else { values.shrink_to_fit() }
}

/// The number of tokens, if positions can count it.
fn fits(tokens: usize) -> Result<u32> {
    if tokens > MOST_TOKENS {
        return Err(Error::argument(format!("an encoding holds at most {MOST_TOKENS} tokens, not {tokens}")));
    }
    Ok(tokens as u32)
}

/// Refuses windows nested so deep that walking them could exhaust the stack.
fn nests(depth: usize) -> Result<()> {
    if depth > MOST_NESTING {
        return Err(Error::argument(format!("overflowing windows are nested more than {MOST_NESTING} deep")));
    }
    Ok(())
}

/// Counts what windows and copies will cost before they are made: a short stride or two long inputs multiply them.
pub(crate) struct Budget {
    used: u64,
    most: u64,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Budget { used: 0, most: Limits::default().overflow_tokens }
    }

    /// One more window or copy of so many tokens. What is not per token costs about as much as 16 of them.
    pub(crate) fn add(&mut self, tokens: usize) -> Result<()> {
        self.used = self.used.saturating_add(tokens as u64 + 16);
        if self.used > self.most {
            return Err(Error::limit("overflow_tokens", self.used, self.most));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Arc<Names> {
        let model = Vocab::new([("a", 0), ("b", 1), ("<s>", 2)], &Limits::default()).unwrap();
        Arc::new(Names { model: Arc::new(model), added: vec![(2, "<|s|>".into()), (9, "[M]".into())] })
    }

    fn strings(encoding: &Encoding) -> Vec<&str> {
        let all: Vec<&str> = encoding.tokens().collect();
        let one_by_one: Vec<&str> = (0..encoding.len()).map(|at| encoding.token(at).unwrap()).collect();
        assert_eq!(all, one_by_one);
        assert_eq!(encoding.token(encoding.len()), None);
        all
    }

    #[test]
    fn tokens_are_looked_up_or_kept() {
        let mut encoding = Encoding::new(names());
        encoding.push(0, Span::new(0, 1), 0);
        encoding.push_own(1, Span::new(1, 3), 0, "bb");
        encoding.push_own(1, Span::new(3, 4), 0, "b");
        encoding.push(2, Span::new(4, 5), 1);
        encoding.push(9, Span::new(5, 6), 2);
        encoding.push(77, Span::new(6, 7), NO_WORD);
        assert_eq!(strings(&encoding), ["a", "bb", "b", "<|s|>", "[M]", ""]);
        assert_eq!((encoding.rare().own.len(), encoding.rare().runs.len()), (1, 0), "only what differs is stored");
        assert_eq!(encoding.word_ids().collect::<Vec<_>>(), [Some(0), Some(0), Some(0), Some(1), Some(2), None]);
        assert_eq!((encoding.special_tokens_mask(), encoding.attention_mask()), (vec![0; 6], vec![1; 6]));
        encoding.set_type_id(3);
        assert_eq!((encoding.type_ids(), encoding.rare().runs.len()), (vec![3; 6], 1));
        encoding.set_type_id(0);
        assert_eq!((encoding.type_ids(), encoding.rare().runs.len()), (vec![0; 6], 0));
    }

    #[test]
    fn runs_are_kept_up_to_the_last_text() {
        let special = || Encoding::special(names(), &[(2, "<s>"), (9, "[M]")], 0);
        let mut encoding = Encoding::new(names());
        for _ in 0..2 {
            encoding.append(&special(), false).unwrap();
            encoding.push(0, Span::new(0, 1), 0);
        }
        assert_eq!(encoding.special_tokens_mask(), [1, 1, 0, 1, 1, 0]);
        assert_eq!((encoding.type_ids(), encoding.attention_mask()), (vec![0; 6], vec![1; 6]));
        assert_eq!(encoding.rare().runs.len(), 3, "special, text, special; what follows is text");
    }

    #[test]
    fn ids_alone_have_no_strings() {
        let encoding = Encoding::from_ids(names(), vec![0, 1, 2], 1).unwrap();
        assert_eq!(strings(&encoding), ["", "", ""]);
        assert_eq!((encoding.rare().own.len(), encoding.type_ids()), (1, vec![1; 3]));
        assert_eq!(strings(&Encoding::from_ids(names(), vec![], 0).unwrap()), [""; 0]);
    }
}
