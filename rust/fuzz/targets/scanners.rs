//! Every scanner cuts as its pattern does when a regular expression engine runs it, and where it says that a text may be
//! cut, it may.

#![no_main]

use std::sync::LazyLock;

use hybridtok::Limits;
use hybridtok::text::pattern::{Pattern, Source};
use hybridtok::text::scan::Scanner;
use hybridtok::text::{Span, Unicode};
use libfuzzer_sys::fuzz_target;

/// A group around a known pattern is a pattern that nobody knows.
static ALL: LazyLock<Vec<(Scanner, Pattern)>> = LazyLock::new(|| {
    let slow =
        |pattern: &str| Pattern::new(Source::Regex(format!("(?:{pattern})")), Unicode::Hf, &Limits::default()).unwrap();
    Scanner::patterns().map(|(pattern, scanner)| (scanner, slow(pattern))).collect()
});

fn words(scanner: Scanner, text: &str, base: usize) -> Vec<Span> {
    let mut words = Vec::new();
    scanner.words(text, Unicode::Hf, &mut |some| words.extend_from_slice(some));
    words.iter().map(|word| Span::from(base + word.range().start..base + word.range().end)).collect()
}

fuzz_target!(|data: &[u8]| {
    let Some((&which, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let (scanner, pattern) = &ALL[which as usize % ALL.len()];
    let (mut fast, mut slow) = (Vec::new(), Vec::new());
    scanner.matches(&text, Unicode::Hf, |word| fast.push(word));
    pattern.find_all(&text, &mut |word| slow.push(word)).unwrap();
    assert_eq!(fast, slow, "{pattern:?}");
    if let Some(cut) = scanner.cut(&text, Unicode::Hf, text.len() / 3) {
        let mut both = words(*scanner, &text[..cut], 0);
        both.extend(words(*scanner, &text[cut..], cut));
        assert_eq!(both, words(*scanner, &text, 0), "{pattern:?} cut at {cut}");
    }
});
