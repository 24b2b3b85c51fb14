//! An encoding as plain lists: what is pickled, and how an encoding is made by hand.

use std::sync::Arc;

use super::{Attributes, Encoding, NO_WORD, Names, Place, Sequence, fits, nests};
use crate::error::{Error, Result};
use crate::text::Span;

/// All fields of an [`Encoding`] as plain lists, one entry per token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Ids.
    pub ids: Vec<u32>,
    /// Type ids.
    pub type_ids: Vec<u32>,
    /// Token strings.
    pub tokens: Vec<String>,
    /// Word numbers.
    pub words: Vec<Option<u32>>,
    /// Spans of the input.
    pub offsets: Vec<Span>,
    /// 1 for added tokens, else 0.
    pub special_tokens_mask: Vec<u32>,
    /// 0 for padding, else 1.
    pub attention_mask: Vec<u32>,
    /// Windows that truncation cut off.
    pub overflowing: Vec<Parts>,
    /// Number of an input, its first token, one past its last. Not one per token.
    pub sequences: Vec<(usize, usize, usize)>,
}

impl Encoding {
    /// From plain lists, with the strings of ids that `names` knows kept only once. Lists of different lengths, spans
    /// that end before they start, masks other than 0 and 1 and ranges outside are errors of class `Argument`.
    pub fn from_parts(parts: Parts, names: &Arc<Names>) -> Result<Self> {
        Self::from_nested(parts, names, 0)
    }

    fn from_nested(parts: Parts, names: &Arc<Names>, depth: usize) -> Result<Self> {
        nests(depth)?;
        parts.check()?;
        let mut encoding = Encoding::new(Arc::clone(names));
        for ((token, &id), at) in parts.tokens.iter().zip(&parts.ids).zip(0u32..) {
            if names.token(id).unwrap_or_default() != token {
                encoding.push_own_run(at, at + 1, token);
            }
        }
        let masks = parts.special_tokens_mask.iter().zip(&parts.attention_mask);
        for ((&type_id, (&special, &attention)), at) in parts.type_ids.iter().zip(masks).zip(0u32..) {
            encoding.push_run(at..at + 1, Attributes { type_id, special: special == 1, attention: attention == 1 });
        }
        for (id, start, end) in parts.sequences {
            encoding.insert_sequence(Sequence { id, start: start as u32, end: end as u32 });
        }
        encoding.ids = parts.ids;
        let places = parts.offsets.into_iter().zip(parts.words);
        encoding.places = places.map(|(span, word)| Place { span, word: word.unwrap_or(NO_WORD) }).collect();
        let windows = parts.overflowing.into_iter().map(|window| Self::from_nested(window, names, depth + 1));
        encoding.set_overflowing(windows.collect::<Result<_>>()?);
        Ok(encoding)
    }

    /// As plain lists.
    pub fn to_parts(&self) -> Parts {
        let sequence = |sequence: &Sequence| (sequence.id, sequence.start as usize, sequence.end as usize);
        Parts {
            ids: self.ids.clone(),
            type_ids: self.type_ids(),
            tokens: self.tokens().map(str::to_owned).collect(),
            words: self.word_ids().collect(),
            offsets: self.offsets().collect(),
            special_tokens_mask: self.special_tokens_mask(),
            attention_mask: self.attention_mask(),
            overflowing: self.overflowing().iter().map(Encoding::to_parts).collect(),
            sequences: self.rare().sequences.iter().map(sequence).collect(),
        }
    }
}

impl PartialEq for Encoding {
    /// Equal in everything that can be asked, whatever the strings are looked up in.
    fn eq(&self, other: &Self) -> bool {
        self.ids == other.ids
            && self.places == other.places
            && self.rare().runs == other.rare().runs
            && self.rare().sequences == other.rare().sequences
            && self.tokens().eq(other.tokens())
            && self.overflowing() == other.overflowing()
    }
}

impl Parts {
    fn check(&self) -> Result<()> {
        let len = self.ids.len();
        fits(len)?;
        let lengths = [
            ("type_ids", self.type_ids.len()),
            ("tokens", self.tokens.len()),
            ("words", self.words.len()),
            ("offsets", self.offsets.len()),
            ("special_tokens_mask", self.special_tokens_mask.len()),
            ("attention_mask", self.attention_mask.len()),
        ];
        if let Some((name, other)) = lengths.iter().find(|(_, other)| *other != len) {
            return Err(Error::argument(format!("an encoding has {len} ids but {other} {name}")));
        }
        if self.offsets.iter().any(|span| span.start > span.end) {
            return Err(Error::argument("an offset of an encoding ends before it starts"));
        }
        if self.words.contains(&Some(NO_WORD)) {
            return Err(Error::argument(format!("the word number {NO_WORD} of an encoding is too large")));
        }
        if self.special_tokens_mask.iter().chain(&self.attention_mask).any(|&bit| bit > 1) {
            return Err(Error::argument("a mask of an encoding holds something else than 0 and 1"));
        }
        if self.sequences.iter().any(|&(_, start, end)| start > end || end > len) {
            return Err(Error::argument(format!("a sequence of an encoding is not a range of its {len} tokens")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    fn two() -> Parts {
        Parts {
            ids: vec![5, 6],
            type_ids: vec![0, 1],
            tokens: vec!["x".to_owned(), "y".to_owned()],
            words: vec![Some(0), None],
            offsets: vec![Span::new(0, 1), Span::new(1, 2)],
            special_tokens_mask: vec![0, 1],
            attention_mask: vec![1, 0],
            overflowing: Vec::new(),
            sequences: vec![(0, 0, 1)],
        }
    }

    #[test]
    fn parts_come_back() {
        let parts = Parts { overflowing: vec![two(), Parts::default()], ..two() };
        let encoding = Encoding::from_parts(parts.clone(), &Arc::default()).unwrap();
        assert_eq!(encoding.to_parts(), parts);
    }

    #[test]
    fn what_is_refused() {
        let deep = (0..100).fold(two(), |window, _| Parts { overflowing: vec![window], ..two() });
        let cases = [
            ("short type ids", Parts { type_ids: vec![0], ..two() }),
            ("no tokens", Parts { tokens: vec![], ..two() }),
            ("long words", Parts { words: vec![None; 3], ..two() }),
            ("no offsets", Parts { offsets: vec![], ..two() }),
            ("mask of 2", Parts { attention_mask: vec![1, 2], ..two() }),
            ("backward offset", Parts { offsets: vec![Span::new(1, 0); 2], ..two() }),
            ("the number that means no word", Parts { words: vec![Some(NO_WORD), None], ..two() }),
            ("sequence outside", Parts { sequences: vec![(0, 0, 3)], ..two() }),
            ("backward sequence", Parts { sequences: vec![(0, 2, 1)], ..two() }),
            ("window that is refused", Parts { overflowing: vec![Parts { ids: vec![], ..two() }], ..two() }),
            ("nested deep", deep),
        ];
        for (name, parts) in cases {
            let error = Encoding::from_parts(parts, &Arc::default()).expect_err(name);
            assert_eq!(error.class(), ErrorClass::Argument, "{name}");
        }
    }
}
