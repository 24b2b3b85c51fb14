//! GPT-2's byte alphabet: every byte as one printable character, so that a byte-level vocabulary is a list of strings.

#![allow(clippy::indexing_slicing, reason = "tables of 256 entries indexed by bytes, and checked bounds beside it")]

/// The character that stands for a byte. Printable Latin-1 bytes stand for themselves; the other 68, in ascending
/// order, are U+0100, U+0101, and so on (space is `Ġ`, newline is `Ċ`). Source: GPT-2's `bytes_to_unicode`.
pub const fn byte_to_char(byte: u8) -> char {
    BYTE_TO_CHAR[byte as usize]
}

/// The byte a character of the alphabet stands for.
pub const fn char_to_byte(c: char) -> Option<u8> {
    let code = c as u32;
    if code >= CHAR_TO_BYTE.len() as u32 || CHAR_TO_BYTE[code as usize] < 0 {
        return None;
    }
    Some(CHAR_TO_BYTE[code as usize] as u8)
}

/// The bytes of a token's string, if it is written in the alphabet throughout.
pub fn decode_alphabet(token: &str) -> Option<Vec<u8>> {
    token.chars().map(char_to_byte).collect()
}

/// A byte string written in the alphabet.
pub fn encode_alphabet(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| byte_to_char(byte)).collect()
}

const fn is_printable(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF)
}

const BYTE_TO_CHAR: [char; 256] = {
    let mut table = ['\0'; 256];
    let mut shifted = 0x100;
    let mut byte = 0;
    while byte < 256 {
        let code = if is_printable(byte as u8) {
            byte as u32
        } else {
            shifted += 1;
            shifted - 1
        };
        table[byte] = match char::from_u32(code) {
            Some(c) => c,
            None => char::REPLACEMENT_CHARACTER,
        };
        byte += 1;
    }
    table
};

const CHAR_TO_BYTE: [i16; 0x144] = {
    let mut table = [-1; 0x144];
    let mut byte = 0;
    while byte < 256 {
        table[BYTE_TO_CHAR[byte] as usize] = byte as i16;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphabet_is_a_bijection_with_known_points() {
        for byte in 0..=255u8 {
            assert_eq!(char_to_byte(byte_to_char(byte)), Some(byte));
        }
        for (byte, c) in [(b' ', 'Ġ'), (b'\n', 'Ċ'), (b'a', 'a'), (0xAD, 'Ń'), (0, 'Ā')] {
            assert_eq!(byte_to_char(byte), c);
        }
        assert_eq!(char_to_byte('€'), None);
    }
}
