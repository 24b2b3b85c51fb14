//! Superwords of hybrid tokenizers against their definition, and files that are damaged.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "these are tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::added::{AddedToken, Allowed};
use crate::bpe::train::Rule;
use crate::corpus::{Batch, Batches};
use crate::count::{CountOptions, WordCounts, count_words};
use crate::error::ErrorClass;
use crate::limits::Limits;
use crate::morph::file::{read, write};
use crate::morph::hybrid::Mode;
use crate::morph::pack::Pack;
use crate::morph::train::HybridTrainer;
use crate::tokenizer::{DecodeOptions, EncodeOptions, Input, TextStream};

const CORPUS: &str = "evler evlerde kitaplar kitabı Kitap evde ve ev. Evler, kitaplar ve evlerde kitabı; EV 12 ev'de\n\
                      akarsular ve sular, sular akar.\n\nve ev ve kitap... ve (ev) ve kitap!\n";

/// A small language, both modes.
fn pack() -> Pack {
    let pack = "lang\txx\nvowels\ta e ı i o u\nlow\ta e\nvoiceless\tp t k s\nharmony\ta=a ı=a o=a u=a e=e i=e\n\
                arch\tA a=a e=e\narch\tI a=ı e=i\nassim\tD d t\nvoicing\tp=b k=ğ\ncase\ttr\n";
    let affixes = "PL\tlAr\tPLUR\nLOC\tDA\tCASE\nACC\t(y)I\tCASE\n";
    let roots = "ev\tN\t\nkitap\tN\tvoice\nve\tX\t\nsu\tN\t\n";
    let files = [("pack.txt", pack), ("affixes.tsv", affixes), ("roots.tsv", roots)];
    Pack::parse(files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()).unwrap()
}

static BASES: LazyLock<[Tokenizer; 2]> = LazyLock::new(|| {
    [Mode::Shared, Mode::Surface].map(|mode| {
        let mut words = WordCounts::new(WordForm::Text);
        let cutting = crate::text::segment::Segmenter::scanning(
            crate::text::scan::MORPHEMES,
            crate::text::Unicode::Hf,
            &Limits::default(),
        );
        cutting.unwrap().for_each_word(CORPUS, &mut |word| words.add(word, 1).unwrap()).unwrap();
        let trainer = HybridTrainer { vocab_size: 560, mode, ..HybridTrainer::default() };
        let (hybrid, _) = trainer.train(pack(), &words, &Progress::default()).unwrap();
        hybrid.into_tokenizer(&Limits::default()).unwrap()
    })
});

fn added(content: &str, special: bool) -> AddedToken {
    AddedToken {
        content: content.to_owned(),
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special,
    }
}

/// The pair of lowest rank merges, the leftmost of equals, until there is none.
fn merged(mut ids: Vec<u32>, merges: &[(u32, u32, u32)]) -> Vec<u32> {
    loop {
        let rank = |pair: &[u32]| merges.iter().position(|merge| [merge.0, merge.1] == pair);
        let ranks = ids.windows(2).enumerate().filter_map(|(at, pair)| Some((rank(pair)?, at)));
        let Some((rank, at)) = ranks.min() else { return ids };
        ids.splice(at..at + 2, [merges[rank].2]);
    }
}

fn merges_of(hybrid: &Hybrid) -> Vec<(u32, u32, u32)> {
    let pairs = hybrid.later.iter().zip(hybrid.layout.superwords.clone());
    let merge = |(later, id): (&Later, u32)| match *later {
        Later::Pair(left, right) => Some((left, right, id)),
        Later::Taken(_) => None,
    };
    pairs.filter_map(merge).collect()
}

/// A base with superwords that are drawn from the ids that texts give.
fn drawn(base: &Tokenizer, picks: &[(usize, usize)], texts: &[String]) -> Tokenizer {
    let hybrid = base.hybrid().unwrap();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut ids = texts.iter().map(|text| base.encode_ids(text, options()).unwrap()).collect::<Vec<_>>();
    let next = hybrid.layout.end();
    for &(text, at) in picks {
        // A pair that stands somewhere by now.
        let now = &ids[text % ids.len()];
        if now.len() < 2 {
            continue;
        }
        let at = at % (now.len() - 1);
        let (left, right) = (now[at], now[at + 1]);
        let special = |id| id < next && hybrid.layout.meaning(id) == Some(Meaning::Special);
        let id = next + pairs.len() as u32;
        let with = hybrid.with_later([Later::Pair(left, right)], &Limits::default());
        let is_new = left < next && right < next && with.is_err() || pairs.contains(&(left, right));
        if special(left) || special(right) || is_new {
            continue;
        }
        pairs.push((left, right));
        let later = pairs.iter().map(|&(left, right)| Later::Pair(left, right));
        match hybrid.with_later(later, &Limits::default()) {
            Ok(more) if names.insert(more.vocab().token(id).unwrap().to_owned()) => {}
            _ => {
                pairs.pop();
                continue;
            }
        }
        for ids in &mut ids {
            *ids = merged(std::mem::take(ids), &[(left, right, id)]);
        }
    }
    let later = pairs.into_iter().map(|(left, right)| Later::Pair(left, right));
    let mut more = base.clone();
    more.set_model(Model::Hybrid(hybrid.with_later(later, &Limits::default()).unwrap().into()));
    more
}

fn options() -> EncodeOptions<'static> {
    EncodeOptions { allowed: Allowed::All, ..EncodeOptions::default() }
}

fn check(base: &Tokenizer, more: &Tokenizer, texts: &[String]) -> std::result::Result<(), TestCaseError> {
    let hybrid = more.hybrid().unwrap();
    let merges = merges_of(hybrid);
    let text = write(hybrid);
    prop_assert_eq!(write(&read(&text, &Limits::default()).unwrap()), text);
    let mut want = Vec::new();
    for text in texts {
        let plain = base.encode(&Input::Text(text.as_str().into()), None, options()).unwrap();
        let ids = merged(plain.ids().to_vec(), &merges);
        for threads in [1, 3] {
            prop_assert_eq!(&more.encode_ids_on(text, options(), threads).unwrap(), &ids, "{:?}", text);
        }
        let as_text = more.encode_ids(text, EncodeOptions::default()).unwrap();
        prop_assert_eq!(more.encode_bytes(text.as_bytes()).unwrap(), as_text);
        prop_assert_eq!(&more.decode(&ids, DecodeOptions::default()).unwrap(), text);
        let mut stream = TextStream::new(Vec::new(), DecodeOptions::default());
        let mut said = String::new();
        for id in &ids {
            said.push_str(&stream.step(more, &[*id]).unwrap().unwrap_or_default());
        }
        said.push_str(&stream.finish(more).unwrap().unwrap_or_default());
        prop_assert_eq!(&said, text);
        // A token stands where its parts stood, in the word of the first one.
        let encoding = more.encode(&Input::Text(text.as_str().into()), None, options()).unwrap();
        prop_assert_eq!(encoding.ids(), &ids[..]);
        let (spans, words): (Vec<_>, Vec<_>) = (plain.offsets().collect(), plain.word_ids().collect());
        let mut at = 0;
        for (k, &id) in ids.iter().enumerate() {
            let mut parts = Vec::new();
            parts_of(&merges, id, &mut parts);
            prop_assert_eq!(&plain.ids()[at..at + parts.len()], &parts[..]);
            let span = encoding.offsets().nth(k).unwrap();
            prop_assert_eq!((span.start, span.end), (spans[at].start, spans[at + parts.len() - 1].end));
            prop_assert_eq!(encoding.word_ids().nth(k).unwrap(), words[at]);
            at += parts.len();
        }
        prop_assert_eq!(at, plain.ids().len());
        want.push(ids);
    }
    let batch = more.encode_batch_ids(texts, options(), 2).unwrap();
    prop_assert_eq!(batch.values, want.concat());
    Ok(())
}

fn parts_of(merges: &[(u32, u32, u32)], id: u32, into: &mut Vec<u32>) {
    match merges.iter().find(|merge| merge.2 == id) {
        Some(&(left, right, _)) => {
            parts_of(merges, left, into);
            parts_of(merges, right, into);
        }
        None => into.push(id),
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "( (ev|kitap|su|ve)(ler|lar)?(de|da)?){1,4}",
        2 => " Evler| EV| kitabı| Kitabı'nı|ev|evx| x[a-z]{1,5}",
        2 => "[.,!(]{1,3}|[ ]{1,3}|[\n]{1,2}|\r\n|\t",
        1 => "[0-9]{1,4}|3'te",
        1 => "[éİ漢]|\\PC",
        1 => "<eos>|<bos>",
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn encoding_follows_the_definition(
        picks in proptest::collection::vec((0usize..1000, 0usize..1000), 0..24),
        texts in proptest::collection::vec(text(), 1..4),
        mode in 0usize..2,
        long in 0usize..300,
    ) {
        let mut texts = texts;
        texts.push(" ev ve kitaplar".repeat(long));
        let base = &BASES[mode];
        let more = drawn(base, &picks, &texts);
        prop_assert_eq!(more.joins(), !merges_of(more.hybrid().unwrap()).is_empty());
        check(base, &more, &texts)?;
    }
}

struct One(Option<Vec<String>>);

impl Batches for One {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(self.0.take().map(|texts| {
            let mut batch = Batch::default();
            texts.iter().for_each(|text| batch.push(text));
            batch
        }))
    }
}

fn trainer(add: usize, rules: Vec<Rule>, eligible: Eligible) -> SuperwordTrainer {
    SuperwordTrainer { add, min_frequency: 2, rules, eligible }
}

fn extended(base: &Tokenizer, trainer: &SuperwordTrainer, texts: &[String], threads: usize) -> (Tokenizer, Joined) {
    let segmenter = base.segmenter_for(true).joining(trainer.eligible);
    let options = CountOptions { threads, memory: None };
    let progress = Progress::default();
    let chunks = count_words(&[segmenter], &mut One(Some(texts.to_vec())), options, &progress).unwrap();
    let (hybrid, made) = trainer.train(base, chunks.into_iter().next().unwrap(), &progress).unwrap();
    let mut more = base.clone();
    more.set_model(Model::Hybrid(hybrid.into()));
    (more, made)
}

/// The ids that stand side by side in chunks: words of letters, single marks, line ends.
fn slow_runs(base: &Tokenizer, texts: &[String]) -> Vec<Vec<u32>> {
    let hybrid = base.hybrid().unwrap();
    let mut runs = vec![Vec::new()];
    for text in texts {
        base.segmenter_for(true)
            .for_each_word(text, &mut |word| {
                let word = std::str::from_utf8(word).unwrap();
                let core = word.strip_prefix(' ').unwrap_or(word);
                let letters = word.chars().any(char::is_alphabetic);
                let mark = core.chars().count() == 1 && !core.contains(|c: char| c.is_whitespace() || c.is_numeric());
                let breaks = !word.is_empty() && word.chars().all(|c| c.is_whitespace() && c != ' ');
                let mut tokens = Vec::new();
                hybrid.tokenize(word, &mut tokens).unwrap();
                for id in tokens.iter().map(|token| token.id) {
                    let name = hybrid.vocab().token(id).unwrap();
                    let digit = name.contains(|c: char| c.is_ascii_digit()) && !name.starts_with("<v:");
                    let joins = !name.starts_with("<0x") && !digit;
                    if (letters || mark || breaks) && joins {
                        runs.last_mut().unwrap().push(id);
                    } else {
                        runs.push(Vec::new());
                    }
                }
                if !(letters || mark || breaks) {
                    runs.push(Vec::new());
                }
            })
            .unwrap();
        runs.push(Vec::new());
    }
    runs
}

/// Training by its definition: the most frequent pair merges, of equals the smaller one.
fn slow_pairs(base: &Tokenizer, texts: &[String], add: usize) -> Vec<(u32, u32)> {
    let mut runs = slow_runs(base, texts);
    let hybrid = base.hybrid().unwrap();
    let (mut pairs, mut next) = (Vec::<(u32, u32)>::new(), hybrid.layout.end());
    while pairs.len() < add {
        let mut counts: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        runs.iter().flat_map(|run| run.windows(2)).for_each(|pair| *counts.entry((pair[0], pair[1])).or_default() += 1);
        // What may be a token: the whole says something, and no other id is written so.
        let mut found: Vec<((u32, u32), usize)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
        found.sort_by_key(|&(pair, count)| (std::cmp::Reverse(count), pair));
        let may = |&((left, right), _): &((u32, u32), usize)| {
            let later = pairs.iter().copied().chain([(left, right)]).map(|(left, right)| Later::Pair(left, right));
            let Ok(with) = hybrid.with_later(later, &Limits::default()) else { return false };
            with.said(&mut [next].into_iter()).is_some()
        };
        let Some(((left, right), _)) = found.into_iter().find(may) else { break };
        for run in &mut runs {
            let mut at = 0;
            while at + 1 < run.len() {
                if (run[at], run[at + 1]) == (left, right) {
                    run.splice(at..at + 2, [next]);
                }
                at += 1;
            }
        }
        pairs.push((left, right));
        next += 1;
    }
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn training_follows_the_definition(
        texts in proptest::collection::vec(text(), 2..12),
        mode in 0usize..2,
        add in 0usize..20,
    ) {
        let base = &BASES[mode];
        let (more, made) = extended(base, &trainer(add, Vec::new(), Eligible::MarksAndLines), &texts, 1);
        let pairs: Vec<(u32, u32)> =
            merges_of(more.hybrid().unwrap()).into_iter().map(|(left, right, _)| (left, right)).collect();
        prop_assert_eq!(&pairs, &slow_pairs(base, &texts, add));
        prop_assert_eq!(made.counts.len(), pairs.len());
        check(base, &more, &texts)?;
    }
}

fn some_texts() -> Vec<String> {
    let lines: Vec<String> = CORPUS.split_inclusive('\n').map(str::to_owned).collect();
    lines.iter().cycle().take(60).cloned().collect()
}

#[test]
fn ids_stay_and_two_steps_are_one() {
    let texts = some_texts();
    for base in &*BASES {
        let mut base = base.clone();
        base.add_tokens([added("evve", false), added("<x>", true)]).unwrap();
        let train = |base: &Tokenizer, add, threads| {
            extended(base, &trainer(add, vec![Rule::MaxWords(3)], Eligible::MarksAndLines), &texts, threads).0
        };
        let once = train(&base, 30, 1);
        assert!(once.joins());
        let section = |tokenizer: &Tokenizer| write(tokenizer.hybrid().unwrap());
        assert_eq!(section(&train(&base, 30, 3)), section(&once));
        assert_eq!(section(&train(&train(&base, 11, 1), 19, 2)), section(&once));
        for id in 0..base.vocab_size(true) as u32 {
            assert_eq!(once.id_to_token(id), base.id_to_token(id));
        }
        assert_eq!(once.vocab_size(true), base.vocab_size(true) + 30);
        for id in 0..once.vocab_size(true) as u32 {
            assert_eq!(once.token_to_id(once.id_to_token(id).unwrap()), Some(id));
        }
        let rows = once.hybrid().unwrap().side_table().rows;
        assert_eq!(rows.len(), once.vocab_size(true));
        assert!(rows[base.vocab_size(true)..].iter().all(|row| row.parts.is_some()));
        // What was added stays a token of its own.
        let text = "ev evve ev<x> ve ev ve ev";
        check(&base, &once, &[text.to_owned()]).unwrap();
        let file = crate::artefact::write(&once, "{}").unwrap();
        let again = crate::artefact::read(file.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(crate::artefact::write(&again, "{}").unwrap(), file);
        let ids = once.encode_ids(text, options()).unwrap();
        assert_eq!(again.encode_ids(text, options()).unwrap(), ids);
        assert!(ids.contains(&base.token_to_id("evve").unwrap()) && ids.contains(&base.token_to_id("<x>").unwrap()));
        // New tokens come behind superwords, and superwords behind those.
        let mut later = again;
        later.add_tokens([added("ev ev ev", false)]).unwrap();
        let last = train(&later, 5, 1);
        assert_eq!(last.id_to_token(base.vocab_size(true) as u32 + 30), Some("ev ev ev"));
        for text in [text, CORPUS, "ev ev ev ve ev ev ev"] {
            let ids = last.encode_ids(text, options()).unwrap();
            let before = later.encode_ids(text, options()).unwrap();
            assert_eq!(ids, merged(before, &merges_of(last.hybrid().unwrap())));
            assert_eq!(last.decode(&ids, DecodeOptions::default()).unwrap(), text);
        }
    }
}

#[test]
fn rules_are_of_what_superwords_say() {
    let texts = some_texts();
    for base in &*BASES {
        for (rule, eligible, refuses) in [
            (Rule::MaxWords(1), Eligible::MarksAndLines, (|text| text.trim().contains(' ')) as fn(&str) -> bool),
            (Rule::MaxBytes(7), Eligible::MarksAndLines, |text| text.len() > 7),
            (Rule::MaxRun(1), Eligible::Marks, |text| text.contains('\n')),
            (Rule::MaxRun(1), Eligible::Letters, |text| text.contains([',', '.', '!', '\n'])),
        ] {
            let says = |tokenizer: &Tokenizer| {
                let hybrid = tokenizer.hybrid().unwrap();
                let said = |id| String::from_utf8(hybrid.said(&mut [id].into_iter()).unwrap()).unwrap();
                hybrid.layout.superwords.clone().map(said).collect::<Vec<String>>()
            };
            let (free, _) = extended(base, &trainer(40, Vec::new(), Eligible::MarksAndLines), &texts, 1);
            let (bound, _) = extended(base, &trainer(40, vec![rule.clone()], eligible), &texts, 1);
            assert!(says(&free).iter().any(|text| refuses(text)), "{rule:?}");
            assert!(!says(&bound).iter().any(|text| refuses(text)), "{rule:?}");
            assert!(!says(&bound).is_empty());
        }
    }
}

#[test]
fn damaged_superwords_are_refused() {
    let (more, _) = extended(&BASES[0], &trainer(8, Vec::new(), Eligible::MarksAndLines), &some_texts(), 1);
    let hybrid = more.hybrid().unwrap();
    let (first, end) = (hybrid.layout.superwords.start, hybrid.layout.end());
    let file: serde_json::Value = serde_json::from_str(&write(hybrid)).unwrap();
    let with = |superwords: serde_json::Value| {
        let mut file = file.clone();
        let count = superwords.as_array().map_or(0, Vec::len) as u32;
        file["superwords"] = superwords;
        file["ranges"]["superword"] = serde_json::json!([first, first + count]);
        read(&file.to_string(), &Limits::default())
    };
    let pairs = file["superwords"].clone();
    assert!(with(pairs.clone()).is_ok() && with(serde_json::json!([])).is_ok());
    let byte = hybrid.byte(65);
    for (superwords, place) in [
        (serde_json::json!([[byte, first]]), "superwords[0]"),
        (serde_json::json!([[end + 7, byte]]), "superwords[0]"),
        (serde_json::json!([[byte, byte], [0, byte]]), "superwords[1]"),
        (serde_json::json!(["x", [first, byte]]), "superwords[1]"),
        (serde_json::json!([[byte, byte], [byte, byte]]), "two ids"),
        (serde_json::json!(["x", "x"]), "two ids"),
        (serde_json::json!(["<pad>"]), "two ids"),
        (serde_json::json!([[byte, -1]]), "model"),
        (serde_json::json!([[byte]]), "model"),
        (serde_json::json!([[byte, byte, byte]]), "model"),
        (serde_json::json!([7]), "model"),
        (serde_json::json!({"0": [byte, byte]}), "model"),
    ] {
        let error = with(superwords.clone()).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Format, "{superwords}: {error}");
        assert!(error.to_string().contains(place), "{superwords}: {error}");
    }
    // Names that double forty times, and a file whose ranges are others.
    let mut doubling = vec![[byte, byte]];
    doubling.extend((0..40).map(|k| [first + k, first + k]));
    assert_eq!(with(serde_json::json!(doubling)).unwrap_err().class(), ErrorClass::Format);
    let mut chain = vec![[byte, byte]];
    chain.extend((0..100_000).map(|k| [first + k, byte]));
    assert_eq!(with(serde_json::json!(chain)).unwrap_err().class(), ErrorClass::Format);
    for range in [serde_json::json!([first, end + 1]), serde_json::Value::Null] {
        let mut file = file.clone();
        file["ranges"]["superword"] = range;
        assert!(read(&file.to_string(), &Limits::default()).is_err());
    }
    // Any byte of the section may be another one: an error, or a model.
    let text = write(hybrid);
    let at = text.find("\"superwords\"").unwrap();
    for place in at..text.len() {
        for byte in [b'0', b'9', b']', b'"', b',', b'-'] {
            let mut damaged = text.clone().into_bytes();
            damaged[place] = byte;
            if let Ok(damaged) = String::from_utf8(damaged) {
                let _ = read(&damaged, &Limits::default());
            }
        }
    }
}

#[test]
fn bytes_of_a_character_may_be_joined_with_anything() {
    let hybrid = BASES[0].hybrid().unwrap();
    let text = "Ⱥ ev Ⱥ";
    let ids = BASES[0].encode_ids(text, options()).unwrap();
    for at in 0..ids.len() - 1 {
        let pair = [Later::Pair(ids[at], ids[at + 1])];
        let mut more = BASES[0].clone();
        more.set_model(Model::Hybrid(hybrid.with_later(pair, &Limits::default()).unwrap().into()));
        check(&BASES[0], &more, &[text.to_owned()]).unwrap();
    }
}

#[test]
fn other_models_have_no_morphemes_to_join() {
    let json = r#"{"version":"1.0","added_tokens":[],"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}"#;
    let (bpe, _) = Tokenizer::from_json(json.as_bytes(), crate::text::Unicode::Hf, &Limits::default(), true).unwrap();
    let chunks = Counted::empty(WordForm::Text);
    let error = trainer(1, Vec::new(), Eligible::Letters).train(&bpe, chunks, &Progress::default()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Training);
}
