//! Padding: encodings brought to one length.

use std::num::NonZeroUsize;

use super::{Attributes, Direction, Encoding, NO_WORD, Own, Run, fits};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::text::Span;

/// Checked padding settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Padding {
    strategy: PaddingStrategy,
    direction: Direction,
    pad_to_multiple_of: Option<NonZeroUsize>,
    pad_id: u32,
    pad_type_id: u32,
    pad_token: String,
}

/// To which length encodings are padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PaddingStrategy {
    /// That of the longest of the batch.
    #[default]
    BatchLongest,
    /// So many tokens; longer ones are left alone.
    Fixed(usize),
}

impl Padding {
    /// Pads at the side `direction` with `pad_id`, whose string is `pad_token`.
    ///
    /// The length asked for, rounded up to the multiple, is at most [`Limits::padded_length`]; else the error is of
    /// class `Limit`, with the path `strategy.Fixed` or `pad_to_multiple_of`.
    pub fn new(
        strategy: PaddingStrategy,
        direction: Direction,
        pad_to_multiple_of: Option<NonZeroUsize>,
        pad_id: u32,
        pad_type_id: u32,
        pad_token: impl Into<String>,
        limits: &Limits,
    ) -> Result<Self> {
        let bounded = |length: usize, place: &str| match length as u64 > limits.padded_length {
            true => Err(Error::limit("padded_length", length as u64, limits.padded_length).at(place)),
            false => Ok(()),
        };
        if let PaddingStrategy::Fixed(length) = strategy {
            bounded(length, "strategy.Fixed")?;
        }
        bounded(pad_to_multiple_of.map_or(0, NonZeroUsize::get), "pad_to_multiple_of")?;
        let pad_token = pad_token.into();
        let padding = Padding { strategy, direction, pad_to_multiple_of, pad_id, pad_type_id, pad_token };
        bounded(padding.length(0), "pad_to_multiple_of")?;
        Ok(padding)
    }

    /// To which length.
    pub fn strategy(&self) -> PaddingStrategy {
        self.strategy
    }

    /// At which side.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The length is rounded up to a multiple of this.
    pub fn pad_to_multiple_of(&self) -> Option<NonZeroUsize> {
        self.pad_to_multiple_of
    }

    /// Id of the padding.
    pub fn pad_id(&self) -> u32 {
        self.pad_id
    }

    /// Type id of the padding.
    pub fn pad_type_id(&self) -> u32 {
        self.pad_type_id
    }

    /// String of the padding.
    pub fn pad_token(&self) -> &str {
        &self.pad_token
    }

    /// The length of a batch whose longest encoding has so many tokens.
    pub fn length(&self, longest: usize) -> usize {
        let length = match self.strategy {
            PaddingStrategy::BatchLongest => longest,
            PaddingStrategy::Fixed(length) => length,
        };
        self.pad_to_multiple_of
            .map_or(length, |multiple| length.checked_next_multiple_of(multiple.get()).unwrap_or(length))
    }
}

/// Pads all encodings of a batch, and their windows, to one length. Nothing is shortened.
pub fn pad_encodings(encodings: &mut [Encoding], padding: &Padding) -> Result<()> {
    let longest = encodings.iter().map(Encoding::len).max().unwrap_or(0);
    let length = padding.length(longest);
    encodings.iter_mut().try_for_each(|encoding| encoding.pad_to(length, padding))
}

impl Encoding {
    /// Pads this encoding and its windows, as if it were the only one of its batch.
    pub fn pad(&mut self, padding: &Padding) -> Result<()> {
        self.pad_to(padding.length(self.len()), padding)
    }

    fn pad_to(&mut self, length: usize, padding: &Padding) -> Result<()> {
        for window in &mut self.overflowing {
            window.pad_to(length, padding)?;
        }
        let Some(missing) = length.checked_sub(self.len()).filter(|&missing| missing > 0) else { return Ok(()) };
        fits(length)?;
        let (len, added) = (self.len() as u32, missing as u32);
        let attributes = Attributes { type_id: padding.pad_type_id, special: true, attention: false };
        let named = self.names.token(padding.pad_id) == Some(padding.pad_token());
        match padding.direction {
            Direction::Right => {
                self.ids.resize(length, padding.pad_id);
                self.offsets.resize(length, Span::default());
                self.words.resize(length, NO_WORD);
                self.push_run(len + added, attributes);
                if !named {
                    self.push_own_run(len, len + added, &padding.pad_token);
                }
            }
            Direction::Left => {
                prepend(&mut self.ids, missing, padding.pad_id);
                prepend(&mut self.offsets, missing, Span::default());
                prepend(&mut self.words, missing, NO_WORD);
                let (runs, own) = (std::mem::take(&mut self.runs), std::mem::take(&mut self.own));
                self.push_run(added, attributes);
                for Run { end, attributes } in runs {
                    self.push_run(end + added, attributes);
                }
                if !named {
                    self.push_own_run(0, added, &padding.pad_token);
                }
                self.own.extend(own.into_iter().map(|own| Own {
                    start: own.start + added,
                    end: own.end + added,
                    ..own
                }));
                for sequence in &mut self.sequences {
                    sequence.start += added;
                    sequence.end += added;
                }
            }
        }
        Ok(())
    }
}

fn prepend<T: Clone>(values: &mut Vec<T>, count: usize, value: T) {
    values.splice(0..0, std::iter::repeat_n(value, count));
}
