//! Scanners for the well-known patterns: bit masks over classes of bytes instead of a regular expression engine.
//!
//! [`scalar`] says what each pattern matches, one match after the other; [`bits`] finds the same words 64 bytes at a time
//! and falls back on it where text is unusual. `\s+(?!\S)`, the look-ahead that keeps these patterns from the fast
//! engines, is three lines in either: a run of whitespace leaves its last character to what follows.

mod bits;
mod block;
mod cuts;
mod kinds;
mod scalar;
mod steady;

use std::ops::Range;

use super::{Span, Unicode};
use block::{Ascii, AsciiSet, BLOCK, Ways};
use kinds::Kinds;
use steady::Steady;

/// A pattern we have a scanner for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scanner {
    pattern: Known,
    /// `\p{N}{1,max}`.
    max_digits: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// `'s|'t|… | ?\p{L}+ | …` (GPT-2).
    Gpt2,
    /// `(?i:'s|'t|…)|[^\r\n\p{L}\p{N}]?\p{L}+|…` (cl100k and what came of it: Llama 3, Qwen 2).
    Cl100k,
    /// `[^\r\n\p{L}\p{N}]?[upper]*[lower]+(?i:'s|'t|…)?|…` (GPT-4o); without contractions Mistral's and SuperBPE's first.
    O200k { contractions: bool },
    /// ` ?\S+|\s+(?!\S)|\s+`.
    Words,
    /// Words with what apostrophes join, numbers, the rest ([`MORPHEMES`]).
    Morphemes,
    /// What no superword crosses (SuperBPE's second pattern, and ours): the only ones that do not match everything. Marks
    /// are punctuation, or parts of words; line ends are barriers, or not.
    Superwords { marks: bool, newlines: bool },
    /// Words that are cut at some letters, too.
    Steady(Steady),
}

/// GPT-2's pattern. Source: `encoder.py` of openai/gpt-2.
pub const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

/// How text is cut for morphological analysis: a word with one space in front of it, and what apostrophes join to it or to
/// a number. Ours.
pub const MORPHEMES: &str = r" ?\p{L}[\p{L}\p{M}\p{N}]*(?:['’]\p{L}[\p{L}\p{M}\p{N}]*)*| ?\p{N}+(?:['’]\p{L}[\p{L}\p{M}\p{N}]*)*| ?[^\s\p{L}\p{N}]+|[^\S ]+| +(?!\S)| +";

const fn scanner(pattern: Known, max_digits: usize) -> Scanner {
    Scanner { pattern, max_digits }
}

const fn superwords(marks: bool, newlines: bool) -> Scanner {
    scanner(Known::Superwords { marks, newlines }, 3)
}

/// Patterns of tokenizer files, as they are written there, and their scanners.
const KNOWN: &[(&str, Scanner)] = &[
    (GPT2, Scanner::GPT2),
    (MORPHEMES, Scanner::MORPHEMES),
    // Llama 3, and cl100k as most converters write it.
    (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        scanner(Known::Cl100k, 3),
    ),
    // Qwen 2.
    (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        scanner(Known::Cl100k, 1),
    ),
    // GPT-4o.
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        scanner(Known::O200k { contractions: true }, 3),
    ),
    // SuperBPE's first stage, and Mistral's tekken with three digits.
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        Scanner::SUPERBPE_WORDS,
    ),
    // Mistral's tekken (Nemo, Small).
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        scanner(Known::O200k { contractions: false }, 1),
    ),
    // SuperBPE's second stage; without marks, with line ends, and both.
    (r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]{2,}[\r\n/]*| +(?!\S)", superwords(true, false)),
    (r"\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]{2,}[\r\n/]*| +(?!\S)", superwords(false, false)),
    (
        r" ?[^\s\p{L}\p{N}]+[\r\n][\r\n/]*|\s*[\r\n]+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]{2,}[\r\n/]*| +(?!\S)",
        superwords(true, true),
    ),
    (
        r" ?[^\s\p{L}\p{M}\p{N}]+[\r\n][\r\n/]*|\s*[\r\n]+|\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]{2,}[\r\n/]*| +(?!\S)",
        superwords(false, true),
    ),
    // Whitespace-separated words, nothing lost.
    (r" ?\S+|\s+(?!\S)|\s+", scanner(Known::Words, 0)),
];

/// `[\p{L}\p{M}\p{N}]`: what [`MORPHEMES`] takes for more of a word.
pub(crate) fn goes_on(c: char, unicode: Unicode) -> bool {
    let kind = Kinds::of(unicode).of_char(c);
    kind.is_letter() || matches!(kind, kinds::Kind::Number | kinds::Kind::Mark)
}

impl Scanner {
    /// GPT-2's.
    pub const GPT2: Scanner = scanner(Known::Gpt2, usize::MAX);
    /// That of [`MORPHEMES`].
    pub const MORPHEMES: Scanner = scanner(Known::Morphemes, usize::MAX);

    /// SuperBPE's first stage.
    pub(crate) const SUPERBPE_WORDS: Scanner = scanner(Known::O200k { contractions: false }, 3);

    /// Whether the words are chunks of text that hold several.
    pub(crate) fn spans_words(self) -> bool {
        matches!(self.pattern, Known::Superwords { .. })
    }

    /// The scanner for a pattern, if there is one.
    pub fn of(pattern: &str) -> Option<Scanner> {
        Self::patterns().find(|(known, _)| *known == pattern).map(|(_, scanner)| scanner)
    }

    /// The patterns that have a scanner.
    pub fn patterns() -> impl Iterator<Item = (&'static str, Scanner)> {
        KNOWN
            .iter()
            .copied()
            .chain(Steady::all().map(|(_, pattern, steady)| (pattern, scanner(Known::Steady(steady), 0))))
    }

    /// The patterns that are ours, by their names.
    pub fn own_patterns() -> impl Iterator<Item = (&'static str, &'static str)> {
        std::iter::once(("morphemes", MORPHEMES)).chain(Steady::all().map(|(name, pattern, _)| (name, pattern)))
    }

    /// The kinds of characters that the pattern tells apart.
    fn kinds(self, unicode: Unicode) -> &'static Kinds {
        match self.pattern {
            Known::Steady(steady) => steady.kinds(unicode),
            _ => Kinds::of(unicode),
        }
    }

    /// The characters of ASCII at which words are cut.
    fn cut_at(self) -> AsciiSet {
        match self.pattern {
            Known::Steady(steady) => steady.ascii(),
            _ => AsciiSet::default(),
        }
    }

    /// Calls `found` with the words of a text, some hundred at a time: the matches of the pattern, and what is between
    /// them. They cover the text. Shorter than 4 GiB.
    pub fn words(self, text: &str, unicode: Unicode, found: &mut dyn FnMut(&[Span])) {
        let kinds = self.kinds(unicode);
        #[cfg(target_arch = "x86_64")]
        if crate::cpu::has_avx512() {
            #[allow(unsafe_code)]
            // SAFETY: the processor has what the function was compiled for; it was just asked.
            return unsafe { self.words_avx512(text, kinds, found) };
        } else if crate::cpu::is_recent() {
            #[allow(unsafe_code)]
            // SAFETY: the same.
            return unsafe { self.words_avx2(text, kinds, found) };
        } else {
            #[allow(unsafe_code)]
            // SAFETY: every x86-64 has SSE2.
            return unsafe { self.words_sse2(text, kinds, found) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        self.words_by(text, kinds, block::BY_BYTES, found)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi2")]
    fn words_avx512(self, text: &str, kinds: &Kinds, found: &mut dyn FnMut(&[Span])) {
        let ways = Ways {
            classify: |bytes: &_| block::x86::avx512(bytes),
            positions: |mask, at, to: &mut _| block::x86::positions_avx512(mask, at, to),
            members: |bytes: &_, set: &_| block::x86::members_avx512(bytes, set),
        };
        self.words_by(text, kinds, ways, found);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn words_avx2(self, text: &str, kinds: &Kinds, found: &mut dyn FnMut(&[Span])) {
        let ways = Ways {
            classify: |bytes: &_| block::x86::avx2(bytes),
            positions: block::positions,
            members: |bytes: &_, set: &_| block::x86::members_avx2(bytes, set),
        };
        self.words_by(text, kinds, ways, found);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "sse2")]
    fn words_sse2(self, text: &str, kinds: &Kinds, found: &mut dyn FnMut(&[Span])) {
        let classify = |bytes: &_| block::x86::sse2(bytes);
        self.words_by(text, kinds, Ways { classify, positions: block::positions, members: block::members }, found);
    }

    #[inline(always)]
    fn words_by(
        self,
        text: &str,
        kinds: &Kinds,
        ways: Ways<
            impl Fn(&[u8; BLOCK]) -> Ascii,
            impl Fn(u64, u32, &mut [u32; BLOCK]),
            impl Fn(&[u8; BLOCK], &AsciiSet) -> u64,
        >,
        found: &mut dyn FnMut(&[Span]),
    ) {
        match self.pattern {
            Known::Gpt2 => bits::scan::<bits::Gpt2>(self, text, kinds, ways, found),
            Known::Cl100k => bits::scan::<bits::Cl100k>(self, text, kinds, ways, found),
            Known::O200k { contractions: true } => bits::scan::<bits::O200k>(self, text, kinds, ways, found),
            Known::O200k { contractions: false } => bits::scan::<bits::O200kPlain>(self, text, kinds, ways, found),
            Known::Words => bits::scan::<bits::Words>(self, text, kinds, ways, found),
            Known::Morphemes => bits::scan::<bits::Morphemes>(self, text, kinds, ways, found),
            Known::Steady(_) => bits::scan::<bits::Steady>(self, text, kinds, ways, found),
            Known::Superwords { marks: true, newlines: false } => {
                bits::scan::<bits::Superwords<true, false>>(self, text, kinds, ways, found)
            }
            Known::Superwords { marks: false, newlines: false } => {
                bits::scan::<bits::Superwords<false, false>>(self, text, kinds, ways, found)
            }
            Known::Superwords { marks: true, newlines: true } => {
                bits::scan::<bits::Superwords<true, true>>(self, text, kinds, ways, found)
            }
            Known::Superwords { marks: false, newlines: true } => {
                bits::scan::<bits::Superwords<false, true>>(self, text, kinds, ways, found)
            }
        }
    }

    /// [`Scanner::words`], one match after the other.
    #[cfg(test)]
    fn words_scalar(self, text: &str, kinds: &Kinds, found: &mut dyn FnMut(&[Span])) {
        let mut words = Vec::with_capacity(bits::BATCH);
        self.each_scalar(text, kinds, |word, _| {
            words.push(Span::from(word));
            if words.len() == bits::BATCH {
                found(&words);
                words.clear();
            }
        });
        found(&words);
    }

    fn each_scalar(self, text: &str, kinds: &Kinds, mut found: impl FnMut(Range<usize>, bool)) {
        let mut start = 0;
        while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
            let (len, matched) = scalar::next(self, rest, kinds);
            found(start..start + len, matched);
            start += len;
        }
    }

    /// The length of the match that a text begins with; of what is in front of the first one if it begins with none.
    pub fn first(self, text: &str, unicode: Unicode) -> usize {
        if text.is_empty() { 0 } else { scalar::next(self, text, self.kinds(unicode)).0 }
    }

    /// Calls `found` with every match, in order.
    pub fn matches(self, text: &str, unicode: Unicode, mut found: impl FnMut(Span)) {
        if let Known::Superwords { .. } = self.pattern {
            let kinds = self.kinds(unicode);
            return self.each_scalar(text, kinds, |word, matched| {
                if matched {
                    found(word.into());
                }
            });
        }
        self.words(text, unicode, &mut |words| words.iter().for_each(|&word| found(word)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::text::regex::Regex;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// The scanners beside the engine for any pattern; compiling takes longer than a thousand texts.
    static ALL: LazyLock<Vec<(Scanner, Unicode, Regex)>> = LazyLock::new(|| {
        let modes = [Unicode::Hf, Unicode::Unicode];
        let both = Scanner::patterns().flat_map(|(source, scanner)| modes.map(|unicode| (source, scanner, unicode)));
        both.map(|(source, scanner, unicode)| {
            (scanner, unicode, Regex::new(source, unicode, &Limits::default()).unwrap())
        })
        .collect()
    });

    type Found<'f> = &'f mut dyn FnMut(&[Span]);

    /// Every way to scan that this processor has.
    fn every_way(scanner: Scanner, text: &str, unicode: Unicode) -> Vec<Vec<Span>> {
        let kinds = scanner.kinds(unicode);
        let mut ways = Vec::new();
        let mut way = |scan: &dyn Fn(Found<'_>)| {
            let mut all = Vec::new();
            scan(&mut |words| all.extend_from_slice(words));
            ways.push(all);
        };
        way(&|found| scanner.words(text, unicode, found));
        way(&|found| scanner.words_by(text, kinds, block::BY_BYTES, found));
        way(&|found| scanner.words_scalar(text, kinds, found));
        #[cfg(target_arch = "x86_64")]
        #[allow(unsafe_code)]
        {
            way(&|found| unsafe { scanner.words_sse2(text, kinds, found) });
            if crate::cpu::is_recent() {
                way(&|found| unsafe { scanner.words_avx2(text, kinds, found) });
            }
            if crate::cpu::has_avx512() {
                way(&|found| unsafe { scanner.words_avx512(text, kinds, found) });
            }
        }
        ways
    }

    fn check(text: &str, number: usize) -> Result<(), TestCaseError> {
        let (scanner, unicode, regex) = &ALL[number % ALL.len()];
        let mut want: Vec<Span> = Vec::new();
        regex.find_all(text, |range| want.push(range.into())).unwrap();
        let mut got = Vec::new();
        scanner.matches(text, *unicode, |word| got.push(word));
        prop_assert_eq!(&got, &want, "{:?}", scanner);
        // With what is between.
        let mut at = 0;
        let mut all = Vec::new();
        for word in want {
            if word.start > at {
                all.push(Span::new(at, word.start));
            }
            all.push(word);
            at = word.end;
        }
        if (at as usize) < text.len() {
            all.push(Span::from(at as usize..text.len()));
        }
        for way in every_way(*scanner, text, *unicode) {
            prop_assert_eq!(&way, &all, "{:?} {:?}", scanner, text);
        }
        Ok(())
    }

    /// Text of what the patterns tell apart.
    pub(super) fn pieces(count: Range<usize>) -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            8 => "[a-eA-Cİş漢ǅª]",
            2 => "[0-9]{1,5}|[٣½Ⅷ]",
            3 => "[ ]{1,3}",
            3 => "['’]|'(s|t|re|ve|m|ll|d|S|RE|ſ|lL|vE)",
            2 => "[\\t\\n\\r\\u{a0}\\u{2003}/]",
            1 => "[\u{301}\u{e31}]",
            2 => "[.,!+€(]",
            2 => "[a-z]{3,20}",
            1 => ".",
        ];
        proptest::collection::vec(piece, count).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn scanners_equal_their_patterns(text in pieces(0..24), number in 0usize..1000) {
            check(&text, number)?;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn longer_texts_cross_blocks(text in pieces(100..400), number in 0usize..1000) {
            check(&text, number)?;
        }

        #[test]
        fn vectors_classify_as_bytes_do(
            bytes in proptest::array::uniform32(any::<u16>()),
            some in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let mut block = [0; block::BLOCK];
            block.iter_mut().zip(bytes.iter().flat_map(|two| two.to_le_bytes())).for_each(|(to, from)| *to = from);
            let set: AsciiSet = some.iter().copied().collect();
            let among = |byte: &u8| byte.is_ascii() && some.contains(byte);
            let want = block.iter().zip(0..).fold(0, |mask, (byte, bit)| mask | u64::from(among(byte)) << bit);
            prop_assert_eq!(block::members(&block, &set), want);
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            {
                prop_assert_eq!(unsafe { block::x86::sse2(&block) }, block::scalar(&block));
                if crate::cpu::is_recent() {
                    prop_assert_eq!(unsafe { block::x86::avx2(&block) }, block::scalar(&block));
                    prop_assert_eq!(unsafe { block::x86::members_avx2(&block, &set) }, block::members(&block, &set));
                }
                if crate::cpu::has_avx512() {
                    prop_assert_eq!(unsafe { block::x86::avx512(&block) }, block::scalar(&block));
                    prop_assert_eq!(unsafe { block::x86::members_avx512(&block, &set) }, block::members(&block, &set));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn positions_are_those_of_bits(mask in any::<[u64; 3]>().prop_flat_map(|[a, b, c]| proptest::sample::select(vec![a, a & b & c, a | b | c])), at in 0u32..1 << 31) {
            let want: Vec<u32> = (0..64).filter(|bit| mask >> bit & 1 != 0).map(|bit| at + bit).collect();
            let mut to = [0; block::BLOCK];
            block::positions(mask, at, &mut to);
            prop_assert_eq!(&to[..want.len()], &want[..]);
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            if crate::cpu::has_avx512() {
                to = [0; block::BLOCK];
                unsafe { block::x86::positions_avx512(mask, at, &mut to) };
                prop_assert_eq!(&to[..want.len()], &want[..]);
            }
        }
    }

    #[test]
    fn every_character_in_short_contexts() {
        // Before and behind each character what the patterns tell apart; filled up so that blocks end everywhere.
        for (scanner, unicode, _) in ALL.iter().filter(|(_, unicode, _)| *unicode == Unicode::Hf) {
            let kinds = scanner.kinds(*unicode);
            let mut text = String::new();
            for c in '\0'..=char::MAX {
                for (before, after) in
                    [("a", "B"), (" ", "a"), ("(", "a"), ("1", "1"), ("\n", " "), ("A", "'s"), ("'", "/")]
                {
                    text.push_str(before);
                    text.push(c);
                    text.push_str(after);
                }
                if text.len() > 10_000 || c == char::MAX {
                    let (mut fast, mut slow) = (Vec::new(), Vec::new());
                    scanner.words(&text, *unicode, &mut |words| fast.extend_from_slice(words));
                    scanner.words_scalar(&text, kinds, &mut |words| slow.extend_from_slice(words));
                    assert_eq!(fast, slow, "{scanner:?} around U+{:04X}", c as u32);
                    text.clear();
                }
            }
        }
    }
}
