//! The scanners one match at a time: the truth that the fast ones are held to, and what they fall back on.
//!
//! Each answers how long the match at the start of a text is. Matching never looks back, so that a scan may begin
//! wherever a match does.

use super::block::AsciiSet;
use super::kinds::{Kind, Kinds};
use super::{Known, Scanner};

/// The length of the match at the start of `text`, which is not empty, and whether it is one: what stands between the
/// matches of a pattern that does not match everything is not.
pub(super) fn next(scanner: Scanner, text: &str, kinds: &Kinds) -> (usize, bool) {
    let len = match scanner.pattern {
        Known::Gpt2 => gpt2(text, kinds),
        Known::Cl100k => cl100k(text, kinds, scanner.max_digits),
        Known::O200k { contractions } => o200k(text, kinds, scanner.max_digits, contractions),
        Known::Words => words(text, kinds),
        Known::Morphemes => morphemes(text, kinds),
        Known::Steady(steady) => cut_words(text, steady.ascii(), kinds),
        Known::Superwords { .. } => return superwords(scanner, text, kinds),
    };
    (len, true)
}

const ASCII: [Kind; 128] = {
    let mut kinds = [Kind::Other; 128];
    let mut byte = 0;
    while byte < 128u8 {
        #[allow(clippy::indexing_slicing, reason = "the counter stays below 128")]
        let kind = &mut kinds[byte as usize];
        *kind = match byte {
            b'A'..=b'Z' => Kind::Upper,
            b'a'..=b'z' => Kind::Lower,
            b'0'..=b'9' => Kind::Number,
            b' ' | 9..=13 => Kind::Space,
            _ => Kind::Other,
        };
        byte += 1;
    }
    kinds
};

/// Kind and length of the character at a byte position.
#[inline]
pub(super) fn kind_at(text: &str, at: usize, kinds: &Kinds) -> Option<(Kind, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if let Some(&kind) = ASCII.get(byte as usize) {
        return Some((kind, 1));
    }
    let c = text.get(at..)?.chars().next()?;
    Some((kinds.of_char(c), c.len_utf8()))
}

/// End of the run of characters that begins at `from`, of at most `most`.
#[inline]
fn run(text: &str, from: usize, most: usize, kinds: &Kinds, wanted: impl Fn(Kind) -> bool) -> usize {
    let mut end = from;
    for _ in 0..most {
        match kind_at(text, end, kinds) {
            Some((kind, len)) if wanted(kind) => end += len,
            _ => break,
        }
    }
    end
}

fn gpt2(text: &str, kinds: &Kinds) -> usize {
    if let Some(contraction) = contraction_gpt2(text) {
        return contraction;
    }
    // One space may precede a run of anything visible.
    let prefix = usize::from(text.starts_with(' '));
    match kind_at(text, prefix, kinds) {
        Some((kind, len)) if kind.is_letter() => run(text, prefix + len, usize::MAX, kinds, Kind::is_letter),
        Some((Kind::Number, len)) => run(text, prefix + len, usize::MAX, kinds, |kind| kind == Kind::Number),
        Some((kind, len)) if kind.is_other() => run(text, prefix + len, usize::MAX, kinds, Kind::is_other),
        _ => spaces(text, kinds),
    }
}

/// [`super::MORPHEMES`]
fn morphemes(text: &str, kinds: &Kinds) -> usize {
    let in_word = |kind: Kind| kind.is_letter() || matches!(kind, Kind::Number | Kind::Mark);
    let prefix = usize::from(text.starts_with(' '));
    let mut end = match kind_at(text, prefix, kinds) {
        Some((kind, len)) if kind.is_letter() => run(text, prefix + len, usize::MAX, kinds, in_word),
        Some((Kind::Number, len)) => run(text, prefix + len, usize::MAX, kinds, |kind| kind == Kind::Number),
        Some((kind, len)) if kind.is_other() => {
            return run(text, prefix + len, usize::MAX, kinds, Kind::is_other);
        }
        _ if prefix == 0 => {
            let bytes = text.as_bytes();
            let mut end = 0;
            while let Some((Kind::Space, len)) = kind_at(text, end, kinds)
                && bytes.get(end) != Some(&b' ')
            {
                end += len;
            }
            return end;
        }
        _ => {
            let spaces = text.bytes().take_while(|&byte| byte == b' ').count();
            return match kind_at(text, spaces, kinds) {
                Some((kind, _)) if kind != Kind::Space && spaces > 1 => spaces - 1,
                _ => spaces,
            };
        }
    };
    loop {
        match joined(text.get(end..).unwrap_or_default(), kinds) {
            0 => return end,
            len => end = run(text, end + len, usize::MAX, kinds, in_word),
        }
    }
}

/// The length of an apostrophe and a letter at the start of `text`; 0 if they are not there.
pub(super) fn joined(text: &str, kinds: &Kinds) -> usize {
    let quote = match text.chars().next() {
        Some(quote @ ('\'' | '’')) => quote.len_utf8(),
        _ => return 0,
    };
    match kind_at(text, quote, kinds) {
        Some((kind, len)) if kind.is_letter() => quote + len,
        _ => 0,
    }
}

/// ` ?\S+|\s+(?!\S)|\s+`
fn words(text: &str, kinds: &Kinds) -> usize {
    let prefix = usize::from(text.starts_with(' '));
    match kind_at(text, prefix, kinds) {
        Some((kind, len)) if kind != Kind::Space => {
            run(text, prefix + len, usize::MAX, kinds, |kind| kind != Kind::Space)
        }
        _ => spaces(text, kinds),
    }
}

/// [`super::steady`]
fn cut_words(text: &str, cut_at: AsciiSet, kinds: &Kinds) -> usize {
    let prefix = usize::from(text.starts_with(' '));
    let mut end = prefix;
    let mut within = false;
    while let Some((kind, len)) = kind_at(text, end, kinds)
        && kind != Kind::Space
    {
        let cuts =
            if len == 1 { text.as_bytes().get(end).is_some_and(|&byte| cut_at.has(byte)) } else { kind == Kind::Mark };
        // A run of what words are cut at goes on with the rest, which ends where the next such run begins.
        if cuts && within {
            break;
        }
        within |= !cuts;
        end += len;
    }
    if end > prefix { end } else { spaces(text, kinds) }
}

/// `\s+(?!\S)|\s+`
fn spaces(text: &str, kinds: &Kinds) -> usize {
    all_but_last(text, run(text, 0, usize::MAX, kinds, |kind| kind == Kind::Space))
}

/// What `\s+(?!\S)|\s+` takes of a run of whitespace that ends at `end`.
fn all_but_last(text: &str, end: usize) -> usize {
    let last = text.get(..end).and_then(|spaces| spaces.chars().next_back()).map_or(0, char::len_utf8);
    if end < text.len() && end > last { end - last } else { end }
}

fn cl100k(text: &str, kinds: &Kinds, max_digits: usize) -> usize {
    if let Some(contraction) = contraction(text) {
        return contraction;
    }
    // `[^\r\n\p{L}\p{N}]?\p{L}+`
    if let Some(at) = letters_at(text, kinds, Kind::is_letter) {
        return run(text, at, usize::MAX, kinds, Kind::is_letter);
    }
    after_letters(text, kinds, max_digits, "\r\n")
}

/// Where letters begin if a match of `[^\r\n\p{L}\p{N}]?` and letters begins here.
fn letters_at(text: &str, kinds: &Kinds, is_letter: fn(Kind) -> bool) -> Option<usize> {
    let (first, len) = kind_at(text, 0, kinds)?;
    let second = || matches!(kind_at(text, len, kinds), Some((kind, _)) if is_letter(kind));
    // The character in front may be a mark, which then is no letter of its own; the match is the same.
    if is_letter(first) {
        return Some(0);
    }
    (first != Kind::Number && !text.starts_with(['\r', '\n']) && second()).then_some(len)
}

/// `\p{N}{1,max_digits}| ?[^\s\p{L}\p{N}]+[tail]*|\s*[\r\n]+|\s+(?!\S)|\s+`
fn after_letters(text: &str, kinds: &Kinds, max_digits: usize, tail: &str) -> usize {
    if let Some((Kind::Number, _)) = kind_at(text, 0, kinds) {
        return run(text, 0, max_digits, kinds, |kind| kind == Kind::Number);
    }
    if let Some(len) = others(text, kinds, Kind::is_other, 1, tail) {
        return len;
    }
    let end = run(text, 0, usize::MAX, kinds, |kind| kind == Kind::Space);
    to_last_newline(text, end).unwrap_or_else(|| all_but_last(text, end))
}

/// `\s*[\r\n]+`: up to the last line end of a run of whitespace, if it holds one.
fn to_last_newline(text: &str, end: usize) -> Option<usize> {
    text.get(..end)?.rfind(['\r', '\n']).map(|at| at + 1)
}

/// ` ?[^\s\p{L}\p{N}]{least,}[tail]*`, or with another class.
fn others(text: &str, kinds: &Kinds, is_other: fn(Kind) -> bool, least: usize, tail: &str) -> Option<usize> {
    let prefix = usize::from(text.starts_with(' '));
    let enough = run(text, prefix, least, kinds, is_other);
    let count = text.get(prefix..enough).map_or(0, |run| run.chars().count());
    if count < least {
        return None;
    }
    let end = run(text, enough, usize::MAX, kinds, is_other);
    let rest = text.get(end..).unwrap_or_default();
    Some(end + rest.len() - rest.trim_start_matches(|c| tail.contains(c)).len())
}

fn o200k(text: &str, kinds: &Kinds, max_digits: usize, contractions: bool) -> usize {
    let is_letter = |kind: Kind| kind.is_letter() || kind == Kind::Mark;
    let Some(at) = letters_at(text, kinds, is_letter) else {
        return after_letters(text, kinds, max_digits, "\r\n/");
    };
    // `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`, or else the same with `+` and `*` changed over. The
    // run of the first set is taken back to its last uncased character if nothing of the second follows.
    let upper = |kind| matches!(kind, Kind::Upper | Kind::Uncased | Kind::Mark);
    let lower = |kind| matches!(kind, Kind::Lower | Kind::Uncased | Kind::Mark);
    let first = run(text, at, usize::MAX, kinds, upper);
    let mut end = run(text, first, usize::MAX, kinds, lower);
    if end == first {
        let word = text.get(at..end).unwrap_or_default();
        let cased = word.char_indices().rev().take_while(|&(_, c)| kinds.of_char(c) == Kind::Upper).last();
        end = match cased {
            Some((back, _)) if back > 0 => at + back,
            _ => end,
        };
    }
    let suffix = contractions.then(|| text.get(end..).and_then(contraction)).flatten();
    end + suffix.unwrap_or(0)
}

/// What superwords do not cross, or what is before the next of it.
fn superwords(scanner: Scanner, text: &str, kinds: &Kinds) -> (usize, bool) {
    if let Some(len) = barrier(scanner, text, kinds) {
        return (len, true);
    }
    let mut end = 0;
    while let Some((kind, len)) = kind_at(text, end, kinds) {
        // No barrier begins with a letter.
        if end > 0 && !kind.is_letter() && text.get(end..).and_then(|rest| barrier(scanner, rest, kinds)).is_some() {
            break;
        }
        end += len;
    }
    (end, false)
}

/// `\p{N}{1,3}| ?[^\s\p{L}\p{N}]{2,}[\r\n/]*| +(?!\S)`, behind ` ?[^\s\p{L}\p{N}]+[\r\n][\r\n/]*|\s*[\r\n]+` where line
/// ends are barriers, everywhere with `\p{M}` beside `\p{L}` where marks are parts of words.
pub(super) fn barrier(scanner: Scanner, text: &str, kinds: &Kinds) -> Option<usize> {
    let Known::Superwords { marks, newlines } = scanner.pattern else { return None };
    let is_other = if marks { Kind::is_other } else { |kind| kind == Kind::Other };
    if newlines {
        let prefix = usize::from(text.starts_with(' '));
        let others_end = run(text, prefix, usize::MAX, kinds, is_other);
        if others_end > prefix && text.get(others_end..).is_some_and(|rest| rest.starts_with(['\r', '\n'])) {
            return others(text, kinds, is_other, 1, "\r\n/");
        }
        let end = run(text, 0, usize::MAX, kinds, |kind| kind == Kind::Space);
        if let Some(end) = to_last_newline(text, end) {
            return Some(end);
        }
    }
    if let Some((Kind::Number, _)) = kind_at(text, 0, kinds) {
        return Some(run(text, 0, scanner.max_digits, kinds, |kind| kind == Kind::Number));
    }
    if let Some(len) = others(text, kinds, is_other, 2, "\r\n/") {
        return Some(len);
    }
    let end = text.len() - text.trim_start_matches(' ').len();
    let visible = matches!(kind_at(text, end, kinds), Some((kind, _)) if kind != Kind::Space);
    let end = if visible { end.saturating_sub(1) } else { end };
    (end > 0).then_some(end)
}

/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`: the long s also is an s, in any case.
pub(super) fn contraction(text: &str) -> Option<usize> {
    let mut chars = text.strip_prefix('\'')?.chars();
    let first = chars.next()?;
    match first {
        's' | 'S' | 't' | 'T' | 'm' | 'M' | 'd' | 'D' => return Some(2),
        'ſ' => return Some(1 + 'ſ'.len_utf8()),
        _ => {}
    }
    match (first, chars.next()?) {
        ('r' | 'R' | 'v' | 'V', 'e' | 'E') | ('l' | 'L', 'l' | 'L') => Some(3),
        _ => None,
    }
}

/// `'s|'t|'re|'ve|'m|'ll|'d`
pub(super) fn contraction_gpt2(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'\'', b's' | b't' | b'm' | b'd', ..] => Some(2),
        [b'\'', b'r' | b'v', b'e', ..] | [b'\'', b'l', b'l', ..] => Some(3),
        _ => None,
    }
}
