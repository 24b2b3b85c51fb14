//! JSON with places: a small tree that keeps what `serde_json::Value` loses (repeated keys, order), and a cursor over
//! it that knows its JSON path, so that every error says where.
//!
//! Large lists (vocabulary, merges) never become a tree; they have visitors of their own in [`super::vocabulary`].

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{FORMAT, Reading};
use crate::error::{Error, Result, quote};
use crate::limits::Limits;

/// A JSON value. Strings are borrowed from the input where they have no escapes.
#[derive(Debug)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    /// A whole number from 0 to 2^64 - 1.
    Whole(u64),
    /// Any other number.
    Number(f64),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    /// In the order of the file, repeated keys included.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl Json<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a truth value",
            Json::Whole(_) | Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

/// Where a value stands. Written out only when there is an error to report.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The outermost step: the section of the file.
    pub(super) fn section(&self) -> String {
        match self {
            Path::Key(parent, _) | Path::Index(parent, _) if !matches!(parent, Path::Root) => parent.section(),
            _ => self.to_string(),
        }
    }

    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        Error::format(FORMAT, self.to_string(), message)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 80; // keys come from outside
        match self {
            Path::Root => Ok(()),
            Path::Key(parent, key) => {
                let dot = if matches!(parent, Path::Root) { "" } else { "." };
                let key: String = key.chars().take(SHOWN).flat_map(char::escape_debug).collect();
                write!(f, "{parent}{dot}{key}")
            }
            Path::Index(parent, at) => write!(f, "{parent}[{at}]"),
        }
    }
}

/// What one pass of the parser shares: the limits, and where and why it failed (`serde` has no room for that).
#[derive(Debug)]
pub(super) struct Parse<'l> {
    pub(super) limits: &'l Limits,
    place: RefCell<Option<String>>,
    failure: RefCell<Option<Error>>,
}

/// Parses a whole text.
pub(super) fn parse<'a, T>(
    text: &'a str,
    limits: &Limits,
    read: impl FnOnce(&Parse<'_>, &mut serde_json::Deserializer<serde_json::de::StrRead<'a>>) -> serde_json::Result<T>,
) -> Result<T> {
    let parse = Parse { limits, place: RefCell::new(None), failure: RefCell::new(None) };
    let mut json = serde_json::Deserializer::from_str(text);
    json.disable_recursion_limit(); // [`Tree`] counts, and nothing else recurses
    read(&parse, &mut json).and_then(|value| json.end().map(|()| value)).map_err(|error| parse.explain(&error))
}

/// Parses a text into a tree.
pub(super) fn parse_tree<'a>(text: &'a str, limits: &Limits) -> Result<Json<'a>> {
    parse(text, limits, |parse, json| Tree::new(parse, Path::Root).deserialize(json))
}

impl Parse<'_> {
    /// Remembers the innermost place of an error that is on its way out.
    pub(super) fn blame<E>(&self, path: Path<'_>) -> impl FnOnce(E) -> E {
        move |error| {
            self.place.borrow_mut().get_or_insert_with(|| path.to_string());
            error
        }
    }

    /// Stops the parser with an error of our own.
    pub(super) fn stop<E: serde::de::Error>(&self, error: Error) -> E {
        self.failure.borrow_mut().get_or_insert(error);
        E::custom("stopped")
    }

    fn explain(&self, error: &serde_json::Error) -> Error {
        if let Some(failure) = self.failure.take() {
            return failure;
        }
        const SHOWN: usize = 200; // the message may quote the file
        let mut message: String = error.to_string().chars().take(SHOWN).flat_map(char::escape_debug).collect();
        if !error.is_data() {
            message.insert_str(0, "not valid JSON: ");
        }
        Error::format(FORMAT, self.place.take().unwrap_or_default(), message)
    }
}

/// A string, borrowed if it can be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text;

impl<'a> DeserializeSeed<'a> for Text {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Text {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Any value, as a tree.
///
/// Nesting is counted in objects: the list that is the value of a key does not count (a `Sequence` component is one
/// level, not two), a list in a list does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree<'p> {
    pub(super) parse: &'p Parse<'p>,
    pub(super) path: Path<'p>,
    depth: u64,
    in_list: bool,
}

impl<'p> Tree<'p> {
    pub(super) fn new(parse: &'p Parse<'p>, path: Path<'p>) -> Self {
        Tree { parse, path, depth: 0, in_list: false }
    }

    fn check<E: serde::de::Error>(&self, depth: u64) -> Result<(), E> {
        if depth > self.parse.limits.nesting {
            // Only the section: the whole path would be pages long.
            let error = Error::limit("nesting", depth, self.parse.limits.nesting).at(&self.path.section());
            return Err(self.parse.stop(error));
        }
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for Tree<'_> {
    type Value = Json<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self).map_err(self.parse.blame(self.path))
    }
}

impl<'a> Visitor<'a> for Tree<'_> {
    type Value = Json<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(value).map_or(Json::Number(value as f64), Json::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(value))
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut list: S) -> Result<Self::Value, S::Error> {
        let depth = self.depth + u64::from(self.in_list);
        self.check(depth)?;
        let mut items = Vec::new();
        loop {
            let path = Path::Index(&self.path, items.len());
            match list.next_element_seed(Tree { path, depth, in_list: true, ..self })? {
                Some(item) => items.push(item),
                None => return Ok(Json::Array(items)),
            }
        }
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        self.check(self.depth)?;
        let mut entries = Vec::new();
        while let Some(key) = map.next_key_seed(Text)? {
            let path = Path::Key(&self.path, &key);
            let value = map.next_value_seed(Tree { path, depth: self.depth + 1, in_list: false, ..self })?;
            entries.push((key, value));
        }
        Ok(Json::Object(entries))
    }
}

/// Skips the value of a key that nobody knows, however deep it is (`serde_json` skips without recursion).
pub(super) fn skip<'a, M: MapAccess<'a>>(map: &mut M) -> Result<(), M::Error> {
    map.next_value::<IgnoredAny>().map(|_| ())
}

/// A value and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'t, 'a> {
    pub(super) json: &'t Json<'a>,
    pub(super) path: Path<'t>,
}

impl<'t, 'a> Node<'t, 'a> {
    pub(super) fn root(json: &'t Json<'a>) -> Self {
        Node { json, path: Path::Root }
    }

    /// An error here.
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        self.path.error(message)
    }

    fn expected(&self, what: &str) -> Error {
        let found = match self.json {
            Json::Whole(value) => value.to_string(),
            Json::Number(value) => value.to_string(),
            Json::String(text) => quote(text),
            other => other.kind().to_owned(),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.json, Json::Null)
    }

    pub(super) fn bool(&self) -> Result<bool> {
        match self.json {
            Json::Bool(value) => Ok(*value),
            _ => Err(self.expected("true or false")),
        }
    }

    pub(super) fn string(&self) -> Result<&'t str> {
        match self.json {
            Json::String(text) => Ok(text),
            _ => Err(self.expected("a string")),
        }
    }

    /// A string of exactly one character.
    pub(super) fn char(&self) -> Result<char> {
        let mut chars = self.string()?.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(c),
            _ => Err(self.expected("a string of one character")),
        }
    }

    pub(super) fn u32(&self) -> Result<u32> {
        match self.json {
            Json::Whole(value) => u32::try_from(*value).ok(),
            _ => None,
        }
        .ok_or_else(|| self.expected("a whole number from 0 to 4294967295"))
    }

    pub(super) fn usize(&self) -> Result<usize> {
        match self.json {
            Json::Whole(value) => usize::try_from(*value).ok(),
            _ => None,
        }
        .ok_or_else(|| self.expected("a whole number from 0"))
    }

    /// A whole number of at most `max`, which is the limit named `limit`.
    pub(super) fn usize_up_to(&self, limit: &'static str, max: u64) -> Result<usize> {
        let value = self.usize()?;
        if value as u64 > max {
            return Err(Error::limit(limit, value as u64, max).at(&self.path.to_string()));
        }
        Ok(value)
    }

    pub(super) fn number(&self) -> Result<f64> {
        match self.json {
            Json::Whole(value) => Ok(*value as f64),
            Json::Number(value) => Ok(*value),
            _ => Err(self.expected("a number")),
        }
    }

    /// A string of at most `max` bytes, which is the limit named `limit`.
    pub(super) fn string_up_to(&self, limit: &'static str, max: u64) -> Result<&'t str> {
        let text = self.string()?;
        if text.len() as u64 > max {
            return Err(Error::limit(limit, text.len() as u64, max).at(&self.path.to_string()));
        }
        Ok(text)
    }

    /// One of a few names.
    pub(super) fn one_of<T: Copy>(&self, names: &[(&str, T)]) -> Result<T> {
        let found = self.string()?;
        names.iter().find(|(name, _)| *name == found).map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            self.error(format!("{} is unknown; it is one of {}", quote(found), names.join(", ")))
        })
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Result<impl ExactSizeIterator<Item = Node<'_, 'a>>> {
        match self.json {
            Json::Array(items) => {
                let at = |(index, json)| Node { json, path: Path::Index(&self.path, index) };
                Ok(items.iter().enumerate().map(at))
            }
            _ => Err(self.expected("a list")),
        }
    }

    /// The entries of an object, as they stand in the file.
    pub(super) fn entries(&self) -> Result<impl Iterator<Item = (&'t str, Node<'_, 'a>)>> {
        match self.json {
            Json::Object(entries) => {
                Ok(entries.iter().map(|(key, json)| (&**key, Node { json, path: Path::Key(&self.path, key) })))
            }
            _ => Err(self.expected("an object")),
        }
    }

    /// The fields of an object. A repeated one is irregular (the last counts), an unknown one gets a warning.
    pub(super) fn object(&self, known: &'static [&'static str], how: &mut Reading) -> Result<Object<'_, 'a>> {
        let mut fields: Vec<(&'static str, &Json<'a>)> = Vec::with_capacity(known.len());
        for (key, node) in self.entries()? {
            let Some(name) = known.iter().find(|name| **name == key) else {
                how.warn(&node.path, "unknown field, ignored");
                continue;
            };
            match fields.iter_mut().find(|(field, _)| field == name) {
                Some((_, json)) => {
                    how.irregular(&node.path, "the key occurs twice")?;
                    *json = node.json;
                }
                None => fields.push((name, node.json)),
            }
        }
        Ok(Object { path: self.path, fields })
    }

    /// The value of `type`: a string, or none if it is missing or null.
    pub(super) fn type_name(&self) -> Result<Option<&str>> {
        let Json::Object(entries) = self.json else { return Err(self.expected("an object")) };
        match entries.iter().rev().find(|(key, _)| key == "type") {
            None | Some((_, Json::Null)) => Ok(None),
            Some((_, json)) => Node { json, path: Path::Key(&self.path, "type") }.string().map(Some),
        }
    }

    /// Whether an object has all of these keys.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        let Json::Object(entries) = self.json else { return false };
        keys.iter().all(|key| entries.iter().any(|(name, _)| name == key))
    }

    /// The error for a `type` that nobody knows.
    pub(super) fn unknown_type(&self, name: &str, what: &str) -> Error {
        Path::Key(&self.path, "type").error(format!("{} is no known {what}", quote(name)))
    }

    /// The error for a component whose `type` is missing and cannot be told from its fields.
    pub(super) fn no_type(&self, what: &str) -> Error {
        Path::Key(&self.path, "type").error(format!("missing: what kind of {what} is this?"))
    }
}

/// The known fields of an object.
#[derive(Debug)]
pub(super) struct Object<'t, 'a> {
    path: Path<'t>,
    fields: Vec<(&'static str, &'t Json<'a>)>,
}

impl<'a> Object<'_, 'a> {
    /// A field, if it is there.
    pub(super) fn get<'s>(&'s self, name: &'static str) -> Option<Node<'s, 'a>> {
        let (_, json) = self.fields.iter().find(|(field, _)| *field == name)?;
        Some(Node { json, path: Path::Key(&self.path, name) })
    }

    /// A field, if it is there and not null.
    pub(super) fn some<'s>(&'s self, name: &'static str) -> Option<Node<'s, 'a>> {
        self.get(name).filter(|node| !node.is_null())
    }

    /// A field that must be there.
    pub(super) fn need<'s>(&'s self, name: &'static str) -> Result<Node<'s, 'a>> {
        self.get(name).ok_or_else(|| Path::Key(&self.path, name).error("missing"))
    }

    /// The place of a field, there or not.
    pub(super) fn place<'s>(&'s self, name: &'s str) -> Path<'s> {
        Path::Key(&self.path, name)
    }
}
