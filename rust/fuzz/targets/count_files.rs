//! Whatever the bytes of a count file are, they are refused with an error, or read to an end with what they promise.

#![no_main]

use std::collections::BTreeMap;

use hybridtok::Limits;
use hybridtok::count::{CountReader, CountWriter, Header, WordForm};
use libfuzzer_sys::fuzz_target;

/// Words that are written come back.
fn round_trip(data: &[u8]) {
    let words: BTreeMap<&[u8], u64> = data.split(|&byte| byte == b' ').zip((1..).map(|n: u64| n * n * n)).collect();
    let mut file = Vec::new();
    let header = Header { form: WordForm::Bytes, settings: BTreeMap::new() };
    let mut writer = CountWriter::new(&mut file, &header).unwrap();
    words.iter().for_each(|(word, &count)| writer.push(word, count).unwrap());
    let written = writer.finish().unwrap();
    let mut reader = CountReader::new(&file[..], "written", &Limits::default()).unwrap();
    for (word, count) in words {
        assert_eq!((reader.advance().unwrap(), reader.word()), (Some(count), word));
    }
    assert_eq!((reader.advance().unwrap(), reader.totals()), (None, written));
}

fuzz_target!(|data: &[u8]| {
    round_trip(data);
    let Ok(mut reader) = CountReader::new(data, "fuzzed", &Limits::default()) else { return };
    let mut last: Option<Vec<u8>> = None;
    let mut read = (0, 0);
    loop {
        match reader.advance() {
            Ok(Some(count)) => {
                assert!(count > 0 && last.as_deref() < Some(reader.word()), "sorted, and counted");
                last = Some(reader.word().to_vec());
                read = (read.0 + 1, read.1 + u128::from(count));
            }
            Ok(None) => return assert_eq!(read, reader.totals()),
            Err(_) => return,
        }
    }
});
