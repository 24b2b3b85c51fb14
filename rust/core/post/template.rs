//! `TemplateProcessing`: inputs and special tokens in the order of a template.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::encoding::{Budget, Encoding};
use crate::error::{Error, Result, quote};

/// Checked templates for one and for two inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    single: Vec<Piece>,
    pair: Vec<Piece>,
    special_tokens: BTreeMap<String, SpecialToken>,
}

/// One place of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The first (`A`) or second (`B`) input.
    Sequence {
        /// Whether it is the second.
        second: bool,
        /// Type id of its tokens.
        type_id: u32,
    },
    /// A special token, by name.
    SpecialToken {
        /// The name of one of [`Template::special_tokens`].
        id: String,
        /// Type id of its tokens.
        type_id: u32,
    },
}

/// A name of a template and the tokens it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialToken {
    /// The name.
    pub id: String,
    /// Token ids.
    pub ids: Vec<u32>,
    /// Token strings, as many.
    pub tokens: Vec<String>,
}

impl SpecialToken {
    /// A name that stands for one token with the same string.
    pub fn new(token: impl Into<String>, id: u32) -> Self {
        let token = token.into();
        SpecialToken { id: token.clone(), ids: vec![id], tokens: vec![token] }
    }
}

impl Template {
    /// From places. A name that no special token has, a second input in the template for one, and a special token with
    /// unequal numbers of ids and strings are errors of class `Format` whose path is the place (`single[0]`). Of
    /// special tokens with the same name, the last one counts.
    pub fn new(
        single: Vec<Piece>,
        pair: Vec<Piece>,
        special_tokens: impl IntoIterator<Item = SpecialToken>,
    ) -> Result<Self> {
        let refuse = |place: String, message: String| Err(Error::format("template", place, message));
        let named: BTreeMap<String, SpecialToken> =
            special_tokens.into_iter().map(|token| (token.id.clone(), token)).collect();
        for (name, token) in &named {
            if token.ids.len() != token.tokens.len() {
                let (ids, tokens) = (token.ids.len(), token.tokens.len());
                let message = format!("{} has {ids} ids but {tokens} tokens", quote(name));
                return refuse(format!("special_tokens[{name:?}]"), message);
            }
        }
        for (which, pieces) in [("single", &single), ("pair", &pair)] {
            for (at, piece) in pieces.iter().enumerate() {
                let place = format!("{which}[{at}]");
                match piece {
                    Piece::SpecialToken { id, .. } if !named.contains_key(id) => {
                        let message = format!("the special token {} is not declared in special_tokens", quote(id));
                        return refuse(place, message);
                    }
                    Piece::Sequence { second: true, .. } if which == "single" => {
                        return refuse(place, "the template for one input uses the second input, B".to_owned());
                    }
                    _ => {}
                }
            }
        }
        Ok(Template { single, pair, special_tokens: named })
    }

    /// As [`Template::new`], with Hugging Face's defaults (`$A` for one input, `$A $B:1` for two) and their demand that
    /// the template for two inputs uses both.
    pub fn with_defaults(
        single: Option<Vec<Piece>>,
        pair: Option<Vec<Piece>>,
        special_tokens: impl IntoIterator<Item = SpecialToken>,
    ) -> Result<Self> {
        let first = Piece::Sequence { second: false, type_id: 0 };
        let second = Piece::Sequence { second: true, type_id: 1 };
        let single = single.unwrap_or_else(|| vec![first.clone()]);
        let pair = pair.unwrap_or_else(|| vec![first, second]);
        let uses = |want| pair.iter().any(|piece| matches!(piece, Piece::Sequence { second, .. } if *second == want));
        if !uses(false) || !uses(true) {
            return Err(Error::format("template", "pair", "the template for two inputs must use both, $A and $B"));
        }
        Template::new(single, pair, special_tokens)
    }

    /// For one input.
    pub fn single(&self) -> &[Piece] {
        &self.single
    }

    /// For two inputs; may be empty, or use only one of them.
    pub fn pair(&self) -> &[Piece] {
        &self.pair
    }

    /// What the special tokens of the templates stand for, by name.
    pub fn special_tokens(&self) -> impl Iterator<Item = &SpecialToken> {
        self.special_tokens.values()
    }

    pub(super) fn added_tokens(&self, pair: bool) -> usize {
        let pieces = if pair { &self.pair } else { &self.single };
        let added = |piece: &Piece| match piece {
            Piece::Sequence { .. } => 0,
            Piece::SpecialToken { id, .. } => self.special_tokens.get(id).map_or(0, |token| token.ids.len()),
        };
        pieces.iter().map(added).sum()
    }

    pub(super) fn process(&self, mut inputs: Vec<Encoding>, add_special_tokens: bool) -> Result<Vec<Encoding>> {
        let pieces = match inputs.len() {
            1 => &self.single,
            2 => &self.pair,
            others => {
                return Err(Error::argument(format!(
                    "a template takes one or two inputs, but the post-processors before it in the sequence left {others}"
                )));
            }
        };
        let names = inputs.first().map(|input| input.names().clone()).unwrap_or_default();
        let last_use =
            |want| pieces.iter().rposition(|piece| matches!(piece, Piece::Sequence { second, .. } if *second == want));
        let last_uses = [last_use(false), last_use(true)];
        let mut budget = Budget::new();
        let mut output = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Sequence { second, type_id } => {
                    let index = usize::from(*second);
                    let Some(input) = inputs.get_mut(index) else { continue }; // `new` refuses that
                    input.set_type_id(*type_id);
                    input.set_sequence_id(index);
                    if last_uses.contains(&Some(at)) {
                        output.push(std::mem::take(input));
                    } else {
                        budget.add(input.tokens_with_windows())?;
                        output.push(input.clone());
                    }
                }
                Piece::SpecialToken { id, type_id } if add_special_tokens => {
                    let Some(token) = self.special_tokens.get(id) else { continue }; // `new` refuses that
                    let strings = token.tokens.iter().map(String::as_str);
                    let tokens: Vec<(u32, &str)> = token.ids.iter().copied().zip(strings).collect();
                    output.push(Encoding::special(names.clone(), &tokens, *type_id));
                }
                Piece::SpecialToken { .. } => {}
            }
        }
        Ok(output)
    }
}

/// Reads a template: places with a space between, as `[CLS] $A [SEP] $B:1 [SEP]:1`.
///
/// A place is `NAME`, `NAME:TYPE_ID`, `$A`, `$B`, `$A:TYPE_ID`, `$` (as `$A`) or `$TYPE_ID` (of `A`). Errors are of class
/// `Format` with the path `[0]`, `[1]`, ...
pub fn parse_template(template: &str) -> Result<Vec<Piece>> {
    parse_pieces(template.split(' '))
}

/// As [`parse_template`], for places that are already apart (and may hold spaces).
pub fn parse_pieces<'t>(pieces: impl IntoIterator<Item = &'t str>) -> Result<Vec<Piece>> {
    let parse = |(at, piece): (usize, &str)| piece.parse::<Piece>().map_err(|error| error.at(&format!("[{at}]")));
    pieces.into_iter().enumerate().map(parse).collect()
}

impl FromStr for Piece {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || {
            Error::format("template", "", format!("{} is neither NAME, $A, $B nor $NUMBER, with :NUMBER", quote(text)))
        };
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| refused());
        let (name, type_id) = match text.split_once(':') {
            Some((name, digits)) => (name, Some(number(digits)?)),
            None => (text, None),
        };
        Ok(match name.strip_prefix('$') {
            None => Piece::SpecialToken { id: name.to_owned(), type_id: type_id.unwrap_or(0) },
            Some("" | "A" | "a") => Piece::Sequence { second: false, type_id: type_id.unwrap_or(0) },
            Some("B" | "b") => Piece::Sequence { second: true, type_id: type_id.unwrap_or(0) },
            Some(digits) => {
                let own = number(digits)?;
                Piece::Sequence { second: false, type_id: type_id.unwrap_or(own) }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(second: bool, type_id: u32) -> Piece {
        Piece::Sequence { second, type_id }
    }

    fn named(id: &str, type_id: u32) -> Piece {
        Piece::SpecialToken { id: id.to_owned(), type_id }
    }

    #[test]
    fn the_mini_language() {
        let cases: &[(&str, &[Piece])] = &[
            ("[CLS] $A [SEP]", &[named("[CLS]", 0), input(false, 0), named("[SEP]", 0)]),
            ("$ $a $b", &[input(false, 0), input(false, 0), input(true, 0)]),
            ("$0 $7 $3:1", &[input(false, 0), input(false, 7), input(false, 1)]),
            ("$A:2 $B:1 [SEP]:4294967295", &[input(false, 2), input(true, 1), named("[SEP]", u32::MAX)]),
            ("a\u{3000}b", &[named("a\u{3000}b", 0)]),
        ];
        for (text, want) in cases {
            assert_eq!(&parse_template(text).unwrap(), want, "{text:?}");
        }
        for (text, place) in
            [("$C", "[0]"), ("$A $-1", "[1]"), ("[SEP]:x", "[0]"), ("$A [X]:1:2", "[1]"), ("$A :", "[1]")]
        {
            assert_eq!(parse_template(text).unwrap_err().path(), Some(place), "{text:?}");
        }
    }

    #[test]
    fn what_is_refused() {
        let template = |single: &str, pair: &str| {
            let pieces = |text: &str| Some(parse_template(text).unwrap());
            Template::with_defaults(pieces(single), pieces(pair), [SpecialToken::new("[X]", 1)])
        };
        let cases = [
            ("[X] $A", "$A $B", None),
            ("$A [Y]", "$A $B", Some("single[1]")),
            ("$A", "$A [Y] $B", Some("pair[1]")),
            ("$A", "$A [X]", Some("pair")),
            ("$A $B", "$A $B", Some("single[1]")),
            ("$A  [X]", "$A $B", Some("single[1]")), // two spaces: a place without a name
        ];
        for (single, pair, place) in cases {
            let error = template(single, pair).err();
            assert_eq!(error.as_ref().and_then(Error::path), place, "{single} / {pair}");
        }
        let unequal = SpecialToken { ids: vec![1, 2], ..SpecialToken::new("[X]", 1) };
        assert!(Template::new(vec![], vec![], [unequal]).is_err());
    }
}
