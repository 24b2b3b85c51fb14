//! The large lists of a model, read straight from the text: no tree in between, strings borrowed from the input.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::json::{Json, Parse, Path, Text, Tree, skip};
use crate::error::quote;

/// A model as it stands in the file.
#[derive(Debug)]
pub(super) struct RawModel<'a> {
    /// All fields but the two large ones, as an object; values of unknown fields are null.
    pub(super) fields: Json<'a>,
    pub(super) vocab: Option<RawVocab<'a>>,
    pub(super) merges: Option<RawMerges<'a>>,
    /// The large fields that occur twice.
    pub(super) repeated: Vec<&'static str>,
}

#[derive(Debug)]
pub(super) enum RawVocab<'a> {
    /// `{"token": id}`.
    Ids(Vec<(Cow<'a, str>, u32)>),
    /// `[["piece", score]]`; scores as they are written.
    Scores(Vec<(Cow<'a, str>, &'a str)>),
}

/// Pairs of strings, by rank.
pub(super) type RawMerges<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Fields of any model, besides `vocab` and `merges`.
pub(super) const FIELDS: [&str; 10] = [
    "type",
    "dropout",
    "unk_token",
    "continuing_subword_prefix",
    "end_of_word_suffix",
    "fuse_unk",
    "byte_fallback",
    "ignore_merges",
    "unk_id",
    "max_input_chars_per_word",
];

/// Reads a [`RawModel`].
#[derive(Debug, Clone, Copy)]
pub(super) struct ModelSeed<'p> {
    pub(super) parse: &'p Parse<'p>,
    pub(super) path: Path<'p>,
}

impl<'a> DeserializeSeed<'a> for ModelSeed<'_> {
    type Value = RawModel<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self).map_err(self.parse.blame(self.path))
    }
}

impl<'a> Visitor<'a> for ModelSeed<'_> {
    type Value = RawModel<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let ModelSeed { parse, path } = self;
        let mut fields = Vec::new();
        let (mut vocab, mut merges, mut repeated) = (None, None, Vec::new());
        while let Some(key) = map.next_key_seed(Text)? {
            let path = Path::Key(&path, &key);
            let value = match &*key {
                "vocab" => {
                    if vocab.replace(map.next_value_seed(VocabSeed { parse, path })?).is_some() {
                        repeated.push("vocab");
                    }
                    continue;
                }
                "merges" => {
                    if merges.replace(map.next_value_seed(MergesSeed { parse, path })?).is_some() {
                        repeated.push("merges");
                    }
                    continue;
                }
                known if FIELDS.contains(&known) => map.next_value_seed(Tree::new(parse, path))?,
                _ => {
                    skip(&mut map).map_err(parse.blame(path))?;
                    Json::Null
                }
            };
            fields.push((key, value));
        }
        Ok(RawModel { fields: Json::Object(fields), vocab, merges, repeated })
    }
}

#[derive(Debug, Clone, Copy)]
struct VocabSeed<'p> {
    parse: &'p Parse<'p>,
    path: Path<'p>,
}

impl<'a> DeserializeSeed<'a> for VocabSeed<'_> {
    type Value = RawVocab<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self).map_err(self.parse.blame(self.path))
    }
}

impl<'a> Visitor<'a> for VocabSeed<'_> {
    type Value = RawVocab<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tokens and ids, or a list of pieces and scores")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut tokens = Vec::new();
        while let Some(token) = map.next_key_seed(Text)? {
            let id = map.next_value_seed(Id)?;
            tokens.push((token, id));
        }
        Ok(RawVocab::Ids(tokens))
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut list: S) -> Result<Self::Value, S::Error> {
        let mut pieces = Vec::new();
        let next = |list: &mut S, at: usize| {
            list.next_element_seed(Pair).map_err(self.parse.blame(Path::Index(&self.path, at)))
        };
        while let Some((piece, score)) = next(&mut list, pieces.len())? {
            pieces.push((piece, score));
        }
        Ok(RawVocab::Scores(pieces))
    }
}

/// A token id.
#[derive(Debug, Clone, Copy)]
struct Id;

impl<'a> DeserializeSeed<'a> for Id {
    type Value = u32;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl Visitor<'_> for Id {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id, a whole number from 0 to 4294967295")
    }

    fn visit_u64<E: serde::de::Error>(self, id: u64) -> Result<Self::Value, E> {
        u32::try_from(id).map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(id), &self))
    }
}

/// A piece and the text of its score.
#[derive(Debug, Clone, Copy)]
struct Pair;

impl<'a> DeserializeSeed<'a> for Pair {
    type Value = (Cow<'a, str>, &'a str);

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Pair {
    type Value = (Cow<'a, str>, &'a str);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pair of a piece and its score")
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut list: S) -> Result<Self::Value, S::Error> {
        let piece = list.next_element_seed(Text)?.ok_or_else(|| S::Error::invalid_length(0, &self))?;
        // The number is kept as text: there are two ways to read it (see `Reading::hf_floats`).
        let score: &'a RawValue = list.next_element()?.ok_or_else(|| S::Error::invalid_length(1, &self))?;
        if list.next_element::<serde::de::IgnoredAny>()?.is_some() {
            return Err(S::Error::invalid_length(3, &self));
        }
        Ok((piece, score.get()))
    }
}

#[derive(Debug, Clone, Copy)]
struct MergesSeed<'p> {
    parse: &'p Parse<'p>,
    path: Path<'p>,
}

impl<'a> DeserializeSeed<'a> for MergesSeed<'_> {
    type Value = RawMerges<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self).map_err(self.parse.blame(self.path))
    }
}

impl<'a> Visitor<'a> for MergesSeed<'_> {
    type Value = RawMerges<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of merges")
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut list: S) -> Result<Self::Value, S::Error> {
        let mut merges = Vec::new();
        let mut form = None;
        let next = |list: &mut S, at: usize| {
            list.next_element_seed(MergeSeed).map_err(self.parse.blame(Path::Index(&self.path, at)))
        };
        while let Some(merge) = next(&mut list, merges.len())? {
            if *form.get_or_insert(merge.is_line()) != merge.is_line() {
                return Err(S::Error::custom("pairs and strings are mixed"));
            }
            match merge {
                RawMerge::Pair(left, right) => merges.push((left, right)),
                RawMerge::Version => {}
                RawMerge::Line(left, right) => merges.push((left, right)),
            }
        }
        Ok(merges)
    }
}

/// One merge as it stands in the file.
#[derive(Debug)]
enum RawMerge<'a> {
    Pair(Cow<'a, str>, Cow<'a, str>),
    /// The older form, `"a b"`.
    Line(Cow<'a, str>, Cow<'a, str>),
    /// A line of GPT-2's `merges.txt` that is none.
    Version,
}

impl RawMerge<'_> {
    fn is_line(&self) -> bool {
        !matches!(self, RawMerge::Pair(..))
    }
}

#[derive(Debug, Clone, Copy)]
struct MergeSeed;

impl MergeSeed {
    fn line<E: serde::de::Error>(self, line: &str) -> Result<Option<(&str, &str)>, E> {
        if line.starts_with("#version") {
            return Ok(None);
        }
        match line.split_once(' ') {
            Some((left, right)) if !right.contains(' ') => Ok(Some((left, right))),
            _ => Err(E::custom(format_args!("{} is not two tokens with one space between them", quote(line)))),
        }
    }
}

impl<'a> DeserializeSeed<'a> for MergeSeed {
    type Value = RawMerge<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for MergeSeed {
    type Value = RawMerge<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a merge, a pair of tokens")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, line: &'a str) -> Result<Self::Value, E> {
        Ok(self.line(line)?.map_or(RawMerge::Version, |(left, right)| RawMerge::Line(left.into(), right.into())))
    }

    fn visit_str<E: serde::de::Error>(self, line: &str) -> Result<Self::Value, E> {
        let own = |part: &str| Cow::Owned(part.to_owned());
        Ok(self.line(line)?.map_or(RawMerge::Version, |(left, right)| RawMerge::Line(own(left), own(right))))
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut list: S) -> Result<Self::Value, S::Error> {
        let left = list.next_element_seed(Text)?.ok_or_else(|| S::Error::invalid_length(0, &self))?;
        let right = list.next_element_seed(Text)?.ok_or_else(|| S::Error::invalid_length(1, &self))?;
        if list.next_element::<serde::de::IgnoredAny>()?.is_some() {
            return Err(S::Error::invalid_length(3, &self));
        }
        Ok(RawMerge::Pair(left, right))
    }
}
