//! Training and encoding against their definitions.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;

use super::file::{read, write};
use super::train::BoundlessTrainer;
use super::*;
use crate::Limits;
use crate::added::{AddedToken, Allowed};
use crate::bpe::Options;
use crate::bpe::train::{BpeTrainer, Rule, TieRule};
use crate::corpus::{Batch, Batches};
use crate::count::{CountOptions, Counted, count_words};
use crate::error::ErrorClass;
use crate::models::Model;
use crate::progress::Progress;
use crate::text::Span;
use crate::text::scan::goes_on;
use crate::tokenizer::{DecodeOptions, EncodeOptions, Input, Tokenizer};

const WORDS: &str = r"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/// What cuts words, without a vocabulary.
fn cutting() -> Tokenizer {
    let bytes = r#"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}"#;
    let split = format!(r#"{{"type":"Split","pattern":{{"Regex":"{WORDS}"}},"behavior":"Isolated","invert":false}}"#);
    let json = format!(
        r#"{{"version":"1.0","added_tokens":[],"pre_tokenizer":{{"type":"Sequence","pretokenizers":[{split},{bytes}]}},
        "decoder":{bytes},"model":{{"type":"BPE","vocab":{{}},"merges":[]}}}}"#
    );
    Tokenizer::from_json(json.as_bytes(), Unicode::Hf, &Limits::default(), false).unwrap().0
}

fn tokenizer(model: Boundless) -> Tokenizer {
    let mut tokenizer = cutting();
    tokenizer.set_model(Model::Boundless(model.into()));
    assert!(tokenizer.joins());
    tokenizer
}

/// The words of a text.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let segmenter = cutting().segmenter_for(true);
    segmenter.for_each_word(text, &mut |word| words.push(String::from_utf8(word.to_vec()).unwrap())).unwrap();
    words
}

/// The words of a text, and whether each stands by itself: no letters, marks or numbers go on across its ends.
fn placed(text: &str) -> Vec<(String, bool)> {
    let inner = |c: Option<char>| c.is_some_and(|c| goes_on(c, Unicode::Hf));
    let mut start = 0;
    let place = |word: String| {
        let (before, behind) = (&text[..start], &text[start + word.len()..]);
        start += word.len();
        let goes_on = inner(before.chars().next_back()) && inner(word.chars().next())
            || inner(word.chars().next_back()) && inner(behind.chars().next());
        (word, !goes_on)
    };
    words(text).into_iter().map(place).collect()
}

/// The pair of lowest rank merges, the leftmost of equals, until there is none.
fn merged(mut ids: Vec<u32>, merges: &[(u32, u32, u32)]) -> Vec<u32> {
    loop {
        let rank = |pair: &[u32]| merges.iter().rposition(|merge| [merge.0, merge.1] == pair);
        let ranks = ids.windows(2).enumerate().filter_map(|(at, pair)| Some((rank(pair)?, at)));
        let Some((rank, at)) = ranks.min() else { return ids };
        ids.splice(at..at + 2, [merges[rank].2]);
    }
}

/// Encoding by its definition.
fn slow(model: &Boundless, text: &str) -> Vec<u32> {
    let byte = |byte: u8| model.vocab().id(byte_to_char(byte).encode_utf8(&mut [0; 4])).unwrap();
    let (within, across): (Vec<_>, Vec<_>) = (model.words().merges().collect(), model.supermerges().collect());
    let parts: HashSet<u32> = across.iter().flat_map(|&(left, right, _)| [left, right]).collect();
    let (mut ids, mut run) = (Vec::new(), Vec::new());
    for (word, alone) in placed(text) {
        let word = merged(word.bytes().map(byte).collect(), &within);
        match word[..] {
            [id] if parts.contains(&id) && alone => run.push(id),
            _ => {
                ids.extend(merged(std::mem::take(&mut run), &across));
                ids.extend(word);
            }
        }
    }
    ids.extend(merged(run, &across));
    ids
}

/// A model of merges that are drawn: within words over a few letters, then across.
fn drawn(within: &[(usize, usize)], across: &[(usize, usize)], eligible: Eligible) -> Boundless {
    let mut tokens: Vec<String> = (0..=255).map(|byte| byte_to_char(byte).to_string()).collect();
    let mut usable: Vec<u32> = b" ab'1\n".iter().map(|&byte| u32::from(byte)).collect();
    let mut pick = |picks: &[(usize, usize)], usable: &mut Vec<u32>, twice: bool| {
        let mut merges: Vec<(u32, u32, u32)> = Vec::new();
        for &(left, right) in picks {
            let (left, right) = (usable[left % usable.len()], usable[right % usable.len()]);
            let token = tokens[left as usize].clone() + &tokens[right as usize];
            if token.len() > 24 || merges.iter().any(|merge| (merge.0, merge.1) == (left, right)) {
                continue;
            }
            // Within words a token may be made a second time.
            let known = tokens.iter().position(|known| *known == token);
            if known.is_some() && !twice {
                continue;
            }
            let id = known.unwrap_or(tokens.len()) as u32;
            if known.is_none() {
                tokens.push(token);
            }
            merges.push((left, right, id));
            usable.push(id);
        }
        merges
    };
    let within = pick(within, &mut usable, true);
    usable.retain(|&id| is_word(&spelt(id, &within), eligible));
    let across = if usable.is_empty() { Vec::new() } else { pick(across, &mut usable, false) };
    let vocab = Vocab::new(tokens.iter().zip(0..), &Limits::default()).unwrap();
    Boundless::new(Bpe::new(vocab, within, Options::default()).unwrap(), across, eligible).unwrap()
}

/// The string of an id, by the merges that make it.
fn spelt(id: u32, merges: &[(u32, u32, u32)]) -> String {
    match merges.iter().find(|merge| merge.2 == id) {
        Some(&(left, right, _)) => spelt(left, merges) + &spelt(right, merges),
        None => byte_to_char(id as u8).to_string(),
    }
}

const ELIGIBLE: [Eligible; 3] = [Eligible::Letters, Eligible::Lines, Eligible::All];

fn check(model: Boundless, texts: &[String]) -> Result<(), TestCaseError> {
    let text = write(&model);
    let again = read(&text, &Limits::default()).unwrap();
    prop_assert_eq!(write(&again), text);
    let mut tokenizer = tokenizer(again);
    let options = EncodeOptions { allowed: Allowed::All, ..EncodeOptions::default() };
    let mut want = Vec::new();
    for text in texts {
        let ids = slow(&model, text);
        for threads in [1, 3] {
            prop_assert_eq!(&tokenizer.encode_ids_on(text, options, threads).unwrap(), &ids, "{:?}", text);
        }
        prop_assert_eq!(&tokenizer.decode(&ids, DecodeOptions::default()).unwrap(), text);
        prop_assert_eq!(tokenizer.encode_bytes(text.as_bytes()).unwrap(), &ids[..]);
        let encoding = tokenizer.encode(&Input::Text(text.as_str().into()), None, options).unwrap();
        prop_assert_eq!(encoding.ids(), &ids[..]);
        // Tokens lie side by side, each where its bytes are (a part of a character where that is), and begin in the word
        // that they say.
        let mut starts = BTreeMap::new();
        for word in words(text) {
            let start = starts.last_key_value().map_or(0, |(_, (_, end))| *end);
            starts.insert(start, (starts.len() as u32, start + word.len() as u32));
        }
        let mut end = 0;
        for (at, &id) in ids.iter().enumerate() {
            let bytes = decode_alphabet(model.vocab().token(id).unwrap()).unwrap();
            let start = end;
            end += bytes.len() as u32;
            prop_assert_eq!(&text.as_bytes()[Span::new(start, end).range()], &bytes[..]);
            let whole = |at: &u32| text.is_char_boundary(*at as usize);
            let span = Span::new((0..=start).rev().find(whole).unwrap(), (end..).find(whole).unwrap());
            prop_assert_eq!(encoding.offsets().nth(at).unwrap(), span);
            // No token of several words ends within one.
            if model.supermerges().any(|merge| merge.2 == id) {
                let inner = |at: u32| {
                    let (before, behind) = text.split_at(at as usize);
                    let two = [before.chars().next_back(), behind.chars().next()];
                    two.iter().all(|c| c.is_some_and(|c| goes_on(c, Unicode::Hf)))
                };
                prop_assert!(!inner(start) && !inner(end), "{:?} at {}", text, start);
            }
            let (_, (word, _)) = starts.range(..=start).next_back().unwrap();
            prop_assert_eq!(encoding.word_ids().nth(at).unwrap(), Some(*word));
        }
        prop_assert_eq!(end as usize, text.len());
        want.push(ids);
    }
    let batch = tokenizer.encode_batch_ids(texts, options, 2).unwrap();
    prop_assert_eq!(batch.values, want.concat());
    // Nothing is joined across an added token.
    let stop = AddedToken {
        content: "<x>".to_owned(),
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
    };
    tokenizer.add_tokens([stop]).unwrap();
    let stop = tokenizer.token_to_id("<x>").unwrap();
    prop_assert_eq!(tokenizer.encode_ids(&texts.join("<x>"), options).unwrap(), want.join(&stop));
    Ok(())
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "( [ab]{1,2}){1,4}",
        2 => "[ab']{1,3}|[AB][ab]",
        2 => "[ ]{1,3}|[\n]{1,2}|\r\n",
        1 => "[0-9]{1,4}|[0-9][ab]|[.:,]{1,2}",
        1 => "[éİ漢]|\\PC",
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn encoding_follows_the_definition(
        within in proptest::collection::vec((0usize..1000, 0usize..1000), 0..12),
        across in proptest::collection::vec((0usize..1000, 0usize..1000), 0..40),
        texts in proptest::collection::vec(text(), 1..4),
        long in 0usize..300,
        eligible in 0usize..3,
    ) {
        let mut texts = texts;
        // Runs longer than blocks, chunks and what is merged by a scan.
        texts.push(texts[0].repeat(1 + long / (texts[0].len() + 1)));
        check(drawn(&within, &across, ELIGIBLE[eligible]), &texts)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn batches_change_nothing(
        within in proptest::collection::vec((0usize..1000, 0usize..1000), 3..12),
        across in proptest::collection::vec((0usize..1000, 0usize..1000), 3..40),
        texts in proptest::collection::vec(text(), 5..12),
        eligible in 0usize..3,
    ) {
        // Some thousand words.
        let text: String = (0..).flat_map(|n| [&texts[n % texts.len()], &texts[n * n % 5]]).take(90).cloned().collect();
        check(drawn(&within, &across, ELIGIBLE[eligible]), &[text])?;
    }
}

#[test]
fn words_that_touch_are_not_learned_from_wherever_batches_end() {
    let (of_words, _) = counted(&[" a aB foo ".to_owned()], Eligible::Letters, None);
    let progress = Progress::default();
    let words =
        BpeTrainer { vocab_size: 300, initial_alphabet: (0..=255).map(byte_to_char).collect(), ..Default::default() };
    let words = words.train(of_words.into_words(&progress).unwrap(), &progress).unwrap().bpe;
    let tokenizer = tokenizer(Boundless::marking(words, Eligible::Letters).unwrap());
    for shift in 0..4 {
        let text = " a".repeat(shift) + &" aB".repeat(5_000);
        let mut found = Vec::new();
        tokenizer.words_to_join(&text, &mut found).unwrap();
        assert_eq!(found.len(), shift + 10_000);
        assert!(found[..shift].iter().all(Option::is_some) && found[shift..].iter().all(Option::is_none));
    }
}

#[test]
fn runs_without_end_take_linear_time() {
    // " a" twice is a token, and so are these twice, and so on: whole texts are one piece, in many batches.
    let model = drawn(&[(0, 1)], &[(2, 2), (3, 3), (4, 4)], Eligible::Letters);
    let text = " a".repeat(200_000);
    let tokenizer = tokenizer(model);
    let ids = tokenizer.encode_ids(&text, EncodeOptions::default()).unwrap();
    assert_eq!(tokenizer.decode(&ids, DecodeOptions::default()).unwrap(), text);
    assert_eq!(ids.len(), 200_000 / 8);
}

/// Documents, one batch each.
struct Documents<'t>(std::slice::Iter<'t, String>);

impl Batches for Documents<'_> {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(self.0.next().map(|text| {
            let mut batch = Batch::default();
            batch.push(text);
            batch
        }))
    }
}

fn counted(texts: &[String], eligible: Eligible, memory: Option<u64>) -> (Counted, Counted) {
    let segmenter = cutting().segmenter_for(true);
    let chunks = segmenter.clone().joining(eligible);
    let mut documents = Documents(texts.iter());
    let options = CountOptions { threads: 1, memory };
    let mut counted = count_words(&[segmenter, chunks], &mut documents, options, &Progress::default()).unwrap();
    let chunks = counted.pop().unwrap();
    (counted.pop().unwrap(), chunks)
}

type Named = Vec<(Vec<u8>, Vec<u8>, u64)>;

/// How often each pair stands in sequences, equal ones without overlap, and the most frequent one, of equals the smallest.
fn best(sequences: &[(Vec<Vec<u8>>, u64)], refused: &BTreeSet<(Vec<u8>, Vec<u8>)>) -> Option<(Vec<u8>, Vec<u8>, u64)> {
    let mut pairs: BTreeMap<(&[u8], &[u8]), u64> = BTreeMap::new();
    for (sequence, n) in sequences {
        let mut last = None;
        for pair in sequence.windows(2) {
            let pair = (&pair[0][..], &pair[1][..]);
            last = if last == Some(pair) && pair.0 == pair.1 { None } else { Some(pair) };
            if last.is_some() {
                *pairs.entry(pair).or_default() += n;
            }
        }
    }
    pairs.retain(|(left, right), _| !refused.contains(&(left.to_vec(), right.to_vec())));
    let best = pairs.iter().max_by_key(|(pair, n)| (**n, std::cmp::Reverse(**pair)));
    best.map(|(&(left, right), &n)| (left.to_vec(), right.to_vec(), n))
}

fn replace(sequences: &mut [(Vec<Vec<u8>>, u64)], left: &[u8], right: &[u8]) {
    for (sequence, _) in sequences {
        let mut at = 0;
        while at + 1 < sequence.len() {
            if sequence[at] == left && sequence[at + 1] == right {
                sequence.splice(at..at + 2, [[left, right].concat()]);
            }
            at += 1;
        }
    }
}

/// Training by its definition: merges within words that stay, and those across words.
fn slow_training(
    texts: &[String],
    size: usize,
    transition: Option<usize>,
    eligible: Eligible,
    max_words: usize,
    least: u64,
) -> (Named, Named) {
    let byte = |byte: u8| vec![byte];
    let mut vocab: BTreeSet<Vec<u8>> = (0..=255).map(byte).collect();
    let mut sequences: Vec<(Vec<Vec<u8>>, u64)> =
        texts.iter().flat_map(|text| words(text)).map(|word| (word.bytes().map(byte).collect(), 1)).collect();
    let mut within: Named = Vec::new();
    while vocab.len() < transition.unwrap_or(size) {
        let Some((left, right, n)) = best(&sequences, &BTreeSet::new()).filter(|best| best.2 >= least) else { break };
        replace(&mut sequences, &left, &right);
        vocab.insert([&left[..], &right].concat());
        within.push((left, right, n));
    }
    // Every word again, by rank.
    let mut runs: Vec<(Vec<Vec<u8>>, u64)> = Vec::new();
    for text in texts {
        runs.push((Vec::new(), 1));
        for (word, alone) in placed(text) {
            let mut tokens: Vec<Vec<u8>> = word.bytes().map(byte).collect();
            loop {
                let rank = |pair: &[Vec<u8>]| within.iter().position(|known| pair[0] == known.0 && pair[1] == known.1);
                let found = tokens.windows(2).enumerate().filter_map(|(at, pair)| Some((rank(pair)?, at))).min();
                let Some((_, at)) = found else { break };
                let joined = tokens[at..at + 2].concat();
                tokens.splice(at..at + 2, [joined]);
            }
            if tokens.len() == 1 && alone && eligible.takes(&word, Unicode::Hf) {
                runs.last_mut().unwrap().0.append(&mut tokens);
            } else {
                runs.push((Vec::new(), 1));
            }
        }
    }
    // What the words have no token of several words may be.
    let mut known: BTreeSet<Vec<u8>> = vocab.clone();
    let mut across: Named = Vec::new();
    let mut refused = BTreeSet::new();
    let mut waiting = Vec::new().into_iter().peekable();
    let mut kept = within.clone();
    if transition.is_none() {
        vocab = (0..=255).map(byte).collect();
        kept.clear();
        waiting = within.into_iter().peekable();
    }
    while vocab.len() < size {
        let top = best(&runs, &refused).filter(|best| best.2 >= least);
        if let Some((left, right, _)) = &top
            && let token = [&left[..], right].concat()
            && (known.contains(&token)
                || token.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).count() > max_words)
        {
            refused.insert((left.clone(), right.clone()));
            continue;
        }
        let made = |top: &(Vec<u8>, Vec<u8>, u64)| vocab.contains(&top.0) && vocab.contains(&top.1);
        if let Some(next) = waiting.next_if(|next| top.as_ref().is_none_or(|top| top.2 <= next.2 || !made(top))) {
            vocab.insert([&next.0[..], &next.1].concat());
            kept.push(next);
            continue;
        }
        let Some((left, right, n)) = top else { break };
        replace(&mut runs, &left, &right);
        vocab.insert([&left[..], &right].concat());
        known.insert([&left[..], &right].concat());
        across.push((left, right, n));
    }
    (kept, across)
}

fn named(merges: impl Iterator<Item = (u32, u32, u32)>, counts: &[u64], vocab: &Vocab) -> Named {
    let bytes = |id| decode_alphabet(vocab.token(id).unwrap()).unwrap();
    merges.zip(counts).map(|((left, right, _), &n)| (bytes(left), bytes(right), n)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn training_follows_its_definition(
        texts in proptest::collection::vec(text(), 1..8),
        more in 0usize..60,
        auto: bool,
        eligible in 0usize..3,
        max_words in 2usize..5,
        least in 1u64..4,
    ) {
        let eligible = ELIGIBLE[eligible];
        let transition = if auto { None } else { Some(256 + more / 2) };
        let trainer = BoundlessTrainer {
            vocab_size: 256 + more,
            special_tokens: Vec::new(),
            transition,
            eligible,
            ties: TieRule::Bytes,
            min_frequency: least,
            rules: Vec::new(),
            super_rules: vec![Rule::MaxWords(max_words)],
        };
        prop_assume!(texts.iter().any(|text| !text.is_empty()));
        let progress = Progress::default();
        let want = slow_training(&texts, 256 + more, transition, eligible, max_words, least);
        // Whether or not counting goes to files in between.
        for memory in [None, Some(1 << 10)] {
            let (of_words, chunks) = counted(&texts, eligible, memory);
            let of_words = of_words.into_words(&progress).unwrap();
            let (model, made) = trainer.train(&cutting(), of_words, chunks, &progress).unwrap();
            let got = (
                named(model.words().merges(), &made.counts, model.vocab()),
                named(model.supermerges(), &made.super_counts, model.vocab()),
            );
            prop_assert_eq!(&got, &want);
            prop_assert_eq!(made.exhausted, model.vocab().len() < 256 + more);
            prop_assert_eq!(model.vocab().len(), model.vocab().slots());
            let (of_words, chunks) = counted(&texts, eligible, memory);
            let of_words = of_words.into_words(&progress).unwrap();
            let (words, also) = trainer.train_words(&cutting(), of_words, chunks, &progress).unwrap();
            prop_assert_eq!(also.transition, made.transition);
            prop_assert_eq!(words.vocab().len(), made.transition);
            prop_assert!(words.merges().eq(model.words().merges()));
            check(model, &texts)?;
        }
    }
}

#[test]
fn special_tokens_come_first_and_never_join() {
    let texts = vec!["the end the end the end".to_owned(); 9];
    let (of_words, chunks) = counted(&texts, Eligible::Letters, None);
    let progress = Progress::default();
    let trainer = BoundlessTrainer {
        vocab_size: 270,
        // One is spelt as a byte, one as a merge would be.
        special_tokens: vec!["<s>".to_owned(), "a".to_owned(), "Ġt".to_owned()],
        transition: None,
        eligible: Eligible::Letters,
        ties: TieRule::Bytes,
        min_frequency: 2,
        rules: Vec::new(),
        super_rules: Vec::new(),
    };
    let (model, made) = trainer.train(&cutting(), of_words.into_words(&progress).unwrap(), chunks, &progress).unwrap();
    assert_eq!((0..3).map(|id| model.vocab().token(id).unwrap()).collect::<Vec<_>>(), ["<s>", "a", "Ġt"]);
    assert_eq!(model.vocab().len(), 258 + made.counts.len() + made.super_counts.len() - made.duplicates);
    assert!(!made.super_counts.is_empty());
    let ids = tokenizer(model).encode_ids("a <s> the end", EncodeOptions::default()).unwrap();
    assert!(!ids.contains(&0));
}

#[test]
fn what_is_refused() {
    let model = drawn(&[(0, 1), (0, 2)], &[(0, 1), (1, 0), (4, 0)], Eligible::Letters);
    let good = write(&model);
    assert!(read(&good, &Limits::default()).is_ok());
    let a = |pair: &str| format!("\"supermerges\":[{pair}");
    let cases: &[(&str, String, ErrorClass)] = &[
        ("\"version\":1", "\"version\":2".to_owned(), ErrorClass::Format),
        ("hybridtok-boundless", "hybridtok-boundles".to_owned(), ErrorClass::Format),
        (r#""eligible":"\\p{L}""#, r#""eligible":"\\p{N}""#.to_owned(), ErrorClass::Format),
        (r#""eligible":"\\p{L}""#, r#""eligible":7"#.to_owned(), ErrorClass::Format),
        ("\"merges\":[", "\"merges\":[[\"q\",\"Q\"],".to_owned(), ErrorClass::Format),
        // What is no token, what is no letter, and what is made too late.
        ("\"supermerges\":[", a(r#"["Ġa","Ġz"],"#), ErrorClass::Format),
        ("\"supermerges\":[", a(r#"["Ġ","a"],"#), ErrorClass::Format),
        (r#"["a","b"],["b","a"],["ab","a"]"#, r#"["ab","a"],["b","a"],["a","b"]"#.to_owned(), ErrorClass::Format),
        // A token that two merges make.
        (r#"["ab","a"]"#, r#"["ab","a"],["a","ba"]"#.to_owned(), ErrorClass::Format),
        ("\"vocab\":[\"Ā\",", "\"vocab\":[\"é\",".to_owned(), ErrorClass::Format),
        ("\"vocab\":[\"Ā\",", "\"vocab\":[\"ā\",".to_owned(), ErrorClass::Format),
        ("\"vocab\":[", format!("\"vocab\":[\"{}\",", "x".repeat(1 << 20)), ErrorClass::Limit),
        ("}", ",\"more\":1}".to_owned(), ErrorClass::Format),
    ];
    for (from, to, class) in cases {
        let bad = if *from == "}" { good.trim_end_matches('}').to_owned() + to } else { good.replacen(from, to, 1) };
        assert_ne!(bad, good, "{from}");
        let refused = read(&bad, &Limits::default()).err().map(|error| error.class());
        assert_eq!(refused, Some(*class), "{from} {to:.40}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_damage_is_a_panic(at in any::<prop::sample::Index>(), byte in 0x20u8..0x7F, cut: bool) {
        static GOOD: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            write(&drawn(&[(0, 1), (0, 2), (1, 2)], &[(0, 1), (2, 0), (2, 3), (1, 1)], Eligible::All))
        });
        let ascii: Vec<usize> = GOOD.char_indices().filter(|(_, c)| c.is_ascii()).map(|(at, _)| at).collect();
        let at = ascii[at.index(ascii.len())];
        let mut bad = GOOD.clone();
        bad.replace_range(at..at + 1, if cut { "" } else { std::str::from_utf8(std::slice::from_ref(&byte)).unwrap() });
        // What loads all the same must encode, and give the text back.
        if let Ok(model) = read(&bad, &Limits::default()) {
            let tokenizer = tokenizer(model);
            let text = " a b aa ab\n 'a b' 1 a a a b b ba a";
            let ids = tokenizer.encode_ids(text, EncodeOptions::default()).unwrap();
            prop_assert_eq!(tokenizer.decode(&ids, DecodeOptions::default()).unwrap(), text);
        }
    }
}
