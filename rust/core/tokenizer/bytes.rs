//! Ids of bytes, whether they are text or not.

use super::Tokenizer;
use super::encode::Piece;
use crate::added::Allowed;
use crate::decode::Decoder;
use crate::error::{Error, Result};
use crate::models::Model;
use crate::text::bytes::encode_alphabet;

impl Tokenizer {
    /// The ids of any bytes: of what is UTF-8 as of a text, of other bytes their own, merged where the model merges them.
    /// [`Tokenizer::decode_bytes`] gives the bytes back, unless the tokenizer changes text (a normalizer, a space in
    /// front). Special tokens are neither added nor taken from the bytes, and nothing is cut or filled up.
    ///
    /// Errors: class `Argument` for bytes that are no UTF-8, if the tokenizer is neither a hybrid one nor works on bytes;
    /// `Limit` for more than `limits.text_bytes`, and those of [`Tokenizer::encode_ids`].
    pub fn encode_bytes(&self, bytes: &[u8]) -> Result<Vec<u32>> {
        if bytes.len() as u64 > self.limits.text_bytes {
            return Err(Error::limit("text_bytes", bytes.len() as u64, self.limits.text_bytes));
        }
        let mut ids = Vec::with_capacity(bytes.len() / 2 + 8);
        self.pool.with(|scratch| {
            let mut first = true;
            for chunk in bytes.utf8_chunks() {
                let text = chunk.valid();
                self.pieces(text, Allowed::None, first, false, scratch, &mut |scratch, piece| match piece {
                    Piece::Added { id, .. } => {
                        ids.push(id);
                        Ok(())
                    }
                    Piece::Text { text: piece, first } => self.append_piece(text, piece, first, scratch, &mut ids),
                })?;
                self.append_invalid(chunk.invalid(), &mut ids)?;
                first = false;
            }
            Ok(ids)
        })
    }

    /// Appends the ids of bytes that are no text.
    fn append_invalid(&self, bytes: &[u8], ids: &mut Vec<u32>) -> Result<()> {
        match (&self.parts.model, &self.parts.decoder) {
            (Model::Hybrid(hybrid), _) => ids.extend(bytes.iter().map(|&byte| hybrid.byte(byte))),
            (Model::Bpe(_) | Model::Boundless(_), Some(Decoder::ByteLevel(_))) => {
                let Some(bpe) = self.parts.model.bpe() else { return Ok(()) };
                let written = encode_alphabet(bytes);
                let has = |c: char| bpe.vocab().id(c.encode_utf8(&mut [0; 4])).is_some();
                if let Some((&byte, _)) = bytes.iter().zip(written.chars()).find(|(_, c)| !has(*c)) {
                    return Err(Error::argument(format!("no token is the byte 0x{byte:02X}")));
                }
                let mut tokens = Vec::new();
                bpe.tokenize(&written, &mut tokens)?;
                ids.extend(tokens.iter().map(|token| token.id));
            }
            _ if bytes.is_empty() => {}
            _ => {
                return Err(Error::argument(
                    "only hybrid and byte-level tokenizers have ids for bytes that are no UTF-8",
                ));
            }
        }
        Ok(())
    }
}
