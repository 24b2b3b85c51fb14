//! Byte offsets as code point offsets.

use super::Span;

/// Converts offsets of one text. It remembers where it was, so that offsets that come roughly in order cost one walk
/// over the text in all.
#[derive(Debug)]
pub struct CharOffsets<'a> {
    text: &'a [u8],
    byte: usize,
    chars: usize,
}

impl<'a> CharOffsets<'a> {
    /// At the start of `text`.
    pub fn new(text: &'a str) -> Self {
        CharOffsets { text: text.as_bytes(), byte: 0, chars: 0 }
    }

    /// A span of bytes as a span of code points.
    pub fn span(&mut self, span: Span) -> Span {
        Span::new(self.at(span.start as usize), self.at(span.end as usize))
    }

    /// Code points that begin before `byte`.
    pub fn at(&mut self, byte: usize) -> u32 {
        let starts = |bytes: &[u8]| bytes.iter().filter(|&&byte| (byte as i8) >= -0x40).count();
        let byte = byte.min(self.text.len());
        if byte >= self.byte {
            self.chars += starts(self.text.get(self.byte..byte).unwrap_or_default());
        } else {
            self.chars -= starts(self.text.get(byte..self.byte).unwrap_or_default());
        }
        self.byte = byte;
        self.chars as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_order_of_offsets() {
        let text = "aş👍b";
        let mut chars = CharOffsets::new(text);
        let want = [(0, 0), (1, 1), (3, 2), (7, 3), (8, 4), (3, 2), (0, 0), (8, 4)];
        for (byte, count) in want {
            assert_eq!(chars.at(byte), count, "byte {byte}");
        }
    }
}
