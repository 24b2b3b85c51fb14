//! Byte-level models without further rules: words of raw bytes, several at a time.

#![allow(clippy::indexing_slicing, reason = "tables of all bytes and of all pairs of bytes")]

use super::merge::{Merge, Merges};
use super::pairs::Packed;
#[cfg(target_arch = "x86_64")]
use super::short::lowest_avx2;
use super::short::{Ranks, SHORT, SURE, Short, lowest};
use super::stitch::{AGAIN, Stitcher};
use super::{NO_ID, Tables};
use crate::models::{Answer, Answers};
use crate::text::Span;
use crate::text::bytes::encode_alphabet;
use crate::vocab::Vocab;

/// Words that are merged in turn.
const LANES: usize = 8;

/// A model in which every byte has a token and every merge makes what its parts spell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainBytes<'m> {
    tables: &'m Tables,
    byte_pairs: &'m [u32],
    pairs: Packed<'m>,
    /// Bytes of every token.
    lens: &'m [u32],
    /// Where a word that is a token is found whatever the merges say.
    whole: Option<&'m Vocab>,
}

/// A word on its way, and which one it is.
#[derive(Debug, Clone)]
struct Lane {
    word: Short,
    number: usize,
}

/// How a word begins. A closure would be compiled without the instructions that its caller may use.
pub(super) trait Begin<W>: Copy {
    fn begin(self, short: &mut Short, word: W);
}

impl<'m> PlainBytes<'m> {
    pub(super) fn new(tables: &'m Tables, pairs: Packed<'m>, lens: &'m [u32], whole: Option<&'m Vocab>) -> Self {
        PlainBytes { tables, pairs, lens, whole, byte_pairs: tables.byte_pairs.get_or_init(|| byte_pairs(tables)) }
    }

    /// What becomes of words; those longer than [`SHORT`] bytes are left out. Whether there were such.
    pub(crate) fn answer(self, text: &[u8], words: &[Span], answers: &mut Answers) -> bool {
        #[cfg(target_arch = "x86_64")]
        if crate::cpu::has_avx512() {
            #[allow(unsafe_code)]
            // SAFETY: the processor has what the function was compiled for; it was just asked.
            return unsafe { self.answer_avx512(text, words, answers) };
        } else if crate::cpu::is_recent() {
            #[allow(unsafe_code)]
            // SAFETY: the same.
            return unsafe { self.answer_recent(text, words, answers) };
        }
        self.answer_by(text, words, answers, lowest)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi2")]
    fn answer_avx512(self, text: &[u8], words: &[Span], answers: &mut Answers) -> bool {
        self.answer_by(text, words, answers, |ranks, len| lowest_avx2(ranks, len))
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn answer_recent(self, text: &[u8], words: &[Span], answers: &mut Answers) -> bool {
        self.answer_by(text, words, answers, |ranks, len| lowest_avx2(ranks, len))
    }

    #[inline(always)]
    fn answer_by(
        self,
        text: &[u8],
        words: &[Span],
        answers: &mut Answers,
        lowest: impl Fn(&Ranks, usize) -> i32,
    ) -> bool {
        answers.words.resize(words.len(), Answer::default());
        let mut left_out = false;
        let short = words.iter().enumerate().filter_map(|(number, word)| match text.get(word.range()) {
            Some(bytes) if bytes.len() <= SHORT => Some((number, bytes)),
            _ => {
                left_out = true;
                None
            }
        });
        merge_in_turn(self.pairs, &self.tables.merges, short, self, answers, lowest);
        left_out
    }

    /// Appends the ids of a word; false if it is empty, or too long for a model whose merges come before those of their parts.
    pub(crate) fn append(self, word: &[u8], ids: &mut Vec<u32>) -> bool {
        if word.len() > SHORT {
            if let Some(id) = self.token(word) {
                ids.push(id);
                return true;
            }
            // Pieces are no words.
            return PlainBytes { whole: None, ..self }.append_long(word, ids);
        }
        if word.is_empty() {
            return false;
        }
        let mut short = Short::EMPTY;
        self.begin(&mut short, word);
        while short.step(self.pairs, &self.tables.merges, lowest) {}
        ids.extend(short.tokens().map(|(_, id)| id));
        true
    }

    /// Appends the ids of any word.
    pub(super) fn append_any(self, word: &[u8], ids: &mut Vec<u32>) {
        if !self.append(word, ids) {
            self.tables.merge_bytes(word, |symbols| ids.extend(symbols.iter().map(|symbol| symbol.id)));
        }
    }

    pub(super) fn merges(self) -> &'m Merges {
        &self.tables.merges
    }

    /// Bytes of every token.
    pub(super) fn lens(self) -> &'m [u32] {
        self.lens
    }

    /// To put pieces together, if every merge comes after those of its parts.
    pub(super) fn stitcher(self) -> Option<Stitcher<'m>> {
        let order = self.tables.order.as_ref()?;
        Some(Stitcher { pairs: self.pairs, merges: &self.tables.merges, order, lens: self.lens })
    }

    /// Merges pieces and stitches them together.
    fn append_long(self, word: &[u8], ids: &mut Vec<u32>) -> bool {
        let Some(stitcher) = self.stitcher() else { return false };
        let mut made: Vec<u32> = Vec::with_capacity(word.len() / 3);
        let mut again = 0;
        let mut pieces = Pieces { word, at: 0 }.peekable();
        let mut answers = Answers::default();
        while pieces.peek().is_some() {
            let some: Vec<Span> = pieces.by_ref().take(AT_ONCE).collect();
            answers.ids.clear();
            answers.words.clear();
            self.answer(word, &some, &mut answers);
            for (piece, answer) in some.iter().zip(&answers.words) {
                let next = answers.ids.get(answer.ids.range()).unwrap_or_default();
                again += stitcher.join(&mut made, next, word, piece.start as usize, |part, ids| self.merge(part, ids));
                if again > AGAIN * word.len() {
                    return false;
                }
            }
        }
        ids.append(&mut made);
        true
    }

    /// Appends the ids of bytes where two pieces meet.
    pub(super) fn merge(self, part: &[u8], ids: &mut Vec<u32>) {
        if part.len() > SHORT || !self.append(part, ids) {
            self.tables.merge_bytes(part, |symbols| ids.extend(symbols.iter().map(|symbol| symbol.id)));
        }
    }

    /// A word that is a token, if the model looks for such before it merges.
    fn token(self, word: &[u8]) -> Option<u32> {
        self.whole?.id(&encode_alphabet(word))
    }
}

impl Begin<&[u8]> for PlainBytes<'_> {
    #[inline(always)]
    fn begin(self, short: &mut Short, word: &[u8]) {
        if let Some(id) = self.token(word) {
            return short.begin(std::iter::once(id), std::iter::empty(), self.pairs, &self.tables.merges);
        }
        let id = |&byte: &u8| self.tables.alphabet.get(byte as usize).copied().unwrap_or(NO_ID);
        let rank = |(&first, &second): (&u8, &u8)| {
            self.byte_pairs.get(u16::from_be_bytes([first, second]) as usize).copied().unwrap_or(Packed::NO_RANK)
        };
        let ranks = word.iter().zip(word.iter().skip(1)).map(rank);
        short.begin(word.iter().map(id), ranks, self.pairs, &self.tables.merges);
    }
}

/// Merges words in turn; the answers are where their numbers say.
#[inline(always)]
pub(super) fn merge_in_turn<W>(
    pairs: Packed<'_>,
    merges: &Merges,
    mut words: impl Iterator<Item = (usize, W)>,
    begin: impl Begin<W>,
    answers: &mut Answers,
    lowest: impl Fn(&Ranks, usize) -> i32,
) {
    let mut lanes = [const { Lane { word: Short::EMPTY, number: usize::MAX } }; LANES];
    let mut working = 0;
    for lane in &mut lanes {
        let Some((number, word)) = words.next() else { break };
        lane.number = number;
        begin.begin(&mut lane.word, word);
        working += 1;
    }
    let mut working = lanes.get_mut(..working).unwrap_or_default();
    while !working.is_empty() {
        let mut done = usize::MAX;
        for (at, lane) in working.iter_mut().enumerate() {
            if lane.word.step(pairs, merges, &lowest) {
                continue;
            }
            let from = answers.ids.len();
            answers.ids.extend(lane.word.tokens().map(|(_, id)| id));
            if let Some(answer) = answers.words.get_mut(lane.number) {
                *answer = Answer { ids: Span::from(from..answers.ids.len()), again: true };
            }
            match words.next() {
                Some((number, word)) => {
                    lane.number = number;
                    begin.begin(&mut lane.word, word);
                }
                None => {
                    done = at;
                    break;
                }
            }
        }
        if done != usize::MAX {
            let last = working.len() - 1;
            working.swap(done, last);
            working = working.get_mut(..last).unwrap_or_default();
        }
    }
}

/// Bytes of a piece of a long word.
const PIECE: usize = 48;
/// Pieces that are merged before they are stitched together.
const AT_ONCE: usize = 1024;

/// The pieces of a long word, cut between characters where there are any.
struct Pieces<'w> {
    word: &'w [u8],
    at: usize,
}

impl Iterator for Pieces<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let start = self.at;
        let most = (start + PIECE).min(self.word.len());
        let inner = |at: usize| self.word.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
        let end = (most.saturating_sub(3)..=most).rev().find(|&at| at > start && !inner(at)).unwrap_or(most);
        self.at = end;
        (start < end).then(|| Span::from(start..end))
    }
}

/// Ranks of the pairs of two bytes, first byte first: what every word begins with. [`SURE`] are those that come before
/// every merge of one of the bytes with a longer token, and before every merge of what they make: only a merge with a
/// byte beside them may come first.
fn byte_pairs(tables: &Tables) -> Box<[u32]> {
    let tokens = tables.lens.as_deref().map_or(0, <[u32]>::len);
    let mut bytes = vec![None; tokens];
    for (&id, byte) in tables.alphabet.iter().zip(0..=255) {
        bytes[id as usize] = Some(byte);
    }
    let mut grid = vec![Packed::NO_RANK; 1 << 16];
    // The first merge of a byte with a longer token on either side, and the first one of every token.
    let (mut before, mut behind) = ([u32::MAX; 256], [u32::MAX; 256]);
    let mut first = vec![u32::MAX; tokens];
    for (&Merge { left, right, .. }, rank) in tables.merges.all().iter().zip(0..) {
        for id in [left, right] {
            first[id as usize] = first[id as usize].min(rank);
        }
        match (bytes[left as usize], bytes[right as usize]) {
            (Some(left), Some(right)) => grid[pair(left, right)] = rank,
            (Some(left), None) => behind[left as usize] = behind[left as usize].min(rank),
            (None, Some(right)) => before[right as usize] = before[right as usize].min(rank),
            (None, None) => {}
        }
    }
    for (left, before) in (0..=255).zip(before) {
        for (right, behind) in (0..=255).zip(behind) {
            let rank = &mut grid[pair(left, right)];
            let made = tables.merges.all().get(*rank as usize).map(|merge| merge.id);
            if let Some(made) = made
                && *rank < before.min(behind)
                && *rank < first[made as usize]
            {
                *rank |= SURE;
            }
        }
    }
    grid.into()
}

fn pair(left: u8, right: u8) -> usize {
    u16::from_be_bytes([left, right]) as usize
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::Limits;
    use crate::bpe::{Bpe, Options};
    use crate::text::bytes::byte_to_char;
    use crate::vocab::Vocab;
    use proptest::prelude::*;

    /// A token that no merge makes, most of the time.
    const LONELY: &str = "cabac";

    /// The ids of the tokens that merges make.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(in crate::bpe) enum Ids {
        InOrder,
        WithGaps,
        Reversed,
    }

    pub(in crate::bpe) fn ids() -> impl Strategy<Value = Ids> {
        prop_oneof![Just(Ids::InOrder), Just(Ids::WithGaps), Just(Ids::Reversed)]
    }

    /// A byte-level model with merges over some bytes; each makes a new token.
    pub(in crate::bpe) fn model(
        bytes: &[u8],
        picks: &[(usize, usize)],
        ids: Ids,
        options: Options,
    ) -> (Bpe, Vec<(u32, u32, u32)>) {
        let mut tokens: Vec<String> = (0..=255).map(|byte| byte_to_char(byte).to_string()).collect();
        let mut usable: Vec<u32> = bytes.iter().map(|&byte| u32::from(byte)).collect();
        let mut merges = Vec::new();
        for &(left, right) in picks {
            let (left, right) = (usable[left % usable.len()], usable[right % usable.len()]);
            let token = tokens[left as usize].clone() + &tokens[right as usize];
            if token.len() < 30 && !tokens.contains(&token) {
                usable.push(tokens.len() as u32);
                merges.push((left, right, tokens.len() as u32));
                tokens.push(token);
                if ids == Ids::WithGaps && left % 2 == 0 {
                    tokens.push(format!("<{}>", tokens.len()));
                }
            }
        }
        if ids == Ids::Reversed {
            merges.reverse();
        }
        if !tokens.contains(&LONELY.to_owned()) {
            tokens.push(LONELY.to_owned());
        }
        let vocab = Vocab::new(tokens.iter().zip(0..), &Limits::default()).unwrap();
        (Bpe::new(vocab, merges.clone(), options).unwrap(), merges)
    }

    /// The definition, step by step: the pair of lowest rank, the leftmost of equals.
    pub(in crate::bpe) fn slow(word: &[u8], merges: &[(u32, u32, u32)]) -> Vec<u32> {
        let mut ids: Vec<u32> = word.iter().map(|&byte| u32::from(byte)).collect();
        loop {
            let rank = |pair: &[u32]| merges.iter().position(|merge| [merge.0, merge.1] == pair);
            let ranks = ids.windows(2).enumerate().filter_map(|(at, pair)| Some((rank(pair)?, at)));
            let Some((rank, at)) = ranks.min() else { return ids };
            ids.splice(at..at + 2, [merges[rank].2]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn follows_the_definition(
            picks in proptest::collection::vec((0usize..1000, 0usize..1000), 1..40),
            ignore_merges: bool,
            ids in ids(),
            words in proptest::collection::vec(prop_oneof![4 => "[abc]{1,12}", 1 => "cabac", 1 => "[abc]{1,90}", 1 => "a{1,300}|[ab]{100,400}"], 1..40),
        ) {
            let (bpe, merges) = model(b"abc", &picks, ids, Options { ignore_merges, ..Options::default() });
            let plain = bpe.plain().unwrap();
            let text = words.concat();
            let mut spans = Vec::new();
            for word in &words {
                let start = spans.last().map_or(0, |last: &Span| last.end as usize);
                spans.push(Span::from(start..start + word.len()));
            }
            let mut answers = Answers::default();
            let left_out = plain.answer(text.as_bytes(), &spans, &mut answers);
            prop_assert_eq!(left_out, words.iter().any(|word| word.len() > SHORT));
            for (word, answer) in words.iter().zip(&answers.words) {
                if word.len() > SHORT && ids == Ids::Reversed {
                    continue;
                }
                let want = match bpe.vocab().id(word) {
                    Some(id) if ignore_merges => vec![id],
                    _ => slow(word.as_bytes(), &merges),
                };
                let mut ids = vec![7];
                prop_assert!(plain.append(word.as_bytes(), &mut ids));
                prop_assert_eq!(&ids[1..], &want[..], "{}", word);
                prop_assert_eq!(answer.again, word.len() <= SHORT);
                if answer.again {
                    prop_assert_eq!(&answers.ids[answer.ids.range()], &want[..]);
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn merges_may_come_before_those_of_their_parts(
            picks in proptest::collection::vec((0usize..1000, 0usize..1000), 1..30),
            turn in 1usize..30,
            word in "[ab]{65,200}|[abc]{65,200}",
        ) {
            let (bpe, merges) = model(b"abc", &picks, Ids::InOrder, Options::default());
            let token = |id: u32| bpe.vocab().token(id).unwrap();
            let mut turned = merges.clone();
            turned.rotate_left(turn % merges.len().max(1));
            // Ids in the order of ranks all the same.
            let tokens: Vec<&str> = (0..256).chain(turned.iter().map(|merge| merge.2)).map(token).collect();
            let id = |old: u32| tokens.iter().position(|known| *known == token(old)).unwrap() as u32;
            let merges: Vec<_> = turned.iter().map(|merge| (id(merge.0), id(merge.1), id(merge.2))).collect();
            let vocab = Vocab::new(tokens.iter().zip(0..), &Limits::default()).unwrap();
            let turned = Bpe::new(vocab, merges.clone(), Options::default()).unwrap();
            let mut tokens = Vec::new();
            turned.tokenize_bytes(word.as_bytes(), &mut tokens).unwrap();
            let want = slow(word.as_bytes(), &merges);
            prop_assert_eq!(&tokens.iter().map(|token| token.id).collect::<Vec<_>>(), &want);
            let mut ids = Vec::new();
            if turned.plain().unwrap().append(word.as_bytes(), &mut ids) {
                prop_assert_eq!(ids, want);
            }
        }
    }

    #[test]
    fn long_words_need_merges_behind_those_of_their_parts() {
        let (bpe, _) = model(b"abc", &[(0, 1), (3, 2), (1, 1)], Ids::Reversed, Options::default());
        let mut ids = Vec::new();
        assert!(!bpe.plain().unwrap().append(&[b'a'; SHORT + 1], &mut ids));
        assert!(bpe.plain().unwrap().append(&[b'a'; SHORT], &mut ids));
    }
}
