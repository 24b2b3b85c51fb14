//! `CTC`: the output of connectionist temporal classification, one token a time step.

use super::word_piece::clean_up;

/// Repeated neighbours count once, padding goes (also inside a token), empty tokens vanish. Word delimiters become
/// spaces only when cleaning up, as in Hugging Face `tokenizers`.
pub(super) fn decode(mut tokens: Vec<String>, pad: &str, word_delimiter: &str, cleanup: bool) -> Vec<String> {
    tokens.dedup();
    for token in &mut tokens {
        *token = token.replace(pad, "");
        if cleanup {
            clean_up(token);
            *token = token.replace(word_delimiter, " ");
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}
