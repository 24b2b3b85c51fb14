//! Added tokens: strings that are matched as wholes before the model sees the text.

/// One added token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedToken {
    /// The string.
    pub content: String,
    /// Only between non-word characters.
    pub single_word: bool,
    /// Swallow whitespace on the left.
    pub lstrip: bool,
    /// Swallow whitespace on the right.
    pub rstrip: bool,
    /// Match the normalized text.
    pub normalized: bool,
    /// A control token: dropped when decoding without special tokens, never taken from text unless allowed.
    pub special: bool,
}
