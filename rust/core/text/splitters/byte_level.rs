//! GPT-2's splitter, in two steps: cutting, and writing the bytes in the printable alphabet. A model that works on raw
//! bytes needs only the first.

use crate::error::Result;
use crate::text::bytes::byte_to_char;
use crate::text::scan::Scanner;
use crate::text::{Splits, Unicode};

/// Settings shared by the byte-level splitter and post-processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteLevel {
    /// Put a space in front of a word that has none.
    pub add_prefix_space: bool,
    /// Leave whitespace out of offsets (post-processor only).
    pub trim_offsets: bool,
    /// Cut by GPT-2's pattern.
    pub use_regex: bool,
}

impl ByteLevel {
    /// The first step: puts the space in front of every word, and cuts. The text stays text. The new space has the
    /// origin of the character after it.
    pub fn cut(&self, splits: &mut Splits<'_>, unicode: Unicode) -> Result<()> {
        if self.add_prefix_space && splits.words().iter().any(|&word| !splits.word(word).starts_with(' ')) {
            splits.rewrite(|word, writer| {
                if !writer.old().get(word.clone()).unwrap_or_default().starts_with(' ') {
                    writer.push(' ', word.start);
                }
                writer.copy(word);
                Ok(())
            })?;
        }
        if self.use_regex {
            splits.split(|word, keep| {
                Scanner::GPT2.matches(word, unicode, |word| keep(word.range()));
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The second step: every byte becomes its character of the byte alphabet.
    pub fn to_alphabet(splits: &mut Splits<'_>) -> Result<()> {
        let stays = |byte: u8| matches!(byte, b'!'..=b'~');
        if splits.words().iter().all(|&word| splits.word(word).bytes().all(stays)) {
            return Ok(());
        }
        splits.rewrite(|word, writer| {
            for (at, byte) in writer.old().bytes().enumerate().take(word.end).skip(word.start) {
                writer.push(byte_to_char(byte), at);
            }
            Ok(())
        })
    }
}
