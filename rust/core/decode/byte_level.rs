//! `ByteLevel`: characters of the byte alphabet become bytes again.

use crate::text::bytes::char_to_byte;

/// A token with any character outside the alphabet stands for its own UTF-8. What is not UTF-8 in the end becomes
/// U+FFFD, one for each maximal part of a character.
pub(super) fn decode<'t>(tokens: impl IntoIterator<Item = &'t str>) -> String {
    let mut bytes = Vec::new();
    for token in tokens {
        let start = bytes.len();
        for c in token.chars() {
            match char_to_byte(c) {
                Some(byte) => bytes.push(byte),
                None => {
                    bytes.truncate(start);
                    bytes.extend_from_slice(token.as_bytes());
                    break;
                }
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
