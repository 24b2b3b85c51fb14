//! Tokens that span words (superwords, SuperBPE; Liu et al. 2025, arXiv 2503.13423), from ids of words that a cache knows.
//!
//! A trainer makes the merges within words first and those across them afterwards. So a text is encoded in two steps, each
//! exactly what the one list of merges would do:
//!
//! 1. **Words, by the first merges alone.** Where two bytes meet that no token of the first merges has side by side, none of
//!    them goes on, whatever stands around. Other borders are tested and mended as [`super::stitch`] does it. Any cut into
//!    words will do; a good one is seldom mended.
//! 2. **What is linked, by all merges.** A later merge joins two tokens, and the border between these lies between the last
//!    id that the first merges made of the left one and the first of the right one. Ids that no later merge has there stay
//!    apart for good, and that is most of them: what is left are runs of a few ids.
//!
//! Every merge has to make a token of its own, of tokens that come earlier: then no later merge brings about a first one.

#![allow(
    clippy::indexing_slicing,
    reason = "tables by id, by pairs of bytes and by bytes of the text at hand; ids are the model's own"
)]

mod join;

use std::iter::Peekable;
use std::ops::Range;
use std::slice;

use super::Bpe;
use super::merge::Merge;
use super::pairs::Packed;
use super::plain::PlainBytes;
use super::side_by_side::SideBySide;
use super::stitch::{AGAIN, Stitcher};
use crate::error::Result;
use crate::models::{Answer, Answers};
use crate::text::bytes::decode_alphabet;
use crate::text::scan::Scanner;
use crate::text::{Span, Unicode};
pub(crate) use join::{Joiner, Links, Near, Runs};

/// Merges across words begin where so many of the next [`AMONG`] merges are such: a few are within words, if unusual ones.
const CROSSING: usize = 16;
const AMONG: usize = 64;

/// With fewer merges before these, words would be letters.
const LEAST: usize = 128;

/// Bytes of words of ASCII that stay together because a first merge might go on between them. Beyond ASCII, what two bytes
/// tell is too little.
const JOINED: u32 = 31;

/// Bytes of chunks whose words are looked up together, or more if one chunk has more: what is known of them stays in the
/// processor's first cache.
const BATCH: u32 = if cfg!(test) { 64 } else { 4096 };

/// Bytes of a chunk from which on buffers are given back.
const LONG: u32 = if cfg!(test) { 128 } else { 1 << 20 };

/// A model whose first merges are within words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Superwords<'m> {
    tables: &'m Tables,
    /// With all merges.
    whole: PlainBytes<'m>,
    /// With the first merges.
    words: PlainBytes<'m>,
    stitcher: Stitcher<'m>,
    ranks: Packed<'m>,
}

/// What follows from the merges.
#[derive(Debug)]
pub(super) struct Tables {
    /// The first merges as a model of their own.
    words: Bpe,
    links: Links,
    /// Of the first merges.
    within: SideBySide,
}

/// Buffers for a batch of chunks.
#[derive(Debug, Default)]
pub(crate) struct Linking {
    words: Vec<Span>,
    /// What the first merges made of the words.
    ids: Vec<u32>,
    borders: Borders,
    runs: Runs,
}

/// Where words meet, in bytes from the first chunk on.
#[derive(Debug, Default)]
struct Borders {
    /// A bit for each byte where a chunk begins.
    chunks: Vec<u64>,
    /// Within chunks, where a first merge might go on.
    doubts: Vec<u32>,
}

impl Borders {
    /// Whether a chunk begins at a byte, in the lowest bit.
    #[inline(always)]
    fn chunk(&self, at: usize) -> u64 {
        self.chunks[at / 64] >> (at % 64)
    }
}

impl Tables {
    /// Of a model of plain bytes, if its merges come in that order.
    pub(super) fn of(bpe: &Bpe) -> Option<Self> {
        bpe.plain()?;
        Self::with_first(bpe, first_crossing(bpe).filter(|&count| count >= LEAST)?)
    }

    /// The first `count` merges are those of words.
    fn with_first(bpe: &Bpe, count: usize) -> Option<Self> {
        bpe.tables.order.as_ref()?;
        let merges = bpe.tables.merges.all();
        let early = merges.get(..count)?;
        let within = SideBySide::of(bpe, early);
        let words = bpe.with_merges(early.to_vec());
        Some(Tables { words, links: Links::new(merges, count, bpe.vocab.slots()), within })
    }
}

impl<'m> Superwords<'m> {
    pub(super) fn new(tables: &'m Tables, whole: PlainBytes<'m>) -> Option<Self> {
        let words = tables.words.plain()?;
        Some(Superwords { tables, whole, words, stitcher: words.stitcher()?, ranks: tables.links.ranks()? })
    }

    /// Appends the ids of chunks, which follow one upon another. `look_up` appends those of words, which [`Self::answer`]
    /// tells.
    pub(crate) fn append(
        self,
        text: &str,
        mut chunks: &[Span],
        unicode: Unicode,
        linking: &mut Linking,
        out: &mut Vec<u32>,
        mut look_up: impl FnMut(&[Span], &mut Vec<u32>) -> Result<()>,
    ) -> Result<()> {
        while let Some(&first) = chunks.first() {
            let some = chunks.partition_point(|chunk| chunk.start - first.start < BATCH);
            let (batch, rest) = chunks.split_at(some);
            chunks = rest;
            self.cut(text, batch, unicode, linking);
            linking.ids.clear();
            look_up(&linking.words, &mut linking.ids)?;
            let batch = &text.as_bytes()[first.range().start..batch.last().unwrap_or(&first).range().end];
            self.join(batch, first.start, linking, out);
            if batch.len() > LONG as usize {
                *linking = Linking::default();
            }
        }
        Ok(())
    }

    /// What the first merges make of words.
    pub(crate) fn answer(self, text: &[u8], words: &[Span], answers: &mut Answers) {
        if self.words.answer(text, words, answers) {
            for (word, answer) in words.iter().zip(&mut answers.words).filter(|(_, answer)| answer.ids.is_empty()) {
                let from = answers.ids.len();
                self.words.append_any(&text[word.range()], &mut answers.ids);
                *answer = Answer { ids: Span::from(from..answers.ids.len()), again: true };
            }
        }
    }

    /// Cuts chunks into words.
    fn cut(self, text: &str, chunks: &[Span], unicode: Unicode, linking: &mut Linking) {
        let Linking { words, borders, .. } = linking;
        words.clear();
        borders.chunks.clear();
        borders.doubts.clear();
        let (Some(first), Some(last)) = (chunks.first(), chunks.last()) else { return };
        let base = first.start;
        borders.chunks.resize((last.end - base) as usize / 64 + 1, 0);
        for chunk in chunks {
            let at = (chunk.start - base) as usize;
            borders.chunks[at / 64] |= 1 << (at % 64);
        }
        let mut starts = chunks.iter().map(|chunk| chunk.start).skip(1);
        let mut next = starts.next().unwrap_or(u32::MAX);
        let bytes = text.as_bytes();
        let text = text.get(first.range().start..last.range().end).unwrap_or_default();
        Scanner::SUPERBPE_WORDS.words(text, unicode, &mut |found| {
            for word in found {
                let (mut start, end) = (base + word.start, base + word.end);
                if start > base && next != start && self.is_within(bytes, start as usize) {
                    let last = words.last_mut().filter(|last| end <= next && end - last.start <= JOINED);
                    match last.filter(|_| bytes[start as usize - 1].is_ascii() && bytes[start as usize].is_ascii()) {
                        Some(last) => {
                            last.end = end;
                            continue;
                        }
                        None => borders.doubts.push(start - base),
                    }
                }
                while next < end {
                    if next > start {
                        words.push(Span { start, end: next });
                        start = next;
                    }
                    next = starts.next().unwrap_or(u32::MAX);
                }
                words.push(Span { start, end });
            }
        });
    }

    /// Whether a first merge might go on across a place between two bytes.
    #[inline(always)]
    fn is_within(self, text: &[u8], at: usize) -> bool {
        let [before, behind] = text.get(at - 1..at + 1).and_then(|two| two.first_chunk()).copied().unwrap_or_default();
        self.tables.within.has(before, behind)
    }

    /// Appends the ids of a batch whose words are known. It begins at the byte `base` of the text.
    fn join(self, batch: &[u8], base: u32, linking: &mut Linking, out: &mut Vec<u32>) {
        let Superwords { tables, whole, stitcher, ranks, .. } = self;
        let joiner = Joiner { links: &tables.links, ranks, whole };
        let link = |linking: &mut Linking| {
            let Linking { ids, borders, runs, .. } = linking;
            let doubts = borders.doubts.iter().peekable();
            let mut near = Within { chunks: borders, stitcher, doubts, begin: 0, at: 0 };
            joiner.link(ids, &mut near, runs)
        };
        if !link(linking) {
            self.mend(batch, base, linking);
            link(linking);
        }
        let Linking { ids, runs, .. } = linking;
        // An id, and the byte where it begins.
        let mut known = (0, 0);
        joiner.merge(ids, runs, out, &mut |run, out| {
            let bytes =
                |some: Range<usize>| ids[some].iter().map(|&id| whole.lens()[id as usize] as usize).sum::<usize>();
            let start = known.1 + bytes(known.0..run.start);
            let end = start + bytes(run.clone());
            known = (run.end, end);
            whole.append_any(&batch[start..end], out);
        });
    }

    /// Merges words anew where first merges go on between them.
    #[cold]
    fn mend(self, batch: &[u8], base: u32, linking: &mut Linking) {
        let Linking { words, ids, borders, .. } = linking;
        let is_doubtful = |at: u32| borders.doubts.binary_search(&(at - base)).is_ok();
        let (mut mended, mut made): (Vec<u32>, _) = (Vec::with_capacity(ids.len()), Vec::new());
        let mut rest = &ids[..];
        for words in words.chunk_by(|_, next| is_doubtful(next.start)) {
            let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
            let bytes = &batch[(first.start - base) as usize..(last.end - base) as usize];
            let mut own = self.take(&mut rest, bytes.len());
            let mut again = 0;
            for word in words {
                let (at, next) = ((word.start - first.start) as usize, self.take(&mut own, word.len()));
                again += self.stitcher.join(&mut made, next, bytes, at, |part, ids| self.words.merge(part, ids));
                if again > AGAIN * bytes.len() {
                    made.clear();
                    self.words.append_any(bytes, &mut made);
                    break;
                }
            }
            mended.append(&mut made);
        }
        *ids = mended;
        borders.doubts.clear();
    }

    /// Takes the ids of so many bytes from the front of some.
    fn take<'i>(self, ids: &mut &'i [u32], bytes: usize) -> &'i [u32] {
        let (mut count, mut len) = (0, 0);
        while len < bytes {
            len += self.stitcher.lens[ids[count] as usize] as usize;
            count += 1;
        }
        ids.split_off(..count).unwrap_or_default()
    }
}

/// Ids of one chunk may be linked.
struct Within<'b> {
    chunks: &'b Borders,
    stitcher: Stitcher<'b>,
    doubts: Peekable<slice::Iter<'b, u32>>,
    /// The byte behind which the ids begin that were asked about since the last check, and where the last one ends.
    begin: usize,
    at: usize,
}

impl Near for Within<'_> {
    #[inline(always)]
    fn may_link(&mut self, id: u32) -> u64 {
        self.at += self.stitcher.lens[id as usize] as usize;
        !self.chunks.chunk(self.at)
    }

    #[inline(always)]
    fn is_sound(&mut self, ids: &[u32], next: &[u32]) -> bool {
        let begin = std::mem::replace(&mut self.begin, self.at);
        self.doubts.peek().is_none_or(|&&doubt| doubt as usize > self.at) || self.settle(begin, ids, next)
    }
}

impl Within<'_> {
    /// Whether no first merge goes on at the doubtful bytes up to here.
    #[cold]
    fn settle(&mut self, mut at: usize, ids: &[u32], next: &[u32]) -> bool {
        let mut pairs = ids.iter().zip(next);
        while let Some(&doubt) = self.doubts.next_if(|&&doubt| doubt as usize <= self.at) {
            let found = pairs.find(|(id, _)| {
                at += self.stitcher.lens[**id as usize] as usize;
                at >= doubt as usize
            });
            if !found.is_some_and(|(&id, &next)| at == doubt as usize && self.stitcher.stay_apart(id, next)) {
                return false;
            }
        }
        true
    }
}

/// The number of the merges before those across words.
fn first_crossing(bpe: &Bpe) -> Option<usize> {
    let crosses = |merge: &Merge| {
        let Some(bytes) = bpe.vocab.token(merge.id).and_then(decode_alphabet) else { return false };
        match std::str::from_utf8(&bytes) {
            Ok(text) => Scanner::SUPERBPE_WORDS.first(text, Unicode::Hf) < text.len(),
            Err(_) => bytes.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).count() > 1,
        }
    };
    let mut last = [usize::MAX; CROSSING];
    for (rank, _) in bpe.tables.merges.all().iter().enumerate().filter(|(_, merge)| crosses(merge)) {
        last.rotate_left(1);
        last[CROSSING - 1] = rank;
        if last[0] != usize::MAX && rank - last[0] < AMONG {
            return Some(last[0]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bpe::Options;
    use crate::bpe::plain::tests::{Ids, ids, model, slow};
    use proptest::prelude::*;

    fn encode(superwords: Superwords<'_>, text: &str, chunks: &[Span]) -> Vec<u32> {
        let (mut linking, mut out) = (Linking::default(), vec![7]);
        let look_up = |words: &[Span], ids: &mut Vec<u32>| {
            let mut answers = Answers::default();
            superwords.answer(text.as_bytes(), words, &mut answers);
            answers.words.iter().for_each(|answer| ids.extend_from_slice(&answers.ids[answer.ids.range()]));
            Ok(())
        };
        superwords.append(text, chunks, Unicode::Hf, &mut linking, &mut out, look_up).unwrap();
        assert_eq!(out.remove(0), 7);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn two_steps_are_one(
            picks in proptest::collection::vec((0usize..1000, 0usize..1000), 1..60),
            ids in ids(),
            count in 1usize..60,
            parts in proptest::collection::vec(
                prop_oneof![
                    8 => "[ab]{1,6}", 5 => " [ab]{1,4}", 2 => "[ '.\n1]{1,3}", 2 => "[é漢]{1,4}",
                    2 => "(a b){20,60}|a{60,200}|( a){70,90}|(é漢){30}"
                ],
                0..20,
            ),
            joined in proptest::collection::vec(0usize..6, 20),
            skipped in 0usize..2,
        ) {
            let (bpe, merges) = model("ab '.\n1é漢".as_bytes(), &picks, ids, Options::default());
            prop_assume!(!merges.is_empty());
            let tables = Tables::with_first(&bpe, count.min(merges.len()));
            prop_assert!(tables.is_some() || ids == Ids::Reversed);
            let Some(tables) = tables else { return Ok(()) };
            let superwords = Superwords::new(&tables, bpe.plain().unwrap()).unwrap();
            let text = parts.concat();
            let (mut chunks, mut start, mut end) = (Vec::new(), 0, 0);
            for (part, joined) in parts.iter().zip(joined) {
                end += part.len();
                if joined == 0 {
                    chunks.push(Span::from(start..end));
                    start = end;
                }
            }
            if start < end {
                chunks.push(Span::from(start..end));
            }
            let chunks = chunks.get(skipped..).unwrap_or_default();
            let want: Vec<u32> =
                chunks.iter().flat_map(|chunk| slow(&text.as_bytes()[chunk.range()], &merges)).collect();
            prop_assert_eq!(encode(superwords, &text, chunks), want);
        }
    }
}
