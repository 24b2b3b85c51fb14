//! `model`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::de::DeserializeSeed;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::json::{Node, Object, Path, parse};
use super::vocabulary::{ModelSeed, RawMerges, RawModel, RawVocab};
use super::{FORMAT, Reading, View};
use crate::bpe::merges::merges_by_id;
use crate::bpe::{Bpe, Options};
use crate::error::{Error, ErrorClass, Result, quote};
use crate::models::Model;
use crate::models::unigram::Unigram;
use crate::models::word_level::WordLevel;
use crate::models::word_piece::WordPiece;
use crate::vocab::Vocab;

/// Larger scores (or smaller ones) would drown all others in a sum.
const MAX_SCORE: f64 = 1e30;

/// The types of models that `tokenizer.json` has no words for ([`Model::native_type`]).
const NATIVE: [&str; 2] = ["Hybrid", "Boundless"];

/// A model alone.
pub(super) fn read_text(text: &str, how: &mut Reading) -> Result<Model> {
    let limits = how.limits.clone();
    let raw = parse(text, &limits, |parse, json| ModelSeed { parse, path: Path::Root }.deserialize(json))?;
    read(raw, Path::Root, how)
}

pub(super) fn read(raw: RawModel<'_>, path: Path<'_>, how: &mut Reading) -> Result<Model> {
    let RawModel { fields, vocab, merges, repeated } = raw;
    let node = Node { json: &fields, path };
    for field in repeated {
        how.irregular(&Path::Key(&path, field), "the key occurs twice")?;
    }
    let kind = match node.type_name()? {
        Some(name) => name,
        // Older files have no `type`; this is the order in which 0.23.3 tries.
        None if merges.is_some() => "BPE",
        None if node.has(&["unk_token", "continuing_subword_prefix", "max_input_chars_per_word"]) => "WordPiece",
        None if matches!(vocab, Some(RawVocab::Ids(_))) => "WordLevel",
        None => "Unigram",
    };
    if merges.is_some() && kind != "BPE" {
        how.warn(&Path::Key(&path, "merges"), "unknown field, ignored");
    }
    if NATIVE.contains(&kind) {
        let native = how.native.take().filter(|model| model.native_type() == Some(kind));
        let message = "a model of this type is only in hybridtok.json; load that file, or the folder it is in";
        return native.ok_or_else(|| path.error(message));
    }
    let vocab_path = Path::Key(&path, "vocab");
    let vocab = vocab.ok_or_else(|| vocab_path.error("missing"))?;
    match kind {
        "BPE" => {
            let known = &[
                "type",
                "dropout",
                "unk_token",
                "continuing_subword_prefix",
                "end_of_word_suffix",
                "fuse_unk",
                "byte_fallback",
                "ignore_merges",
            ];
            let fields = node.object(known, how)?;
            let merges = merges.ok_or_else(|| Path::Key(&path, "merges").error("missing"))?;
            read_bpe(&fields, ids(vocab, &vocab_path)?, merges, &path, how).map(Model::Bpe)
        }
        "Unigram" => {
            let fields = node.object(&["type", "unk_id", "byte_fallback"], how)?;
            let RawVocab::Scores(pieces) = vocab else {
                return Err(vocab_path.error("expected a list of pieces and scores, found an object"));
            };
            read_unigram(&fields, pieces, &path, how).map(Model::Unigram)
        }
        "WordPiece" => {
            let known = &["type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"];
            let fields = node.object(known, how)?;
            let vocab = read_vocab(ids(vocab, &vocab_path)?, &vocab_path, how)?;
            let unk = fields.need("unk_token")?;
            check_unk(&unk, &vocab, how)?;
            let max = fields.need("max_input_chars_per_word")?;
            let max = max.usize_up_to("wordpiece_word_chars", how.limits.wordpiece_word_chars)?;
            let prefix = fields.need("continuing_subword_prefix")?.string()?.to_owned();
            WordPiece::new(vocab, unk.string()?.to_owned(), prefix, max, &how.limits)
                .map(Model::WordPiece)
                .map_err(|error| place(error, &path))
        }
        "WordLevel" => {
            let fields = node.object(&["type", "unk_token"], how)?;
            let vocab = read_vocab(ids(vocab, &vocab_path)?, &vocab_path, how)?;
            let unk = fields.need("unk_token")?;
            check_unk(&unk, &vocab, how)?;
            Ok(Model::WordLevel(WordLevel::new(vocab, unk.string()?.to_owned())))
        }
        _ => Err(node.unknown_type(kind, "model")),
    }
}

fn place(error: Error, path: &Path<'_>) -> Error {
    let error = error.of(FORMAT);
    match path {
        Path::Root => error,
        _ => error.at(&path.to_string()),
    }
}

type Ids<'a> = Vec<(Cow<'a, str>, u32)>;

fn ids<'a>(vocab: RawVocab<'a>, path: &Path<'_>) -> Result<Ids<'a>> {
    match vocab {
        RawVocab::Ids(tokens) => Ok(tokens),
        RawVocab::Scores(_) => Err(path.error("expected an object of tokens and ids, found a list")),
    }
}

fn read_vocab(tokens: Ids<'_>, path: &Path<'_>, how: &mut Reading) -> Result<Vocab> {
    let error = match Vocab::new(tokens.iter().map(|(token, id)| (token, *id)), &how.limits) {
        Ok(vocab) => return Ok(vocab),
        Err(error) => error,
    };
    if how.strict || error.class() != ErrorClass::Format {
        return Err(place(error, path));
    }
    how.warn(path, error_message(&error));
    // The last id of a string counts; of several strings with one id the first is the id's own.
    let mut last: HashMap<&str, u32> = HashMap::with_capacity(tokens.len());
    for (token, id) in &tokens {
        last.insert(token, *id);
    }
    let mut taken = HashSet::with_capacity(tokens.len());
    let (mut own, mut aliases) = (Vec::with_capacity(tokens.len()), Vec::new());
    for (token, _) in &tokens {
        let Some(id) = last.remove(&**token) else { continue };
        if taken.insert(id) {
            own.push((&**token, id));
        } else {
            aliases.push((&**token, id));
        }
    }
    let vocab = Vocab::new(own, &how.limits).map_err(|error| place(error, path))?;
    Ok(vocab.with_aliases(aliases))
}

/// What an error says, without where.
fn error_message(error: &Error) -> String {
    let text = error.to_string();
    match text.split_once(": ") {
        Some((_, message)) => message.to_owned(),
        None => text,
    }
}

fn check_unk(unk: &Node<'_, '_>, vocab: &Vocab, how: &mut Reading) -> Result<()> {
    if vocab.id(unk.string()?).is_none() {
        how.irregular(&unk.path, format!("{} is not in the vocabulary", quote(unk.string()?)))?;
    }
    Ok(())
}

fn read_bpe(
    fields: &Object<'_, '_>,
    tokens: Ids<'_>,
    merges: RawMerges<'_>,
    path: &Path<'_>,
    how: &mut Reading,
) -> Result<Bpe> {
    let string = |name| fields.some(name).map(|node| node.string().map(str::to_owned)).transpose();
    let flag = |name| fields.some(name).map_or(Ok(false), |node| node.bool());
    let dropout = match fields.some("dropout") {
        None => None,
        Some(node) => {
            let dropout = node.number()? as f32;
            if !(0.0..=1.0).contains(&dropout) {
                return Err(node.error(format!("{dropout} is not a probability between 0 and 1")));
            }
            Some(dropout)
        }
    };
    let options = Options {
        dropout,
        unk_token: string("unk_token")?,
        continuing_subword_prefix: string("continuing_subword_prefix")?,
        end_of_word_suffix: string("end_of_word_suffix")?,
        fuse_unk: flag("fuse_unk")?,
        byte_fallback: flag("byte_fallback")?,
        ignore_merges: flag("ignore_merges")?,
    };
    let vocab = read_vocab(tokens, &Path::Key(path, "vocab"), how)?;
    if let Some(unk) = fields.some("unk_token") {
        check_unk(&unk, &vocab, how)?;
    }
    let prefix = options.continuing_subword_prefix.as_deref().unwrap_or_default();
    let merges = merges_by_id(&vocab, &merges, prefix, &how.limits).map_err(|error| place(error, path))?;
    Bpe::new(vocab, merges, options).map_err(|error| place(error, path))
}

fn read_unigram(
    fields: &Object<'_, '_>,
    raw: Vec<(Cow<'_, str>, &str)>,
    path: &Path<'_>,
    how: &mut Reading,
) -> Result<Unigram> {
    let vocab_path = Path::Key(path, "vocab");
    let unk_id = fields.some("unk_id").map(|node| node.u32()).transpose()?;
    if let Some(node) = fields.some("unk_id")
        && unk_id.is_some_and(|id| id as usize >= raw.len())
    {
        return Err(node.error(format!("{} is not below the number of pieces, {}", node.u32()?, raw.len())));
    }
    if raw.is_empty() {
        how.irregular(&vocab_path, "empty: this model can encode nothing")?;
    }
    if raw.len() as u64 > how.limits.highest_id.saturating_add(1) {
        let error = Error::limit("highest_id", raw.len() as u64 - 1, how.limits.highest_id);
        return Err(error.at(&vocab_path.to_string()));
    }
    let mut pieces = Vec::with_capacity(raw.len());
    let mut seen = hashbrown::HashSet::with_capacity_and_hasher(raw.len(), foldhash::fast::RandomState::default());
    for (at, (piece, score)) in raw.iter().enumerate() {
        let path = Path::Index(&vocab_path, at);
        let score = read_score(score, how.hf_floats).map_err(|message| path.error(message))?;
        if score.abs() > MAX_SCORE {
            how.irregular(&path, format!("the score {score:e} of {} is beyond 1e30", quote(piece)))?;
        }
        if piece.is_empty() {
            how.irregular(&path, "the piece is empty")?;
        }
        if piece.len() as u64 > how.limits.token_bytes {
            let error = Error::limit("token_bytes", piece.len() as u64, how.limits.token_bytes);
            return Err(error.at(&path.to_string()));
        }
        if !seen.insert(&**piece) {
            how.irregular(&path, format!("the piece {} occurs twice; the last one counts", quote(piece)))?;
        }
        pieces.push((piece.to_string(), score));
    }
    let byte_fallback = fields.get("byte_fallback").map_or(Ok(false), |node| node.bool())?;
    Unigram::new(pieces, unk_id, byte_fallback, &how.limits).map_err(|error| place(error, path))
}

/// The number that a JSON text is.
///
/// 0.23.3 reads decimal fractions with the fast path of `serde_json`, which may be one unit in the last place off (15 %
/// of random scores are); `as_hf` repeats that, so that its scores are ours bit for bit. Otherwise the nearest number is
/// taken, so that writing and reading again changes nothing.
fn read_score(text: &str, as_hf: bool) -> Result<f64, String> {
    if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return Err(format!("expected a number as score, found {}", quote(text)));
    }
    let score = if as_hf { serde_json::from_str(text).ok() } else { text.parse().ok() };
    score.filter(|score: &f64| score.is_finite()).ok_or_else(|| format!("the score {} is out of range", quote(text)))
}

impl Serialize for View<'_, Model> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Model::Bpe(bpe) => {
                let options = bpe.options();
                map.serialize_entry("type", "BPE")?;
                map.serialize_entry("dropout", &options.dropout)?;
                map.serialize_entry("unk_token", &options.unk_token)?;
                map.serialize_entry("continuing_subword_prefix", &options.continuing_subword_prefix)?;
                map.serialize_entry("end_of_word_suffix", &options.end_of_word_suffix)?;
                map.serialize_entry("fuse_unk", &options.fuse_unk)?;
                map.serialize_entry("byte_fallback", &options.byte_fallback)?;
                map.serialize_entry("ignore_merges", &options.ignore_merges)?;
                map.serialize_entry("vocab", &View(&**bpe.vocab()))?;
                map.serialize_entry("merges", &Merges(bpe))?;
            }
            Model::Unigram(unigram) => {
                map.serialize_entry("type", "Unigram")?;
                map.serialize_entry("unk_id", &unigram.unk_id())?;
                map.serialize_entry("vocab", &unigram.pieces().collect::<Vec<_>>())?;
                map.serialize_entry("byte_fallback", &unigram.byte_fallback())?;
            }
            Model::WordPiece(word_piece) => {
                map.serialize_entry("type", "WordPiece")?;
                map.serialize_entry("unk_token", word_piece.unk_token())?;
                map.serialize_entry("continuing_subword_prefix", word_piece.prefix())?;
                map.serialize_entry("max_input_chars_per_word", &word_piece.max_input_chars_per_word())?;
                map.serialize_entry("vocab", &View(&**word_piece.vocab()))?;
            }
            Model::WordLevel(word_level) => {
                map.serialize_entry("type", "WordLevel")?;
                map.serialize_entry("vocab", &View(&**word_level.vocab()))?;
                map.serialize_entry("unk_token", word_level.unk_token())?;
            }
            // No tokenizer.json can say what it is: its own file has a section for it.
            Model::Hybrid(_) | Model::Boundless(_) => map.serialize_entry("type", &self.0.native_type())?,
        }
        map.end()
    }
}

impl Serialize for View<'_, Vocab> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

struct Merges<'m>(&'m Bpe);

impl Serialize for Merges<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let vocab = self.0.vocab();
        let mut list = serializer.serialize_seq(None)?;
        for (left, right, _) in self.0.merges() {
            list.serialize_element(&(vocab.token(left), vocab.token(right)))?;
        }
        list.end()
    }
}
