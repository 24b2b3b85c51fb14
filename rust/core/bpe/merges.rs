//! From pairs of strings, as files have them, to ids.

use hashbrown::HashMap;

use crate::error::{Error, Result, quote};
use crate::limits::Limits;
use crate::vocab::Vocab;

/// The `(left, right, merged)` ids of pairs of strings, by rank. The merged string is the left one and the right one
/// without `prefix` (the continuing subword prefix, which may be empty). Of a pair that occurs twice the last counts.
///
/// Errors: class `Format` at `merges[k]` if a string is not in the vocabulary or the right one lacks the prefix; class
/// `Limit` if there are more than [`Limits::merges_per_token`] merges for every token.
pub fn merges_by_id<S: AsRef<str>>(
    vocab: &Vocab,
    merges: &[(S, S)],
    prefix: &str,
    limits: &Limits,
) -> Result<Vec<(u32, u32, u32)>> {
    if merges.len() as u64 > limits.merges_per_token.saturating_mul(vocab.len() as u64) {
        let per_token = (merges.len() as u64).div_ceil(vocab.len().max(1) as u64);
        // One more than none is too many: an empty vocabulary has no merges.
        return Err(if vocab.is_empty() {
            missing(0, merges.first().map_or("", |(left, _)| left.as_ref()))
        } else {
            Error::limit("merges_per_token", per_token, limits.merges_per_token).at("merges")
        });
    }
    let mut found = Vec::with_capacity(merges.len());
    let mut merged = String::new();
    // Trained vocabularies have their tokens in the order of the merges: the next id is a good guess.
    let mut guess = 0;
    for (rank, (left, right)) in merges.iter().enumerate() {
        let (left, right) = (left.as_ref(), right.as_ref());
        let left_id = vocab.id(left).ok_or_else(|| missing(rank, left))?;
        let right_id = vocab.id(right).ok_or_else(|| missing(rank, right))?;
        let rest = right.strip_prefix(prefix).ok_or_else(|| {
            let message = format!("{} does not begin with the prefix {}", quote(right), quote(prefix));
            Error::format("bpe", format!("merges[{rank}]"), message)
        })?;
        let is_merged = |token: &str| token.strip_prefix(left) == Some(rest);
        let id = if vocab.token(guess).is_some_and(is_merged) {
            guess
        } else {
            merged.clear();
            merged.push_str(left);
            merged.push_str(rest);
            vocab.id(&merged).ok_or_else(|| missing(rank, &merged))?
        };
        guess = id.saturating_add(1);
        found.push((left_id, right_id, id));
    }
    Ok(last_of_each(found, vocab.slots()))
}

fn missing(rank: usize, token: &str) -> Error {
    Error::format("bpe", format!("merges[{rank}]"), format!("{} is not in the vocabulary", quote(token)))
}

/// Drops all but the last of equal pairs.
fn last_of_each(mut merges: Vec<(u32, u32, u32)>, slots: usize) -> Vec<(u32, u32, u32)> {
    // Equal pairs make equal tokens, and few tokens are made twice: only those merges are worth a look.
    let mut made = vec![0u8; slots];
    for &(_, _, id) in &merges {
        if let Some(count) = made.get_mut(id as usize) {
            *count = count.saturating_add(1);
        }
    }
    // Randomly seeded: a hostile file cannot choose pairs that collide. Nothing depends on the order of the map.
    let mut last = HashMap::with_hasher(foldhash::fast::RandomState::default());
    for (rank, &(left, right, id)) in merges.iter().enumerate() {
        if made.get(id as usize).is_some_and(|&count| count > 1) {
            last.insert((left, right), rank);
        }
    }
    let mut rank = 0;
    merges.retain(|&(left, right, id)| {
        let once = made.get(id as usize).is_none_or(|&count| count <= 1);
        let keep = once || last.get(&(left, right)) == Some(&rank);
        rank += 1;
        keep
    });
    merges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    type Pairs = [(&'static str, &'static str)];

    fn vocab() -> Vocab {
        Vocab::new([("a", 0), ("##b", 1), ("ab", 2), ("b", 3), ("é", 4), ("abb", 5)], &Limits::default()).unwrap()
    }

    #[test]
    fn what_is_found() {
        type Case = (&'static str, &'static Pairs, &'static [(u32, u32, u32)]);
        let cases: &[Case] = &[
            ("", &[("a", "b"), ("ab", "b")], &[(0, 3, 2), (2, 3, 5)]),
            ("##", &[("a", "##b"), ("ab", "##b")], &[(0, 1, 2), (2, 1, 5)]),
            // The last of a doubled pair stays, where it stands.
            ("", &[("a", "b"), ("ab", "b"), ("a", "b")], &[(2, 3, 5), (0, 3, 2)]),
        ];
        for (prefix, merges, want) in cases {
            let found = merges_by_id(&vocab(), merges, prefix, &Limits::default()).unwrap();
            assert_eq!(found, *want, "{prefix} {merges:?}");
        }
    }

    #[test]
    fn what_is_refused() {
        type Case = (&'static str, &'static Pairs, ErrorClass, &'static str);
        let cases: &[Case] = &[
            ("", &[("a", "b"), ("a", "z")], ErrorClass::Format, "merges[1]"),
            ("", &[("z", "a")], ErrorClass::Format, "merges[0]"),
            ("", &[("b", "a")], ErrorClass::Format, "merges[0]"),
            ("####", &[("a", "b")], ErrorClass::Format, "merges[0]"),
            ("#", &[("a", "é")], ErrorClass::Format, "merges[0]"),
            ("", &[("a", "b"); 7], ErrorClass::Limit, "merges"),
        ];
        let limits = Limits { merges_per_token: 1, ..Limits::default() };
        for (prefix, merges, class, path) in cases {
            let error = merges_by_id(&vocab(), merges, prefix, &limits).unwrap_err();
            assert_eq!((error.class(), error.path()), (*class, Some(*path)), "{prefix} {merges:?}");
        }
    }
}
