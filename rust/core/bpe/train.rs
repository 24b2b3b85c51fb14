//! The trainer: the most frequent pair merges, until the vocabulary is full.
//!
//! Merges are those of Hugging Face's `BpeTrainer` 0.23.3 for the same settings: the highest count first, of equal
//! counts the smaller pair of ids. What that trainer does by the way is kept, because merges depend on it: a merged
//! pair keeps its count in the table (it matters when a token is made a second time by another pair of parts), and
//! `max_token_length` bounds only pairs that merging forms, not the initial ones.
//!
//! The work per merge is one walk over the words that hold the pair. What the neighbours lose and gain is summed in
//! arrays indexed by the neighbour's id, so that the hash table of pairs is touched once per distinct neighbour instead
//! of once per occurrence.

#![allow(clippy::indexing_slicing, reason = "ids, words and pairs are numbered here, without holes")]

use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use rustc_hash::FxBuildHasher;

use super::{Bpe, Options};
use crate::count::{WordCounts, WordForm};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::progress::{Progress, Stage};
use crate::text::bytes;
use crate::vocab::Vocab;

/// Settings of the trainer, named as in `tokenizers`.
#[derive(Debug, Clone, PartialEq)]
pub struct BpeTrainer {
    /// Number of tokens in all.
    pub vocab_size: usize,
    /// A pair must occur so often to merge.
    pub min_frequency: u64,
    /// Tokens that take the first ids, in this order.
    pub special_tokens: Vec<String>,
    /// Keep at most so many distinct characters, the most frequent ones (of equals the smaller code point).
    pub limit_alphabet: Option<usize>,
    /// Characters to keep in any case.
    pub initial_alphabet: BTreeSet<char>,
    /// Stands before every piece that does not begin a word.
    pub continuing_subword_prefix: Option<String>,
    /// Stands after every piece that ends a word.
    pub end_of_word_suffix: Option<String>,
    /// No pair is formed whose token would have this many characters or more. (Hugging Face's rule; it is exclusive,
    /// and pairs of two single characters are exempt.)
    pub max_token_length: Option<usize>,
    /// Refuse an empty corpus and a vocabulary too small for special tokens and alphabet. Hugging Face does not.
    pub strict: bool,
}

impl Default for BpeTrainer {
    fn default() -> Self {
        BpeTrainer {
            vocab_size: 30_000,
            min_frequency: 0,
            special_tokens: Vec::new(),
            limit_alphabet: None,
            initial_alphabet: BTreeSet::new(),
            continuing_subword_prefix: None,
            end_of_word_suffix: None,
            max_token_length: None,
            strict: true,
        }
    }
}

impl BpeTrainer {
    /// Trains a model on counted words.
    ///
    /// Errors: class `Training` for an empty corpus, a vocabulary too small or counts beyond 63 bits; class
    /// `Interrupted`.
    pub fn train(&self, words: &WordCounts, progress: &Progress) -> Result<Bpe> {
        progress.begin(Stage::Merge, self.vocab_size as u64);
        if self.strict && words.is_empty() {
            return Err(Error::training("the corpus is empty: there is no word to learn from"));
        }
        let mut tokens = Tokens::default();
        for token in &self.special_tokens {
            tokens.intern(token);
        }
        let alphabet = self.alphabet(words);
        for &c in &alphabet {
            tokens.intern(c.encode_utf8(&mut [0; 4]));
        }
        if self.strict && tokens.strings.len() > self.vocab_size {
            return Err(Error::training(format!(
                "a vocabulary of {} is too small: {} special tokens and an alphabet of {} need {}; raise the vocabulary size or limit the alphabet",
                self.vocab_size,
                self.special_tokens.len(),
                alphabet.len(),
                tokens.strings.len(),
            )));
        }
        let corpus = Corpus::new(self, words, &alphabet, &mut tokens)?;
        let merges = self.merge(corpus, &mut tokens, progress)?;
        let limits = Limits { highest_id: u64::from(u32::MAX), token_bytes: u64::MAX, ..Limits::default() };
        let vocab = Vocab::new(tokens.strings.iter().zip(0..), &limits)?;
        let options = Options {
            continuing_subword_prefix: self.continuing_subword_prefix.clone(),
            end_of_word_suffix: self.end_of_word_suffix.clone(),
            ..Options::default()
        };
        Bpe::new(vocab, merges, options)
    }

    /// The characters that become tokens.
    fn alphabet(&self, words: &WordCounts) -> BTreeSet<char> {
        let mut counts: BTreeMap<char, u64> = BTreeMap::new();
        match words.form() {
            WordForm::Bytes => {
                let mut bytes_seen = [0u64; 256];
                for (word, count) in words.iter() {
                    for &byte in word {
                        bytes_seen[byte as usize] = bytes_seen[byte as usize].saturating_add(count);
                    }
                }
                let seen = (0..=255u8).filter(|&byte| bytes_seen[byte as usize] > 0);
                counts.extend(seen.map(|byte| (bytes::byte_to_char(byte), bytes_seen[byte as usize])));
            }
            WordForm::Text => {
                let mut seen: HashMap<char, u64, FxBuildHasher> = HashMap::default();
                for (word, count) in words.iter() {
                    for c in String::from_utf8_lossy(word).chars() {
                        let sum = seen.entry(c).or_default();
                        *sum = sum.saturating_add(count);
                    }
                }
                counts.extend(seen);
            }
        }
        counts.extend(self.initial_alphabet.iter().map(|&c| (c, u64::MAX)));
        let mut kept: Vec<(char, u64)> = counts.into_iter().collect();
        if let Some(limit) = self.limit_alphabet {
            kept.sort_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
            kept.truncate(limit);
        }
        kept.into_iter().map(|(c, _)| c).collect()
    }

    fn merge(&self, mut corpus: Corpus, tokens: &mut Tokens, progress: &Progress) -> Result<Vec<(u32, u32, u32)>> {
        let max_length = self.max_token_length.unwrap_or(usize::MAX);
        let mut pairs = Pairs::new(&corpus)?;
        let mut neighbours = Neighbours::default();
        let mut merges = Vec::with_capacity(self.vocab_size.saturating_sub(tokens.strings.len()));
        let mut joined = String::new();
        progress.advance(tokens.strings.len() as u64);
        while tokens.strings.len() < self.vocab_size {
            let Some(top) = pairs.pop() else { break };
            if top.count < self.min_frequency.max(1) {
                break;
            }
            progress.check()?;
            let (left, right) = (top.left, top.right);
            let tail = &tokens.strings[right as usize];
            let tail = self.continuing_subword_prefix.as_deref().and_then(|p| tail.strip_prefix(p)).unwrap_or(tail);
            joined.clear();
            joined.push_str(&tokens.strings[left as usize]);
            joined.push_str(tail);
            let before = tokens.strings.len();
            let merged = tokens.intern(&joined);
            // Also for a token that was there before: a special token may spell a merge.
            tokens.lengths[merged as usize] = tokens.lengths[left as usize] + tokens.lengths[right as usize];
            progress.advance((tokens.strings.len() - before) as u64);
            merges.push((left, right, merged));

            neighbours.reset(tokens.strings.len());
            let positions = std::mem::take(&mut pairs.positions[top.positions as usize]);
            for &word in &positions {
                corpus.merge_word(word, (left, right), merged, &mut neighbours);
            }
            pairs.recycle(top.positions, positions);
            let length = tokens.lengths[merged as usize] as usize;
            let forms = |other: u32| tokens.lengths[other as usize] as usize + length < max_length;
            pairs.apply(&mut neighbours, (left, right), merged, forms);
        }
        Ok(merges)
    }
}

/// Token strings by id, and ids by string.
#[derive(Debug, Default)]
struct Tokens {
    strings: Vec<Box<str>>,
    ids: HashMap<Box<str>, u32, FxBuildHasher>,
    /// Characters of the corpus that a token covers.
    lengths: Vec<u32>,
}

impl Tokens {
    fn intern(&mut self, token: &str) -> u32 {
        if let Some(&id) = self.ids.get(token) {
            return id;
        }
        let id = self.strings.len() as u32;
        self.strings.push(token.into());
        self.lengths.push(1);
        self.ids.insert(token.into(), id);
        id
    }
}

/// The distinct words as symbols. Words only get shorter, in place.
#[derive(Debug)]
struct Corpus {
    symbols: Vec<u32>,
    words: Vec<Word>,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    start: u64,
    len: u32,
    count: i64,
}

impl Corpus {
    fn new(trainer: &BpeTrainer, words: &WordCounts, alphabet: &BTreeSet<char>, tokens: &mut Tokens) -> Result<Self> {
        let prefix = trainer.continuing_subword_prefix.as_deref().unwrap_or_default();
        let suffix = trainer.end_of_word_suffix.as_deref().unwrap_or_default();
        let plain = prefix.is_empty() && suffix.is_empty();
        let mut corpus = Corpus { symbols: Vec::new(), words: Vec::with_capacity(words.len()) };
        let ids: HashMap<char, u32, FxBuildHasher> =
            alphabet.iter().map(|&c| (c, tokens.intern(c.encode_utf8(&mut [0; 4])))).collect();
        // Every pair of a word is counted at most once per position, so this bounds every sum below.
        let mut occurrences = 0u128;
        let mut chars = Vec::new();
        let mut piece = String::new();
        for (word, count) in words.iter() {
            let start = corpus.symbols.len();
            match words.form() {
                WordForm::Bytes if plain => {
                    corpus.symbols.extend(word.iter().filter_map(|&byte| ids.get(&bytes::byte_to_char(byte))));
                }
                form => {
                    chars.clear();
                    match form {
                        WordForm::Bytes => chars.extend(word.iter().map(|&byte| bytes::byte_to_char(byte))),
                        WordForm::Text => chars.extend(String::from_utf8_lossy(word).chars()),
                    }
                    let last = chars.len().saturating_sub(1);
                    for (at, c) in chars.iter().enumerate() {
                        let Some(&id) = ids.get(c) else { continue };
                        let (before, after) = (if at > 0 { prefix } else { "" }, if at == last { suffix } else { "" });
                        if before.is_empty() && after.is_empty() {
                            corpus.symbols.push(id);
                            continue;
                        }
                        piece.clear();
                        piece.push_str(before);
                        piece.push(*c);
                        piece.push_str(after);
                        corpus.symbols.push(tokens.intern(&piece));
                    }
                }
            }
            let len = corpus.symbols.len() - start;
            occurrences += u128::from(count) * len as u128;
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            corpus.words.push(Word { start: start as u64, len: len as u32, count });
        }
        if occurrences > i64::MAX as u128 {
            return Err(Error::training("the corpus counts more than 2^63 symbols"));
        }
        Ok(corpus)
    }

    fn word(&self, word: u32) -> (&[u32], i64) {
        let Word { start, len, count } = self.words[word as usize];
        (&self.symbols[start as usize..start as usize + len as usize], count)
    }

    /// Merges a pair wherever it stands in a word, left to right, and tells the neighbours.
    #[inline]
    fn merge_word(&mut self, word: u32, (left, right): (u32, u32), merged: u32, neighbours: &mut Neighbours) {
        let Word { start, len, count } = self.words[word as usize];
        let symbols = &mut self.symbols[start as usize..start as usize + len as usize];
        let Some(first) = symbols.windows(2).position(|pair| pair[0] == left && pair[1] == right) else { return };
        let (mut from, mut to) = (first, first);
        while from < symbols.len() {
            if symbols[from] != left || symbols.get(from + 1) != Some(&right) {
                symbols[to] = symbols[from];
                from += 1;
                to += 1;
                continue;
            }
            if to > 0 {
                neighbours.before.note(symbols[to - 1], word, count);
            }
            if let Some(&next) = symbols.get(from + 2) {
                neighbours.after.note(next, word, count);
            }
            symbols[to] = merged;
            from += 2;
            to += 1;
        }
        self.words[word as usize].len = to as u32;
    }
}

/// What stands before and after the merged pair, summed over all its occurrences.
#[derive(Debug, Default)]
struct Neighbours {
    before: Side,
    after: Side,
}

#[derive(Debug, Default)]
struct Side {
    /// Per token id, 1 + its position in `seen`; 0 if it was not seen.
    slots: Vec<u32>,
    seen: Vec<Neighbour>,
    /// Emptied lists, to be filled again.
    spare: Vec<Vec<u32>>,
}

#[derive(Debug)]
struct Neighbour {
    id: u32,
    count: i64,
    /// The words where it stands, ascending, each once.
    words: Vec<u32>,
}

impl Neighbours {
    fn reset(&mut self, tokens: usize) {
        for side in [&mut self.before, &mut self.after] {
            for neighbour in side.seen.drain(..) {
                side.slots[neighbour.id as usize] = 0;
                if neighbour.words.capacity() > 0 {
                    side.spare.push(neighbour.words);
                }
            }
            side.spare.truncate(64);
            side.slots.resize(tokens, 0);
        }
    }
}

impl Side {
    #[inline]
    fn note(&mut self, id: u32, word: u32, count: i64) {
        let slot = &mut self.slots[id as usize];
        if *slot == 0 {
            let mut words = self.spare.pop().unwrap_or_default();
            words.clear();
            self.seen.push(Neighbour { id, count: 0, words });
            *slot = self.seen.len() as u32;
        }
        let neighbour = &mut self.seen[*slot as usize - 1];
        neighbour.count += count;
        if neighbour.words.last() != Some(&word) {
            neighbour.words.push(word);
        }
    }
}

/// All pairs with their counts, and the queue of those that may merge.
#[derive(Debug)]
struct Pairs {
    numbers: HashMap<u64, u32, FxBuildHasher>,
    counts: Vec<i64>,
    queue: BinaryHeap<Candidate>,
    /// The words of the candidates.
    positions: Vec<Vec<u32>>,
    free: Vec<u32>,
}

/// A pair with the count it had when it was queued (counts change while it waits) and the words it was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    count: u64,
    left: u32,
    right: u32,
    number: u32,
    positions: u32,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.count.cmp(&other.count).then_with(|| (other.left, other.right).cmp(&(self.left, self.right)))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Pairs {
    /// Counts the pairs of all words.
    fn new(corpus: &Corpus) -> Result<Self> {
        let mut pairs = Pairs {
            numbers: HashMap::default(),
            counts: Vec::new(),
            queue: BinaryHeap::new(),
            positions: Vec::new(),
            free: Vec::new(),
        };
        let mut keys = Vec::new();
        for word in 0..corpus.words.len() as u32 {
            let (symbols, count) = corpus.word(word);
            for pair in symbols.windows(2) {
                let number = pairs.number(pair[0], pair[1]) as usize;
                if number == keys.len() {
                    keys.push((pair[0], pair[1]));
                    pairs.positions.push(Vec::new());
                }
                pairs.counts[number] += count;
                if pairs.positions[number].last() != Some(&word) {
                    pairs.positions[number].push(word);
                }
            }
        }
        let candidates = keys.iter().zip(0..).map(|(&(left, right), number)| Candidate {
            count: pairs.counts[number as usize] as u64,
            left,
            right,
            number,
            positions: number,
        });
        pairs.queue = candidates.filter(|candidate| candidate.count > 0).collect::<Vec<_>>().into();
        Ok(pairs)
    }

    /// The number of a pair; a new one gets the next number and the count 0.
    fn number(&mut self, left: u32, right: u32) -> u32 {
        let next = self.counts.len() as u32;
        let number = *self.numbers.entry((u64::from(left) << 32) | u64::from(right)).or_insert(next);
        if number == next {
            self.counts.push(0);
        }
        number
    }

    /// The candidate with the highest count of today.
    fn pop(&mut self) -> Option<Candidate> {
        loop {
            let mut top = self.queue.peek_mut()?;
            let count = self.counts[top.number as usize].max(0) as u64;
            if top.count == count {
                return Some(PeekMut::pop(top));
            }
            top.count = count;
        }
    }

    fn recycle(&mut self, slot: u32, mut words: Vec<u32>) {
        words.clear();
        words.shrink_to(16);
        self.positions[slot as usize] = words;
        self.free.push(slot);
    }

    /// Takes the counts that the merge of `(left, right)` took from its neighbours, gives those it gave, and queues the
    /// pairs it formed.
    fn apply(
        &mut self,
        neighbours: &mut Neighbours,
        (left, right): (u32, u32),
        merged: u32,
        forms: impl Fn(u32) -> bool,
    ) {
        let Neighbours { before, after } = neighbours;
        for seen in &before.seen {
            let lost = self.number(seen.id, left);
            self.counts[lost as usize] -= seen.count;
        }
        for seen in &after.seen {
            let lost = self.number(right, seen.id);
            self.counts[lost as usize] -= seen.count;
        }
        let formed = before.seen.iter_mut().map(|seen| (seen.id, merged, seen));
        let formed = formed.chain(after.seen.iter_mut().map(|seen| (merged, seen.id, seen)));
        let mut queued: Vec<(Candidate, Vec<u32>)> = Vec::new();
        for (left, right, seen) in formed {
            if forms(seen.id) {
                let number = self.number(left, right);
                self.counts[number as usize] += seen.count;
                let words = if seen.words.len() * 2 < seen.words.capacity() {
                    seen.words.clone()
                } else {
                    std::mem::take(&mut seen.words)
                };
                queued.push((Candidate { count: 0, left, right, number, positions: 0 }, words));
            }
        }
        for (mut candidate, words) in queued {
            let count = self.counts[candidate.number as usize];
            if count <= 0 {
                continue;
            }
            candidate.count = count as u64;
            candidate.positions = match self.free.pop() {
                Some(slot) => {
                    self.positions[slot as usize] = words;
                    slot
                }
                None => {
                    self.positions.push(words);
                    self.positions.len() as u32 - 1
                }
            };
            self.queue.push(candidate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(words: &[(&str, u64)], form: WordForm) -> WordCounts {
        let mut counts = WordCounts::new(form);
        for (word, count) in words {
            counts.add(word.as_bytes(), *count).unwrap();
        }
        counts
    }

    fn merges(bpe: &Bpe) -> Vec<(String, String)> {
        let token = |id| bpe.vocab().token(id).unwrap().to_owned();
        bpe.merges().map(|(left, right, _)| (token(left), token(right))).collect()
    }

    /// Counts every pair anew before every merge. This is the definition, for settings without `max_token_length` and
    /// corpora where no token is made twice.
    fn slow(words: &[(String, u64)], vocab_size: usize, min_frequency: u64) -> Vec<(String, String)> {
        let mut ids: Vec<String> = words.iter().flat_map(|(word, _)| word.chars()).map(String::from).collect();
        ids.sort();
        ids.dedup();
        let mut words: Vec<(Vec<String>, u64)> =
            words.iter().map(|(word, n)| (word.chars().map(String::from).collect(), *n)).collect();
        let mut merges = Vec::new();
        while ids.len() < vocab_size {
            let mut pairs: BTreeMap<(usize, usize), u64> = BTreeMap::new();
            let id = |token: &String| ids.iter().position(|known| known == token).unwrap();
            for (word, n) in &words {
                for pair in word.windows(2) {
                    *pairs.entry((id(&pair[0]), id(&pair[1]))).or_default() += n;
                }
            }
            let Some((&(left, right), &count)) = pairs.iter().max_by_key(|(pair, n)| (**n, std::cmp::Reverse(**pair)))
            else {
                break;
            };
            if count < min_frequency.max(1) {
                break;
            }
            let (left, right) = (ids[left].clone(), ids[right].clone());
            let joined = format!("{left}{right}");
            for (word, _) in &mut words {
                let mut at = 0;
                while at + 1 < word.len() {
                    if word[at] == left && word[at + 1] == right {
                        word.splice(at..at + 2, [joined.clone()]);
                    }
                    at += 1;
                }
            }
            if !ids.contains(&joined) {
                ids.push(joined);
            }
            merges.push((left, right));
        }
        merges
    }

    proptest! {
        #[test]
        fn merges_follow_the_definition(
            words in proptest::collection::btree_map("[abcğ]{1,7}", 1u64..6, 1..25),
            size in 4usize..60,
            min_frequency in 0u64..4,
        ) {
            let words: Vec<(String, u64)> = words.into_iter().collect();
            let mut counts = WordCounts::new(WordForm::Text);
            for (word, n) in &words {
                counts.add(word.as_bytes(), *n).unwrap();
            }
            let trainer = BpeTrainer { vocab_size: size, min_frequency, strict: false, ..BpeTrainer::default() };
            let got = merges(&trainer.train(&counts, &Progress::default()).unwrap());
            let want = slow(&words, size, min_frequency);
            // Where one token is made by two pairs the trainer follows Hugging Face, not the plain definition.
            let made: BTreeSet<String> = want.iter().map(|(l, r)| format!("{l}{r}")).collect();
            prop_assume!(made.len() == want.len());
            prop_assert_eq!(got, want);
        }
    }

    #[test]
    fn published_example() {
        // From the tests of `tokenizers`: three merges occur twice.
        let words = counted(
            &[("roses", 1), ("are", 2), ("red", 1), ("voilets", 1), ("blue", 1), ("BERT", 1), ("is", 2), ("big", 1)],
            WordForm::Text,
        );
        let trainer = BpeTrainer { min_frequency: 2, ..BpeTrainer::default() };
        let bpe = trainer.train(&words, &Progress::default()).unwrap();
        let want = [("r", "e"), ("a", "re"), ("i", "s")].map(|(l, r)| (l.to_owned(), r.to_owned()));
        assert_eq!(merges(&bpe), want);
    }

    #[test]
    fn counts_beyond_32_bits() {
        let words = counted(&[("ab", 1 << 33), ("cd", (1 << 33) + 1)], WordForm::Text);
        let trainer = BpeTrainer { vocab_size: 5, ..BpeTrainer::default() };
        let bpe = trainer.train(&words, &Progress::default()).unwrap();
        assert_eq!(merges(&bpe), [("c".to_owned(), "d".to_owned())]);
        let too_many = counted(&[("ab", u64::MAX)], WordForm::Text);
        assert_eq!(trainer.train(&too_many, &Progress::default()).unwrap_err().class(), crate::ErrorClass::Training);
    }

    #[test]
    fn what_is_refused() {
        let empty = WordCounts::new(WordForm::Bytes);
        let small = counted(&[("abc", 1)], WordForm::Bytes);
        let trainer = BpeTrainer { vocab_size: 2, ..BpeTrainer::default() };
        for (words, message) in [(&empty, "empty"), (&small, "alphabet of 3")] {
            let error = trainer.train(words, &Progress::default()).unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
        }
    }

    #[test]
    fn bytes_and_their_alphabet_give_the_same_merges() {
        let words = [("ağaç", 3), ("ağlar", 2), ("çağ", 4)];
        let written: Vec<String> = words.iter().map(|(word, _)| bytes::encode_alphabet(word.as_bytes())).collect();
        let written: Vec<(&str, u64)> = written.iter().zip(words).map(|(word, (_, n))| (word.as_str(), n)).collect();
        let trainer = BpeTrainer { vocab_size: 30, ..BpeTrainer::default() };
        let progress = Progress::default();
        let raw = trainer.train(&counted(&words, WordForm::Bytes), &progress).unwrap();
        let text = trainer.train(&counted(&written, WordForm::Text), &progress).unwrap();
        assert_eq!(merges(&raw), merges(&text));
    }
}
