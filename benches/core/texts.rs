//! Texts to measure with.

use std::path::Path;
use std::sync::OnceLock;

/// Bytes of a text.
const SIZE: usize = 2_000_000;

/// Texts by name: two languages, or the user's own.
pub(crate) fn texts() -> &'static [(String, String)] {
    static TEXTS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    TEXTS.get_or_init(|| match std::env::var_os("HYBRIDTOK_BENCH_TEXT") {
        Some(path) => {
            let bytes = std::fs::read(path).unwrap();
            vec![("own".to_owned(), String::from_utf8_lossy(bytes.get(..2 * SIZE).unwrap_or(&bytes)).into_owned())]
        }
        None => ["english", "turkish"].map(|language| (language.to_owned(), lengthened(&corpus(language)))).into(),
    })
}

/// A corpus of the repository.
pub(crate) fn corpus(language: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora").join(language);
    std::fs::read_to_string(folder.join(format!("{language}.txt"))).unwrap()
}

/// The text again and again, each time with other words changed, so that there are always words not seen before.
fn lengthened(text: &str) -> String {
    let mut long = String::with_capacity(SIZE + text.len());
    for round in 0.. {
        for (number, word) in text.split_inclusive(char::is_whitespace).enumerate() {
            if round > 0 && (number + round) % 16 == 0 {
                long.extend(word.chars().skip(1));
                long.extend(word.chars().next().into_iter().chain(letter(round)));
                long.push(' ');
            } else {
                long.push_str(word);
            }
        }
        if long.len() >= SIZE {
            break;
        }
    }
    long
}

/// A letter for a number.
fn letter(number: usize) -> Option<char> {
    ('a'..='z').nth(number % 26)
}

/// Letters, digits, whatever `choose` picks from a random number: always the same ones.
pub(crate) fn random(size: usize, choose: impl Fn(u32) -> char) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut text = String::with_capacity(size + 4);
    while text.len() < size {
        // xorshift64 (Marsaglia, 2003)
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push(choose((state >> 32) as u32));
    }
    text
}
