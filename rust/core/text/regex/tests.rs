//! The engine against a matcher that follows the definition, and against bounds on time and memory.

use std::cell::RefCell;
use std::ops::Range;

use proptest::prelude::*;

use super::ast::{Assertion, Node};
use super::vm::Machine;
use super::{Regex, class, each_match, fold, parse, program};
use crate::error::ErrorClass;
use crate::limits::Limits;
use crate::text::Unicode;
use crate::text::classes::{Class, Classes};

/// Matches by trying everything in order, with continuations: exponential, and obviously right.
struct Reference<'t> {
    text: &'t str,
    captures: RefCell<Vec<Option<Range<usize>>>>,
}

type Then<'a> = &'a mut dyn FnMut(usize) -> bool;

impl Reference<'_> {
    fn matches(&self, node: &Node, at: usize, then: Then<'_>) -> bool {
        match node {
            Node::Empty => then(at),
            Node::Literal { chars, fold: true } => self.matches(&fold::expand(chars), at, then),
            Node::Literal { chars, fold: false } => {
                let literal: String = chars.iter().collect();
                self.text[at..].starts_with(&literal) && then(at + literal.len())
            }
            Node::Set(set) => match self.text[at..].chars().next() {
                Some(c) if set.ranges().iter().any(|r| (r.start()..=r.end()).contains(&c)) => then(at + c.len_utf8()),
                _ => false,
            },
            Node::Cat(parts) => match parts.split_first() {
                None => then(at),
                Some((first, rest)) => {
                    let rest = Node::Cat(rest.to_vec());
                    self.matches(first, at, &mut |at| self.matches(&rest, at, then))
                }
            },
            Node::Alt(parts) => parts.iter().any(|part| self.matches(part, at, then)),
            Node::Repeat(repeat) => self.repeat(&repeat.body, repeat.min, repeat.max, repeat.greedy, at, then),
            Node::Atomic(body) => self.first_end(body, at).is_some_and(then),
            Node::Look { ahead, negative, body } => {
                let found = match ahead {
                    true => self.first_end(body, at).is_some(),
                    false => (0..=at).filter(|&from| self.text.is_char_boundary(from)).any(|from| {
                        let body = single_folding(body);
                        self.matches(&body, from, &mut |end| end == at)
                    }),
                };
                found != *negative && then(at)
            }
            Node::Assert(assertion) => self.holds(*assertion, at) && then(at),
            Node::Capture(number, body) => self.matches(body, at, &mut |end| {
                let before = self.captures.borrow()[*number].clone();
                self.captures.borrow_mut()[*number] = Some(at..end);
                let found = then(end);
                if !found {
                    self.captures.borrow_mut()[*number] = before;
                }
                found
            }),
            Node::Backref(number) => {
                let captured = self.captures.borrow()[*number].clone();
                captured.is_some_and(|captured| {
                    self.text[at..].starts_with(&self.text[captured.clone()]) && then(at + captured.len())
                })
            }
        }
    }

    fn repeat(&self, body: &Node, min: u32, max: Option<u32>, greedy: bool, at: usize, then: Then<'_>) -> bool {
        if max == Some(0) {
            return then(at);
        }
        let less = |count: u32| count.saturating_sub(1);
        if !greedy && min == 0 && then(at) {
            return true;
        }
        let round = self.matches(body, at, &mut |end| {
            // A round of an unbounded loop that consumed nothing ends it.
            if end == at && max.is_none() && min <= 1 {
                return then(end);
            }
            self.repeat(body, less(min), max.map(less), greedy, end, then)
        });
        round || (greedy && min == 0 && then(at))
    }

    fn first_end(&self, node: &Node, at: usize) -> Option<usize> {
        let mut first = None;
        self.matches(node, at, &mut |end| {
            first = Some(end);
            true
        });
        first
    }

    fn holds(&self, assertion: Assertion, at: usize) -> bool {
        let (before, after) = self.text.split_at(at);
        let is_word =
            |c: char| class::boundary_word(Unicode::Hf).ranges().iter().any(|r| r.start() <= c && c <= r.end());
        let boundary = before.ends_with(is_word) != after.starts_with(is_word);
        match assertion {
            Assertion::TextStart => before.is_empty(),
            Assertion::TextEnd => after.is_empty(),
            Assertion::LastLineEnd => after.is_empty() || after == "\n",
            Assertion::LineStart => before.is_empty() || (before.ends_with('\n') && !after.is_empty()),
            Assertion::LineEnd => after.is_empty() || after.starts_with('\n'),
            Assertion::WordBoundary => boundary,
            Assertion::NotWordBoundary => !boundary,
        }
    }

    fn find_all(&self, node: &Node) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut from = 0;
        loop {
            let starts = (from..=self.text.len()).filter(|&at| self.text.is_char_boundary(at));
            let next = starts.into_iter().find_map(|at| {
                self.captures.borrow_mut().fill(None);
                Some(at..self.first_end(node, at)?)
            });
            let Some(range) = next else { return found };
            if range.is_empty() && found.last().is_some_and(|last| last.end == range.end) {
                match self.text[from..].chars().next() {
                    Some(c) => from += c.len_utf8(),
                    None => return found,
                }
                continue;
            }
            from = range.end;
            found.push(range);
        }
    }
}

/// Look-behind folds characters one by one.
fn single_folding(node: &Node) -> Node {
    match node {
        Node::Literal { chars, fold: true } => fold::expand_singly(chars),
        Node::Cat(parts) => Node::Cat(parts.iter().map(single_folding).collect()),
        Node::Alt(parts) => Node::Alt(parts.iter().map(single_folding).collect()),
        node => node.clone(),
    }
}

/// What the engine finds, with outcomes remembered from the start or after many steps.
fn engine(pattern: &str, text: &str, remember: bool) -> Vec<Range<usize>> {
    let parsed = parse::parse(pattern, Unicode::Hf, 64).unwrap();
    let program = program::compile(&parsed, Unicode::Hf, 8 << 20).unwrap();
    let mut machine = Machine::new(&program, text, u64::MAX);
    if remember && !program.has_backrefs {
        machine.free_steps = 0;
    }
    let mut found = Vec::new();
    each_match(text, machine, |range| found.push(range)).unwrap();
    found
}

fn pattern() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        8 => "[abs]",
        3 => prop_oneof![Just("."), Just(r"\w"), Just("[^a]"), Just("[ab]"), Just(r"\s"), Just(r"\R"), Just("ß"), Just("st")]
            .prop_map(String::from),
        1 => prop_oneof![Just("(?=b)"), Just("(?!a)"), Just("(?<=a)"), Just("(?<!ab|s)"), Just("^"), Just("$"), Just(r"\b"), Just(r"\Z")]
            .prop_map(String::from),
    ];
    let quantifier = prop_oneof![
        6 => Just(""), 2 => Just("*"), 2 => Just("+"), 2 => Just("?"), 1 => Just("*?"), 1 => Just("+?"), 1 => Just("*+"),
        1 => Just("{2}"), 1 => Just("{1,2}"), 1 => Just("{2,}?"), 1 => Just("{,2}")
    ];
    atom.prop_recursive(4, 24, 6, move |inner| {
        let piece = (inner, quantifier.clone()).prop_map(|(inner, quantifier)| {
            let place = ["(?=", "(?!", "(?<", "^", "$", r"\b", r"\Z"].iter().any(|mark| inner.starts_with(mark));
            if place || quantifier.is_empty() { inner } else { format!("(?-x:{inner}|s){quantifier}") }
        });
        let cat = prop::collection::vec(piece, 0..4).prop_map(|parts| parts.concat());
        let alt = prop::collection::vec(cat, 1..4).prop_map(|parts| parts.join("|"));
        (alt, prop_oneof![Just("(?:"), Just("("), Just("(?>"), Just("(?i:"), Just("(?m:"), Just("(?=")])
            .prop_map(|(alt, open)| format!("{open}{alt})"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_engine_follows_the_definition(pattern in pattern(), text in "([ab]{1,3}|[sSßſ ]|\n|\r\n){0,6}") {
        let parsed = parse::parse(&pattern, Unicode::Hf, 64);
        let refused = |error: &crate::Error| error.to_string().contains("counting repetitions");
        prop_assume!(!parsed.as_ref().is_err_and(refused));
        let parsed = parsed.unwrap();
        let reference = Reference { text: &text, captures: RefCell::new(vec![None; 64]) };
        let want = reference.find_all(&parsed.node);
        prop_assert_eq!(&engine(&pattern, &text, false), &want, "{} on {:?}", pattern, text);
        prop_assert_eq!(&engine(&pattern, &text, true), &want, "{} on {:?}, remembering", pattern, text);
    }

    #[test]
    fn any_pattern_is_compiled_or_refused(pattern in r"([a-c(){}|*+?^$.\[\]\\&:,\-=!<>#imxpPkuxobBzZAGRKNsSdDwWhH0-9 é]|\(\?|\[:|\\p\{|\{1,){0,24}") {
        if let Ok(regex) = Regex::new(&pattern, Unicode::Hf, &Limits { regex_steps_per_kib: 10_000, ..Limits::default() }) {
            let _ = regex.find_all("ab c\nß12", |range| assert!(range.end <= 10));
        }
    }
}

#[test]
fn hostile_patterns_end_in_linear_time() {
    // Each of these takes exponential or quadratic time in a matcher without memory.
    let cases = [
        ("(a+)+$", "a", "b"),
        ("(?:a|a)*c", "a", "b"),
        ("(?:a*)*c", "a", "b"),
        ("(?:a|b|ab)*c", "ab", "d"),
        (r"\s*[\r\n]+x", " ", "x"),
        ("a*b|a", "a", ""),
        ("(?>a*)b|a", "a", ""),
        ("a*+b|a", "a", ""),
        ("(?=a*b)a|a", "a", ""),
        ("(?!a*b)a", "a", ""),
        (r"(?:\w+\s?)*\.", "word ", "!"),
        ("(?:(?:a?)*)*c", "a", "b"),
    ];
    for (pattern, unit, end) in cases {
        let regex = Regex::new(pattern, Unicode::Hf, &Limits::default()).unwrap();
        let steps = |units: usize| {
            let text = unit.repeat(units) + end;
            let mut machine = Machine::new(&regex.program, &text, u64::MAX);
            let mut from = 0;
            while let Some(range) = machine.find(from).unwrap() {
                from = range.end.max(from + 1);
                if from > text.len() {
                    break;
                }
            }
            machine.steps
        };
        let (short, long) = (steps(4_000), steps(16_000));
        assert!(long < 5 * short, "{pattern}: {short} steps, then {long}");
    }
}

#[test]
fn back_references_end_with_an_error() {
    let limits = Limits { regex_steps_per_kib: 1000, ..Limits::default() };
    let regex = Regex::new(r"(a*)*\1b", Unicode::Hf, &limits).unwrap();
    let error = regex.find_all(&"a".repeat(100), |_| {}).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Limit);
    let found = |text: &str| {
        let mut found = Vec::new();
        Regex::new(r"(\w)\1", Unicode::Hf, &limits).unwrap().find_all(text, |range| found.push(range)).unwrap();
        found
    };
    assert_eq!(found("abbccd"), [1..3, 3..5]);
}

#[test]
fn what_is_not_supported_is_refused_with_its_place() {
    let cases = [
        ("a(b", "byte 1"),
        ("a)b", "byte 1"),
        ("[a", "byte 0"),
        ("[]", "byte 0"),
        ("x*[z-a]", "byte 5"),
        ("*a", "byte 0"),
        ("a(?=b)*", "byte 6"),
        ("^*", "byte 1"),
        (r"a\", "byte 1"),
        (r"\p{Nonsense}", "byte 0"),
        (r"\p{sc=Greek}", "byte 0"),
        ("[[:nonsense:]]", "byte 1"),
        (r"\xFF", "byte 0"),
        (r"\x{110000}", "byte 0"),
        (r"\u12", "byte 0"),
        (r"a\K", "byte 1"),
        (r"\G", "byte 0"),
        (r"\X", "byte 0"),
        (r"(a)\2", "byte 3"),
        (r"(?i)(a)\1", "byte 7"),
        (r"(?<n>a)\g<n>", "byte 7"),
        ("(?~a)", "byte 0"),
        ("(?(1)a)", "byte 0"),
        ("(?{x})", "byte 0"),
        ("(*FAIL)", "byte 0"),
        ("(?W:a)", "byte 0"),
        ("(?<=a*)b", "byte 0"),
        ("a{100001}", "byte 2"),
        ("(?:a|b?){2,}", "byte 8"),
        (r"[a-\d]", "byte 3"),
        (r"[\d-a]", "byte 3"),
        ("(?#", "byte 0"),
    ];
    for (pattern, place) in cases {
        let error = Regex::new(pattern, Unicode::Hf, &Limits::default()).expect_err(pattern);
        assert_eq!(error.class(), ErrorClass::Format, "{pattern}");
        assert!(error.to_string().contains(place), "{pattern}: {error}");
    }
}

#[test]
fn size_is_limited() {
    let cases = [
        ("a".repeat(70_000), "regex_source_bytes"),
        ("((?:ab){1000}){1000}".to_owned(), "regex_compiled_bytes"),
        ("(".repeat(100) + &")".repeat(100), "nesting"),
        ("[".repeat(100) + "a" + &"]".repeat(100), "nesting"),
        ("a".to_owned() + &"{2}".repeat(100), "nesting"),
        ("a".to_owned() + &"?+".repeat(100), "nesting"),
    ];
    for (pattern, limit) in cases {
        let error = Regex::new(&pattern, Unicode::Hf, &Limits::default()).unwrap_err();
        assert_eq!(error.limit_values().map(|values| values.0), Some(limit), "{error}");
    }
}

#[test]
fn named_sets_are_those_of_the_reference() {
    // Sizes measured with `tokenizers` 0.23.3 (Oniguruma 6.9.10, Unicode 16). If `regex-syntax` moves on, this fails.
    let cases = [
        (r"\p{L}", 141_028),
        (r"\p{Lu}", 1_858),
        (r"\p{Ll}", 2_258),
        (r"\p{Lo}", 136_477),
        (r"\p{M}", 2_501),
        (r"\p{N}", 1_911),
        (r"\p{Nd}", 760),
        (r"\p{P}", 855),
        (r"\p{S}", 8_514),
        (r"\p{Han}", 99_030),
        (r"\w", 144_671),
        (r"\s", 25),
        (r"[[:punct:]]", 9_369),
        (r"[[:alpha:]]", 142_759),
        (r"[[:graph:]]", 292_447),
    ];
    let mut wrong = Vec::new();
    for (pattern, want) in cases {
        let Node::Set(set) = parse::parse(pattern, Unicode::Hf, 64).unwrap().node else {
            panic!("{pattern} is no set")
        };
        let got: usize = set.ranges().iter().map(|range| (range.start()..=range.end()).count()).sum();
        if got != want {
            wrong.push((pattern, got, want));
        }
    }
    assert_eq!(wrong, []);
    let names = "alnum alpha ascii blank cntrl digit graph lower print punct space upper xdigit word";
    for name in names.split(' ') {
        assert!(class::posix(name, Unicode::Unicode).is_some_and(|set| !set.ranges().is_empty()), "{name}");
    }
    let letters = Classes::of(Unicode::Hf).ranges(Class::LETTER).len();
    assert_eq!(class::property("L", false, Unicode::Hf).unwrap().ranges().len(), letters);
}
