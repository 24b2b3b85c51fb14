//! Case folding as Oniguruma does it: simple foldings, and the full ones of several characters (`ß` is `ss`, `ﬁ` is
//! `fi`). Locale rules do not exist.
//!
//! Source: CaseFolding.txt of Unicode, statuses C and F, and `onigenc_unicode_get_case_fold_codes_by_str` of Oniguruma
//! for the order in which foldings of three, two and one characters are tried.

use std::sync::LazyLock;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::ast::Node;

/// A character, in any case if `fold`.
pub(super) fn single(c: char, fold: bool) -> ClassUnicode {
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
    if fold {
        close(&mut class);
    }
    class
}

/// Adds to a class what differs only in case from its members, one character by one.
pub(super) fn close(class: &mut ClassUnicode) {
    // Fails only if the tables are compiled out, which our features do not allow.
    let _ = class.try_case_fold_simple();
}

/// What a folded literal matches, as a tree: from the left, the longest run of characters that is the folding of one
/// character also matches that character; a character that folds to several also matches those.
pub(super) fn expand(chars: &[char]) -> Node {
    let mut parts = Vec::new();
    let mut rest = chars;
    while let Some(&c) = rest.first() {
        let run = [3, 2].into_iter().find_map(|len| {
            let run = rest.get(..len)?;
            Some((run, unfoldings(run)?))
        });
        let used = match run {
            Some((run, singles)) => {
                parts.push(Node::Alt(vec![sets(run.iter().copied()), Node::Set(singles)]));
                run.len()
            }
            None => {
                let set = Node::Set(single(c, true));
                parts.push(match full_folding(c) {
                    Some(folding) => Node::Alt(vec![set, sets(folding.iter().copied())]),
                    None => set,
                });
                1
            }
        };
        rest = rest.get(used..).unwrap_or_default();
    }
    Node::cat(parts)
}

/// As [`expand`], without foldings of several characters: look-behind has a fixed length.
pub(super) fn expand_singly(chars: &[char]) -> Node {
    sets(chars.iter().copied())
}

/// The foldings of several characters of the members of a class under `(?i)`.
pub(super) fn expand_class(class: &ClassUnicode) -> Vec<Node> {
    let contains = |c: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c));
    let mut foldings: Vec<&[char]> =
        FULL.iter().filter(|(c, _)| contains(*c)).map(|(_, folding)| folding.as_slice()).collect();
    foldings.sort_by_key(|folding| (folding.len(), *folding));
    foldings.dedup();
    foldings.into_iter().map(|folding| sets(folding.iter().copied())).collect()
}

/// The characters that [`expand`] may match first, beyond those of the first character.
pub(super) fn starts(chars: &[char]) -> ClassUnicode {
    let mut starts = ClassUnicode::empty();
    for len in [2, 3] {
        if let Some(unfoldings) = chars.get(..len).and_then(unfoldings) {
            starts.union(&unfoldings);
        }
    }
    if let Some(first) = chars.first().and_then(|&c| full_folding(c)).and_then(|folding| folding.first()) {
        starts.union(&single(*first, true));
    }
    starts
}

fn sets(chars: impl Iterator<Item = char>) -> Node {
    Node::Cat(chars.map(|c| Node::Set(single(c, true))).collect())
}

/// The characters whose full folding is this run (in any case).
fn unfoldings(run: &[char]) -> Option<ClassUnicode> {
    let folded = run.iter().map(|&c| simple_folding(c));
    let found = FULL.iter().filter(|(_, folding)| folding.iter().copied().eq(folded.clone()));
    let class = ClassUnicode::new(found.map(|&(c, _)| ClassUnicodeRange::new(c, c)));
    (!class.ranges().is_empty()).then_some(class)
}

fn full_folding(c: char) -> Option<&'static [char]> {
    let at = FULL.binary_search_by_key(&c, |&(c, _)| c).ok()?;
    FULL.get(at).map(|(_, folding)| folding.as_slice())
}

fn simple_folding(c: char) -> char {
    match folding(c).as_slice() {
        // The mappings take the dotless i to i, the foldings do not.
        [folded] if c != 'ı' => *folded,
        _ => c,
    }
}

/// Full case folding, from the case mappings of the standard library: lower case of upper case of lower case.
fn folding(c: char) -> Vec<char> {
    c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// The characters that fold to several (status F of CaseFolding.txt), with their foldings.
static FULL: LazyLock<Vec<(char, Vec<char>)>> = LazyLock::new(|| {
    // The last of them is U+FB17, and Unicode promises that the foldings of assigned characters are stable.
    let several = |c: &char| {
        let lower = c.to_lowercase();
        lower.len() > 1 || lower.flat_map(char::to_uppercase).count() > 1
    };
    ('\u{80}'..='\u{fb17}').filter(several).map(|c| (c, folding(c))).filter(|(_, folding)| folding.len() > 1).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_foldings_are_those_of_unicode() {
        // CaseFolding.txt has 104 lines of status F.
        assert_eq!(FULL.len(), 104);
        let cases = [
            ('ß', "ss"),
            ('ẞ', "ss"),
            ('İ', "i̇"),
            ('ﬃ', "ffi"),
            ('ŉ', "ʼn"),
            ('ᾈ', "ἀι"),
            ('\u{390}', "ι\u{308}\u{301}"),
            ('ﬆ', "st"),
        ];
        for (c, want) in cases {
            assert_eq!(full_folding(c).map(|folding| folding.iter().collect::<String>()).as_deref(), Some(want), "{c}");
        }
        for (c, want) in [('ſ', 's'), ('\u{212a}', 'k'), ('Σ', 'σ'), ('ς', 'σ'), ('I', 'i'), ('ı', 'ı')] {
            assert_eq!(simple_folding(c), want, "{c}");
        }
    }
}
