//! Named sets of characters: properties, POSIX brackets and the escapes that stand for sets.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

use crate::text::Unicode;
use crate::text::classes::{self, Classes};

/// Every character.
pub(super) fn everything() -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)])
}

/// Every character but the line feed: what a dot matches.
pub(super) fn everything_but_newline() -> ClassUnicode {
    let mut set = everything();
    set.difference(&ClassUnicode::new([ClassUnicodeRange::new('\n', '\n')]));
    set
}

/// What `\R` matches as one character.
pub(super) fn newlines() -> ClassUnicode {
    let ranges = [('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')];
    ClassUnicode::new(ranges.map(|(first, last)| ClassUnicodeRange::new(first, last)))
}

/// The set that an escape such as `\w` stands for (lower case only).
pub(super) fn escape(letter: char, in_bracket: bool, unicode: Unicode) -> Option<ClassUnicode> {
    match letter {
        'w' => word(in_bracket, unicode),
        'd' => posix("digit", unicode),
        's' => posix("space", unicode),
        'h' => posix("xdigit", unicode),
        _ => None,
    }
}

/// `\w`. Outside of brackets Oniguruma asks another table for Latin-1, where superscripts and fractions are words.
fn word(in_bracket: bool, unicode: Unicode) -> Option<ClassUnicode> {
    let mut word = posix("word", unicode)?;
    if !in_bracket && unicode == Unicode::Hf {
        word.union(&parse("[²³¹¼½¾]")?);
    }
    Some(word)
}

/// What a word boundary is a boundary of.
pub(super) fn boundary_word(unicode: Unicode) -> ClassUnicode {
    word(false, unicode).unwrap_or_else(ClassUnicode::empty)
}

/// The set of a POSIX bracket, by Oniguruma's definitions for Unicode (its `doc/RE`, section 6).
pub(super) fn posix(name: &str, unicode: Unicode) -> Option<ClassUnicode> {
    parse(match name {
        "alnum" => r"[\p{Alphabetic}\p{Nd}]",
        "alpha" => r"\p{Alphabetic}",
        "ascii" => r"[\x00-\x7F]",
        "blank" => r"[\p{Zs}\t]",
        "cntrl" => r"\p{Cc}",
        "digit" => r"\p{Nd}",
        "graph" => r"[\P{Cn}--[\p{White_Space}\p{Cc}]]",
        "lower" => r"\p{Lowercase}",
        "print" => r"[[\P{Cn}--[\p{White_Space}\p{Cc}]]\p{Zs}]",
        "punct" => r"[\p{P}\p{S}]",
        "space" => return Some(measured(classes::Class::REGEX_WHITESPACE, unicode)),
        "upper" => r"\p{Uppercase}",
        "xdigit" => r"[0-9A-Fa-f]",
        "word" => r"[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]",
        _ => return None,
    })
}

/// The set of a property: a POSIX name, a general category, a script, or another plain name that both Oniguruma and
/// the tables know. Spaces, hyphens, underscores and case do not matter.
pub(super) fn property(name: &str, in_bracket: bool, unicode: Unicode) -> Option<ClassUnicode> {
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_')) {
        return None;
    }
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match plain.as_str() {
        "l" | "letter" => Some(measured(classes::Class::LETTER, unicode)),
        "n" | "number" => Some(measured(classes::Class::NUMBER, unicode)),
        // No text has surrogates.
        "cs" | "surrogate" => Some(ClassUnicode::empty()),
        "word" => word(in_bracket, unicode),
        "posixpunct" => posix("punct", unicode),
        // The property is the general category, the POSIX bracket has the symbols too.
        "punct" => parse(r"\p{P}"),
        _ => posix(&plain, unicode).or_else(|| parse(&format!(r"\p{{{plain}}}"))),
    }
}

fn measured(class: classes::Class, unicode: Unicode) -> ClassUnicode {
    let ranges = Classes::of(unicode).ranges(class);
    ClassUnicode::new(ranges.into_iter().map(|(first, last)| ClassUnicodeRange::new(first, last)))
}

/// A class in the syntax of the `regex-syntax` crate.
pub(super) fn parse(class: &str) -> Option<ClassUnicode> {
    match regex_syntax::parse(class).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        HirKind::Literal(literal) => {
            let c = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            Some(ClassUnicode::new([ClassUnicodeRange::new(c, c)]))
        }
        _ => None,
    }
}
