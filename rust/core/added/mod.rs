//! Added tokens: strings that are matched as wholes before the model sees the text.
//!
//! Which id a new token gets, which token wins where several could match, and what `lstrip` and its kin swallow are
//! exactly those of Hugging Face `tokenizers` 0.23.3. Which special tokens a text may contain at all is the caller's
//! decision: see [`Allowed`].

mod find;
mod matcher;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use crate::error::{Error, Result, quote};
use crate::limits::Limits;
use crate::trie::MAX_BYTES;
use crate::vocab::Vocab;
pub use find::{Allowed, Match};
use matcher::Matcher;

/// One added token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedToken {
    /// The string.
    pub content: String,
    /// Only between non-word characters.
    pub single_word: bool,
    /// Swallow whitespace on the left.
    pub lstrip: bool,
    /// Swallow whitespace on the right.
    pub rstrip: bool,
    /// Match the normalized text.
    pub normalized: bool,
    /// A control token: dropped when decoding without special tokens, never taken from text unless allowed.
    pub special: bool,
}

/// What a token's content becomes before it is looked for in normalized text.
pub type Normalize<'n> = &'n dyn Fn(&str) -> Result<String>;

/// The added tokens of a tokenizer.
#[derive(Debug, Clone, Default)]
pub struct AddedTokens {
    /// By id.
    tokens: BTreeMap<u32, Entry>,
    /// By content. Where ids run into those of a model with holes, two contents may share an id, as in Hugging Face.
    ids: HashMap<Box<str>, u32, FixedState>,
    /// Contents that were special once; adding one again without the flag does not take it out, as in Hugging Face.
    special: HashSet<Box<str>, FixedState>,
    /// Bytes of all patterns that were ever added (so at least of those that are).
    bytes: u64,
    /// Built when first asked for, so that adding tokens one by one costs nothing.
    raw: OnceLock<Arc<Matcher>>,
    normalized: OnceLock<Arc<Matcher>>,
}

#[derive(Debug, Clone)]
struct Entry {
    token: AddedToken,
    /// The normalized content, where it differs from the content.
    normalized: Option<Box<str>>,
}

impl Entry {
    /// What is looked for in the text.
    fn pattern(&self) -> &str {
        match &self.normalized {
            Some(normalized) if self.token.normalized => normalized,
            _ => &self.token.content,
        }
    }
}

impl AddedTokens {
    /// Adds tokens and returns how many of them changed anything. A token gets the id that the model has for its
    /// content, or else the next free one: the highest added id + 1, but at least the number of the model's tokens.
    /// A content that was added before keeps its id and gets the new flags. Empty contents are ignored.
    ///
    /// Nothing is added if there is an error: a bound of [`Limits`] (class `Limit`), or a content of which the
    /// normalizer leaves nothing (class `Format`, with the path `[k]` for the k-th token given).
    pub fn add(
        &mut self,
        tokens: impl IntoIterator<Item = AddedToken>,
        model: &Vocab,
        normalize: Option<Normalize<'_>>,
        limits: &Limits,
    ) -> Result<usize> {
        let mut entries = Vec::new();
        for (at, token) in tokens.into_iter().enumerate() {
            let (bytes, max) = (token.content.len() as u64, limits.added_token_bytes);
            if bytes > max {
                return Err(Error::limit("added_token_bytes", bytes, max).at(&format!("[{at}]")));
            }
            if !token.content.is_empty() {
                let normalized = normalized(&token, normalize).map_err(|error| error.at(&format!("[{at}]")))?;
                entries.push(Entry { token, normalized });
            }
        }
        let mut next = self.next_id(model);
        self.check_room(&entries, next, model, limits)?;
        let mut changed = 0;
        for entry in entries {
            let bytes = entry.pattern().len() as u64;
            if self.put(entry, model, &mut next) {
                self.bytes += bytes;
                changed += 1;
            }
        }
        if changed > 0 {
            self.forget_matchers();
        }
        Ok(changed)
    }

    /// The id of the next token that neither the model nor we know. Computed once for all that are added together, as
    /// in Hugging Face.
    fn next_id(&self, model: &Vocab) -> u32 {
        let len = model.len() as u32;
        match self.tokens.last_key_value() {
            Some((&max, _)) if max >= len => max.saturating_add(1),
            _ => len,
        }
    }

    fn check_room(&self, entries: &[Entry], next: u32, model: &Vocab, limits: &Limits) -> Result<()> {
        let contents = entries.iter().map(|entry| &*entry.token.content);
        let fresh: HashSet<&str, FixedState> = contents.filter(|&content| self.id(content).is_none()).collect();
        let total = (self.ids.len() + fresh.len()) as u64;
        if total > limits.added_tokens {
            return Err(Error::limit("added_tokens", total, limits.added_tokens));
        }
        check_bytes(self.bytes + entries.iter().map(|entry| entry.pattern().len() as u64).sum::<u64>())?;
        let unknown = fresh.iter().filter(|&&content| model.id(content).is_none()).count() as u64;
        let highest = (u64::from(next) + unknown).saturating_sub(1);
        if unknown > 0 && highest > limits.highest_id {
            return Err(Error::limit("highest_id", highest, limits.highest_id));
        }
        Ok(())
    }

    /// Whether anything changed.
    fn put(&mut self, mut entry: Entry, model: &Vocab, next: &mut u32) -> bool {
        let content = &*entry.token.content;
        let known = self.id(content);
        if known.is_some_and(|id| self.token(id) == Some(&entry.token)) {
            return false;
        }
        let id = known.or_else(|| model.id(content)).unwrap_or_else(|| {
            *next += 1;
            *next - 1
        });
        if known.is_none() {
            self.ids.insert(content.into(), id);
        }
        if entry.token.special && !self.special.contains(content) {
            self.special.insert(content.into());
        }
        // Hugging Face never forgets a normalized form before the normalizer changes, and decodes with it.
        entry.normalized = entry.normalized.or_else(|| self.tokens.get_mut(&id).and_then(|old| old.normalized.take()));
        self.tokens.insert(id, entry);
        true
    }

    /// Normalizes the contents anew, after the normalizer changed. Nothing changes if there is an error (as in
    /// [`AddedTokens::add`], with the path `[k]` for the k-th token by ascending id).
    pub fn renormalize(&mut self, normalize: Option<Normalize<'_>>) -> Result<()> {
        let anew = self
            .tokens
            .values()
            .enumerate()
            .map(|(at, entry)| normalized(&entry.token, normalize).map_err(|error| error.at(&format!("[{at}]"))));
        let anew: Vec<Option<Box<str>>> = anew.collect::<Result<_>>()?;
        let length = |(entry, normalized): (&Entry, &Option<Box<str>>)| {
            normalized.as_ref().map_or(entry.token.content.len(), |normalized| normalized.len()) as u64
        };
        let bytes = self.tokens.values().zip(&anew).map(length).sum();
        check_bytes(bytes)?;
        for (entry, normalized) in self.tokens.values_mut().zip(anew) {
            entry.normalized = normalized;
        }
        self.bytes = bytes;
        self.forget_matchers();
        Ok(())
    }

    fn forget_matchers(&mut self) {
        self.raw = OnceLock::new();
        self.normalized = OnceLock::new();
    }

    /// The automaton over the tokens that match raw or normalized text.
    fn matcher(&self, normalized: bool) -> &Matcher {
        let cell = if normalized { &self.normalized } else { &self.raw };
        cell.get_or_init(|| {
            let entries = self.tokens.iter().filter(|(_, entry)| entry.token.normalized == normalized);
            Arc::new(Matcher::new(entries.map(|(&id, entry)| (entry.pattern(), id))))
        })
    }

    /// The id of an added token by its content.
    pub fn id(&self, content: &str) -> Option<u32> {
        self.ids.get(content).copied()
    }

    /// An added token by its id.
    pub fn token(&self, id: u32) -> Option<&AddedToken> {
        self.tokens.get(&id).map(|entry| &entry.token)
    }

    /// The string that decoding starts from: the normalized content of a token that was normalized, so that a decoder
    /// that undoes the normalizer (as the byte-level one does) gives back the content.
    pub fn decoded(&self, id: u32) -> Option<&str> {
        let entry = self.tokens.get(&id)?;
        Some(entry.normalized.as_deref().unwrap_or(&entry.token.content))
    }

    /// Whether a content is special: whether it was added as a special token, now or earlier. Decoding asks this of
    /// [`AddedTokens::decoded`], as Hugging Face does, so a special token with a normalized form is not left out.
    pub fn is_special(&self, content: &str) -> bool {
        self.special.contains(content)
    }

    /// Whether an id is that of an added token whose content is special.
    pub fn is_special_id(&self, id: u32) -> bool {
        self.token(id).is_some_and(|token| self.is_special(&token.content))
    }

    /// All added tokens, by ascending id.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &AddedToken)> {
        self.tokens.iter().map(|(&id, entry)| (id, &entry.token))
    }

    /// Number of added contents.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// What one automaton can hold.
fn check_bytes(bytes: u64) -> Result<()> {
    if bytes > MAX_BYTES { Err(Error::limit("file_bytes", bytes, MAX_BYTES)) } else { Ok(()) }
}

/// The normalized content of a token, where it differs. The empty string would be found everywhere, so it is an error.
fn normalized(token: &AddedToken, normalize: Option<Normalize<'_>>) -> Result<Option<Box<str>>> {
    let Some(normalize) = normalize.filter(|_| token.normalized) else { return Ok(None) };
    let normalized = normalize(&token.content)?;
    if normalized.is_empty() {
        let message = format!("the normalizer leaves nothing of the added token {}", quote(&token.content));
        return Err(Error::format("added tokens", "", message));
    }
    Ok((normalized != token.content).then(|| normalized.into()))
}

#[cfg(test)]
mod tests;
