//! BERT's normalizer.

use super::characters;
use super::form::Form;
use crate::error::Result;
use crate::text::classes::{Class, Classes};
use crate::text::{Aligned, Unicode};

/// Settings of the BERT normalizer, in the order they are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bert {
    /// Drop control characters, turn whitespace into spaces.
    pub clean_text: bool,
    /// Put spaces around CJK ideographs.
    pub handle_chinese_chars: bool,
    /// Decompose and drop nonspacing marks; `None` follows `lowercase`.
    pub strip_accents: Option<bool>,
    /// Lower case.
    pub lowercase: bool,
}

impl Bert {
    pub(super) fn apply(&self, text: &mut Aligned<'_>, unicode: Unicode) -> Result<()> {
        let classes = Classes::of(unicode);
        if self.clean_text {
            let is_space = |c| c != ' ' && classes.is(c, Class::WHITESPACE);
            characters::rewrite(
                text,
                |c| is_space(c) || classes.is(c, Class::BERT_CLEAN_REMOVED),
                |writer, c, at| {
                    if !classes.is(c, Class::BERT_CLEAN_REMOVED) {
                        writer.push(' ', at);
                    }
                },
            )?;
        }
        if self.handle_chinese_chars {
            characters::rewrite(text, is_ideograph, |writer, c, at| {
                [' ', c, ' '].into_iter().for_each(|c| writer.push(c, at));
            })?;
        }
        if self.strip_accents.unwrap_or(self.lowercase) {
            Form::Nfd.apply(text, unicode)?;
            characters::filter(text, |c| !classes.is(c, Class::BERT_STRIP_ACCENTS_REMOVED))?;
        }
        if self.lowercase {
            characters::lowercase(text)?;
        }
        Ok(())
    }
}

/// The CJK blocks of BERT's tokenizer. `tokenizers` begins extension E at 2B920 instead of 2B820, in both modes here,
/// because vocabularies were made with it.
fn is_ideograph(c: char) -> bool {
    matches!(
        c as u32,
        0x4E00..=0x9FFF
            | 0x3400..=0x4DBF
            | 0x2_0000..=0x2_A6DF
            | 0x2_A700..=0x2_B73F
            | 0x2_B740..=0x2_B81F
            | 0x2_B920..=0x2_CEAF
            | 0xF900..=0xFAFF
            | 0x2_F800..=0x2_FA1F
    )
}
