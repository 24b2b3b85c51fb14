//! What a model makes of words that hold several: superwords are learned from whole chunks of lines.
//!
//! No merge goes on between two bytes that no token has side by side. So a chunk may be cut there, whatever stands around,
//! and its pieces, mostly words, come again and again.

use bytemuck::{Pod, Zeroable};

use crate::bpe::side_by_side::SideBySide;
use crate::bpe::{Bpe, NO_ID};
use crate::count::WordForm;
use crate::error::Result;
use crate::memory::Table;

/// Shorter words are merged at once.
const LONG: usize = 32;
/// Longest piece that is remembered: a byte of its key is for the length.
const PIECE: usize = 15;
/// Slots for pieces: 1 MB.
const SLOTS: usize = 1 << 15;
/// Ids of a piece that is remembered.
const IDS: usize = 4;

/// A model of raw bytes, with a memory for pieces. A new one takes the place of an old one.
pub(super) struct Pieces<'m> {
    bpe: &'m Bpe,
    within: SideBySide,
    known: Table<Known>,
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Known {
    /// The piece's bytes, zeros, and its length; of a free slot, zeros.
    key: u128,
    /// Filled up with [`NO_ID`].
    ids: [u32; IDS],
}

impl<'m> Pieces<'m> {
    /// None if the model is not one of plain bytes.
    pub(super) fn of(bpe: &'m Bpe) -> Option<Self> {
        bpe.takes_bytes().then(|| bpe.plain())??;
        let within = SideBySide::of(bpe, bpe.tables.merges.all());
        Some(Pieces { bpe, within, known: Table::new(SLOTS) })
    }

    /// Appends the ids of a word.
    pub(super) fn append_ids(&mut self, word: &[u8], ids: &mut Vec<u32>) -> Result<()> {
        if word.len() <= LONG {
            return self.bpe.append_ids(word, WordForm::Bytes, ids);
        }
        let Pieces { bpe, within, known } = self;
        word.chunk_by(|&before, &behind| within.has(before, behind))
            .try_for_each(|piece| append_piece(bpe, known, piece, ids))
    }
}

fn append_piece(bpe: &Bpe, known: &mut [Known], piece: &[u8], ids: &mut Vec<u32>) -> Result<()> {
    let Some(key) = key(piece) else { return bpe.append_ids(piece, WordForm::Bytes, ids) };
    let slot = &mut known[slot(key)];
    if slot.key == key {
        ids.extend(slot.ids.iter().take_while(|&&id| id != NO_ID));
        return Ok(());
    }
    let from = ids.len();
    bpe.append_ids(piece, WordForm::Bytes, ids)?;
    let made = &ids[from..];
    let mut kept = [NO_ID; IDS];
    if let Some(start) = kept.get_mut(..made.len()) {
        start.copy_from_slice(made);
        *slot = Known { key, ids: kept };
    }
    Ok(())
}

/// A piece as a number, which is never 0.
fn key(piece: &[u8]) -> Option<u128> {
    let mut bytes = [0; PIECE + 1];
    bytes[..PIECE].get_mut(..piece.len())?.copy_from_slice(piece);
    bytes[PIECE] = piece.len() as u8;
    Some(u128::from_le_bytes(bytes))
}

/// Where a piece is remembered.
fn slot(key: u128) -> usize {
    let mixed = (key as u64 ^ ((key >> 64) as u64).rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> (u64::BITS - SLOTS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bpe::train::BpeTrainer;
    use crate::count::WordCounts;
    use crate::progress::Progress;
    use crate::text::bytes::byte_to_char;

    proptest! {
        #[test]
        fn pieces_are_merged_as_the_word_is(
            learned in proptest::collection::vec(" ?[abc]{1,6}|[, ]{2,4}|,[ab]", 1..20),
            tokens in 0usize..60,
            words in proptest::collection::vec("( ?[abc]{1,6}|[, ]{1,3}|[abc]{16,20}|,[ab]|[xé]){1,40}", 1..20),
        ) {
            let mut counts = WordCounts::new(WordForm::Bytes);
            learned.iter().try_for_each(|word| counts.add(word.as_bytes(), 2)).unwrap();
            let initial_alphabet = (0..=255).map(byte_to_char).collect();
            let trainer = BpeTrainer { vocab_size: 256 + tokens, initial_alphabet, ..BpeTrainer::default() };
            let bpe = trainer.train(counts, &Progress::default()).unwrap().bpe;
            let mut pieces = Pieces::of(&bpe).unwrap();
            // All of them twice, so that pieces are remembered.
            for word in words.iter().chain(&words) {
                let (mut want, mut got) = (vec![7], vec![7]);
                bpe.append_ids(word.as_bytes(), WordForm::Bytes, &mut want).unwrap();
                pieces.append_ids(word.as_bytes(), &mut got).unwrap();
                prop_assert_eq!(got, want, "{}", word);
            }
        }
    }
}
