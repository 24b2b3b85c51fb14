//! Padding: encodings brought to one length.

use std::num::NonZeroUsize;

use super::{Attributes, Direction, Encoding, Own, Place, Places, fits};
use crate::error::{Error, Result};
use crate::limits::Limits;

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
        for window in self.overflowing_mut() {
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
                self.places.extend(std::iter::repeat_n(Place::NOWHERE, missing));
                self.push_run(len..len + added, attributes);
                if !named {
                    self.push_own_run(len, len + added, &padding.pad_token);
                }
            }
            Direction::Left => {
                let runs: Vec<_> = self.runs().collect();
                self.clear_runs();
                self.ids.splice(0..0, std::iter::repeat_n(padding.pad_id, missing));
                let mut places = Places::with_capacity(length);
                places.extend(std::iter::repeat_n(Place::NOWHERE, missing).chain(self.places.iter()));
                self.places = places;
                self.push_run(0..added, attributes);
                for (run, attributes) in runs {
                    self.push_run(run.start + added..run.end + added, attributes);
                }
                let own = std::mem::take(&mut self.rare_mut().own);
                if !named {
                    self.push_own_run(0, added, &padding.pad_token);
                }
                let rare = self.rare_mut();
                rare.own.extend(own.into_iter().map(|own| Own {
                    start: own.start + added,
                    end: own.end + added,
                    ..own
                }));
                for sequence in &mut rare.sequences {
                    sequence.start += added;
                    sequence.end += added;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padding(strategy: PaddingStrategy, multiple: usize) -> Result<Padding> {
        Padding::new(strategy, Direction::Right, NonZeroUsize::new(multiple), 0, 0, "[PAD]", &Limits::default())
    }

    #[test]
    fn lengths_are_rounded_up_and_bounded() {
        use PaddingStrategy::{BatchLongest, Fixed};
        #[rustfmt::skip]
        let cases = [
            (BatchLongest, 0, Ok(13)),
            (BatchLongest, 8, Ok(16)),
            (Fixed(10),    0, Ok(10)),
            (Fixed(10),    4, Ok(12)),
            (Fixed(12),    4, Ok(12)),
            (Fixed(0),     4, Ok(0)),
            (Fixed(1_000_000_000_000), 0,   Err("strategy.Fixed")),
            (Fixed((1 << 24) - 1),     999, Err("pad_to_multiple_of")),
            (BatchLongest, usize::MAX,      Err("pad_to_multiple_of")),
        ];
        for (strategy, multiple, want) in cases {
            match (padding(strategy, multiple), want) {
                (Ok(padding), Ok(length)) => assert_eq!(padding.length(13), length, "{strategy:?} {multiple}"),
                (Err(error), Err(place)) => assert_eq!(error.path(), Some(place)),
                (made, _) => panic!("{strategy:?} {multiple}: {made:?}"),
            }
        }
    }

    #[test]
    fn a_batch_gets_one_length_and_nothing_is_shortened() {
        let batch = || [0, 3, 9].map(|len| Encoding::from_ids(std::sync::Arc::default(), vec![7; len], 0).unwrap());
        for (strategy, multiple, lengths) in [
            (PaddingStrategy::BatchLongest, 0, [9, 9, 9]),
            (PaddingStrategy::BatchLongest, 4, [12, 12, 12]),
            (PaddingStrategy::Fixed(5), 0, [5, 5, 9]),
        ] {
            let mut batch = batch();
            pad_encodings(&mut batch, &padding(strategy, multiple).unwrap()).unwrap();
            assert_eq!(batch.each_ref().map(Encoding::len), lengths);
            let real: Vec<u32> = batch.iter().map(|encoding| encoding.attention_mask().iter().sum()).collect();
            assert_eq!(real, [0, 3, 9]);
        }
        assert!(pad_encodings(&mut [], &padding(PaddingStrategy::BatchLongest, 4).unwrap()).is_ok());
    }
}
