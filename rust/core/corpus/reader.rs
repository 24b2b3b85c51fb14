//! Files as streams of documents: decompression by content, lines, JSON fields, invalid UTF-8.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use memchr::memrchr;

use super::{Batch, Batches, Weight};
use crate::error::{Error, Result, quote};
use crate::limits::Limits;

/// Bytes of text a batch aims at.
const BATCH: usize = 1 << 20;

/// One file of a corpus and what its documents are.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// For JSON lines, the (dotted) name of the field that holds the text; for plain text none: every line is a
    /// document and keeps its line end, as Hugging Face feeds files to its trainers.
    pub field: Option<String>,
    /// How often its documents are taken.
    pub weight: Weight,
}

/// What to do with bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnInvalid {
    /// Fail, naming file and byte.
    #[default]
    Fail,
    /// Put U+FFFD in their place.
    Replace,
    /// Leave the line out.
    Skip,
}

/// Files, read one after the other.
pub struct Files {
    waiting: VecDeque<Source>,
    open: Option<Open>,
    /// Documents to hand out again, and how often.
    again: Option<(Batch, u32)>,
    on_invalid: OnInvalid,
    limits: Limits,
    total: Option<u64>,
}

struct Open {
    source: Source,
    reader: Box<dyn Read + Send>,
    /// Bytes read and not yet handed out.
    buffer: Vec<u8>,
    /// Position of the buffer in the (uncompressed) file, for messages.
    offset: u64,
    line: u64,
    /// Documents read so far.
    documents: u64,
    at_end: bool,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

impl Files {
    /// Reads `sources` in order. Every file must exist and be readable now; that is found out here, before any work.
    pub fn new(sources: Vec<Source>, on_invalid: OnInvalid, limits: Limits) -> Result<Self> {
        let mut total = Some(0);
        for source in &sources {
            if source.path == Path::new("-") {
                total = None;
                continue;
            }
            let io = |error| Error::io(Some(&source.path), error);
            let file = File::open(&source.path).map_err(io)?;
            let metadata = file.metadata().map_err(io)?;
            if metadata.is_dir() {
                return Err(io(std::io::ErrorKind::IsADirectory.into()));
            }
            let mut magic = [0; 4];
            let plain = !is_compressed(read_up_to(file, &mut magic).map_err(io)?);
            total = total
                .filter(|_| plain && source.field.is_none() && source.weight.is_one())
                .map(|sum: u64| sum + metadata.len());
        }
        Ok(Files { waiting: sources.into(), open: None, again: None, on_invalid, limits, total })
    }
}

impl Batches for Files {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        loop {
            if let Some((batch, times)) = self.again.take() {
                self.again = (times > 1).then(|| (batch.clone(), times - 1));
                return Ok(Some(batch));
            }
            if self.open.is_none() {
                let Some(source) = self.waiting.pop_front() else { return Ok(None) };
                self.open = Some(Open::new(source, &self.limits)?);
            }
            let Some(open) = &mut self.open else { return Ok(None) };
            let batch = open.next_batch(self.on_invalid, &self.limits)?;
            let (weight, first) = (open.source.weight, open.documents);
            open.documents += batch.len() as u64;
            if open.at_end && open.buffer.is_empty() {
                self.open = None;
            }
            let part = weight.part_of(&batch, first);
            self.again = Some((batch, weight.whole())).filter(|(batch, times)| *times > 0 && !batch.is_empty());
            if !part.is_empty() {
                return Ok(Some(part));
            }
        }
    }

    fn total_bytes(&self) -> Option<u64> {
        self.total
    }
}

impl Open {
    fn new(source: Source, limits: &Limits) -> Result<Self> {
        let raw: Box<dyn Read + Send> = if source.path == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            Box::new(File::open(&source.path).map_err(|error| Error::io(Some(&source.path), error))?)
        };
        let mut raw = BufReader::with_capacity(1 << 18, raw);
        let magic = raw.fill_buf().map_err(|error| Error::io(Some(&source.path), error))?;
        let ratio = limits.decompression_ratio;
        let reader: Box<dyn Read + Send> = if is_gzip(magic) {
            Box::new(Bounded::new(raw, ratio, |raw| Ok(Box::new(MultiGzDecoder::new(raw))))?)
        } else if is_zstd(magic) {
            Box::new(Bounded::new(raw, ratio, |raw| Ok(Box::new(zstd::Decoder::with_buffer(raw)?)))?)
        } else {
            Box::new(raw)
        };
        Ok(Open { source, reader, buffer: Vec::new(), offset: 0, line: 0, documents: 0, at_end: false })
    }

    fn next_batch(&mut self, on_invalid: OnInvalid, limits: &Limits) -> Result<Batch> {
        let complete = self.fill(limits)?;
        let rest = self.buffer.split_off(complete);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let mut batch = Batch::default();
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => self.repair(error, on_invalid)?,
        };
        for line in text.split_inclusive('\n') {
            self.line += 1;
            match &self.source.field {
                None => batch.push(line),
                Some(field) if !line.trim_ascii().is_empty() => batch.push(&self.json_field(line, field)?),
                Some(_) => {}
            }
        }
        self.offset += text.len() as u64;
        Ok(batch)
    }

    /// Reads until the buffer holds a batch of whole lines; returns how many bytes those are.
    fn fill(&mut self, limits: &Limits) -> Result<usize> {
        let mut wanted = BATCH;
        loop {
            while !self.at_end && self.buffer.len() < wanted {
                let missing = (wanted - self.buffer.len()) as u64;
                let read = self.reader.by_ref().take(missing).read_to_end(&mut self.buffer);
                let read = read.map_err(|error| self.reading_error(error))?;
                self.at_end = (read as u64) < missing;
            }
            if self.at_end {
                return Ok(self.buffer.len());
            }
            if let Some(newline) = memrchr(b'\n', &self.buffer) {
                return Ok(newline + 1);
            }
            // One line longer than a batch: go on until it ends.
            if self.buffer.len() as u64 > limits.text_bytes {
                return Err(Error::limit("text_bytes", self.buffer.len() as u64, limits.text_bytes));
            }
            wanted = self.buffer.len() * 2;
        }
    }

    /// What is wrong with the stream itself: a damaged or cut archive is bad input, all else the system's error.
    fn reading_error(&self, error: std::io::Error) -> Error {
        use std::io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
        let at = self.offset + self.buffer.len() as u64;
        match error.kind() {
            UnexpectedEof => {
                Error::encoding(Some(&self.source.path), at, "the compressed stream ends early; the file is cut off")
            }
            InvalidData | InvalidInput | Other => {
                Error::encoding(Some(&self.source.path), at, format!("the compressed stream is damaged: {error}"))
            }
            _ => Error::io(Some(&self.source.path), error),
        }
    }

    fn repair(&self, error: std::string::FromUtf8Error, on_invalid: OnInvalid) -> Result<String> {
        let at = self.offset + error.utf8_error().valid_up_to() as u64;
        match on_invalid {
            OnInvalid::Fail => Err(Error::encoding(
                Some(&self.source.path),
                at,
                "not valid UTF-8; convert the file, or choose to replace or skip such lines",
            )),
            OnInvalid::Replace => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
            OnInvalid::Skip => {
                let lines = error.as_bytes().split_inclusive(|&byte| byte == b'\n');
                Ok(lines.filter_map(|line| std::str::from_utf8(line).ok()).collect())
            }
        }
    }

    fn json_field(&self, line: &str, field: &str) -> Result<String> {
        let wrong =
            |what: String| Error::encoding(Some(&self.source.path), self.offset, format!("line {}: {what}", self.line));
        let record: serde_json::Value =
            serde_json::from_str(line).map_err(|error| wrong(format!("not a JSON value: {error}")))?;
        let mut value = &record;
        for name in field.split('.') {
            value = value.get(name).ok_or_else(|| {
                let keys: Vec<&str> =
                    value.as_object().into_iter().flat_map(|o| o.keys()).map(String::as_str).collect();
                wrong(format!("no field {}; there is: {}", quote(field), keys.join(", ")))
            })?;
        }
        value.as_str().map(str::to_owned).ok_or_else(|| wrong(format!("the field {} is not a string", quote(field))))
    }
}

/// Decompresses, and fails when far more comes out than went in.
struct Bounded {
    decoder: Box<dyn Read + Send>,
    compressed: std::sync::Arc<std::sync::atomic::AtomicU64>,
    out: u64,
    ratio: u64,
}

/// Below this output no ratio is checked: small files of one repeated line are common and harmless.
const UNCHECKED: u64 = 64 << 20;

type Raw = BufReader<Box<dyn Read + Send>>;
type Counted = BufReader<Counting<Raw>>;

impl Bounded {
    fn new(
        raw: Raw,
        ratio: u64,
        decoder: impl FnOnce(Counted) -> std::io::Result<Box<dyn Read + Send>>,
    ) -> Result<Self> {
        let compressed = std::sync::Arc::default();
        let counting = Counting { inner: raw, bytes: std::sync::Arc::clone(&compressed) };
        let decoder = decoder(BufReader::new(counting)).map_err(|error| Error::io(None, error))?;
        Ok(Bounded { decoder, compressed, out: 0, ratio })
    }
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.decoder.read(into)?;
        self.out += read as u64;
        let compressed = self.compressed.load(std::sync::atomic::Ordering::Relaxed);
        if self.out > UNCHECKED && self.out > compressed.saturating_mul(self.ratio) {
            return Err(std::io::Error::other(format!(
                "expands more than {} times (`limits.decompression_ratio`)",
                self.ratio
            )));
        }
        Ok(read)
    }
}

struct Counting<R> {
    inner: R,
    bytes: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.bytes.fetch_add(read as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(read)
    }
}

fn is_gzip(magic: &[u8]) -> bool {
    magic.starts_with(&[0x1F, 0x8B])
}

fn is_zstd(magic: &[u8]) -> bool {
    magic.starts_with(&[0x28, 0xB5, 0x2F, 0xFD])
}

fn is_compressed(magic: &[u8]) -> bool {
    is_gzip(magic) || is_zstd(magic)
}

fn read_up_to(mut file: File, into: &mut [u8]) -> std::io::Result<&[u8]> {
    let mut filled = 0;
    while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(into.get(..filled).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::draw;
    use crate::error::ErrorClass;
    use std::io::Write;

    fn read_all(bytes: &[u8], field: Option<&str>, on_invalid: OnInvalid) -> Result<Vec<String>> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let path = file.path().to_path_buf();
        let source = Source { path, field: field.map(str::to_owned), weight: Weight::default() };
        drain(Files::new(vec![source], on_invalid, Limits::default())?)
    }

    fn drain(mut files: Files) -> Result<Vec<String>> {
        let mut all = Vec::new();
        while let Some(batch) = files.next_batch()? {
            all.extend(batch.documents().map(str::to_owned));
        }
        Ok(all)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn lines_keep_their_ends_whatever_the_compression() {
        let text = "bir\niki\r\n\nüç".as_bytes();
        let want = ["bir\n", "iki\r\n", "\n", "üç"];
        for bytes in [text.to_vec(), gzip(text), zstd::encode_all(text, 1).unwrap()] {
            assert_eq!(read_all(&bytes, None, OnInvalid::Fail).unwrap(), want);
        }
    }

    #[test]
    fn batches_join_to_the_file() {
        let text: String = (0..200_000).map(|k| format!("satır {k}\n")).collect();
        assert_eq!(read_all(text.as_bytes(), None, OnInvalid::Fail).unwrap().concat(), text);
        let long = "a".repeat(3 * BATCH);
        assert_eq!(read_all(long.as_bytes(), None, OnInvalid::Fail).unwrap(), [long]);
    }

    #[test]
    fn weights() {
        // Some megabytes, so that there are several batches; blank lines, so that many documents are alike.
        let lines: Vec<String> =
            (0..100_000).flat_map(|k| [format!("satır {k}, uzunca bir satır\n"), "\n".into()]).collect();
        let text = lines.concat();
        let folder = tempfile::tempdir().unwrap();
        let (plain, packed) = (folder.path().join("a.txt"), folder.path().join("b.gz"));
        std::fs::write(&plain, &text).unwrap();
        std::fs::write(&packed, gzip(text.as_bytes())).unwrap();
        let read = |sources: &[(&Path, f64, u64)]| {
            let source = |&(path, weight, seed): &(&Path, f64, u64)| Source {
                path: path.to_path_buf(),
                field: None,
                weight: Weight::new(weight, seed).unwrap(),
            };
            let files = Files::new(sources.iter().map(source).collect(), OnInvalid::Fail, Limits::default()).unwrap();
            assert_eq!(
                files.total_bytes().is_some(),
                sources.iter().all(|(path, weight, _)| *path == plain && *weight == 1.0)
            );
            let mut all = drain(files).unwrap();
            all.sort();
            all
        };
        for (weight, seed) in [(1.0_f64, 0), (0.25, 0), (0.25, 1), (2.0, 0), (3.5, 7), (1e-9, 0)] {
            let numbered = (0..).zip(&lines);
            let mut want: Vec<String> = numbered
                .flat_map(|(k, line)| {
                    let copies = weight as usize + usize::from(draw(seed, k, line) < weight.fract());
                    std::iter::repeat_n(line.clone(), copies)
                })
                .collect();
            want.sort();
            let got = read(&[(&plain, weight, seed)]);
            let share = got.len() as f64 / (weight * lines.len() as f64);
            assert!(weight < 1e-6 || (share - 1.0).abs() < 0.01, "{weight}: {share}");
            assert!(got == want, "{weight} {seed}");
            assert!(read(&[(&packed, weight, seed)]) == want, "{weight} {seed}, compressed");
        }
        let mixed = read(&[(&plain, 0.25, 0), (&packed, 2.0, 0)]);
        assert!(mixed == read(&[(&packed, 2.0, 0), (&plain, 0.25, 0)]), "the order of files");
    }

    #[test]
    fn json_fields() {
        let text = "{\"a\": {\"b\": \"x\\ny\"}}\n\n{\"a\": {\"b\": \"z\"}}\n".as_bytes();
        assert_eq!(read_all(text, Some("a.b"), OnInvalid::Fail).unwrap(), ["x\ny", "z"]);
        let error = read_all(text, Some("a.c"), OnInvalid::Fail).unwrap_err();
        assert!(error.to_string().contains("line 1: no field `a.c`; there is: b"), "{error}");
    }

    #[test]
    fn invalid_utf8() {
        let text = b"iyi\nk\xFFt\xFC\nson\n";
        let error = read_all(text, None, OnInvalid::Fail).unwrap_err();
        assert_eq!((error.class(), error.offset()), (ErrorClass::Encoding, Some(5)));
        assert_eq!(read_all(text, None, OnInvalid::Replace).unwrap(), ["iyi\n", "k\u{FFFD}t\u{FFFD}\n", "son\n"]);
        assert_eq!(read_all(text, None, OnInvalid::Skip).unwrap(), ["iyi\n", "son\n"]);
    }

    #[test]
    fn damaged_archives() {
        let whole = gzip("veri\n".repeat(100_000).as_bytes());
        let error = read_all(&whole[..whole.len() / 2], None, OnInvalid::Fail).unwrap_err();
        assert!(error.to_string().contains("ends early"), "{error}");
        let bomb = gzip(&vec![b'a'; 100 << 20]);
        let error = read_all(&bomb, None, OnInvalid::Fail).unwrap_err();
        assert!(error.to_string().contains("decompression_ratio"), "{error}");
    }
}
