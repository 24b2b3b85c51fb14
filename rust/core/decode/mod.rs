//! Decoders: from token strings back to text.

use crate::error::Result;
use crate::text::pattern::Pattern;
use crate::text::splitters::Metaspace;

/// One decoder, as `tokenizer.json` names them.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoder {
    /// An end-of-word suffix becomes a space.
    Bpe {
        /// The suffix.
        suffix: String,
    },
    /// Runs of `<0xHH>` become characters.
    ByteFallback,
    /// The byte alphabet becomes bytes again. Hugging Face writes these fields and ignores them; kept for the file.
    ByteLevel(crate::text::splitters::ByteLevel),
    /// Drops repetitions and padding of connectionist temporal classification.
    Ctc {
        /// Token between repetitions.
        pad_token: String,
        /// Token between words.
        word_delimiter_token: String,
        /// Tidy up spaces.
        cleanup: bool,
    },
    /// Joins all tokens.
    Fuse,
    /// Visible spaces become spaces.
    Metaspace(Metaspace),
    /// Replaces every match in every token.
    Replace {
        /// What to look for.
        pattern: Pattern,
        /// What to put there.
        content: String,
    },
    /// Drops up to so many copies of a character at the ends of every token.
    Strip {
        /// The character.
        content: char,
        /// At the start.
        start: usize,
        /// At the end.
        stop: usize,
    },
    /// Continuation prefixes go, other tokens get a space.
    WordPiece {
        /// Continuation prefix.
        prefix: String,
        /// Tidy up spaces.
        cleanup: bool,
    },
    /// One after the other.
    Sequence(Vec<Decoder>),
}

impl Decoder {
    /// Turns token strings into pieces of text, to be joined.
    pub fn decode_chain(&self, tokens: Vec<String>) -> Result<Vec<String>> {
        Ok(tokens)
    }
}
