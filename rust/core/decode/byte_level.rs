//! `ByteLevel`: characters of the byte alphabet become bytes again.

use crate::text::bytes::char_to_byte;

/// What is not UTF-8 in the end becomes U+FFFD, one for each maximal part of a character.
pub(super) fn decode<'t>(tokens: impl IntoIterator<Item = &'t str>) -> String {
    let mut bytes = Vec::new();
    tokens.into_iter().for_each(|token| append_bytes(token, &mut bytes));
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A token with any character outside the alphabet stands for its own UTF-8.
pub(crate) fn append_bytes(token: &str, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    if !token.chars().all(|c| char_to_byte(c).map(|byte| bytes.push(byte)).is_some()) {
        bytes.truncate(start);
        bytes.extend_from_slice(token.as_bytes());
    }
}
