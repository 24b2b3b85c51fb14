//! Decoders: from token strings back to text. One file a kind where a kind is more than a few lines.

mod byte_fallback;
pub(crate) mod byte_level;
mod ctc;
mod replace;
mod stream;
mod word_piece;

use crate::error::Result;
use crate::interrupt;
use crate::text::pattern::Pattern;
use crate::text::splitters::{Metaspace, Prepend};

pub use stream::DecodeStream;

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
    ///
    /// A `Replace` whose pattern needs too much backtracking, or whose output outgrows
    /// [`Limits::decoder_expansion`](crate::Limits::decoder_expansion), is an error of class `Limit`; nothing else fails.
    pub fn decode_chain(&self, mut tokens: Vec<String>) -> Result<Vec<String>> {
        interrupt::check()?;
        match self {
            Decoder::Bpe { suffix } => {
                let inner = tokens.len().saturating_sub(1);
                for (at, token) in tokens.iter_mut().enumerate() {
                    *token = token.replace(suffix, if at < inner { " " } else { "" });
                }
                Ok(tokens)
            }
            Decoder::ByteFallback => Ok(byte_fallback::decode(tokens)),
            Decoder::ByteLevel(_) => Ok(vec![byte_level::decode(tokens.iter().map(String::as_str))]),
            Decoder::Ctc { pad_token, word_delimiter_token, cleanup } => {
                Ok(ctc::decode(tokens, pad_token, word_delimiter_token, *cleanup))
            }
            Decoder::Fuse => Ok(vec![tokens.concat()]),
            Decoder::Metaspace(settings) => {
                for (at, token) in tokens.iter_mut().enumerate() {
                    let prepended = at == 0 && settings.prepend != Prepend::Never;
                    *token = token.replace(settings.replacement, if prepended { "" } else { " " });
                }
                Ok(tokens)
            }
            Decoder::Replace { pattern, content } => replace::decode(tokens, pattern, content),
            Decoder::Strip { content, start, stop } => {
                for token in &mut tokens {
                    *token = strip(token, *content, *start, *stop).to_owned();
                }
                Ok(tokens)
            }
            Decoder::WordPiece { prefix, cleanup } => {
                word_piece::decode(&mut tokens, prefix, *cleanup);
                Ok(tokens)
            }
            Decoder::Sequence(decoders) => {
                decoders.iter().try_fold(tokens, |tokens, decoder| decoder.decode_chain(tokens))
            }
        }
    }

    /// The text of the tokens: the joined pieces of [`Decoder::decode_chain`], with the same errors.
    pub fn decode<'t>(&self, tokens: impl IntoIterator<Item = &'t str>) -> Result<String> {
        match self {
            Decoder::ByteLevel(_) => Ok(byte_level::decode(tokens)),
            _ => Ok(self.decode_chain(tokens.into_iter().map(str::to_owned).collect())?.concat()),
        }
    }
}

/// Without up to `start` leading and up to `stop` trailing copies of a character.
fn strip(mut token: &str, content: char, start: usize, stop: usize) -> &str {
    for _ in 0..start {
        let Some(rest) = token.strip_prefix(content) else { break };
        token = rest;
    }
    for _ in 0..stop {
        let Some(rest) = token.strip_suffix(content) else { break };
        token = rest;
    }
    token
}
