//! Count files: sorted words with their counts, as small as sorting makes them.
//!
//! ```text
//! "htcounts"  version: u32  length of the header: u32  header (JSON)
//! for every word, ascending by bytes:
//!     bytes shared with the word before: varint   other bytes + 1: varint   the other bytes   count: varint
//! 0 0   distinct words: u64   sum of all counts: u128   SHA-256 of everything before
//! ```
//! Numbers are little-endian; a varint has seven bits a byte, the lowest first (LEB128).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::words::{WordForm, overflow};
use crate::error::{Error, Result, quote};
use crate::limits::Limits;

/// The first bytes of a count file.
pub const MAGIC: &[u8; 8] = b"htcounts";
const VERSION: u32 = 1;
const FORMAT: &str = "count file";
const BUFFER: usize = 1 << 16;

/// What the words of a count file are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// How they are written.
    pub form: WordForm,
    /// What made them words, by name: the pattern, the normalizer, ... Counts add up only if all of it is equal.
    pub settings: BTreeMap<String, String>,
}

impl Header {
    /// Fails, with class `Training`, if counts of `other` are not counts of the same words; `name` is its file.
    pub fn check_equal(&self, other: &Header, name: &str) -> Result<()> {
        let keys: std::collections::BTreeSet<&String> = self.settings.keys().chain(other.settings.keys()).collect();
        for key in keys {
            let (ours, theirs) = (self.settings.get(key), other.settings.get(key));
            if ours != theirs {
                let shown = |value: Option<&String>| value.map_or("nothing".to_owned(), |value| quote(value));
                return Err(Error::training(format!(
                    "{name}: these words were counted with {key} {}, the others with {}",
                    shown(theirs),
                    shown(ours)
                )));
            }
        }
        if self.form != other.form {
            let message = format!("{name}: these words are {:?}, the others {:?}", other.form, self.form);
            return Err(Error::training(message));
        }
        Ok(())
    }
}

/// Writes a count file. Words must come in ascending order.
pub struct CountWriter<W: Write> {
    out: W,
    block: Vec<u8>,
    hash: Sha256,
    last: Vec<u8>,
    words: u64,
    total: u128,
}

impl<W: Write> CountWriter<W> {
    /// Begins a file.
    pub fn new(out: W, header: &Header) -> Result<Self> {
        let json = serde_json::to_vec(header).map_err(|error| Error::io(None, error.into()))?;
        let mut block = Vec::with_capacity(2 * BUFFER);
        block.extend_from_slice(MAGIC);
        block.extend_from_slice(&VERSION.to_le_bytes());
        block.extend_from_slice(&(json.len() as u32).to_le_bytes());
        block.extend_from_slice(&json);
        Ok(CountWriter { out, block, hash: Sha256::new(), last: Vec::new(), words: 0, total: 0 })
    }

    /// Adds a word, which is greater than the one before.
    pub fn push(&mut self, word: &[u8], count: u64) -> Result<()> {
        let shared = self.last.iter().zip(word).take_while(|(a, b)| a == b).count();
        let rest = word.get(shared..).unwrap_or_default();
        varint(&mut self.block, shared as u64);
        varint(&mut self.block, rest.len() as u64 + 1);
        self.block.extend_from_slice(rest);
        varint(&mut self.block, count);
        self.last.truncate(shared);
        self.last.extend_from_slice(rest);
        self.words += 1;
        self.total += u128::from(count);
        if self.block.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Ends the file; returns the number of distinct words and the sum of their counts.
    pub fn finish(mut self) -> Result<(u64, u128)> {
        self.block.extend_from_slice(&[0, 0]);
        self.block.extend_from_slice(&self.words.to_le_bytes());
        self.block.extend_from_slice(&self.total.to_le_bytes());
        self.flush()?;
        let hash = std::mem::take(&mut self.hash).finalize();
        self.out.write_all(&hash).and_then(|()| self.out.flush()).map_err(|error| Error::io(None, error))?;
        Ok((self.words, self.total))
    }

    fn flush(&mut self) -> Result<()> {
        self.hash.update(&self.block);
        self.out.write_all(&self.block).map_err(|error| Error::io(None, error))?;
        self.block.clear();
        Ok(())
    }
}

fn varint(into: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

/// Reads a count file, one word after the other, and trusts nothing in it.
pub struct CountReader<R: Read> {
    source: Hashed<BufReader<R>>,
    name: String,
    header: Header,
    word: Vec<u8>,
    words: u64,
    total: u128,
    max_word: u64,
    ended: bool,
}

impl<R: Read> CountReader<R> {
    /// Begins a file; `name` is for messages. Fails, with class `Format`, if this is no count file of this version.
    pub fn new(source: R, name: &str, limits: &Limits) -> Result<Self> {
        let mut reader = CountReader {
            source: Hashed { inner: BufReader::with_capacity(BUFFER, source), hash: Sha256::new(), at: 0 },
            name: name.to_owned(),
            header: Header { form: WordForm::Bytes, settings: BTreeMap::new() },
            word: Vec::new(),
            words: 0,
            total: 0,
            max_word: limits.text_bytes,
            ended: false,
        };
        let magic: [u8; 8] = reader.array()?;
        if magic != *MAGIC {
            return Err(Error::format_at(FORMAT, 0, format!("{name}: not a count file")));
        }
        let version = u32::from_le_bytes(reader.array()?);
        if version != VERSION {
            let message = format!("{name}: version {version}; this program reads version {VERSION}");
            return Err(Error::format_at(FORMAT, 8, message));
        }
        let len = u32::from_le_bytes(reader.array()?);
        let mut json = Vec::new();
        if u64::from(len) > limits.regex_source_bytes * 8 {
            return Err(reader.wrong("the header is too long"));
        }
        reader.bytes(u64::from(len), &mut json)?;
        reader.header =
            serde_json::from_slice(&json).map_err(|error| reader.wrong(&format!("the header is damaged: {error}")))?;
        Ok(reader)
    }

    /// What the words are.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The file, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Distinct words and the sum of their counts, of what was read until now.
    pub fn totals(&self) -> (u64, u128) {
        (self.words, self.total)
    }

    /// The word that [`CountReader::advance`] read.
    pub fn word(&self) -> &[u8] {
        &self.word
    }

    /// Reads the next word and returns its count; none at the end, once the checksum was found right.
    pub fn advance(&mut self) -> Result<Option<u64>> {
        if self.ended {
            return Ok(None);
        }
        let shared = self.varint()?;
        let rest = self.varint()?;
        if rest == 0 {
            if shared != 0 {
                return Err(self.wrong("damaged end of the words"));
            }
            return self.end();
        }
        let rest = rest - 1;
        if shared > self.word.len() as u64 || shared.saturating_add(rest) > self.max_word {
            return Err(self.wrong("a word has an impossible length"));
        }
        let last = self.word.get(shared as usize).copied();
        self.word.truncate(shared as usize);
        let mut word = std::mem::take(&mut self.word);
        self.bytes(rest, &mut word)?;
        self.word = word;
        // What follows the shared part is greater than what followed it before; only the first word may be empty.
        let next = self.word.get(shared as usize).copied();
        if self.words > 0 && (next.is_none() || next <= last) {
            return Err(self.wrong("the words are not in order"));
        }
        if self.header.form == WordForm::Text && std::str::from_utf8(&self.word).is_err() {
            return Err(self.wrong("a word is not UTF-8"));
        }
        let count = self.varint()?;
        if count == 0 {
            return Err(self.wrong("a word counts nothing"));
        }
        self.words += 1;
        self.total += u128::from(count);
        Ok(Some(count))
    }

    fn end(&mut self) -> Result<Option<u64>> {
        let words = u64::from_le_bytes(self.array()?);
        let total = u128::from_le_bytes(self.array()?);
        let hash = self.source.hash.clone().finalize();
        let stored: [u8; 32] = self.array()?;
        if (words, total) != (self.words, self.total) || hash.as_slice() != stored {
            return Err(self.wrong("the checksum is wrong; the file is damaged"));
        }
        if !self.source.inner.fill_buf().map_err(|error| Error::io(Some(self.name.as_ref()), error))?.is_empty() {
            return Err(self.wrong("something follows the end"));
        }
        self.ended = true;
        Ok(None)
    }

    fn varint(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            let bits = u64::from(byte & 0x7F);
            if (bits << shift) >> shift != bits || (byte == 0 && shift > 0) {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.wrong("a damaged number"))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        let read = self.source.read_exact(&mut array);
        read.map_err(|error| self.failed(error))?;
        Ok(array)
    }

    /// Appends `len` bytes; memory grows as they come, whatever the length says.
    fn bytes(&mut self, len: u64, into: &mut Vec<u8>) -> Result<()> {
        let read = (&mut self.source).take(len).read_to_end(into).map_err(|error| self.failed(error))?;
        if (read as u64) < len { Err(self.failed(std::io::ErrorKind::UnexpectedEof.into())) } else { Ok(()) }
    }

    fn failed(&self, error: std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => self.wrong("the file ends early"),
            _ => Error::io(Some(self.name.as_ref()), error),
        }
    }

    fn wrong(&self, message: &str) -> Error {
        Error::format_at(FORMAT, self.source.at, format!("{}: {message}", self.name))
    }
}

/// Hashes what is read.
struct Hashed<R> {
    inner: R,
    hash: Sha256,
    at: u64,
}

impl<R: Read> Read for Hashed<R> {
    #[inline]
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hash.update(into.get(..read).unwrap_or_default());
        self.at += read as u64;
        Ok(read)
    }
}

/// Calls `found` with the words of sorted sources, in order; equal ones are added up. Memory: one buffer and one word a
/// source.
pub(super) fn merge_sorted<R: Read>(
    mut sources: Vec<CountReader<R>>,
    mut found: impl FnMut(&[u8], u64) -> Result<()>,
    mut each: impl FnMut() -> Result<()>,
) -> Result<()> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    let mut queue: BinaryHeap<Reverse<(Vec<u8>, usize, u64)>> = BinaryHeap::new();
    let number = sources.len();
    let mut pull = |queue: &mut BinaryHeap<_>, at: usize, mut room: Vec<u8>| -> Result<()> {
        let Some(source) = sources.get_mut(at) else { return Ok(()) };
        if let Some(count) = source.advance()? {
            room.clear();
            room.extend_from_slice(source.word());
            queue.push(Reverse((room, at, count)));
        }
        Ok(())
    };
    for at in 0..number {
        pull(&mut queue, at, Vec::new())?;
    }
    let mut current: Vec<u8> = Vec::new();
    let mut sum: Option<u64> = None;
    while let Some(Reverse((word, at, count))) = queue.pop() {
        each()?;
        match sum {
            Some(before) if word == current => sum = Some(before.checked_add(count).ok_or_else(overflow)?),
            before => {
                if let Some(before) = before {
                    found(&current, before)?;
                }
                current.clone_from(&word);
                sum = Some(count);
            }
        }
        pull(&mut queue, at, word)?;
    }
    if let Some(sum) = sum {
        found(&current, sum)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Counts = BTreeMap<Vec<u8>, u64>;

    fn header() -> Header {
        Header { form: WordForm::Bytes, settings: [("pattern".to_owned(), "gpt2".to_owned())].into() }
    }

    fn written(counts: &Counts) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = CountWriter::new(&mut bytes, &header()).unwrap();
        counts.iter().for_each(|(word, &count)| writer.push(word, count).unwrap());
        writer.finish().unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Counts> {
        let mut reader = CountReader::new(bytes, "x", &Limits::default())?;
        let mut counts = Counts::new();
        while let Some(count) = reader.advance()? {
            counts.insert(reader.word().to_vec(), count);
        }
        Ok(counts)
    }

    fn counts() -> impl Strategy<Value = Counts> {
        let word = proptest::collection::vec(prop_oneof![0u8..3, any::<u8>()], 0..6);
        proptest::collection::btree_map(word, 1u64..1 << 60, 0..40)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(counts in counts()) {
            prop_assert_eq!(read(&written(&counts)).unwrap(), counts);
        }

        #[test]
        fn damage_is_found(counts in counts(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let whole = written(&counts);
            let at = at.index(whole.len());
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << bit;
            prop_assert_eq!(read(&damaged).unwrap_err().class(), crate::ErrorClass::Format);
            let error = read(&whole[..at]).unwrap_err();
            prop_assert_eq!((error.class(), error.offset().is_some()), (crate::ErrorClass::Format, true));
        }

        #[test]
        fn merging_adds_up(parts in proptest::collection::vec(counts(), 0..5)) {
            let files: Vec<Vec<u8>> = parts.iter().map(written).collect();
            let readers = files.iter().map(|file| CountReader::new(&file[..], "x", &Limits::default()).unwrap());
            let mut bytes = Vec::new();
            let mut writer = CountWriter::new(&mut bytes, &header()).unwrap();
            merge_sorted(readers.collect(), |word, count| writer.push(word, count), || Ok(())).unwrap();
            writer.finish().unwrap();
            let mut want = Counts::new();
            for (word, count) in parts.iter().flatten() {
                *want.entry(word.clone()).or_default() += count;
            }
            prop_assert_eq!(bytes, written(&want));
        }
    }

    #[test]
    fn what_a_damaged_file_says() {
        let whole = written(&[(b"ev".to_vec(), 3)].into());
        let start = whole.len() - 32 - 26 - 5;
        let cases: &[(usize, u8, &str)] = &[
            (0, b'x', "not a count file"),
            (8, 2, "version 2"),
            (15, 255, "too long"),
            (start, 9, "impossible length"),
            (start + 4, 0, "counts nothing"),
            (whole.len() - 1, whole[whole.len() - 1] ^ 1, "checksum"),
        ];
        for &(at, byte, message) in cases {
            let mut damaged = whole.clone();
            damaged[at] = byte;
            let error = read(&damaged).unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
        }
        let mut longer = whole;
        longer.push(0);
        assert!(read(&longer).unwrap_err().to_string().contains("follows the end"));
    }
}
