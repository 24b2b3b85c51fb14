//! Post-processors: special tokens around the encodings, and trimmed offsets. One file a kind.
//!
//! As in Hugging Face `tokenizers`, a post-processor turns a list of encodings (one per input) into another list, and at
//! the end the list is joined. That matters for `Sequence`: after a template the list has one entry per place.

mod bert;
mod byte_level;
mod roberta;
mod template;

use crate::encoding::Encoding;
use crate::error::Result;
use crate::text::splitters::ByteLevel;

pub use template::{Piece, SpecialToken, Template, parse_pieces, parse_template};

/// One post-processor, as `tokenizer.json` names them.
#[derive(Debug, Clone, PartialEq)]
pub enum PostProcessor {
    /// `CLS A SEP`, `CLS A SEP B SEP`.
    Bert {
        /// Token and id.
        sep: (String, u32),
        /// Token and id.
        cls: (String, u32),
    },
    /// `CLS A SEP`, `CLS A SEP SEP B SEP`, all type ids 0.
    Roberta {
        /// Token and id.
        sep: (String, u32),
        /// Token and id.
        cls: (String, u32),
        /// Leave whitespace out of offsets.
        trim_offsets: bool,
        /// A prefix space was added.
        add_prefix_space: bool,
    },
    /// Only trims offsets.
    ByteLevel(ByteLevel),
    /// Pieces in the order of a template.
    Template(Template),
    /// One after the other.
    Sequence(Vec<PostProcessor>),
}

impl PostProcessor {
    /// How many special tokens are added to one input, or to two.
    pub fn added_tokens(&self, pair: bool) -> usize {
        match self {
            PostProcessor::Bert { .. } => bert::added_tokens(pair),
            PostProcessor::Roberta { .. } => roberta::added_tokens(pair),
            PostProcessor::ByteLevel(_) => 0,
            PostProcessor::Template(template) => template.added_tokens(pair),
            PostProcessor::Sequence(parts) => {
                parts.iter().fold(0, |sum, part| part.added_tokens(pair).saturating_add(sum))
            }
        }
    }

    /// Puts the encodings of one or two inputs together. They are already truncated, and their windows go the same way.
    ///
    /// Offsets should be code points here: trimming counts characters of token strings. A template that stands after
    /// another one and gets more than two pieces is an error of class `Argument`, too many windows one of class `Limit`.
    pub fn process(&self, first: Encoding, second: Option<Encoding>, add_special_tokens: bool) -> Result<Encoding> {
        let mut encodings: Vec<Encoding> = std::iter::once(first).chain(second).collect();
        for (input, encoding) in encodings.iter_mut().enumerate() {
            encoding.set_sequence_id(input);
            encoding.set_type_id(input as u32);
            for window in encoding.overflowing_mut() {
                window.set_sequence_id(input);
            }
        }
        Encoding::merge(self.process_all(encodings, add_special_tokens)?, false)
    }

    fn process_all(&self, mut encodings: Vec<Encoding>, add_special_tokens: bool) -> Result<Vec<Encoding>> {
        match self {
            PostProcessor::Bert { sep, cls } => {
                if add_special_tokens {
                    bert::process(&mut encodings, sep, cls)?;
                }
                Ok(encodings)
            }
            PostProcessor::Roberta { sep, cls, trim_offsets, add_prefix_space } => {
                if *trim_offsets {
                    byte_level::trim_all(&mut encodings, *add_prefix_space);
                }
                roberta::process(&mut encodings, sep, cls, add_special_tokens)?;
                Ok(encodings)
            }
            PostProcessor::ByteLevel(settings) => {
                byte_level::process(&mut encodings, *settings);
                Ok(encodings)
            }
            PostProcessor::Template(template) => template.process(encodings, add_special_tokens),
            PostProcessor::Sequence(parts) => {
                parts.iter().try_fold(encodings, |encodings, part| part.process_all(encodings, add_special_tokens))
            }
        }
    }
}

/// What is done without any post-processor: one input stays as it is, two are joined.
pub fn join(first: Encoding, second: Option<Encoding>) -> Result<Encoding> {
    let Some(mut second) = second else { return Ok(first) };
    let mut both = first;
    both.set_sequence_id(0);
    second.set_sequence_id(1);
    both.merge_with(&second, false)?;
    Ok(both)
}

/// Puts special tokens around an encoding and around each of its windows, as BERT and RoBERTa do: whatever was special
/// before counts as text now, and only the text belongs to the input `sequence`. Windows of windows are dropped.
fn surround(encoding: &mut Encoding, sequence: usize, before: &[Special<'_>], after: &[Special<'_>]) -> Result<()> {
    for window in encoding.overflowing_mut() {
        *window = surrounded(window, sequence, before, after)?;
    }
    let windows = encoding.take_overflowing();
    *encoding = surrounded(encoding, sequence, before, after)?;
    encoding.set_overflowing(windows);
    Ok(())
}

/// A special token: its id, string and type id.
type Special<'t> = (&'t (String, u32), u32);

fn surrounded(text: &mut Encoding, sequence: usize, before: &[Special], after: &[Special]) -> Result<Encoding> {
    let names = text.names().clone();
    let mut whole = Encoding::with_capacity(names.clone(), before.len() + text.len() + after.len());
    for ((token, id), type_id) in before {
        whole.append(&Encoding::special(names.clone(), &[(*id, token)], *type_id), false)?;
    }
    let start = whole.len();
    text.reset_masks();
    whole.append(text, false)?;
    let end = whole.len();
    for ((token, id), type_id) in after {
        whole.append(&Encoding::special(names.clone(), &[(*id, token)], *type_id), false)?;
    }
    whole.set_only_sequence(sequence, start..end);
    Ok(whole)
}
