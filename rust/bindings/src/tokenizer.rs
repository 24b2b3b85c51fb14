//! `Tokenizer` and `DecodeStream`.

use std::sync::{Arc, PoisonError, RwLock};

use hybridtok::added::AddedToken;
use hybridtok::artefact;
use hybridtok::models::Model;
use hybridtok::morph::hybrid::Mode;
use hybridtok::tokenizer::{DecodeOptions, EncodeOptions, LONG_TEXT, TextStream, Tokenizer as Core, UnknownIds};
use hybridtok::{Limits, Result as CoreResult};
use numpy::PyArray1;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

use crate::args::{AllowedSpecial, Sequence, Surrogates, ids as ids_of, text as text_of};
use crate::components::unicode_of;
use crate::corpus::texts as texts_of;
use crate::encoding::Encoding;
use crate::errors::raise;
use crate::morph::{analyses, hybrid, morpheme_table};
use crate::ragged::Ragged;
use crate::run::{stoppable, threads as threads_to_use};

/// In place of the Unicode data's name in a pickled tokenizer that only `hybridtok.json` has words for.
const NATIVE: &str = "hybridtok.json";

/// A tokenizer: normalize, split, model, post-process, and back.
#[pyclass(module = "hybridtok._core", frozen, subclass)]
pub(crate) struct Tokenizer {
    /// Calls that take long work on what it was when they began, so that they can ask Python for signals without holding
    /// a lock.
    core: RwLock<Arc<Core>>,
    /// What a lenient load found irregular.
    warnings: Vec<String>,
}

impl Tokenizer {
    pub(crate) fn new(core: Core, warnings: Vec<String>) -> Self {
        Tokenizer { core: RwLock::new(Arc::new(core)), warnings }
    }

    pub(crate) fn read(&self) -> Arc<Core> {
        Arc::clone(&self.core.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// [`released`] with the tokenizer as it is now; `size` is in bytes or ids.
    fn released<T: Send>(
        &self,
        py: Python<'_>,
        size: usize,
        work: impl FnOnce(&Core) -> CoreResult<T> + Send,
    ) -> PyResult<T> {
        let core = self.read();
        released(py, size, || work(&core))
    }

    pub(crate) fn change<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut Core) -> CoreResult<T> + Send,
    ) -> PyResult<T> {
        let change = || work(Arc::make_mut(&mut self.core.write().unwrap_or_else(PoisonError::into_inner)));
        py.detach(change).map_err(raise)
    }
}

/// Bytes of text of a batch that are pulled from Python at a time.
const PULLED: usize = 256 << 10;

/// Runs `work` with the interpreter released; signals end it unless it is short.
fn released<T: Send>(py: Python<'_>, size: usize, work: impl FnOnce() -> CoreResult<T> + Send) -> PyResult<T> {
    /// Takes less than a tenth of a second even where all goes wrong.
    const SHORT: usize = 16 << 10;
    match size {
        ..SHORT => py.detach(work).map_err(raise),
        _ => stoppable(py, work),
    }
}

/// Fails on a special token in the text that is not allowed, if the caller wants that.
fn check_disallowed<'a>(
    core: &Core,
    texts: impl Iterator<Item = &'a str>,
    options: EncodeOptions<'_>,
    disallowed: Option<&str>,
) -> CoreResult<()> {
    if disallowed.is_some() {
        for text in texts {
            core.check_special(text, options.allowed)?;
        }
    }
    Ok(())
}

fn decode_options(skip_special_tokens: bool, errors: &str, continuation: bool) -> PyResult<DecodeOptions> {
    let unknown = match errors {
        "strict" => UnknownIds::Fail,
        "ignore" => UnknownIds::Skip,
        other => return Err(PyValueError::new_err(format!("errors is 'strict' or 'ignore', not {other:?}"))),
    };
    Ok(DecodeOptions { skip_special_tokens, unknown, continuation })
}

#[pymethods]
impl Tokenizer {
    /// Reads the text of a `tokenizer.json`. With `strict` false, irregularities that Hugging Face accepts are accepted
    /// too and listed by `warnings()`.
    #[staticmethod]
    #[pyo3(signature = (json, *, strict = true, unicode = "hf"))]
    fn from_str(py: Python<'_>, json: &str, strict: bool, unicode: &str) -> PyResult<Self> {
        let unicode = unicode_of(unicode)?;
        let read =
            py.detach(|| Core::from_json(json.as_bytes(), unicode, &Limits::default(), strict)).map_err(raise)?;
        Ok(Tokenizer::new(read.0, read.1))
    }

    /// As `from_str`, from bytes.
    #[staticmethod]
    #[pyo3(signature = (json, *, strict = true, unicode = "hf"))]
    fn from_bytes(py: Python<'_>, json: &[u8], strict: bool, unicode: &str) -> PyResult<Self> {
        let unicode = unicode_of(unicode)?;
        let read = py.detach(|| Core::from_json(json, unicode, &Limits::default(), strict)).map_err(raise)?;
        Ok(Tokenizer::new(read.0, read.1))
    }

    /// Reads the bytes of a `hybridtok.json`, checking it.
    #[staticmethod]
    fn from_native(py: Python<'_>, json: &[u8]) -> PyResult<Self> {
        let core = py.detach(|| artefact::read(json, &Limits::default())).map_err(raise)?;
        Ok(Tokenizer::new(core, Vec::new()))
    }

    /// The text of a `tokenizer.json`.
    #[pyo3(signature = (pretty = false))]
    fn to_str(&self, py: Python<'_>, pretty: bool) -> PyResult<String> {
        self.released(py, 0, |core| Ok(core.to_json(pretty)))
    }

    /// The text of a `hybridtok.json`; `creation` is a JSON object that says how the tokenizer was made.
    #[pyo3(signature = (creation = "{}"))]
    fn to_native(&self, py: Python<'_>, creation: &str) -> PyResult<String> {
        self.released(py, 0, |core| artefact::write(core, creation))
    }

    /// Which Unicode data the tokenizer uses: "hf" or "unicode".
    #[getter]
    fn unicode(&self) -> &'static str {
        match self.read().unicode() {
            hybridtok::text::Unicode::Hf => "hf",
            hybridtok::text::Unicode::Unicode => "unicode",
        }
    }

    /// What a lenient load found irregular.
    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    /// Encodes one text, or two together. With `sample`, words of a hybrid tokenizer are analysed by chance.
    #[pyo3(signature = (
        text, pair = None, *, is_pretokenized = false, add_special_tokens = true, allowed_special = None,
        disallowed_special = None, errors = "strict", sample = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "Python keywords")]
    fn encode(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        pair: Option<&Bound<'_, PyAny>>,
        is_pretokenized: bool,
        add_special_tokens: bool,
        allowed_special: Option<&Bound<'_, PyAny>>,
        disallowed_special: Option<&str>,
        errors: &str,
        sample: Option<f64>,
    ) -> PyResult<Encoding> {
        let errors = Surrogates::parse(errors)?;
        let first = Sequence::new(text, is_pretokenized, errors)?;
        let second = pair.map(|pair| Sequence::new(pair, is_pretokenized, errors)).transpose()?;
        let allowed = AllowedSpecial::new(allowed_special)?;
        let options = allowed.options(add_special_tokens, sample);
        let size = first.bytes() + second.as_ref().map_or(0, Sequence::bytes);
        self.released(py, size, |core| {
            let texts = first.texts().chain(second.iter().flat_map(Sequence::texts));
            check_disallowed(core, texts, options, disallowed_special)?;
            core.encode(&first.input(), second.as_ref().map(Sequence::input).as_ref(), options)
        })
        .map(Encoding::from)
    }

    /// Encodes many inputs, each a text or a pair, on several threads, and pads them together.
    #[pyo3(signature = (
        inputs, *, is_pretokenized = false, add_special_tokens = true, allowed_special = None,
        disallowed_special = None, errors = "strict", sample = None, threads = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "Python keywords")]
    fn encode_batch(
        &self,
        py: Python<'_>,
        inputs: &Bound<'_, PyAny>,
        is_pretokenized: bool,
        add_special_tokens: bool,
        allowed_special: Option<&Bound<'_, PyAny>>,
        disallowed_special: Option<&str>,
        errors: &str,
        sample: Option<f64>,
        threads: Option<usize>,
    ) -> PyResult<Vec<Encoding>> {
        let errors = Surrogates::parse(errors)?;
        let allowed = AllowedSpecial::new(allowed_special)?;
        let options = allowed.options(add_special_tokens, sample);
        let threads = threads_to_use(threads);
        let core = self.read();
        let mut inputs = inputs.try_iter()?;
        let mut encodings = Vec::new();
        loop {
            let (mut some, mut size) = (Vec::new(), 0);
            while size < PULLED
                && let Some(input) = inputs.next()
            {
                let (first, second) = sequence_or_pair(&input?, is_pretokenized, errors)?;
                size += first.bytes() + second.as_ref().map_or(0, Sequence::bytes) + size_of::<Encoding>();
                some.push((first, second));
            }
            if some.is_empty() {
                break;
            }
            encodings.extend(released(py, size, || {
                let texts = some
                    .iter()
                    .flat_map(|(first, second)| first.texts().chain(second.iter().flat_map(Sequence::texts)));
                check_disallowed(&core, texts, options, disallowed_special)?;
                let inputs: Vec<_> =
                    some.iter().map(|(first, second)| (first.input(), second.as_ref().map(Sequence::input))).collect();
                core.encode_batch_unpadded(&inputs, options, threads)
            })?);
        }
        released(py, encodings.len(), || core.pad(&mut encodings))?;
        Ok(encodings.into_iter().map(Encoding::from).collect())
    }

    /// The ids of one text as a numpy array of uint32, shape (tokens,); of a long one on several threads.
    #[pyo3(signature = (
        text, *, add_special_tokens = true, allowed_special = None, disallowed_special = None, errors = "strict",
        sample = None, threads = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "Python keywords")]
    fn encode_ids<'py>(
        &self,
        py: Python<'py>,
        text: &Bound<'py, PyAny>,
        add_special_tokens: bool,
        allowed_special: Option<&Bound<'py, PyAny>>,
        disallowed_special: Option<&str>,
        errors: &str,
        sample: Option<f64>,
        threads: Option<usize>,
    ) -> PyResult<Bound<'py, PyArray1<u32>>> {
        let text = text_of(text, Surrogates::parse(errors)?)?;
        let allowed = AllowedSpecial::new(allowed_special)?;
        let options = allowed.options(add_special_tokens, sample);
        let threads = if text.len() < LONG_TEXT { 1 } else { threads_to_use(threads) };
        let ids = self.released(py, text.len(), |core| {
            check_disallowed(core, std::iter::once(&*text), options, disallowed_special)?;
            core.encode_ids_on(&text, options, threads)
        })?;
        Ok(PyArray1::from_vec(py, ids))
    }

    /// The ids of any bytes as a numpy array of uint32, shape (tokens,): `decode_bytes` gives them back even where they are
    /// no UTF-8. Nothing is added or cut, and special tokens are not taken from the bytes. Raises ValueError for bytes
    /// that are no UTF-8 if the tokenizer is neither a hybrid nor a byte-level one.
    fn encode_bytes<'py>(&self, py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyArray1<u32>>> {
        let ids = self.released(py, data.len(), |core| core.encode_bytes(data))?;
        Ok(PyArray1::from_vec(py, ids))
    }

    /// The ids of many texts, flat.
    #[pyo3(signature = (
        texts, *, add_special_tokens = true, allowed_special = None, disallowed_special = None, errors = "strict",
        sample = None, threads = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "Python keywords")]
    fn encode_batch_ids(
        &self,
        py: Python<'_>,
        texts: &Bound<'_, PyAny>,
        add_special_tokens: bool,
        allowed_special: Option<&Bound<'_, PyAny>>,
        disallowed_special: Option<&str>,
        errors: &str,
        sample: Option<f64>,
        threads: Option<usize>,
    ) -> PyResult<Ragged> {
        let texts = texts_of(texts, Surrogates::parse(errors)?)?;
        let allowed = AllowedSpecial::new(allowed_special)?;
        let options = allowed.options(add_special_tokens, sample);
        let threads = threads_to_use(threads);
        let ragged = self.released(py, texts.iter().map(|text| text.len()).sum(), |core| {
            check_disallowed(core, texts.iter().map(|text| &**text), options, disallowed_special)?;
            core.encode_batch_ids(&texts, options, threads)
        })?;
        Ok(Ragged::new(py, ragged))
    }

    /// The text of some ids. With `continuation`, others came before: a first word keeps the space in front of it.
    #[pyo3(signature = (ids, *, skip_special_tokens = false, errors = "strict", continuation = false))]
    fn decode(
        &self,
        py: Python<'_>,
        ids: &Bound<'_, PyAny>,
        skip_special_tokens: bool,
        errors: &str,
        continuation: bool,
    ) -> PyResult<String> {
        let (ids, options) = (ids_of(ids)?, decode_options(skip_special_tokens, errors, continuation)?);
        self.released(py, ids.len(), |core| core.decode(&ids, options))
    }

    /// The texts of many lists of ids (or of a `Ragged`).
    #[pyo3(signature = (sequences, *, skip_special_tokens = false, errors = "strict", continuation = false))]
    fn decode_batch(
        &self,
        py: Python<'_>,
        sequences: &Bound<'_, PyAny>,
        skip_special_tokens: bool,
        errors: &str,
        continuation: bool,
    ) -> PyResult<Vec<String>> {
        let options = decode_options(skip_special_tokens, errors, continuation)?;
        let sequences = sequences.try_iter()?.map(|ids| ids_of(&ids?)).collect::<PyResult<Vec<_>>>()?;
        let size = sequences.iter().map(Vec::len).sum();
        self.released(py, size, |core| sequences.iter().map(|ids| core.decode(ids, options)).collect())
    }

    /// The bytes of some ids, exact for byte-level models even where they are not UTF-8.
    #[pyo3(signature = (ids, *, skip_special_tokens = false, errors = "strict", continuation = false))]
    fn decode_bytes<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        skip_special_tokens: bool,
        errors: &str,
        continuation: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (ids, options) = (ids_of(ids)?, decode_options(skip_special_tokens, errors, continuation)?);
        let bytes = self.released(py, ids.len(), |core| core.decode_bytes(&ids, options))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Truncates, post-processes and pads encodings, as `encode` does.
    #[pyo3(signature = (encoding, pair = None, add_special_tokens = true))]
    fn post_process(
        &self,
        encoding: &Encoding,
        pair: Option<&Encoding>,
        add_special_tokens: bool,
    ) -> PyResult<Encoding> {
        let core = self.read();
        let (first, second) = (encoding.core().clone(), pair.map(|pair| pair.core().clone()));
        core.post_process(first, second, add_special_tokens).map(Encoding::from).map_err(raise)
    }

    /// `{"mode", "lang", "superwords"}` (how many) of a hybrid tokenizer, or None.
    fn hybrid<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let core = self.read();
        let Some(hybrid) = core.hybrid() else { return Ok(None) };
        let found = PyDict::new(py);
        found.set_item("mode", if hybrid.mode() == Mode::Shared { "shared" } else { "surface" })?;
        found.set_item("lang", hybrid.lang())?;
        found.set_item("superwords", hybrid.superwords())?;
        Ok(Some(found))
    }

    /// Whether only `hybridtok.json` has words for the model.
    fn native_only(&self) -> bool {
        self.read().parts().model.native_type().is_some()
    }

    /// `{"eligible", "merges", "supermerges"}` of a boundless tokenizer, or None: a pattern that words to join hold, and pairs
    /// of tokens by rank.
    fn boundless<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let core = self.read();
        let Model::Boundless(model) = &core.parts().model else { return Ok(None) };
        let token = |id| model.vocab().token(id).unwrap_or_default();
        let pair = |(left, right, _)| (token(left), token(right));
        let found = PyDict::new(py);
        found.set_item("eligible", model.eligible().pattern())?;
        found.set_item("merges", model.words().merges().map(pair).collect::<Vec<_>>())?;
        found.set_item("supermerges", model.supermerges().map(pair).collect::<Vec<_>>())?;
        Ok(Some(found))
    }

    /// A boundless tokenizer with its merges in one list, those across words last, and nothing that cuts text: BPE, with
    /// other ids.
    fn flat(&self) -> PyResult<Self> {
        let mut core = Core::clone(&self.read());
        let Model::Boundless(model) = &core.parts().model else {
            return Err(PyTypeError::new_err("this is no boundless tokenizer"));
        };
        let flat = model.flat();
        core.set_model(Model::Bpe(flat));
        Ok(Tokenizer::new(core, Vec::new()))
    }

    /// The morphemes of a word as they are written, by the best analysis without context.
    fn segment(&self, word: &str) -> PyResult<Vec<String>> {
        Ok(hybrid(&self.read())?.segment(word))
    }

    /// The `k` cheapest analyses of a word without context: `(cost in nats, morphemes)`.
    #[pyo3(signature = (word, k = 10))]
    fn analyses<'py>(&self, py: Python<'py>, word: &str, k: usize) -> PyResult<Bound<'py, PyList>> {
        analyses(py, hybrid(&self.read())?.analyses(word, k))
    }

    /// How a root and affixes, by name, are written together.
    fn realise(&self, root: &str, affixes: Vec<String>) -> PyResult<Vec<String>> {
        hybrid(&self.read())?.realise(root, &affixes).map_err(raise)
    }

    /// What an id of a hybrid tokenizer stands for: `{id, name, kind, class, gloss}`, several for a merged id.
    fn describe<'py>(&self, py: Python<'py>, id: u32) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for part in hybrid(&self.read())?.describe(id) {
            let entry = PyDict::new(py);
            entry.set_item("id", part.id)?;
            entry.set_item("name", part.name)?;
            entry.set_item("kind", part.kind)?;
            entry.set_item("class", part.class)?;
            entry.set_item("gloss", part.gloss)?;
            list.append(entry)?;
        }
        Ok(list)
    }

    /// What the ids of a hybrid tokenizer stand for: `{"morphemes": [(kind, name, class, gloss)], "rows": [(kind, string,
    /// [(morpheme, allomorph or -1)], (left, right) or None)]}`.
    fn morpheme_table<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        morpheme_table(py, hybrid(&self.read())?)
    }

    /// The forms of a hybrid tokenizer's roots and affixes: `(string, the same with a capital or None, begins a word, has
    /// an id, logarithm of how many of it a word has)`.
    #[allow(clippy::type_complexity, reason = "rows for Python")]
    fn morpheme_forms(&self) -> PyResult<Vec<(String, Option<String>, bool, bool, f64)>> {
        let forms = hybrid(&self.read())?.forms();
        Ok(forms.into_iter().map(|form| (form.string, form.title, form.stem, form.owned, form.log_share)).collect())
    }

    /// All tokens with their ids, by ascending id.
    #[pyo3(signature = (with_added_tokens = true))]
    fn get_vocab<'py>(&self, py: Python<'py>, with_added_tokens: bool) -> PyResult<Bound<'py, PyDict>> {
        let core = self.read();
        let mut tokens: Vec<(u32, &str)> = core.parts().model.vocab().iter().map(|(token, id)| (id, token)).collect();
        if with_added_tokens {
            tokens.extend(core.parts().added.iter().map(|(id, token)| (id, token.content.as_str())));
            tokens.sort_by_key(|(id, _)| *id);
        }
        let vocab = PyDict::new(py);
        for (id, token) in tokens {
            vocab.set_item(token, id)?;
        }
        Ok(vocab)
    }

    /// Number of tokens.
    #[pyo3(signature = (with_added_tokens = true))]
    fn get_vocab_size(&self, with_added_tokens: bool) -> usize {
        self.read().vocab_size(with_added_tokens)
    }

    /// The id of a token, or None.
    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.read().token_to_id(token)
    }

    /// The token of an id, or None.
    fn id_to_token(&self, id: u32) -> Option<String> {
        self.read().id_to_token(id).map(str::to_owned)
    }

    /// `(id, content, single_word, lstrip, rstrip, normalized, special)` of every added token, by ascending id.
    #[allow(clippy::type_complexity, reason = "a row for Python")]
    fn added_tokens(&self) -> Vec<(u32, String, bool, bool, bool, bool, bool)> {
        let core = self.read();
        let added = core.parts().added.iter();
        added
            .map(|(id, token)| {
                let AddedToken { content, single_word, lstrip, rstrip, normalized, special } = token.clone();
                (id, content, single_word, lstrip, rstrip, normalized, special)
            })
            .collect()
    }

    /// Adds tokens given as `(content, single_word, lstrip, rstrip, normalized, special)`; returns how many were new.
    #[allow(clippy::type_complexity, reason = "rows from Python")]
    fn add_tokens(&self, py: Python<'_>, tokens: Vec<(String, bool, bool, bool, bool, bool)>) -> PyResult<usize> {
        let tokens = tokens.into_iter().map(|(content, single_word, lstrip, rstrip, normalized, special)| AddedToken {
            content,
            single_word,
            lstrip,
            rstrip,
            normalized,
            special,
        });
        let tokens: Vec<AddedToken> = tokens.collect();
        self.change(py, |core| core.add_tokens(tokens))
    }

    /// How many special tokens the post-processor adds.
    #[pyo3(signature = (is_pair = false))]
    fn num_special_tokens_to_add(&self, is_pair: bool) -> usize {
        self.read().added_by_post_processor(is_pair)
    }

    /// The JSON of one part: "normalizer", "pre_tokenizer", "post_processor", "decoder", "model", "truncation",
    /// "padding"; None if it is not set.
    fn component(&self, name: &str) -> PyResult<Option<String>> {
        self.read().component(name).map_err(raise)
    }

    /// Sets one part from its JSON, or clears it with None.
    #[pyo3(signature = (name, json))]
    fn set_component(&self, py: Python<'_>, name: &str, json: Option<&str>) -> PyResult<()> {
        self.change(py, |core| core.set_component(name, json))
    }

    fn __getstate__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let unicode = self.unicode();
        let state = self.released(py, 0, |core| match core.parts().model.native_type().is_some() {
            true => Ok(format!("{NATIVE}\n{}", artefact::write(core, "{}")?)),
            false => Ok(format!("{unicode}\n{}", core.to_json(false))),
        })?;
        Ok(PyBytes::new(py, state.as_bytes()))
    }

    fn __setstate__(&self, py: Python<'_>, state: &[u8]) -> PyResult<()> {
        let broken = || PyValueError::new_err("the pickled state is not a tokenizer's");
        let state = std::str::from_utf8(state).map_err(|_| broken())?;
        let (unicode, json) = state.split_once('\n').ok_or_else(broken)?;
        let limits = Limits::default();
        let core = if unicode == NATIVE {
            py.detach(|| artefact::read(json.as_bytes(), &limits))
        } else {
            let unicode = unicode_of(unicode)?;
            py.detach(|| Core::from_json(json.as_bytes(), unicode, &limits, false)).map(|(core, _)| core)
        };
        let core = core.map_err(raise)?;
        self.change(py, |old| {
            *old = core;
            Ok(())
        })
    }

    /// A copy of another tokenizer; without one, an empty tokenizer for pickling to fill.
    #[new]
    #[pyo3(signature = (source = None))]
    fn copy(source: Option<&Bound<'_, Tokenizer>>) -> Self {
        match source.map(Bound::get) {
            Some(source) => Tokenizer::new(Core::clone(&source.read()), source.warnings.clone()),
            None => Tokenizer::new(Core::empty(), Vec::new()),
        }
    }
}

fn sequence_or_pair(
    input: &Bound<'_, PyAny>,
    is_pretokenized: bool,
    errors: Surrogates,
) -> PyResult<(Sequence, Option<Sequence>)> {
    // Words come as a list (or tuple) of strings; a pair is a tuple (or list) of two inputs.
    let two = match input.cast::<PyTuple>() {
        Ok(tuple) => (tuple.len() == 2).then(|| [tuple.get_item(0), tuple.get_item(1)]),
        Err(_) => match input.cast::<PyList>() {
            Ok(list) => (list.len() == 2).then(|| [list.get_item(0), list.get_item(1)]),
            Err(_) => None,
        },
    };
    if let Some([first, second]) = two {
        let (first, second) = (first?, second?);
        let pair =
            if is_pretokenized { first.is_instance_of::<PyList>() || first.is_instance_of::<PyTuple>() } else { true };
        if pair {
            let second = Sequence::passing(&second, is_pretokenized, errors)?;
            return Ok((Sequence::passing(&first, is_pretokenized, errors)?, Some(second)));
        }
    }
    Ok((Sequence::passing(input, is_pretokenized, errors)?, None))
}

/// Text from ids that arrive one by one. `step` returns new text as soon as it is settled, else None.
#[pyclass(module = "hybridtok._core")]
pub(crate) struct DecodeStream {
    /// None once it is finished.
    stream: Option<TextStream>,
}

#[pymethods]
impl DecodeStream {
    #[new]
    #[pyo3(signature = (ids = None, skip_special_tokens = false, *, continuation = false))]
    fn new(ids: Option<Vec<u32>>, skip_special_tokens: bool, continuation: bool) -> Self {
        let options = DecodeOptions { skip_special_tokens, continuation, ..DecodeOptions::default() };
        DecodeStream { stream: Some(TextStream::new(ids.unwrap_or_default(), options)) }
    }

    /// Takes one id or several.
    fn step(&mut self, tokenizer: &Bound<'_, Tokenizer>, id: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        let ids = match id.extract::<u32>() {
            Ok(id) => vec![id],
            Err(error) => id.extract::<Vec<u32>>().map_err(|_| match error.is_instance_of::<PyTypeError>(id.py()) {
                true => PyTypeError::new_err("id is an int or a list of ints"),
                false => error,
            })?,
        };
        let stream = self.stream.as_mut().ok_or_else(finished)?;
        stream.step(&tokenizer.get().read(), &ids).map_err(raise)
    }

    /// Ends the stream: the text that was held back, or None.
    fn finish(&mut self, tokenizer: &Bound<'_, Tokenizer>) -> PyResult<Option<String>> {
        let stream = self.stream.take().ok_or_else(finished)?;
        stream.finish(&tokenizer.get().read()).map_err(raise)
    }
}

fn finished() -> PyErr {
    PyValueError::new_err("this stream is finished")
}
