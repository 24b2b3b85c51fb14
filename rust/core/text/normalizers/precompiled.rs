//! sentencepiece's character maps.
//!
//! A map is a little-endian u32 (the size of the trie in bytes), a double-array trie of u32 units (darts-clone), and a
//! blob of NUL-terminated strings that the trie's values point into. Format: sentencepiece's `normalizer.cc`.

use unicode_segmentation::UnicodeSegmentation;

use super::Room;
use crate::error::{Error, Result};
use crate::interrupt::Walk;
use crate::limits::Limits;
use crate::text::Aligned;

/// A sentencepiece character map: a double-array trie and the strings it points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precompiled {
    blob: Vec<u8>,
    units: Vec<Unit>,
    replacements: String,
}

impl Precompiled {
    /// Reads a map, and checks that every value of its trie points to the beginning of a character of its strings.
    ///
    /// Fails with class `Limit` if the map exceeds `limits.charsmap_bytes`, else with class `Format`.
    pub fn new(blob: Vec<u8>, limits: &Limits) -> Result<Self> {
        if blob.len() as u64 > limits.charsmap_bytes {
            return Err(Error::limit("charsmap_bytes", blob.len() as u64, limits.charsmap_bytes));
        }
        let refuse = |message: &str| Error::format("tokenizer.json", "", format!("character map: {message}"));
        let (size, rest) = blob.split_first_chunk().ok_or_else(|| refuse("too short to hold the size of its trie"))?;
        // sentencepiece writes a multiple of 4; what is left of another size belongs to the strings, as HF reads it.
        let size = u32::from_le_bytes(*size) as usize / 4 * 4;
        let (trie, strings) = rest.split_at_checked(size).ok_or_else(|| refuse("its trie is longer than the map"))?;
        let units: Vec<Unit> = trie.as_chunks().0.iter().map(|unit| Unit(u32::from_le_bytes(*unit))).collect();
        if units.is_empty() {
            return Err(refuse("its trie is empty"));
        }
        let replacements = String::from_utf8(strings.to_vec()).map_err(|_| refuse("its strings are not UTF-8"))?;
        for (at, unit) in units.iter().enumerate().filter(|(_, unit)| unit.is_node() && unit.has_leaf()) {
            let value = units.get(at ^ unit.offset()).ok_or_else(|| refuse("its trie points outside itself"))?.value();
            if !replacements.is_char_boundary(value) {
                return Err(refuse("its trie points outside its strings"));
            }
        }
        Ok(Precompiled { blob, units, replacements })
    }

    /// The map as the file holds it (before base64).
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// Graphemes of less than six bytes are looked up whole, what is not found and the longer ones character by
    /// character; this is the rule of `tokenizers`, which takes it for sentencepiece's.
    pub(super) fn apply(&self, text: &mut Aligned<'_>, room: &Room) -> Result<()> {
        let mut changes = Changes { list: Vec::with_capacity(text.len()), bytes: 0, modified: false };
        let mut rest = text.as_str();
        let mut walk = Walk::default();
        while let Some(grapheme) = next_grapheme(rest) {
            walk.at(text.len() - rest.len())?;
            rest = rest.get(grapheme.len()..).unwrap_or_default();
            let whole = if grapheme.len() < 6 { self.replacement(grapheme) } else { None };
            if let Some(replacement) = whole {
                changes.replace(grapheme, replacement, room)?;
                continue;
            }
            for c in grapheme.chars() {
                match self.replacement(c.encode_utf8(&mut [0; 4])) {
                    Some(replacement) => changes.replace(c.encode_utf8(&mut [0; 4]), replacement, room)?,
                    None => changes.keep(c),
                }
            }
        }
        if changes.modified {
            text.transform(changes.list.into_iter().map(|(c, change)| (c, change as isize)), 0);
        }
        Ok(())
    }

    /// What the shortest prefix of `key` in the trie maps to (HF takes the first result of a prefix search).
    fn replacement(&self, key: &str) -> Option<&str> {
        let mut at = self.units.first()?.offset();
        for byte in key.bytes().take_while(|&byte| byte != 0) {
            at ^= byte as usize;
            let unit = self.units.get(at)?;
            if unit.label() != byte as u32 {
                return None;
            }
            at ^= unit.offset();
            if unit.has_leaf() {
                let string = self.replacements.get(self.units.get(at)?.value()..)?;
                return Some(string.split('\0').next().unwrap_or_default());
            }
        }
        None
    }
}

/// One unit of a darts-clone double array: a node (label, offset to its children, whether it has a value) or a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unit(u32);

impl Unit {
    fn is_node(self) -> bool {
        self.0 >> 31 == 0
    }

    fn has_leaf(self) -> bool {
        self.0 >> 8 & 1 == 1
    }

    fn value(self) -> usize {
        (self.0 & 0x7FFF_FFFF) as usize
    }

    /// The byte that leads here; above 255 for values, so that no byte does.
    fn label(self) -> u32 {
        self.0 & 0x8000_00FF
    }

    fn offset(self) -> usize {
        ((self.0 >> 10) << ((self.0 & 1 << 9) >> 6)) as usize
    }
}

/// The new text in the protocol of [`Aligned::transform`], with the bookkeeping of `tokenizers`.
struct Changes {
    list: Vec<(char, i32)>,
    bytes: usize,
    modified: bool,
}

impl Changes {
    fn keep(&mut self, c: char) {
        self.bytes += c.len_utf8();
        self.list.push((c, 0));
    }

    /// Surplus new characters count as inserted; surplus old ones are dropped after the last character written, even
    /// if that belongs to the part before. At the start of the text there is none: the old characters then stay in the
    /// alignment, as they do in HF.
    fn replace(&mut self, old: &str, new: &str, room: &Room) -> Result<()> {
        self.modified = true;
        self.bytes += new.len();
        room.check(self.bytes)?;
        let old_count = old.chars().count();
        let new_count = new.chars().count();
        self.list.extend(new.chars().enumerate().map(|(at, c)| (c, i32::from(at >= old_count))));
        if let Some(last) = self.list.last_mut()
            && new_count < old_count
        {
            last.1 -= (old_count - new_count) as i32;
        }
        Ok(())
    }
}

/// The extended grapheme cluster that a text begins with. Between two ASCII characters there is always a boundary,
/// except in CR LF.
fn next_grapheme(text: &str) -> Option<&str> {
    match text.as_bytes() {
        [] => None,
        [first, second, ..] if first.is_ascii() && second.is_ascii() && *first != b'\r' => text.get(..1),
        _ => text.graphemes(true).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;
    use proptest::prelude::*;

    fn map(units: &[u32], strings: &[u8]) -> Vec<u8> {
        let mut blob = (units.len() as u32 * 4).to_le_bytes().to_vec();
        blob.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        blob.extend(strings);
        blob
    }

    #[test]
    fn damaged_maps_are_refused() {
        let leaf = 1 << 8 | 1 << 10 | b'a' as u32;
        let cases: &[(&str, Vec<u8>)] = &[
            ("empty", vec![]),
            ("three bytes", vec![0; 3]),
            ("no unit", vec![0; 4]),
            ("size field beyond the end", vec![0xFF; 8]),
            ("leaf outside the trie", map(&[leaf | 1 << 20], b"x\0")),
            ("value outside the strings", map(&[leaf, 1 << 31 | 9], b"x\0")),
            ("value inside a character", map(&[leaf, 1 << 31 | 1], "é\0".as_bytes())),
            ("strings not UTF-8", map(&[0], &[0xFF])),
        ];
        for (name, blob) in cases {
            let error = Precompiled::new(blob.clone(), &Limits::default()).expect_err(name);
            assert_eq!(error.class(), ErrorClass::Format, "{name}");
        }
        let limits = Limits { charsmap_bytes: 3, ..Limits::default() };
        assert_eq!(Precompiled::new(vec![0; 4], &limits).unwrap_err().class(), ErrorClass::Limit);
    }

    #[test]
    fn a_long_replacement_meets_the_limit() {
        // 'a' leads from the root to unit 96 ^ 1 = 97, whose leaf is 96.
        let mut units = vec![0; 128];
        units[0] = 1 << 10;
        units[(1 ^ b'a') as usize] = 1 << 8 | 1 << 10 | b'a' as u32;
        units[(1 ^ b'a' ^ 1) as usize] = 1 << 31;
        let strings = "b".repeat(1000) + "\0";
        let map = Precompiled::new(map(&units, strings.as_bytes()), &Limits::default()).unwrap();
        let room = Room::new(100, &Limits::default());
        let mut short = Aligned::new("xay", 0, true);
        map.apply(&mut short, &room).unwrap();
        assert_eq!(short.len(), 1002);
        let long = "a".repeat(100);
        assert_eq!(map.apply(&mut Aligned::new(&long, 0, true), &room).unwrap_err().class(), ErrorClass::Limit);
    }

    proptest! {
        #[test]
        fn graphemes_are_those_of_the_crate(text in r"([a-z\r\n ]|[\u{300}-\u{304}\u{200d}]|[👨👩🇹🇷✂️]|.){0,20}") {
            let mut rest = text.as_str();
            let mut got = Vec::new();
            while let Some(grapheme) = next_grapheme(rest) {
                got.push(grapheme);
                rest = &rest[grapheme.len()..];
            }
            prop_assert_eq!(got, text.graphemes(true).collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_are_read_or_refused(units in prop::collection::vec(any::<u32>(), 1..300), strings in "[a-zé\\x00]{0,20}", text in ".{0,20}") {
            if let Ok(map) = Precompiled::new(map(&units, strings.as_bytes()), &Limits::default()) {
                let room = Room::new(text.len(), &Limits::default());
                let _ = map.apply(&mut Aligned::new(&text, 0, true), &room);
            }
        }
    }
}
