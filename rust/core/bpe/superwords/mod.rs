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

use super::Bpe;
use super::merge::Merge;
use super::plain::PlainBytes;
use crate::models::{Answer, Answers};
use crate::text::bytes::decode_alphabet;
use crate::text::scan::Scanner;
use crate::text::{Span, Unicode};
use join::{Joiner, Links};

/// Merges across words begin where so many of the next [`AMONG`] merges are such: a few are within words, if unusual ones.
const CROSSING: usize = 16;
const AMONG: usize = 64;

/// With fewer merges before these, words would be letters.
const LEAST: usize = 128;

/// Bytes of words of ASCII that stay together because a first merge might go on between them. Beyond ASCII, what two bytes
/// tell is too little.
const JOINED: u32 = 31;

/// A model whose first merges are within words.
#[derive(Debug)]
pub(crate) struct Superwords {
    /// The first merges as a model of their own.
    words: Bpe,
    links: Links,
    /// Pairs of bytes that a token of the first merges has side by side: a bit for the second one, by the first.
    within: Box<[[u64; 4]; 256]>,
}

/// Buffers for a batch of chunks.
#[derive(Debug, Default)]
pub(crate) struct Joining {
    /// The words of the chunks.
    pub(crate) words: Vec<Span>,
    /// What the first merges made of them.
    pub(crate) ids: Vec<u32>,
    borders: Borders,
    /// A bit for each id: whether it is linked with the next one.
    links: Vec<u64>,
    /// Of the ids that are linked: the rank of their merge, or the number of all merges if there is none.
    ranks: Vec<u32>,
    /// Four and more linked ids, and how much is written before what becomes of them.
    runs: Vec<Span>,
    places: Vec<usize>,
    answers: Answers,
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

impl Superwords {
    /// Of a model of plain bytes, if its merges come in that order.
    pub(super) fn of(bpe: &Bpe) -> Option<Self> {
        bpe.plain()?;
        Self::with_first(bpe, first_crossing(bpe).filter(|&count| count >= LEAST)?)
    }

    /// The first `count` merges are those of words.
    fn with_first(bpe: &Bpe, count: usize) -> Option<Self> {
        bpe.tables.first?;
        let merges = bpe.tables.merges.all();
        let early = &merges[..count];
        let words = bpe.with_merges(early.to_vec());

        let mut ends = vec![[0u8; 2]; bpe.vocab.slots()];
        for (&id, byte) in bpe.tables.alphabet.iter().zip(0..=255) {
            ends[id as usize] = [byte; 2];
        }
        let mut within = Box::new([[0; 4]; 256]);
        for &Merge { left, right, id } in early {
            let ([start, before], [behind, end]) = (ends[left as usize], ends[right as usize]);
            within[before as usize][behind as usize / 64] |= 1 << (behind % 64);
            ends[id as usize] = [start, end];
        }

        let links = Links::new(merges, count, bpe.vocab.slots());
        links.ranks()?;
        Some(Superwords { words, links, within })
    }

    /// Cuts chunks, which follow one upon another, into words.
    pub(crate) fn cut(&self, text: &str, chunks: &[Span], unicode: Unicode, joining: &mut Joining) {
        let Joining { words, borders, .. } = joining;
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
    fn is_within(&self, text: &[u8], at: usize) -> bool {
        let [before, behind] = text.get(at - 1..at + 1).and_then(|two| two.first_chunk()).copied().unwrap_or_default();
        self.within[before as usize][behind as usize / 64] >> (behind % 64) & 1 != 0
    }

    /// What the first merges make of words.
    pub(crate) fn answer(&self, text: &[u8], words: &[Span], answers: &mut Answers) {
        let Some(plain) = self.words.plain() else { return };
        if plain.answer(text, words, answers) {
            for (word, answer) in words.iter().zip(&mut answers.words).filter(|(_, answer)| answer.ids.is_empty()) {
                let from = answers.ids.len();
                plain.append_any(&text[word.range()], &mut answers.ids);
                *answer = Answer { ids: Span::from(from..answers.ids.len()), again: true };
            }
        }
    }

    /// Appends the ids of the chunks whose words are at hand. `whole` is the model with all merges.
    pub(crate) fn join(&self, whole: PlainBytes<'_>, text: &[u8], joining: &mut Joining, out: &mut Vec<u32>) {
        let Some(joiner) = self.joiner(whole) else { return };
        let text = joining.words.first().and_then(|word| text.get(word.range().start..)).unwrap_or_default();
        if !joiner.link(joining) {
            self.mend(text, joining);
            joiner.link(joining);
        }
        joiner.merge(text, joining, out);
    }

    fn joiner<'m>(&'m self, whole: PlainBytes<'m>) -> Option<Joiner<'m>> {
        let (links, words) = (&self.links, self.words.plain()?.stitcher()?);
        Some(Joiner { links, ranks: links.ranks()?, whole, first: words.first, words })
    }

    /// Merges words anew where first merges go on between them.
    #[cold]
    fn mend(&self, text: &[u8], joining: &mut Joining) {
        let Joining { words, ids, borders, .. } = joining;
        let Some((plain, stitcher)) = self.words.plain().and_then(|plain| Some((plain, plain.stitcher()?))) else {
            return;
        };
        let base = words.first().map_or(0, |word| word.range().start);
        let is_open = |at: usize| borders.doubts.binary_search(&((at - base) as u32)).is_ok();
        let mut mended: Vec<u32> = Vec::new();
        // Up to where ids are copied, and up to where they are looked at.
        let (mut copied, mut at) = (0, 0);
        let ids_of = |word: &Span, at: &mut usize| {
            let (start, mut left) = (*at, word.len());
            while left > 0 {
                left -= stitcher.lens[ids[*at] as usize] as usize;
                *at += 1;
            }
            start..*at
        };
        for words in words.chunk_by(|_, next| is_open(next.range().start)) {
            let start = at;
            let mut sound = true;
            for (number, word) in words.iter().enumerate() {
                let own = ids_of(word, &mut at);
                sound &= number == 0 || stitcher.stay_apart(ids[own.start - 1], ids[own.start]);
            }
            if sound {
                continue;
            }
            mended.extend_from_slice(&ids[copied..start]);
            let from = words.first().map_or(0, |word| word.range().start - base);
            let mut made = Vec::new();
            at = start;
            for word in words {
                let own = ids_of(word, &mut at);
                let end = word.range().end - base;
                let place = word.range().start - base - from;
                stitcher.join(&mut made, &ids[own], &text[from..end], place, |part, ids| plain.merge(part, ids));
            }
            mended.append(&mut made);
            copied = at;
        }
        if copied > 0 {
            mended.extend_from_slice(&ids[copied..]);
            *ids = mended;
        }
        borders.doubts.clear();
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
    use crate::Limits;
    use crate::bpe::Options;
    use crate::text::bytes::byte_to_char;
    use crate::vocab::Vocab;
    use proptest::prelude::*;

    /// A byte-level model with merges over the bytes of these characters, ids in their order.
    fn model(picks: &[(usize, usize)]) -> (Bpe, Vec<(u32, u32, u32)>) {
        let mut tokens: Vec<Vec<u8>> = (0..=255).map(|byte| vec![byte]).collect();
        let mut usable: Vec<u32> = "ab '.\n1é漢".bytes().map(u32::from).collect();
        let mut merges = Vec::new();
        for &(left, right) in picks {
            let (left, right) = (usable[left % usable.len()], usable[right % usable.len()]);
            let token = [&tokens[left as usize][..], &tokens[right as usize]].concat();
            if token.len() < 20 && !tokens.contains(&token) {
                usable.push(tokens.len() as u32);
                merges.push((left, right, tokens.len() as u32));
                tokens.push(token);
            }
        }
        let written = tokens.iter().map(|token| token.iter().map(|&byte| byte_to_char(byte)).collect::<String>());
        let vocab = Vocab::new(written.collect::<Vec<_>>().iter().zip(0..), &Limits::default()).unwrap();
        (Bpe::new(vocab, merges.clone(), Options::default()).unwrap(), merges)
    }

    /// The definition, step by step: the pair of lowest rank, the leftmost of equals.
    fn slow(chunk: &[u8], merges: &[(u32, u32, u32)]) -> Vec<u32> {
        let mut ids: Vec<u32> = chunk.iter().map(|&byte| u32::from(byte)).collect();
        loop {
            let rank = |pair: &[u32]| merges.iter().position(|merge| [merge.0, merge.1] == pair);
            let ranks = ids.windows(2).enumerate().filter_map(|(at, pair)| Some((rank(pair)?, at)));
            let Some((rank, at)) = ranks.min() else { return ids };
            ids.splice(at..at + 2, [merges[rank].2]);
        }
    }

    fn encode(superwords: &Superwords, bpe: &Bpe, text: &str, chunks: &[Span]) -> Vec<u32> {
        let (mut joining, mut answers, mut out) = (Joining::default(), Answers::default(), vec![7]);
        superwords.cut(text, chunks, Unicode::Hf, &mut joining);
        assert_eq!(joining.words.first().map(|word| word.start), chunks.first().map(|chunk| chunk.start));
        superwords.answer(text.as_bytes(), &joining.words, &mut answers);
        for answer in &answers.words {
            joining.ids.extend_from_slice(&answers.ids[answer.ids.range()]);
        }
        superwords.join(bpe.plain().unwrap(), text.as_bytes(), &mut joining, &mut out);
        assert_eq!(out.remove(0), 7);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn two_steps_are_one(
            picks in proptest::collection::vec((0usize..1000, 0usize..1000), 1..60),
            count in 1usize..60,
            parts in proptest::collection::vec(
                prop_oneof![
                    8 => "[ab]{1,6}", 5 => " [ab]{1,4}", 2 => "[ '.\n1]{1,3}", 2 => "[é漢]{1,4}",
                    1 => "(a b){20,60}|a{60,200}|( a){70,90}|(é漢){30}"
                ],
                0..20,
            ),
            joined in proptest::collection::vec(0usize..3, 20),
            skipped in 0usize..2,
        ) {
            let (bpe, merges) = model(&picks);
            prop_assume!(!merges.is_empty());
            let superwords = Superwords::with_first(&bpe, count.min(merges.len())).unwrap();
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
            prop_assert_eq!(encode(&superwords, &bpe, &text, chunks), want);
        }
    }
}
