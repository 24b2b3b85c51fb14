//! One call on several threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Tokenizer;
use super::encode::{EncodeOptions, Piece};
use super::scratch::{Scratch, work_as};
use crate::error::{Error, ErrorClass, Result};
use crate::interrupt;
use crate::text::Aligned;
use crate::text::aligned::floor_char_boundary;

/// Bytes of text that take longer to encode than a thread takes to start.
const WORTH_A_THREAD: usize = if cfg!(test) { 1 } else { 32 << 10 };

/// Bytes of the parts that a long text is cut into, and the most of those that a batch is.
const PART: usize = if cfg!(test) { 16 } else { 128 << 10 };

/// Shorter texts are encoded on one thread.
pub const LONG_TEXT: usize = 2 * PART;

/// Whether a text is so long that it is worth while to cut it: in parts, and beside the others of a batch of so many
/// `bytes`.
pub(super) fn is_long(text: usize, bytes: usize, threads: usize) -> bool {
    threads > 1 && text >= LONG_TEXT && text.saturating_mul(4 * threads) >= bytes
}

/// Works on parts of `all`, `bytes` long together, on several threads; the results are in order. Parts are small enough
/// that a slow one does not leave the other threads idle at the end. A thread begins with a share of its own, whose words
/// are alike and which is its share again if the same texts come again, and then takes what is left of those of others.
pub(super) fn in_parallel<T: Sync, R: Send>(
    all: &[T],
    bytes: usize,
    threads: usize,
    work: impl Fn(&[T]) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    if threads <= 1 || all.len() <= 1 || bytes < WORTH_A_THREAD {
        return Ok(vec![work(all)?]);
    }
    let parts = (threads * 8).max(bytes / PART);
    let size = all.len().div_ceil(parts);
    let parts: Vec<&[T]> = all.chunks(size).collect();
    let threads = threads.min(parts.len());
    let share = parts.len().div_ceil(threads);
    let shares: Vec<_> = parts.chunks(share).map(|share| (share, AtomicUsize::new(0))).collect();
    let run = |worker: usize| -> Result<Vec<(usize, R)>> {
        work_as(worker);
        let mut done = Vec::new();
        for number in (0..shares.len()).map(|number| (worker + number) % shares.len()) {
            let Some((parts, next)) = shares.get(number) else { continue };
            loop {
                interrupt::check()?;
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(part) = parts.get(at) else { break };
                done.push((number * share + at, work(part)?));
            }
        }
        Ok(done)
    };
    let stopped_with_this = interrupt::shared();
    let mut results = std::thread::scope(|scope| {
        let other = |worker: usize| {
            let (stopped_with_this, run) = (&stopped_with_this, &run);
            move || {
                let mut done = Ok(Vec::new());
                stopped_with_this(&mut || done = run(worker));
                done
            }
        };
        let others: Vec<_> = (1..shares.len()).map(|worker| scope.spawn(other(worker))).collect();
        let mut results = run(0)?;
        for other in others {
            let done = other
                .join()
                .unwrap_or_else(|_| Err(Error::argument("an encoding thread ended early; this is a bug")))?;
            results.extend(done);
        }
        Ok::<_, Error>(results)
    })?;
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// What a part of a long text is made of.
#[derive(Debug)]
enum Part<'t> {
    Added(u32),
    Text { text: Aligned<'t>, first: bool },
}

impl Tokenizer {
    /// [`Tokenizer::encode_ids`] on several threads. The text is cut where the words on both sides are what they are in
    /// the whole, which the scanners of the well-known patterns know; what they cannot cut stays whole.
    pub fn encode_ids_on(&self, text: &str, options: EncodeOptions<'_>, threads: usize) -> Result<Vec<u32>> {
        if !is_long(text.len(), text.len(), threads) || !self.ids_are_plain(options) {
            return self.encode_ids(text, options);
        }
        let parts = self.pool.with(|scratch| self.parts_of(text, options, scratch))?;
        let encoded = in_parallel(&parts, text.len(), threads, |parts| {
            let mut ids = Vec::new();
            self.pool.with(|scratch| {
                parts.iter().flatten().try_for_each(|piece| match piece {
                    Part::Added(id) => {
                        ids.push(*id);
                        Ok(())
                    }
                    Part::Text { text: piece, first } => {
                        self.append_piece(text, piece.clone(), *first, scratch, &mut ids)
                    }
                })
            })?;
            Ok(ids)
        });
        match encoded {
            Ok(parts) => concat(parts),
            // The shorter way finds out which character it is.
            Err(error) if error.class() == ErrorClass::UnknownToken => self.encode_ids(text, options),
            Err(error) => Err(error),
        }
    }

    /// A text in parts of about [`PART`] bytes, or more where it cannot be cut.
    fn parts_of<'t>(
        &self,
        text: &'t str,
        options: EncodeOptions<'_>,
        scratch: &mut Scratch,
    ) -> Result<Vec<Vec<Part<'t>>>> {
        let mut parts = vec![Vec::new()];
        let mut room = PART;
        let mut add = |part: Part<'t>, bytes: usize| {
            if let Some(last) = parts.last_mut() {
                last.push(part);
            }
            room = room.saturating_sub(bytes);
            if room == 0 {
                parts.push(Vec::new());
                room = PART;
            }
            room
        };
        self.pieces(text, options.allowed, true, false, scratch, &mut |_, piece| {
            match piece {
                Piece::Added { id, .. } => drop(add(Part::Added(id), 1)),
                Piece::Text { text: piece, first } => {
                    let (mut start, mut room) = (0, PART);
                    while start < piece.len() {
                        let end = self.boundary(piece.as_str(), start + room).unwrap_or(piece.len());
                        let first = first && start == 0;
                        room = add(Part::Text { text: piece.slice(start..end), first }, end - start);
                        start = end;
                    }
                }
            }
            Ok(())
        })?;
        Ok(parts)
    }

    /// The first place behind `from` where a piece of text may be cut without a change to its tokens.
    fn boundary(&self, text: &str, from: usize) -> Option<usize> {
        match self.cut {
            Some(cut) if self.segmenter.keeps_whole() => {
                let from = floor_char_boundary(text, from);
                let mut places = text.get(from..)?.match_indices(cut).map(|(at, _)| from + at);
                places.find(|&at| at > from && !text.get(..at).is_some_and(|before| before.ends_with(cut)))
            }
            _ => {
                let mut at = self.segmenter.cut(text, from)?;
                while self.may_join_at(text, at) {
                    at = self.segmenter.cut(text, at)?;
                }
                Some(at)
            }
        }
    }
}

fn concat(parts: Vec<Vec<u32>>) -> Result<Vec<u32>> {
    let mut all = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for part in parts {
        interrupt::check()?;
        all.extend_from_slice(&part);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::added::{AddedToken, Allowed};
    use crate::bpe::{Bpe, Options};
    use crate::limits::Limits;
    use crate::models::Model;
    use crate::text::Unicode;
    use crate::text::bytes::byte_to_char;
    use crate::text::scan::Scanner;
    use crate::tokenizer::Input;
    use crate::vocab::Vocab;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// A model that joins any two neighbours of one word, so that a wrong cut shows.
    fn model(alphabet: &str, bytes: bool) -> Model {
        let mut tokens: Vec<String> = match bytes {
            true => (0..=255).map(|byte| byte_to_char(byte).to_string()).collect(),
            false => alphabet.chars().map(String::from).collect(),
        };
        let single: Vec<String> =
            alphabet.chars().map(|c| if c == ' ' && bytes { 'Ġ' } else { c }.to_string()).collect();
        for (left, right) in single.iter().flat_map(|left| single.iter().map(move |right| (left, right))) {
            if bytes || right != "▁" || left == "▁" {
                tokens.push(format!("{left}{right}"));
            }
        }
        let vocab = Vocab::new(tokens.iter().map(String::as_str).zip(0..), &Limits::default()).unwrap();
        let id = |token: &str| vocab.id(token).unwrap();
        let pairs = tokens.iter().filter(|token| token.chars().count() == 2);
        let merges = pairs.map(|token| {
            let (left, right) = token.split_at(token.chars().next().unwrap().len_utf8());
            (id(left), id(right), id(token))
        });
        let merges = merges.collect();
        Model::Bpe(Bpe::new(vocab, merges, Options::default()).unwrap())
    }

    fn added(content: &str, lstrip: bool, rstrip: bool, special: bool) -> AddedToken {
        let content = content.to_owned();
        AddedToken { content, single_word: false, lstrip, rstrip, normalized: !special, special }
    }

    /// Every known pattern, one that nobody knows, none with visible spaces; each with and without added tokens.
    static ALL: LazyLock<Vec<Tokenizer>> = LazyLock::new(|| {
        let bytes = r#"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}"#;
        let known = Scanner::patterns().map(|(pattern, _)| pattern).chain([r"\w+|\W"]);
        let mut all: Vec<Tokenizer> = known
            .map(|pattern| {
                let model = model("abC 1.'", true);
                let mut tokenizer = Tokenizer::from_model(model, Unicode::Hf, Limits::default());
                let pattern = serde_json::to_string(pattern).unwrap();
                let split = format!(
                    r#"{{"type":"Split","pattern":{{"Regex":{pattern}}},"behavior":"Isolated","invert":false}}"#
                );
                let both = format!(r#"{{"type":"Sequence","pretokenizers":[{split},{bytes}]}}"#);
                tokenizer.set_component("pre_tokenizer", Some(&both)).unwrap();
                tokenizer
            })
            .collect();
        let mut spaces = Tokenizer::from_model(model("ab▁1.'", false), Unicode::Hf, Limits::default());
        let replace = r#"{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#;
        spaces.set_component("normalizer", Some(replace)).unwrap();
        assert!(spaces.boundary("a▁▁b▁a", 4) == Some(8) && spaces.boundary("aaa", 0).is_none());
        all.push(spaces);
        let more: Vec<Tokenizer> = all.clone();
        all.extend(more.into_iter().map(|mut tokenizer| {
            let tokens =
                [added("a b", false, false, false), added("<x>", true, true, true), added("'s", false, true, false)];
            tokenizer.add_tokens(tokens).unwrap();
            tokenizer
        }));
        all
    });

    fn check(text: &str, number: usize, threads: usize) -> std::result::Result<(), TestCaseError> {
        let tokenizer = &ALL[number % ALL.len()];
        let options = EncodeOptions { allowed: Allowed::All, ..EncodeOptions::default() };
        let want = tokenizer.encode_ids(text, options).unwrap();
        let got = tokenizer.encode_ids_on(text, options, threads).unwrap();
        prop_assert_eq!(&got, &want, "{:?} {}", text, number);
        let batch = tokenizer.encode_batch_ids(&["a b", text, "", "ab"], options, threads).unwrap();
        let rows = batch.offsets.windows(2).map(|ends| &batch.values[ends[0] as usize..ends[1] as usize]);
        let each = ["a b", text, "", "ab"].map(|text| tokenizer.encode_ids(text, options).unwrap());
        prop_assert!(rows.eq(each.iter().map(Vec::as_slice)));
        let encoding = tokenizer.encode(&Input::Text(text.into()), None, options).unwrap();
        prop_assert_eq!(encoding.ids(), &want[..]);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn threads_change_nothing(
            text in "([abC]{1,4}|[ ]{1,3}|[.'\n1]|'s|a b|<x>|[\\PC]){0,120}",
            number in 0usize..1000,
            threads in 2usize..4,
        ) {
            check(&text, number, threads)?;
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let text = "ab C1 'a".repeat(100);
        for tokenizer in &ALL[..ALL.len() / 2] {
            let parts =
                tokenizer.pool.with(|scratch| tokenizer.parts_of(&text, EncodeOptions::default(), scratch)).unwrap();
            let known = tokenizer.boundary("a b 1ab▁a1", 0).is_some();
            assert_eq!(parts.len() > 10, known, "{parts:?}");
        }
    }
}
