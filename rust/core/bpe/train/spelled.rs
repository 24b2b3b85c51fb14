//! Words in symbols that are too many to work on: written down once, in memory or on disk, and read again for what
//! matters.
//!
//! Chunks of several words are nearly all distinct, so there is no end to them. But where two symbols meet that do so less
//! than `floor` times in all, no pair counts more that merging will bring there: what ends with the one and begins with
//! the other stands only where they meet. (Unless a token is made in two ways, because then it has several ends.) As
//! long as merges are more frequent, words may be cut there, and the pieces come again and again.

use std::fs::File;
use std::io::{Read, Seek, Write};

use super::sieve::Sieve;
use super::table::key;
use crate::count::{Counted, WordForm};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::text::Span;

/// Bytes that are handed to the system at once.
const BLOCK: usize = if cfg!(test) { 1 << 6 } else { 1 << 20 };
/// Bytes of words for each place of the sieve, and how many places there are at least and at most.
const BYTES_A_PLACE: u64 = 64;
const PLACES: (usize, usize) = (if cfg!(test) { 1 << 3 } else { 1 << 10 }, 1 << 22);

/// Symbols that are looked at together, a bit each.
const AT_ONCE: usize = u64::BITS as usize;
/// Bytes of a count and a length.
const HEAD: usize = 12;

#[derive(Debug)]
pub(super) struct Spelled {
    /// Bytes of a symbol, as few as hold all.
    width: usize,
    /// Blocks of whole words: a count (8 bytes), how many bytes of symbols there are (4), and those; the lowest byte first.
    blocks: Vec<Vec<u8>>,
    /// Blocks for which there was no room in memory, one after the other, and their lengths.
    file: Option<File>,
    on_disk: Vec<usize>,
    memory: Option<u64>,
    /// Bytes of blocks that stay in memory.
    used: u64,
    sieve: Sieve,
}

impl Spelled {
    /// For words of about so many bytes, in `memory`, and symbols below `symbols`.
    pub(super) fn new(bytes: u64, memory: Option<u64>, symbols: usize) -> Self {
        let places = bytes.min(memory.unwrap_or(u64::MAX)) / BYTES_A_PLACE;
        let places = usize::try_from(places).unwrap_or(usize::MAX).clamp(PLACES.0, PLACES.1).next_power_of_two();
        Spelled {
            width: (2..4).find(|&width| symbols <= 1 << (8 * width)).unwrap_or(4),
            blocks: Vec::new(),
            file: None,
            on_disk: Vec::new(),
            memory,
            used: 0,
            sieve: Sieve::new(places),
        }
    }

    pub(super) fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    /// Writes down a word.
    pub(super) fn push(&mut self, symbols: &[u32], count: u64) -> Result<()> {
        let times = i64::try_from(count).unwrap_or(i64::MAX);
        symbols.windows(2).for_each(|pair| self.sieve.add(pair[0], pair[1], times));
        let len = symbols.len() * self.width;
        let bytes = u32::try_from(len).map_err(|_| Error::training("a word has more than 2^32 bytes"))?;
        if self.blocks.last().is_none_or(|block| block.len() + HEAD + len > BLOCK) {
            self.close()?;
            self.blocks.push(Vec::with_capacity(BLOCK.max(HEAD + len)));
        }
        if let Some(block) = self.blocks.last_mut() {
            block.extend_from_slice(&count.to_le_bytes());
            block.extend_from_slice(&bytes.to_le_bytes());
            match self.width {
                2 => block.extend(symbols.iter().flat_map(|symbol| (*symbol as u16).to_le_bytes())),
                width => symbols.iter().for_each(|symbol| block.extend_from_slice(&symbol.to_le_bytes()[..width])),
            }
        }
        Ok(())
    }

    /// Finds a place for the last block, which is full.
    fn close(&mut self) -> Result<()> {
        let Some(block) = self.blocks.last() else { return Ok(()) };
        if self.memory.is_none_or(|memory| self.used + block.capacity() as u64 <= memory / 4) {
            self.used += block.capacity() as u64;
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile().map_err(failed)?),
        };
        file.write_all(block).map_err(failed)?;
        self.on_disk.push(block.len());
        self.blocks.pop();
        Ok(())
    }

    /// The distinct pieces of two symbols and more ([`Spelled::symbols`]) of words that are cut between symbols that meet
    /// less than `floor` times.
    pub(super) fn pieces(&mut self, floor: i64, progress: &Progress) -> Result<Counted> {
        let mut pieces = Counted::bounded(WordForm::Bytes, self.memory);
        let Spelled { width, sieve, .. } = self;
        let mut cut = |block: &[u8]| {
            progress.check()?;
            match width {
                2 => cut::<2>(block, sieve, floor, &mut pieces, progress),
                3 => cut::<3>(block, sieve, floor, &mut pieces, progress),
                _ => cut::<4>(block, sieve, floor, &mut pieces, progress),
            }
        };
        if let Some(file) = &mut self.file {
            file.rewind().map_err(failed)?;
            let mut block = Vec::new();
            for &len in &self.on_disk {
                block.resize(len, 0);
                file.read_exact(&mut block).map_err(failed)?;
                cut(&block)?;
            }
        }
        self.blocks.iter().try_for_each(|block| cut(block))?;
        Ok(pieces)
    }

    /// The symbols of a piece.
    pub(super) fn symbols(&self, piece: &[u8]) -> impl ExactSizeIterator<Item = u32> {
        piece.chunks_exact(self.width).map(symbol)
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::io(Some(&std::env::temp_dir()), error)
}

#[inline]
fn symbol(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |symbol, &byte| symbol << 8 | u32::from(byte))
}

/// Adds the pieces of the words of a block.
fn cut<const WIDTH: usize>(
    block: &[u8],
    sieve: &Sieve,
    floor: i64,
    pieces: &mut Counted,
    progress: &Progress,
) -> Result<()> {
    let mut found = Vec::new();
    let span = |start: usize, end: usize| Span::new((start * WIDTH) as u32, (end * WIDTH) as u32);
    let mut rest = block;
    while let Some((count, behind)) = rest.split_first_chunk()
        && let Some((len, behind)) = behind.split_first_chunk()
        && let Some((word, behind)) = behind.split_at_checked(u32::from_le_bytes(*len) as usize)
    {
        rest = behind;
        found.clear();
        let (symbols, _) = word.as_chunks::<WIDTH>();
        // Where the open piece begins, and the last symbol of it.
        let (mut start, mut last) = (0, 0);
        for (from, part) in (0..).step_by(AT_ONCE).zip(symbols.chunks(AT_ONCE)) {
            // Which of these symbols are cut from the one before: a bit each, because nobody could foretell them.
            let mut cuts = 0u64;
            for (at, bytes) in part.iter().enumerate() {
                let next = symbol(bytes);
                cuts |= u64::from(!sieve.may_count(key(last, next), floor)) << at;
                last = next;
            }
            while cuts != 0 {
                let end = from + cuts.trailing_zeros() as usize;
                cuts &= cuts - 1;
                if end > start + 1 {
                    found.push(span(start, end));
                }
                start = end;
            }
        }
        if symbols.len() > start + 1 {
            found.push(span(start, symbols.len()));
        }
        pieces.add_words(word, &found, u64::from_le_bytes(*count), progress)?;
    }
    Ok(())
}
