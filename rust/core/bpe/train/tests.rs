//! The trainer against its definition.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

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
        let got = merges(&trainer.train(counts, &Progress::default()).unwrap().bpe);
        let want = slow(&words, size, min_frequency);
        // Where one token is made by two pairs the trainer follows Hugging Face, not the plain definition.
        let made: BTreeSet<String> = want.iter().map(|(l, r)| format!("{l}{r}")).collect();
        prop_assume!(made.len() == want.len());
        prop_assert_eq!(got, want);
    }
}

/// Hugging Face's algorithm as it is written there, or none where its order depends on its heap: two equal candidates.
fn huggingface(words: &[(String, u64)], trainer: &BpeTrainer) -> Option<Vec<(String, String)>> {
    let max_length = match trainer.max_length {
        Some(MaxLength::HuggingFace(max)) => max,
        _ => usize::MAX,
    };
    let mut tokens = trainer.special_tokens.clone();
    let alphabet: BTreeSet<char> = words.iter().flat_map(|(word, _)| word.chars()).collect();
    tokens.extend(alphabet.iter().map(char::to_string).filter(|c| !trainer.special_tokens.contains(c)));
    let id = |tokens: &[String], token: &str| tokens.iter().position(|known| known == token);
    // Symbols are (id, length).
    let mut symbols: Vec<Vec<(usize, usize)>> = words
        .iter()
        .map(|(word, _)| word.chars().map(|c| (id(&tokens, &c.to_string()).unwrap(), 1)).collect())
        .collect();
    let mut counts: BTreeMap<(usize, usize), i64> = BTreeMap::new();
    let mut places: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
    for (word, symbols) in symbols.iter().enumerate() {
        for pair in symbols.windows(2) {
            let pair = (pair[0].0, pair[1].0);
            *counts.entry(pair).or_default() += words[word].1 as i64;
            places.entry(pair).or_default().insert(word);
        }
    }
    type Queued = (i64, (usize, usize), BTreeSet<usize>);
    let mut queue: Vec<Queued> = places.into_iter().map(|(pair, words)| (counts[&pair], pair, words)).collect();
    let mut merges = Vec::new();
    while tokens.len() < trainer.vocab_size {
        queue.iter_mut().for_each(|(count, pair, _)| *count = counts[pair].max(0));
        queue.sort_by_key(|(count, pair, _)| (*count, std::cmp::Reverse(*pair)));
        let Some((count, (left, right), found)) = queue.pop() else { break };
        if count < trainer.min_frequency.max(1) as i64 {
            break;
        }
        if queue.last().is_some_and(|next| next.0 == count && next.1 == (left, right)) {
            return None;
        }
        let joined = format!("{}{}", tokens[left], tokens[right]);
        let merged = id(&tokens, &joined).unwrap_or(tokens.len());
        if merged == tokens.len() {
            tokens.push(joined);
        }
        merges.push((tokens[left].clone(), tokens[right].clone()));
        let mut formed: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
        for word in found {
            let n = words[word].1 as i64;
            let symbols = &mut symbols[word];
            let mut at = 0;
            while at + 1 < symbols.len() {
                if symbols[at].0 == left && symbols[at + 1].0 == right {
                    let length = symbols[at].1 + symbols[at + 1].1;
                    symbols.splice(at..at + 2, [(merged, length)]);
                    let mut change = |lost: (usize, usize), new: (usize, usize), other: usize| {
                        *counts.entry(lost).or_default() -= n;
                        if other + length < max_length {
                            *counts.entry(new).or_default() += n;
                            formed.entry(new).or_default().insert(word);
                        }
                    };
                    if at > 0 {
                        let (before, length) = symbols[at - 1];
                        change((before, left), (before, merged), length);
                    }
                    if let Some(&(after, length)) = symbols.get(at + 1) {
                        change((right, after), (merged, after), length);
                    }
                }
                at += 1;
            }
        }
        queue
            .extend(formed.into_iter().map(|(pair, words)| (counts[&pair], pair, words)).filter(|queued| queued.0 > 0));
    }
    Some(merges)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn merges_are_those_of_hugging_face_whatever_it_does_by_the_way(
        words in proptest::collection::btree_map("[abc]{1,9}", 1u64..9, 1..60),
        size in 4usize..120,
        min_frequency in 0u64..4,
        max_token_length in proptest::option::of(2usize..6),
        special in proptest::option::of("[ab]{2,3}"),
    ) {
        let words: Vec<(String, u64)> = words.into_iter().collect();
        let mut counts = WordCounts::new(WordForm::Text);
        for (word, n) in &words {
            counts.add(word.as_bytes(), *n).unwrap();
        }
        let trainer = BpeTrainer {
            vocab_size: size,
            min_frequency,
            max_length: max_token_length.map(MaxLength::HuggingFace),
            special_tokens: special.into_iter().collect(),
            strict: false,
            ..BpeTrainer::default()
        };
        let want = huggingface(&words, &trainer);
        prop_assume!(want.is_some());
        prop_assert_eq!(Some(merges(&trainer.train(counts, &Progress::default()).unwrap().bpe)), want);
    }
}

/// [`TieRule::Bytes`] by its definition: counts every pair anew before every merge. Merges with their counts.
fn slow_by_bytes(words: &[(String, u64)], vocab_size: usize) -> Vec<(String, String, u64)> {
    let mut tokens: BTreeSet<String> = words.iter().flat_map(|(word, _)| word.chars()).map(String::from).collect();
    let mut words: Vec<(Vec<String>, u64)> =
        words.iter().map(|(word, n)| (word.chars().map(String::from).collect(), *n)).collect();
    let mut merges = Vec::new();
    while tokens.len() < vocab_size {
        let mut pairs: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for (word, n) in &words {
            let mut at = 0;
            let mut last = None;
            while at + 1 < word.len() {
                let pair = (word[at].as_str(), word[at + 1].as_str());
                // One that begins in the middle of an equal one is none.
                last = if last == Some(pair) && pair.0 == pair.1 { None } else { Some(pair) };
                if last.is_some() {
                    *pairs.entry(pair).or_default() += n;
                }
                at += 1;
            }
        }
        let Some((&(left, right), &count)) = pairs.iter().max_by_key(|(pair, n)| (**n, std::cmp::Reverse(**pair)))
        else {
            break;
        };
        let (left, right) = (left.to_owned(), right.to_owned());
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
        tokens.insert(joined);
        merges.push((left, right, count));
    }
    merges
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn ties_by_bytes_follow_their_definition(
        words in proptest::collection::btree_map("[abc]{1,9}|a{1,9}b?|[abcğé]{1,7}", 1u64..9, 1..60),
        size in 4usize..150,
    ) {
        let words: Vec<(String, u64)> = words.into_iter().collect();
        let mut counts = WordCounts::new(WordForm::Text);
        for (word, n) in &words {
            counts.add(word.as_bytes(), *n).unwrap();
        }
        let trainer = BpeTrainer { vocab_size: size, ties: TieRule::Bytes, strict: false, ..BpeTrainer::default() };
        let made = trainer.train(counts, &Progress::default()).unwrap();
        let got: Vec<_> = merges(&made.bpe).into_iter().zip(&made.counts).map(|((l, r), &n)| (l, r, n)).collect();
        prop_assert_eq!(got, slow_by_bytes(&words, size));
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
    let bpe = trainer.train(words, &Progress::default()).unwrap().bpe;
    let want = [("r", "e"), ("a", "re"), ("i", "s")].map(|(l, r)| (l.to_owned(), r.to_owned()));
    assert_eq!(merges(&bpe), want);
}

#[test]
fn counts_beyond_32_bits() {
    let words = counted(&[("ab", 1 << 33), ("cd", (1 << 33) + 1)], WordForm::Text);
    let trainer = BpeTrainer { vocab_size: 5, ..BpeTrainer::default() };
    let bpe = trainer.train(words, &Progress::default()).unwrap().bpe;
    assert_eq!(merges(&bpe), [("c".to_owned(), "d".to_owned())]);
    let too_many = counted(&[("ab", u64::MAX)], WordForm::Text);
    assert_eq!(trainer.train(too_many, &Progress::default()).unwrap_err().class(), crate::ErrorClass::Training);
}

#[test]
fn what_is_refused() {
    let empty = WordCounts::new(WordForm::Bytes);
    let small = counted(&[("abc", 1)], WordForm::Bytes);
    let trainer = BpeTrainer { vocab_size: 2, ..BpeTrainer::default() };
    for (words, message) in [(empty, "empty"), (small, "alphabet of 3")] {
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
    let raw = trainer.train(counted(&words, WordForm::Bytes), &progress).unwrap().bpe;
    let text = trainer.train(counted(&written, WordForm::Text), &progress).unwrap().bpe;
    assert_eq!(merges(&raw), merges(&text));
}

/// Goes on from a model as [`BpeTrainer::extend`] does, with words that are spelt already.
fn gone_on(trainer: &BpeTrainer, base: &Bpe, words: Words) -> Made {
    let tokens = Tokens::resume(base.vocab().iter(), base.vocab().slots() as u32, |token| {
        trainer.length(token, WordForm::Bytes)
    });
    let merges: Merges = base.merges().collect();
    let made = Made { size: tokens.len(), inherited: merges.len(), merges, ..Made::default() };
    trainer.merge(words, tokens, made, WordForm::Bytes, &Progress::default()).unwrap()
}

/// The same by its definition: counts every pair anew before every merge. Pairs with their counts, and what was refused.
fn slow_going_on(trainer: &BpeTrainer, base: &Bpe, words: &[(String, u64)]) -> (Vec<(String, String, u64)>, usize) {
    let mut tokens: Vec<String> = base.vocab().iter().map(|(token, _)| token.to_owned()).collect();
    let mut words: Vec<(Vec<u32>, u64)> = words.iter().map(|(word, n)| (ids(base, word), *n)).collect();
    let (mut merges, mut refused) = (Vec::new(), BTreeSet::new());
    while tokens.len() < trainer.vocab_size {
        let mut pairs: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for (word, n) in &words {
            word.windows(2).for_each(|pair| *pairs.entry((pair[0], pair[1])).or_default() += n);
        }
        pairs.retain(|pair, _| !refused.contains(pair));
        let best = pairs.into_iter().max_by_key(|&(pair, n)| (n, std::cmp::Reverse(pair)));
        let Some(((left, right), count)) = best.filter(|(_, n)| *n >= trainer.min_frequency.max(1)) else { break };
        let (first, second) = (tokens[left as usize].clone(), tokens[right as usize].clone());
        let joined = format!("{first}{second}");
        if trainer.refusal(&joined, WordForm::Bytes).is_some() {
            refused.insert((left, right));
            continue;
        }
        let merged = tokens.iter().position(|token| *token == joined).unwrap_or(tokens.len()) as u32;
        if merged as usize == tokens.len() {
            tokens.push(joined);
        }
        for (word, _) in &mut words {
            let mut at = 0;
            while at + 1 < word.len() {
                if (word[at], word[at + 1]) == (left, right) {
                    word.splice(at..at + 2, [merged]);
                }
                at += 1;
            }
        }
        merges.push((first, second, count));
    }
    (merges, refused.len())
}

fn ids(bpe: &Bpe, word: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    bpe.append_ids(word.as_bytes(), WordForm::Bytes, &mut ids).unwrap();
    ids
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn pieces_are_as_good_as_whole_words(
        learned in proptest::collection::vec(" ?[abc]{1,5}", 1..12),
        within in 0usize..20,
        words in proptest::collection::btree_map("( ?[abc]{1,4}|[ab]:){1,12}|[ab]{1,60}", 1u64..9, 1..40),
        across in 1usize..60,
        min_frequency in 0u64..4,
        bytes in any::<bool>(),
        rules in any::<bool>(),
        memory in proptest::option::of(0u64..1 << 12),
        // Bits of a symbol, as if there were so many.
        bits in proptest::sample::select(vec![16, 17, 25]),
    ) {
        let progress = Progress::default();
        let mut counts = WordCounts::new(WordForm::Bytes);
        learned.iter().try_for_each(|word| counts.add(word.as_bytes(), 2)).unwrap();
        let initial_alphabet = (0..=255).map(bytes::byte_to_char).collect();
        let trainer = BpeTrainer { vocab_size: 256 + within, initial_alphabet, ..BpeTrainer::default() };
        let base = trainer.train(counts, &progress).unwrap().bpe;
        let trainer = BpeTrainer {
            vocab_size: base.vocab().slots() + across,
            min_frequency,
            ties: if bytes { TieRule::Bytes } else { TieRule::Ids },
            rules: if rules { vec![Rule::MaxWords(2), Rule::Colon] } else { Vec::new() },
            ..BpeTrainer::default()
        };
        let words: Vec<(String, u64)> = words.into_iter().collect();
        let (mut whole, mut parts) =
            (WordCounts::new(WordForm::Bytes), Counted::bounded(WordForm::Bytes, memory));
        for (word, n) in &words {
            whole.add(word.as_bytes(), *n).unwrap();
            // In two parts, which may be in two runs.
            parts.add(word.as_bytes(), 1, &progress).unwrap();
        }
        for (word, n) in words.iter().filter(|(_, n)| *n > 1) {
            parts.add(word.as_bytes(), n - 1, &progress).unwrap();
        }
        let taken = Taken::default();
        let spelling = || Spelling::Model {
            form: WordForm::Bytes, bpe: &base, pieces: Pieces::of(&base), breaks: &taken.breaks,
        };
        let whole = Words::new(whole, spelling(), !bytes, &progress).unwrap();
        let (parts, totals) = Words::spelled(parts, 1 << bits, spelling(), !bytes, &progress).unwrap();
        prop_assert_eq!(totals, (words.len() as u64, words.iter().map(|(_, n)| u128::from(*n)).sum()));
        let (whole, parts) = (gone_on(&trainer, &base, whole), gone_on(&trainer, &base, parts));
        prop_assert_eq!(&parts.merges, &whole.merges);
        prop_assert_eq!(&parts.counts, &whole.counts);
        prop_assert_eq!(&parts.refused, &whole.refused);
        prop_assert_eq!((parts.duplicates, parts.exhausted), (whole.duplicates, whole.exhausted));
        if !bytes && parts.duplicates == 0 {
            let (want, refused) = slow_going_on(&trainer, &base, &words);
            let token = |id: u32| parts.tokens.string(id).to_owned();
            let new = parts.merges.iter().skip(parts.inherited).zip(&parts.counts);
            let got: Vec<_> = new.map(|(&(left, right, _), &count)| (token(left), token(right), count)).collect();
            prop_assert_eq!(got, want);
            prop_assert_eq!(parts.refused.values().sum::<usize>(), refused);
        }
    }
}
