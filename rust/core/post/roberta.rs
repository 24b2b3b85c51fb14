//! `RobertaProcessing`: `CLS A SEP` and `CLS A SEP SEP B SEP`, everything of type 0.

use super::surround;
use crate::encoding::Encoding;
use crate::error::Result;

pub(super) fn added_tokens(pair: bool) -> usize {
    if pair { 4 } else { 2 }
}

/// Without special tokens, the windows keep their type ids, as in Hugging Face `tokenizers`.
pub(super) fn process(
    encodings: &mut [Encoding],
    sep: &(String, u32),
    cls: &(String, u32),
    add_special_tokens: bool,
) -> Result<()> {
    for (input, encoding) in encodings.iter_mut().enumerate() {
        encoding.set_type_id(0);
        if !add_special_tokens {
            continue;
        }
        for window in encoding.overflowing_mut() {
            window.set_type_id(0);
        }
        match input {
            0 => surround(encoding, 0, &[(cls, 0)], &[(sep, 0)])?,
            _ => surround(encoding, 1, &[(sep, 0)], &[(sep, 0)])?,
        }
    }
    Ok(())
}
