//! `BertProcessing`: `CLS A SEP` and `CLS A SEP B SEP`.

use super::surround;
use crate::encoding::Encoding;
use crate::error::Result;

pub(super) fn added_tokens(pair: bool) -> usize {
    if pair { 3 } else { 2 }
}

/// The type ids of the text stay; `CLS` and the first `SEP` have 0, the second `SEP` has 1.
pub(super) fn process(encodings: &mut [Encoding], sep: &(String, u32), cls: &(String, u32)) -> Result<()> {
    for (input, encoding) in encodings.iter_mut().enumerate() {
        match input {
            0 => surround(encoding, 0, &[(cls, 0)], &[(sep, 0)])?,
            _ => surround(encoding, 1, &[], &[(sep, 1)])?,
        }
    }
    Ok(())
}
