//! Byte-level models without further rules: words of raw bytes, several at a time.

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::pairs::{NO_RANK, Packed};
#[cfg(target_arch = "x86_64")]
use super::short::lowest_avx2;
use super::short::{Ranks, SHORT, Short, lowest};
use super::{NO_ID, Tables};
use crate::cpu;
use crate::models::{Answer, Answers};
use crate::text::Span;

/// Words that are merged in turn.
const LANES: usize = 8;

/// A model in which every byte has a token and every merge makes what its parts spell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainBytes<'m> {
    tables: &'m Tables,
    byte_pairs: &'m [u32],
    pairs: Packed<'m>,
}

/// A word on its way, and which one it is.
#[derive(Debug, Clone)]
struct Lane {
    word: Short,
    number: usize,
}

impl<'m> PlainBytes<'m> {
    pub(super) fn new(tables: &'m Tables, pairs: Packed<'m>) -> Self {
        PlainBytes { tables, pairs, byte_pairs: tables.byte_pairs.get_or_init(|| byte_pairs(tables)) }
    }

    /// What becomes of words; those longer than [`SHORT`] bytes are left out. Whether there were such.
    pub(crate) fn answer(self, text: &[u8], words: &[Span], answers: &mut Answers) -> bool {
        #[cfg(target_arch = "x86_64")]
        if cpu::is_recent() {
            #[allow(unsafe_code)]
            // SAFETY: the processor has what the function was compiled for; it was just asked.
            return unsafe { self.answer_recent(text, words, answers) };
        }
        self.answer_by(text, words, answers, lowest)
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
        let mut next = words.iter().enumerate().filter_map(|(number, word)| match text.get(word.range()) {
            Some(bytes) if bytes.len() <= SHORT => Some((number, bytes)),
            _ => {
                left_out = true;
                None
            }
        });
        let mut lanes = [const { Lane { word: Short::EMPTY, number: usize::MAX } }; LANES];
        let mut working = 0;
        for lane in &mut lanes {
            let Some((number, bytes)) = next.next() else { break };
            lane.number = number;
            self.begin(&mut lane.word, bytes);
            working += 1;
        }
        let mut working = lanes.get_mut(..working).unwrap_or_default();
        while !working.is_empty() {
            let mut done = usize::MAX;
            for (at, lane) in working.iter_mut().enumerate() {
                if lane.word.step(self.pairs, &self.tables.merges, &lowest) {
                    continue;
                }
                let from = answers.ids.len();
                answers.ids.extend(lane.word.tokens().map(|(_, id)| id));
                if let Some(answer) = answers.words.get_mut(lane.number) {
                    *answer = Answer { ids: Span::from(from..answers.ids.len()), again: true };
                }
                match next.next() {
                    Some((number, bytes)) => {
                        lane.number = number;
                        self.begin(&mut lane.word, bytes);
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
        left_out
    }

    /// Appends the ids of a word of 1 to [`SHORT`] bytes; false for another.
    pub(crate) fn append(self, word: &[u8], ids: &mut Vec<u32>) -> bool {
        if word.is_empty() || word.len() > SHORT {
            return false;
        }
        let mut short = Short::EMPTY;
        self.begin(&mut short, word);
        while short.step(self.pairs, &self.tables.merges, lowest) {}
        ids.extend(short.tokens().map(|(_, id)| id));
        true
    }

    #[inline(always)]
    fn begin(self, short: &mut Short, word: &[u8]) {
        let id = |&byte: &u8| self.tables.alphabet.get(byte as usize).copied().unwrap_or(NO_ID);
        let rank = |pair: &[u8; 2]| self.byte_pairs.get(u16::from_be_bytes(*pair) as usize).copied().unwrap_or(NO_RANK);
        short.begin(word.iter().map(id), word.array_windows().map(rank));
    }
}

/// Ranks of the pairs of two bytes, first byte first: what every word begins with.
fn byte_pairs(tables: &Tables) -> Box<[u32]> {
    let bytes: HashMap<u32, u8, FxBuildHasher> = tables.alphabet.iter().copied().zip(0..=255).collect();
    let mut grid = vec![NO_RANK; 1 << 16];
    for (merge, rank) in tables.merges.all().iter().zip(0..) {
        if let (Some(&left), Some(&right)) = (bytes.get(&merge.left), bytes.get(&merge.right))
            && let Some(slot) = grid.get_mut(u16::from_be_bytes([left, right]) as usize)
        {
            *slot = rank;
        }
    }
    grid.into()
}
