//! The distinct words as symbols, in one array that the whole training works on.
//!
//! A word is its count, its symbols and an end mark: merging it touches one place of memory. Words only get shorter;
//! what they leave behind is filled with end marks, until the array is compacted.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustc_hash::FxBuildHasher;

use super::pieces::Pieces;
use super::sieve::Sieve;
use super::spelled::Spelled;
use super::table::{Table, key};
use super::tokens::Tokens;
use super::{BpeTrainer, neighbours::Neighbours};
use crate::bpe::Bpe;
use crate::bpe::merge::{Merge, MergeScratch, Merges, Symbol, merge_by_rank};
use crate::bpe::pairs::NO_RANK;
use crate::count::{Counted, WordCounts, WordForm};
use crate::error::{Error, Result};
use crate::memory::prefetch;
use crate::progress::Progress;
use crate::text::bytes;

/// Ends a word.
pub(super) const END: u32 = u32::MAX;
/// The rest of a count with this bit is a position in the list of large counts.
const LARGE: u32 = 1 << 31;
/// Words or symbols to work through before looking for an interruption: less than a millisecond.
const CHECK: usize = 1 << 14;

#[derive(Debug)]
pub(super) struct Words {
    array: Vec<u32>,
    large: Vec<i64>,
    /// Whether equal pairs overlap: whether `aaa` has two or one.
    overlap: bool,
    /// Where all words are, if here are only pieces of them.
    all: Option<All>,
}

/// All words, and what of them is worked on.
#[derive(Debug)]
struct All {
    words: Spelled,
    /// No pair is missing that counts so much.
    floor: i64,
    /// What was merged.
    merges: Vec<Merge>,
}

impl Words {
    /// Writes down the words in symbols.
    pub(super) fn new(words: WordCounts, spelling: Spelling<'_>, overlap: bool, progress: &Progress) -> Result<Self> {
        let bytes: usize = words.iter().map(|(word, _)| word.len() + 2).sum();
        let mut all = Words { array: Vec::with_capacity(bytes), large: Vec::new(), overlap, all: None };
        let mut speller = Speller::new(spelling, progress);
        words.use_up(|word, count| speller.spell(word, count, |part, count| all.push(part.iter().copied(), count)))?;
        Ok(all)
    }

    /// Writes down words of which most cannot matter; none are here before [`Words::lower`]. Returns the number of
    /// distinct words, too, and the sum of their counts.
    pub(super) fn spelled(
        words: Counted,
        tokens: usize,
        spelling: Spelling<'_>,
        overlap: bool,
        progress: &Progress,
    ) -> Result<(Self, (u64, u128))> {
        let mut spelled = Spelled::new(words.bytes(), words.memory(), tokens);
        let mut speller = Speller::new(spelling, progress);
        let totals = words
            .for_each_distinct(progress, |word, count| speller.spell(word, count, |part, n| spelled.push(part, n)))?;
        let all = Some(All { words: spelled, floor: i64::MAX, merges: Vec::new() });
        Ok((Words { array: Vec::new(), large: Vec::new(), overlap, all }, totals))
    }

    /// Appends a word.
    fn push(&mut self, symbols: impl Iterator<Item = u32>, count: u64) -> Result<()> {
        let header = self.header(count);
        self.array.push(header);
        self.array.extend(symbols);
        self.array.push(END);
        if self.array.len() >= END as usize || self.large.len() >= LARGE as usize - 1 {
            return Err(Error::training("the distinct words of the corpus have more than 2^32 symbols"));
        }
        Ok(())
    }

    /// How frequent the pairs of all words may be, if not all are here.
    pub(super) fn all(&self) -> Option<&Sieve> {
        self.all.as_ref().map(|all| all.words.sieve())
    }

    /// No pair is missing that counts so much.
    pub(super) fn floor(&self) -> i64 {
        self.all.as_ref().map_or(0, |all| all.floor)
    }

    /// No pair that is missing counts more.
    pub(super) fn highest_absent(&self) -> i64 {
        self.all.as_ref().map_or(0, |all| all.words.sieve().highest_below(all.floor))
    }

    /// Has all pairs here that count at least `floor`. Whether there are new ones; then every word has another position.
    pub(super) fn lower(&mut self, floor: i64, progress: &Progress) -> Result<bool> {
        let Some(mut all) = self.all.take_if(|all| floor < all.floor) else { return Ok(false) };
        (self.array, self.large) = (Vec::new(), Vec::new());
        all.floor = floor;
        let pieces = all.words.pieces(floor, progress)?;
        let mut ranks = Table::with_capacity(all.merges.len());
        for (merge, rank) in all.merges.iter().zip(0..) {
            *ranks.or_insert(key(merge.left, merge.right), rank) = rank;
        }
        let merges = Merges::new(all.merges);
        let rank = |left, right| ranks.get(key(left, right)).map_or(NO_RANK, |rank| rank as u32);
        let mut scratch = MergeScratch::default();
        let mut merged: Vec<Symbol> = Vec::new();
        pieces.for_each_distinct(progress, |piece, count| {
            let symbols = all.words.symbols(piece);
            if merges.all().is_empty() {
                return self.push(symbols, count);
            }
            merged.clear();
            merged.extend(symbols.zip(0..).map(|(id, at)| Symbol { id, start: at, end: at + 1 }));
            merge_by_rank(&mut merged, rank, &merges, &mut scratch);
            if merged.len() < 2 { Ok(()) } else { self.push(merged.iter().map(|symbol| symbol.id), count) }
        })?;
        if floor > 1 {
            all.merges = merges.all().to_vec();
            self.all = Some(all);
        }
        Ok(true)
    }

    /// Takes note of a merge.
    pub(super) fn note(&mut self, (left, right): (u32, u32), id: u32) {
        if let Some(all) = &mut self.all {
            all.merges.push(Merge { left, right, id });
        }
    }

    /// Upper bounds of the counts of the pairs that are here.
    pub(super) fn sieve(&self, places: usize, progress: &Progress) -> Result<Sieve> {
        let mut sieve = Sieve::new(places);
        self.for_each_pair(progress, |left, right, _, count| sieve.add(left, right, count))?;
        Ok(sieve)
    }

    fn header(&mut self, count: u64) -> u32 {
        if count < u64::from(LARGE) {
            return count as u32;
        }
        self.large.push(i64::try_from(count).unwrap_or(i64::MAX));
        LARGE | (self.large.len() as u32 - 1)
    }

    #[inline]
    fn count(&self, header: u32) -> i64 {
        if header & LARGE == 0 { i64::from(header) } else { self.large[(header ^ LARGE) as usize] }
    }

    /// Brings a word near, to be merged soon.
    #[inline]
    pub(super) fn prefetch(&self, word: u32) {
        if let Some(header) = self.array.get(word as usize) {
            prefetch(header);
        }
    }

    /// Calls `found(left, right, word, count)` for every pair of symbols that stand side by side.
    #[inline]
    pub(super) fn for_each_pair(&self, progress: &Progress, mut found: impl FnMut(u32, u32, u32, i64)) -> Result<()> {
        let array = &self.array[..];
        let (mut at, mut checked) = (0, 0);
        while at < array.len() {
            if at - checked > CHECK {
                progress.check()?;
                checked = at;
            }
            if array[at] == END {
                at += 1;
                continue;
            }
            let word = at as u32;
            let count = self.count(array[at]);
            at += 1;
            let mut left = array[at];
            // Whether `left` is the second of an equal pair that was counted.
            let mut taken = false;
            while left != END {
                at += 1;
                let right = array[at];
                if right != END {
                    taken = left == right && !self.overlap && !taken;
                    if taken || left != right || self.overlap {
                        found(left, right, word, count);
                    }
                }
                left = right;
            }
        }
        Ok(())
    }

    /// Closes the gaps and drops the words of one symbol. Every word gets another position.
    pub(super) fn compact(&mut self) {
        let array = &mut self.array;
        let (mut from, mut to) = (0, 0);
        while from < array.len() {
            if array[from] == END {
                from += 1;
                continue;
            }
            let start = to;
            while array[from] != END {
                array[to] = array[from];
                from += 1;
                to += 1;
            }
            if to - start < 3 {
                to = start;
            } else {
                array[to] = END;
                to += 1;
            }
        }
        array.truncate(to);
    }

    /// Merges a pair wherever it stands in a word, left to right, and tells the neighbours.
    #[inline]
    pub(super) fn merge(&mut self, word: u32, (left, right): (u32, u32), merged: u32, neighbours: &mut Neighbours) {
        let start = word as usize + 1;
        let mut from = start;
        loop {
            let symbol = self.array[from];
            if symbol == END {
                return;
            }
            from += 1;
            if symbol == left && self.array[from] == right {
                break;
            }
        }
        let count = self.count(self.array[start - 1]);
        let overlap = self.overlap;
        let array = &mut self.array[..];
        from -= 1;
        let mut to = from;
        // How many of the merged token stand side by side at the end of what is written.
        let mut side_by_side = 0;
        loop {
            let symbol = array[from];
            if symbol == END {
                break;
            }
            if symbol == left && array[from + 1] == right {
                if to > start {
                    neighbours.before.note(array[to - 1], word, count);
                }
                let next = array[from + 2];
                if next != END {
                    neighbours.after.note(next, word, count);
                }
                if !overlap {
                    side_by_side = if to > start && array[to - 1] == merged { side_by_side + 1 } else { 1 };
                    let odd = |run: usize| if run % 2 == 1 { count } else { 0 };
                    let apart = &mut neighbours.apart;
                    if side_by_side > 1 {
                        apart.formed += odd(side_by_side);
                    }
                    if left != right {
                        let before = array[start..to].iter().rev().take_while(|&&symbol| symbol == left).count();
                        let behind = array[from + 2..].iter().take_while(|&&symbol| symbol == right).count();
                        apart.left += if before > 0 { odd(before + 1) } else { 0 };
                        apart.right += if behind > 0 { odd(behind + 1) } else { 0 };
                    }
                }
                array[to] = merged;
                from += 2;
            } else {
                array[to] = symbol;
                from += 1;
            }
            to += 1;
        }
        array[to..from].fill(END);
    }
}

/// Spells words.
struct Speller<'a> {
    spelling: Spelling<'a>,
    symbols: Vec<u32>,
    /// Every pair of a word is counted at most once per position, so this bounds every sum of the training.
    occurrences: u128,
    unchecked: usize,
    progress: &'a Progress,
}

impl<'a> Speller<'a> {
    fn new(spelling: Spelling<'a>, progress: &'a Progress) -> Self {
        Speller { spelling, symbols: Vec::new(), occurrences: 0, unchecked: 0, progress }
    }

    /// Calls `found` with the parts of a word that hold a pair.
    #[inline]
    fn spell(&mut self, word: &[u8], count: u64, mut found: impl FnMut(&[u32], u64) -> Result<()>) -> Result<()> {
        self.unchecked += word.len() + 1;
        if self.unchecked > CHECK {
            self.progress.check()?;
            self.unchecked = 0;
        }
        self.symbols.clear();
        self.spelling.spell(word, &mut self.symbols)?;
        for part in self.symbols.split(|&symbol| symbol == END) {
            self.occurrences += u128::from(count) * part.len() as u128;
            if part.len() > 1 && count > 0 {
                if self.occurrences > i64::MAX as u128 {
                    return Err(Error::training("the corpus counts more than 2^63 symbols"));
                }
                found(part, count)?;
            }
        }
        Ok(())
    }
}

/// How a word becomes symbols.
pub(super) enum Spelling<'a> {
    /// Ids by byte.
    Bytes(Box<[u32; 256]>),
    /// Ids by code point.
    Chars(Vec<u32>),
    /// Ids of characters with what stands around them, which depends on their place.
    Around { form: WordForm, ids: HashMap<(char, Place), u32, FxBuildHasher>, prefix: &'a str, suffix: &'a str },
    /// The word is ids, four bytes each, the lowest first.
    Ids,
    /// What a model makes of it; at the ids of `breaks` it breaks into two words.
    Model { form: WordForm, bpe: &'a Bpe, pieces: Option<Pieces<'a>>, breaks: &'a HashSet<u32> },
}

/// Whether a character begins and ends its word.
type Place = (bool, bool);

impl<'a> Spelling<'a> {
    /// In characters or bytes of an alphabet; those outside it are left out.
    pub(super) fn new(
        trainer: &'a BpeTrainer,
        words: &WordCounts,
        alphabet: &BTreeSet<char>,
        tokens: &mut Tokens,
    ) -> Self {
        let prefix = trainer.continuing_subword_prefix.as_deref().unwrap_or_default();
        let suffix = trainer.end_of_word_suffix.as_deref().unwrap_or_default();
        let mut id = |c: char| tokens.intern(c.encode_utf8(&mut [0; 4]));
        if !(prefix.is_empty() && suffix.is_empty()) {
            let mut spelling = Spelling::Around { form: words.form(), ids: HashMap::default(), prefix, suffix };
            spelling.intern_pieces(words, alphabet, tokens);
            return spelling;
        }
        match words.form() {
            WordForm::Bytes => Spelling::Bytes(Box::new(std::array::from_fn(|byte| {
                let c = bytes::byte_to_char(byte as u8);
                if alphabet.contains(&c) { id(c) } else { END }
            }))),
            WordForm::Text => {
                let mut ids = vec![END; alphabet.last().map_or(0, |&c| c as usize + 1)];
                alphabet.iter().for_each(|&c| ids[c as usize] = id(c));
                Spelling::Chars(ids)
            }
        }
    }

    /// Gives ids to the pieces that occur, in the order of their characters.
    fn intern_pieces(&mut self, words: &WordCounts, alphabet: &BTreeSet<char>, tokens: &mut Tokens) {
        let Spelling::Around { form, ids, prefix, suffix } = self else { return };
        let mut seen: BTreeSet<(char, Place)> = BTreeSet::new();
        for (word, _) in words.iter() {
            for_each_place(word, *form, |c, place| {
                if alphabet.contains(&c) {
                    seen.insert((c, place));
                }
            });
        }
        for (c, (first, last)) in seen {
            let before = if first { "" } else { &**prefix };
            let after = if last { &**suffix } else { "" };
            ids.insert((c, (first, last)), tokens.intern(&format!("{before}{c}{after}")));
        }
    }

    /// Appends the symbols of a word; [`END`] where it breaks.
    fn spell(&mut self, word: &[u8], into: &mut Vec<u32>) -> Result<()> {
        match self {
            Spelling::Bytes(ids) => into.extend(word.iter().map(|&byte| ids[byte as usize]).filter(|&id| id != END)),
            Spelling::Chars(ids) => {
                let known = |c: char| ids.get(c as usize).copied().filter(|&id| id != END);
                into.extend(String::from_utf8_lossy(word).chars().filter_map(known));
            }
            Spelling::Around { form, ids, .. } => {
                for_each_place(word, *form, |c, place| into.extend(ids.get(&(c, place))));
            }
            Spelling::Ids => {
                let ids = word.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
                into.extend(ids);
            }
            Spelling::Model { form, bpe, pieces, breaks } => {
                match pieces {
                    Some(pieces) if *form == WordForm::Bytes => pieces.append_ids(word, into)?,
                    _ => bpe.append_ids(word, *form, into)?,
                }
                into.iter_mut().filter(|id| breaks.contains(id)).for_each(|id| *id = END);
            }
        }
        Ok(())
    }
}

fn for_each_place(word: &[u8], form: WordForm, mut found: impl FnMut(char, Place)) {
    let text = match form {
        WordForm::Bytes => bytes::encode_alphabet(word).into(),
        WordForm::Text => String::from_utf8_lossy(word),
    };
    let mut chars = text.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        found(c, (first, chars.peek().is_none()));
        first = false;
    }
}
