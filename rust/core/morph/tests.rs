//! Known answers, packs with mistakes, and what analysis and realisation promise each other.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;

use super::case::{Case, CaseTable};
use super::costs::{Costs, Counts, Smoothing};
use super::grammar::Kind;
use super::lattice::{Event, Lattice, Morph, Scale, What, Word};
use super::learn::{Counted, learn};
use super::lexicon::Lexicon;
use super::pack::Pack;
use super::voice::Voice;
use crate::error::ErrorClass;
use crate::progress::Progress;

fn shipped(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python/hybridtok/languages/packs").join(language)
}

fn golden(file: &str) -> String {
    let folder = std::env::var_os("HYBRIDTOK_GOLDEN")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"), PathBuf::from);
    let file = folder.join("morphology").join(file);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A small language of harmony, assimilation and all kinds of symbols.
fn small(roots: &str) -> BTreeMap<String, String> {
    let pack = "lang\txx\nvowels\ta e i ı o u\nlow\ta e\nvoiceless\tp t k s\nharmony\ta=a ı=a o=a u=a e=e i=e\n\
                arch\tA a=a e=e\narch\tI a=ı e=i\nassim\tD d t\nfinal\tK k ğ\nvoicing\tp=b k=ğ\nfronting\ta=e\n";
    let affixes = "PL\tlAr\tPLUR\nLOC\tDA\tCASE\nACC\t(y)I\tCASE\nDIM\tcIK\tDER\nPROG\t-Iyor\tTENSE\n";
    let files = [("pack.txt", pack), ("affixes.tsv", affixes), ("roots.tsv", roots)];
    files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// Every row is a root with attributes, affixes, and how they are written.
fn realises(language: &str) {
    let rows = golden(&format!("realise_{language}.tsv"));
    let rows: Vec<Vec<&str>> =
        rows.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    assert!(!rows.is_empty());
    let mut files = Pack::read(&shipped(language)).unwrap().files;
    let roots: BTreeSet<String> = rows.iter().map(|row| format!("{}\tX\t{}", row[0], row[1])).collect();
    let roots: Vec<String> = roots.into_iter().collect();
    files.insert("roots.tsv".to_owned(), roots.join("\n"));
    files.remove("irregular.tsv");
    let lexicon = Lexicon::new(Pack::parse(files).unwrap()).unwrap();
    for row in &rows {
        let line = format!("{}\tX\t{}", row[0], row[1]);
        let root = roots.iter().position(|root| *root == line).unwrap() as u32;
        let affixes = row[2].split(' ').filter(|name| !name.is_empty());
        let affixes = affixes.map(|name| lexicon.pack.affixes.iter().position(|affix| affix.name == name).unwrap());
        let written = realise(&lexicon, root, &affixes.map(|affix| affix as u32).collect::<Vec<_>>());
        let written: Vec<String> = written.into_iter().map(|form| form.into_iter().collect()).collect();
        assert_eq!(written.join("+"), row[3], "{row:?}");
    }
}

fn realise(lexicon: &Lexicon, root: u32, affixes: &[u32]) -> Vec<Vec<char>> {
    let mut voice = Voice::default();
    voice.root(lexicon, root, None);
    let mut written: Vec<Vec<char>> = affixes.iter().map(|&affix| voice.affix(lexicon, affix, None).to_vec()).collect();
    written.push(voice.close(lexicon).to_vec());
    written
}

#[test]
fn golden_morphology_realise_tr() {
    realises("tr");
}

#[test]
fn golden_morphology_realise_fi() {
    realises("fi");
}

#[test]
fn golden_morphology_realise_hu() {
    realises("hu");
}

#[test]
fn golden_morphology_case() {
    for line in golden("case.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [language, word, class, folded] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let table = if matches!(language, "tr" | "az") { CaseTable::Tr } else { CaseTable::Default };
        let letters: Vec<char> = word.chars().collect();
        let mut got = Vec::new();
        let case = match table.fold(&letters, &mut got) {
            Case::Lower => "lower",
            Case::Title => "title",
            Case::Upper => "upper",
            Case::Mixed => "cased",
        };
        assert_eq!((case, got.iter().collect::<String>().as_str()), (class, folded), "{language} {word}");
    }
}

#[test]
fn a_broken_pack_is_refused_where_it_is_broken() {
    let broken = |file: &str, text: &str| {
        let mut files = small("ev\tN\t\n");
        files.insert(file.to_owned(), text.to_owned());
        let error = Pack::parse(files).and_then(Lexicon::new).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Format, "{error}");
        error.to_string()
    };
    for (file, text, place, why) in [
        ("affixes.tsv", "A\tlAr\tPLUR\nB\tlXr\tPLUR\n", "affixes.tsv:2", "`X` is neither an archiphoneme"),
        ("affixes.tsv", "A\tlAr\tPLUR\nA\tler\tPLUR\n", "affixes.tsv:2", "a second affix"),
        ("affixes.tsv", "A\t(lA\tPLUR\n", "affixes.tsv:1", "no `)`"),
        ("affixes.tsv", "A\tlAr\n", "affixes.tsv:1", "class"),
        ("affixes.tsv", "A\tlAr\tPLUR splits.N splits.Q\n", "affixes.tsv:1", "splits `Q`, which is no part of speech"),
        ("roots.tsv", "ev\tN\t\nsu\tN\t\nev\tN\t\n", "roots.tsv:3", "as in line 1"),
        ("roots.tsv", "ev\tN\tvioce\n", "roots.tsv:1", "no attribute"),
        ("roots.tsv", "ev\n", "roots.tsv:1", "part of speech"),
        ("morphotactics.tsv", "=A\tB\n=B\tPLUR A\nROOT.N\tA\n", "morphotactics.tsv:", "member of itself"),
        ("morphotactics.tsv", "ROOT.N\tPLURAL\n", "morphotactics.tsv:1", "PLURAL"),
        ("irregular.tsv", "evs\tev+GEN\n", "irregular.tsv:1", "GEN"),
        ("segments.tsv", "evler\tev+ler\nevde\tev+da\n", "segments.tsv:2", "do not make the word"),
        ("segments.tsv", "evler\tev+ler\t2\nevde\tev+de\tx\n", "segments.tsv:2", "not a count"),
        ("segments.tsv", "evler\tev+le\n", "segments.tsv:1", "do not make the word"),
        ("segments.tsv", "evler\n", "segments.tsv:1", "no segmentation"),
        ("pack.txt", "lang\txx\nharmony\ta=a e=e\narch\tA a=a\n", "pack.txt", "no letter in the state"),
        ("pack.txt", "lang\txx\ncolour\tred\n", "pack.txt:2", "no key"),
    ] {
        let error = broken(file, text);
        assert!(error.contains(place) && error.contains(why), "{file} {text:?}: {error}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in small("ev\tN\t\n") {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for name in ["LICENSE", "SOURCES.md"] {
        std::fs::write(folder.path().join(name), "x").unwrap();
    }
    Pack::read(folder.path()).unwrap();
    std::fs::write(folder.path().join("roots.tsv"), b"ev\tN\t\ng\xF6z\tN\t\n").unwrap();
    let error = Pack::read(folder.path()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Encoding);
    assert!(error.to_string().contains("roots.tsv") && error.to_string().contains("line 2"), "{error}");
}

static TURKISH: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(Pack::read(&shipped("tr")).unwrap()).unwrap());
static HUNGARIAN: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(Pack::read(&shipped("hu")).unwrap()).unwrap());
static FINNISH: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(Pack::read(&shipped("fi")).unwrap()).unwrap());

/// Costs that nobody learned, by language.
static COSTS: LazyLock<[Costs; 3]> =
    LazyLock::new(|| [&TURKISH, &HUNGARIAN, &FINNISH].map(|lexicon| Counts::new(lexicon).costs(Smoothing::LEARNING)));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What the grammar allows and the rules write is among the analyses of what they wrote, at no price.
    #[test]
    fn what_is_realised_is_analysed(
        language in 0usize..3, root in any::<prop::sample::Index>(), steps in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let lexicon: &Lexicon = [&TURKISH, &HUNGARIAN, &FINNISH][language];
        let grammar = &lexicon.pack.grammar;
        let root = root.index(lexicon.pack.roots.len()) as u32;
        let mut kind = Kind::from(lexicon.root(root).pos);
        let mut affixes = Vec::new();
        for step in steps {
            let next: Vec<u32> = (0..lexicon.pack.affixes.len() as u32)
                .filter(|&affix| grammar.allows(kind, grammar.affix(affix as usize)))
                .collect();
            if next.is_empty() {
                break;
            }
            affixes.push(next[step.index(next.len())]);
            kind = grammar.affix(affixes[affixes.len() - 1] as usize);
        }
        prop_assume!(grammar.allows(kind, grammar.end()));
        let written = realise(lexicon, root, &affixes);
        // An affix may write nothing where its buffer letter is not wanted; no analysis finds nothing.
        prop_assume!(written.iter().all(|form| !form.is_empty()));
        let mut want = Vec::new();
        let mut at = 0;
        for (form, what) in written.iter().zip(std::iter::once(What::Root(root)).chain(affixes.iter().map(|&a| What::Affix(a)))) {
            want.push(Morph { what, start: at, end: at + form.len(), escaped: false });
            at += form.len();
        }
        let letters: Vec<char> = written.concat();
        let costs = &COSTS[language];
        let mut lattice = Lattice::default();
        lattice.build(lexicon, costs, Word { letters: &letters, ..Word::default() });
        prop_assert!(lattice.has(&want), "{} {:?}", letters.iter().collect::<String>(), want);
    }
}

#[test]
fn analyses_come_by_cost_and_the_best_is_the_first() {
    let lexicon: &Lexicon = &TURKISH;
    let costs = Counts::new(lexicon).costs(Smoothing::LEARNING);
    let mut lattice = Lattice::default();
    for word in ["kitaplarımızı", "evindeki", "gelmiyorum", "suyu", "bbb", "a"] {
        let letters: Vec<char> = word.chars().collect();
        lattice.build(lexicon, &costs, Word { letters: &letters, ..Word::default() });
        let all = lattice.best_k(50);
        assert!(all.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{word}");
        let mut path = Vec::new();
        assert_eq!(lattice.best(&mut path), all.first().map(|best| best.0), "{word}");
        let covers = |path: &[Morph]| path.iter().map(|morph| morph.end - morph.start).sum::<usize>() == letters.len();
        assert!(covers(&path) && all.iter().all(|(_, path)| covers(path)), "{word}");
    }
}

/// Costs as they are in use: learned.
static LEARNED: LazyLock<Costs> = LazyLock::new(|| {
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/turkish/turkish.txt");
    let text = std::fs::read_to_string(text).unwrap().to_lowercase();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    let counted = counts.iter().map(|(word, &count)| Counted { letters: word.chars().collect(), count, cuts: None });
    let counted: Vec<Counted> = counted.filter(|word| word.letters.len() <= 64).collect();
    learn(&TURKISH, &counted, 2, &Progress::default()).unwrap().0
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_cheapest_analysis_is_found_without_those_that_cannot_be_it(
        word in "([bdkltyaei]{1,4}|ev|kitab|gel|onlar|değil|seninle|su|ler|de|in|im|iyor|miş|'){1,6}",
        capitals in any::<bool>(),
    ) {
        let letters: Vec<char> = word.chars().collect();
        let word = Word { letters: &letters, capitals, ..Word::default() };
        let (mut whole, mut part) = (Lattice::default(), Lattice::default());
        let (mut want, mut got) = (Vec::new(), Vec::new());
        whole.build(&TURKISH, &LEARNED, word);
        let cost = whole.best(&mut want);
        prop_assert_eq!(part.analyse(&TURKISH, &LEARNED, word, &mut got), cost);
        prop_assert_eq!(got, want);
    }
}

/// The roots of a learned model that cost more than their share.
fn reluctant(affixes: &str) -> Vec<(String, i32)> {
    let mut files = small("tat\tN\t\ntatlar\tN\t\ntatlar\tADV\t\nat\tN\tname\natlar\tN\t\nkal\tV\t\nkalcık\tN\t\n");
    files.insert("affixes.tsv".to_owned(), affixes.to_owned());
    let lexicon = Lexicon::new(Pack::parse(files).unwrap()).unwrap();
    // All roots are counted alike: where costs differ it is not for their counts.
    let words: Vec<Counted> = Vec::new();
    let (costs, _) = learn(&lexicon, &words, 1, &Progress::default()).unwrap();
    let least = *costs.roots.iter().min().unwrap();
    let more = lexicon.pack.roots.iter().zip(&costs.roots).filter(|(_, cost)| **cost > least);
    more.map(|(root, cost)| (root.line.replace('\t', " ").trim().to_owned(), cost - least)).collect()
}

#[test]
fn roots_that_affixes_make_are_used_reluctantly_where_the_pack_says_so() {
    let affixes = "PL\tlAr\tPLUR splits.N\nDIM\tcIK\tDER splits.N\n";
    let names: Vec<String> = reluctant(affixes).into_iter().map(|(line, _)| line).collect();
    // `atlar` would begin with a name, the adverb is of another part of speech.
    assert_eq!(names, ["tatlar N", "at N name", "kalcık N"]);
    assert_eq!(reluctant("PL\tlAr\tPLUR\nDIM\tcIK\tDER\n").len(), 1, "only the name");
}

#[test]
fn analyses_are_drawn_as_often_as_their_costs_say() {
    const DRAWS: usize = 20_000;
    let lexicon: &Lexicon = &TURKISH;
    let costs = Counts::new(lexicon).costs(Smoothing::LEARNING);
    let (mut lattice, mut scale, mut path) = (Lattice::default(), Scale::default(), Vec::new());
    for (word, alpha) in [("evin", 1.0), ("evin", 0.0), ("kitaplarını", 0.3), ("gelmesin", 0.1), ("evindeki", 0.2)] {
        let letters: Vec<char> = word.chars().collect();
        lattice.build(lexicon, &costs, Word { letters: &letters, ..Word::default() });
        // The slow and obvious way: list all analyses. Some are there twice, on different ways.
        let key = |path: &[Morph]| path.iter().map(|m| (m.what, m.start, m.end, m.escaped)).collect::<Vec<_>>();
        let all = lattice.best_k(100_000);
        assert!((2..100_000).contains(&all.len()), "{word} {}", all.len());
        let best = all[0].0;
        let mut shares: BTreeMap<_, f64> = BTreeMap::new();
        for (cost, path) in &all {
            *shares.entry(key(path)).or_default() += (-alpha * (cost - best) as f64 / 1000.0).exp();
        }
        let sum: f64 = shares.values().sum();
        let mut drawn: BTreeMap<_, usize> = BTreeMap::new();
        for _ in 0..DRAWS {
            assert!(lattice.sample(alpha, &mut scale, &mut path));
            *drawn.entry(key(&path)).or_default() += 1;
        }
        assert!(drawn.keys().all(|path| shares.contains_key(path)), "{word}");
        // Rare ones together are one class, so that the statistic is distributed as chi-square.
        let (mut statistic, mut classes, mut rare) = (0.0, 0.0, (0.0, 0.0));
        for (path, share) in &shares {
            let (wanted, got) = (DRAWS as f64 * share / sum, drawn.get(path).copied().unwrap_or(0) as f64);
            if wanted < 10.0 {
                rare = (rare.0 + wanted, rare.1 + got);
            } else {
                statistic += (got - wanted).powi(2) / wanted;
                classes += 1.0;
            }
        }
        if rare.0 > 0.0 {
            statistic += (rare.1 - rare.0).powi(2) / rare.0.max(10.0);
            classes += 1.0;
        }
        assert!(statistic < classes + 6.0 * f64::sqrt(2.0 * classes), "{word} {alpha}: {statistic} of {classes}");
        let cheapest: BTreeSet<_> =
            all.iter().take_while(|(cost, _)| *cost == best).map(|(_, path)| key(path)).collect();
        for _ in 0..100 {
            assert!(lattice.sample(1e6, &mut scale, &mut path));
            assert!(cheapest.contains(&key(&path)), "{word}");
        }
    }
}

/// What is learned from a word that is cut, beside the sum over all its analyses that are cut there.
#[test]
fn of_a_cut_word_only_the_analyses_with_these_cuts_count() {
    let mut files = small("ev\tN\t\nevle\tN\t\ne\tN\t\n");
    let affixes = "PL\tler\tA\nR\tr\tA\nLE\tle\tA\nVLE\tvle\tA\n";
    files.insert("affixes.tsv".to_owned(), affixes.to_owned());
    let lexicon = Lexicon::new(Pack::parse(files).unwrap()).unwrap();
    let mut counts = Counts::new(&lexicon);
    counts.add(Event::Root(0), 3.0);
    counts.add(Event::Root(2), 1.0);
    let costs = counts.costs(Smoothing::LEARNING);
    let letters: Vec<char> = "evler".chars().collect();
    let mut lattice = Lattice::default();
    lattice.build(&lexicon, &costs, Word { letters: &letters, ..Word::default() });
    let all = lattice.best_k(1000);
    for (cuts, ways) in [("ev+ler", 1), ("evle+r", 2), ("ev+le+r", 1), ("e+vle+r", 1), ("evler", 1), ("e+v+ler", 0)] {
        let mut ends = vec![0];
        ends.extend(cuts.split('+').scan(0, |end, part| {
            *end += part.len();
            Some(*end)
        }));
        let suits = |path: &[Morph]| path.iter().map(|m| m.start).chain([5]).eq(ends.iter().copied());
        let fitting: Vec<_> = all.iter().filter(|(_, path)| suits(path)).collect();
        assert_eq!(fitting.len(), ways, "{cuts}");
        let total: f64 = fitting.iter().map(|(cost, _)| (-*cost as f64 / 1000.0).exp()).sum();
        let mut want = [0.0; 3];
        for (cost, path) in &fitting {
            if let What::Root(root) = path[0].what {
                want[root as usize] += (-*cost as f64 / 1000.0).exp() / total;
            }
        }
        let mut found = [0.0; 3];
        let cut: Vec<bool> = (0..=5).map(|at| ends.contains(&at)).collect();
        lattice.expect(false, Some(&cut), &mut Scale::default(), |event, share| {
            if let Event::Root(root) = event {
                found[root as usize] += share;
            }
        });
        for (found, want) in found.iter().zip(want) {
            assert!((found - want).abs() < 1e-9, "{cuts}: {found} for {want}");
        }
    }
}
