//! Byte pair encoding: the model, its encoders and its trainer.
//!
//! A word comes either as text ([`Bpe::tokenize`], every rule of the format) or, for byte-level vocabularies, as raw
//! bytes ([`Bpe::tokenize_bytes`]: the alphabet of [`crate::text::bytes`] is never written out).

mod merge;
pub mod merges;
mod pairs;
mod plain;
mod short;
mod side_by_side;
mod stitch;
mod superwords;
pub mod train;

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use crate::count::WordForm;
use crate::error::{Error, Result, quote};
use crate::models::Token;
use crate::text::chars::CharOffsets;
use crate::text::{Span, bytes};
use crate::vocab::Vocab;
pub(crate) use merge::{Merge, MergeScratch, Merges, Symbol, merge_by_rank};
use pairs::PairTable;
pub(crate) use plain::PlainBytes;
use stitch::Order;
pub(crate) use superwords::{Joiner, Linking, Links, Near, Runs, Superwords};

/// No token.
const NO_ID: u32 = u32::MAX;

/// A BPE model. Cheap to clone: the tables are shared.
#[derive(Debug, Clone)]
pub struct Bpe {
    vocab: Arc<Vocab>,
    options: Options,
    tables: Arc<Tables>,
}

/// What follows from vocabulary and merges.
#[derive(Debug)]
struct Tables {
    /// By rank.
    merges: Merges,
    pairs: PairTable,
    /// Ids of the single characters below U+0800.
    chars: Vec<u32>,
    /// Ids of the byte alphabet; [`NO_ID`] where the vocabulary lacks one.
    alphabet: Box<[u32; 256]>,
    /// Ranks of the pairs of two bytes, first byte first.
    byte_pairs: OnceLock<Box<[u32]>>,
    /// Bytes of every token, if the model is one of plain bytes: every byte has a token, and every merge makes the token
    /// that its parts spell.
    lens: Option<Box<[u32]>>,
    /// Which merge makes which token, if it is one each, and after those of its parts.
    order: Option<Order>,
    /// Ids of `<0x00>` to `<0xFF>`; [`NO_ID`] where the vocabulary lacks one.
    fallback: Option<Box<[u32; 256]>>,
    unk: Option<u32>,
    /// The model as one of words and what joins them, if it is such.
    superwords: OnceLock<Option<superwords::Tables>>,
}

/// Everything of a BPE model besides its vocabulary and merges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Probability of skipping a merge, 0 to 1; none is 0.
    pub dropout: Option<f32>,
    /// Token for what has none.
    pub unk_token: Option<String>,
    /// Stands before every piece that does not begin a word.
    pub continuing_subword_prefix: Option<String>,
    /// Stands after every piece that ends a word.
    pub end_of_word_suffix: Option<String>,
    /// Neighbouring unknown characters form one token.
    pub fuse_unk: bool,
    /// Unknown characters become `<0xHH>` tokens.
    pub byte_fallback: bool,
    /// A word that is in the vocabulary is one token, whatever the merges say.
    pub ignore_merges: bool,
}

impl Options {
    /// Whether pieces are spelt as in the text. Many files have an empty prefix and suffix, which add nothing.
    fn spells_plainly(&self) -> bool {
        let adds = |affix: &Option<String>| affix.as_ref().is_some_and(|affix| !affix.is_empty());
        !adds(&self.continuing_subword_prefix) && !adds(&self.end_of_word_suffix)
    }
}

impl Bpe {
    /// From a vocabulary and `(left, right, merged)` ids by rank; of a pair that occurs twice the last counts.
    ///
    /// Errors: class `Format` at `merges[k]` for an id outside the vocabulary, at `dropout` for a probability outside
    /// 0 to 1.
    pub fn new(vocab: Vocab, merges: Vec<(u32, u32, u32)>, options: Options) -> Result<Self> {
        if let Some(dropout) = options.dropout
            && !(0.0..=1.0).contains(&dropout)
        {
            return Err(Error::format("bpe", "dropout", format!("{dropout} is not a probability between 0 and 1")));
        }
        for (rank, &(left, right, id)) in merges.iter().enumerate() {
            if [left, right, id].iter().any(|&id| vocab.token(id).is_none()) {
                return Err(Error::format(
                    "bpe",
                    format!("merges[{rank}]"),
                    "a token of this merge is not in the vocabulary",
                ));
            }
        }
        let merges: Vec<Merge> = merges.into_iter().map(|(left, right, id)| Merge { left, right, id }).collect();
        let tables = Tables::new(&vocab, merges, &options);
        Ok(Bpe { vocab: Arc::new(vocab), options, tables: Arc::new(tables) })
    }

    /// The same model with other merges of its tokens.
    pub(crate) fn with_merges(&self, merges: Vec<Merge>) -> Self {
        Bpe { tables: Arc::new(Tables::new(&self.vocab, merges, &self.options)), ..self.clone() }
    }

    /// The vocabulary.
    pub fn vocab(&self) -> &Arc<Vocab> {
        &self.vocab
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Sets the probability of skipping a merge.
    pub fn set_dropout(&mut self, dropout: Option<f32>) -> Result<()> {
        if dropout.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            return Err(Error::argument("dropout is a probability between 0 and 1"));
        }
        self.options.dropout = dropout;
        Ok(())
    }

    /// The merges as `(left, right, merged)` ids, by rank.
    pub fn merges(&self) -> impl ExactSizeIterator<Item = (u32, u32, u32)> {
        self.tables.merges.all().iter().map(|merge| (merge.left, merge.right, merge.id))
    }

    /// Whether the same word may be encoded differently the next time.
    pub(crate) fn drops(&self) -> bool {
        self.options.dropout.is_some_and(|p| p > 0.0)
    }

    /// Whether words may come as raw bytes: no option looks at characters.
    pub(crate) fn takes_bytes(&self) -> bool {
        !self.drops() && self.options.spells_plainly()
    }

    /// The character in front of which no token goes on, unless it goes on from the same character: text may be cut
    /// there, and its pieces looked up instead of merged. That is sentencepiece's visible space, if any.
    pub(crate) fn never_joins_before(&self) -> Option<char> {
        const SPACE: char = '▁';
        let options = &self.options;
        let plain = !self.drops() && !options.ignore_merges && options.spells_plainly();
        let joins = |merge: &Merge| {
            let token = self.vocab.token(merge.id).unwrap_or_default();
            token
                .match_indices(SPACE)
                .any(|(at, _)| token.get(..at).is_some_and(|b| !b.is_empty() && !b.ends_with(SPACE)))
        };
        let known = self.vocab.id(SPACE.encode_utf8(&mut [0; 4])).is_some();
        (plain && known && !self.tables.merges.all().iter().any(joins)).then_some(SPACE)
    }

    /// How many bytes of a word given as text (or in raw bytes) a token covers, unless it stands for the unknown.
    pub(crate) fn covers(&self, id: u32, bytes: bool) -> u32 {
        let token = self.vocab.token(id).unwrap_or_default();
        if bytes {
            return token.chars().count() as u32;
        }
        if self.options.byte_fallback && token.len() == 6 && token.starts_with("<0x") && token.ends_with('>') {
            return 1;
        }
        let prefix = self.options.continuing_subword_prefix.as_deref().unwrap_or_default();
        let suffix = self.options.end_of_word_suffix.as_deref().unwrap_or_default();
        let token = token.strip_prefix(prefix).unwrap_or(token);
        token.strip_suffix(suffix).unwrap_or(token).len() as u32
    }

    /// The model as one of plain bytes, if it is that. Only where [`Bpe::takes_bytes`].
    pub(crate) fn plain(&self) -> Option<PlainBytes<'_>> {
        let whole = self.options.ignore_merges.then_some(&*self.vocab);
        Some(PlainBytes::new(&self.tables, self.tables.pairs.view().packed()?, self.tables.lens.as_deref()?, whole))
    }

    /// The model as one of words and what joins them, if its merges come in that order. Only where [`Bpe::takes_bytes`].
    pub(crate) fn superwords(&self) -> Option<Superwords<'_>> {
        if self.options.ignore_merges {
            return None;
        }
        let tables = self.tables.superwords.get_or_init(|| superwords::Tables::of(self)).as_ref()?;
        Superwords::new(tables, self.plain()?)
    }

    /// Appends the tokens of one word given in raw bytes; their spans are bytes of it. Only where
    /// [`Bpe::takes_bytes`].
    pub(crate) fn tokenize_bytes(&self, word: &[u8], tokens: &mut Vec<Token>) -> Result<()> {
        let alphabet = &self.tables.alphabet;
        let id = |byte: u8| alphabet.get(byte as usize).copied().unwrap_or(NO_ID);
        if self.options.ignore_merges || word.iter().any(|&byte| id(byte) == NO_ID) {
            return self.tokenize_written(word, tokens);
        }
        self.tables.merge_bytes(word, |symbols| tokens.extend(symbols.iter().map(Token::from)));
        Ok(())
    }

    /// Appends the ids of one word, given in either form.
    pub(crate) fn append_ids(&self, word: &[u8], form: WordForm, ids: &mut Vec<u32>) -> Result<()> {
        if form == WordForm::Bytes
            && self.takes_bytes()
            && let Some(plain) = self.plain()
            && plain.append(word, ids)
        {
            return Ok(());
        }
        let mut tokens = Vec::new();
        match form {
            WordForm::Bytes if self.takes_bytes() => self.tokenize_bytes(word, &mut tokens)?,
            WordForm::Bytes => self.tokenize_written(word, &mut tokens)?,
            WordForm::Text => self.tokenize(&String::from_utf8_lossy(word), &mut tokens)?,
        }
        ids.extend(tokens.iter().map(|token| token.id));
        Ok(())
    }

    /// [`Bpe::tokenize_bytes`] for the rules that look at the word as it is written in the byte alphabet.
    fn tokenize_written(&self, word: &[u8], tokens: &mut Vec<Token>) -> Result<()> {
        let written = bytes::encode_alphabet(word);
        let from = tokens.len();
        self.tokenize(&written, tokens)?;
        // One character is one byte of the word.
        let mut chars = CharOffsets::new(&written);
        for token in tokens.iter_mut().skip(from) {
            token.span = chars.span(token.span);
        }
        Ok(())
    }

    /// Appends the tokens of one word given as text, by every rule of the format.
    ///
    /// Errors: class `UnknownToken` if the unknown token is needed and not in the vocabulary.
    pub fn tokenize(&self, word: &str, tokens: &mut Vec<Token>) -> Result<()> {
        if self.options.ignore_merges
            && let Some(id) = self.vocab.id(word)
        {
            tokens.push(Token { id, span: Span::from(0..word.len()), surface: false });
            return Ok(());
        }
        with_scratch(|symbols, scratch| {
            self.symbols_of(word, symbols)?;
            let (pairs, merges) = (self.tables.pairs.view(), &self.tables.merges);
            match self.options.dropout {
                Some(p) if p > 0.0 => {
                    merge::merge(symbols, pairs, merges, scratch, Some(&mut || crate::random::unit() < p));
                }
                _ => merge::merge(symbols, pairs, merges, scratch, None),
            }
            tokens.extend(symbols.iter().map(Token::from));
            Ok(())
        })
    }

    /// The symbols a word starts from: characters (with prefix and suffix), fallback bytes, or the unknown token.
    fn symbols_of(&self, word: &str, symbols: &mut Vec<Symbol>) -> Result<()> {
        let prefix = self.options.continuing_subword_prefix.as_deref();
        let suffix = self.options.end_of_word_suffix.as_deref();
        let mut unknown: Option<Symbol> = None;
        let mut buffer = String::new();
        for (at, c) in word.char_indices() {
            let (start, end) = (at as u32, (at + c.len_utf8()) as u32);
            let prefix = prefix.filter(|_| at > 0);
            let suffix = suffix.filter(|_| end as usize == word.len());
            let piece: &str = if prefix.is_none() && suffix.is_none() {
                if let Some(&id) = self.tables.chars.get(c as usize)
                    && id != NO_ID
                {
                    symbols.extend(unknown.take());
                    symbols.push(Symbol { id, start, end });
                    continue;
                }
                word.get(start as usize..end as usize).unwrap_or_default()
            } else {
                buffer.clear();
                buffer.push_str(prefix.unwrap_or_default());
                buffer.push(c);
                buffer.push_str(suffix.unwrap_or_default());
                &buffer
            };
            if let Some(id) = self.vocab.id(piece) {
                symbols.extend(unknown.take());
                symbols.push(Symbol { id, start, end });
            } else if let Some(bytes) = self.fallback_bytes(piece) {
                symbols.extend(unknown.take());
                // The bytes of a prefix or suffix cover nothing of the word; its own get one byte each.
                let own = end - start;
                symbols.extend(bytes.enumerate().map(|(k, id)| {
                    let k = (k as u32).min(own - 1);
                    Symbol { id, start: start + k, end: start + k + 1 }
                }));
            } else if let Some(unk) = &self.options.unk_token {
                let id = self.tables.unk.ok_or_else(|| {
                    Error::unknown_token(piece, word.get(..at).map_or(0, |before| before.chars().count()))
                        .because(format!("the unknown token {} is not in the vocabulary", quote(unk)))
                })?;
                match &mut unknown {
                    Some(pending) if self.options.fuse_unk => pending.end = end,
                    _ => symbols.extend(unknown.replace(Symbol { id, start, end })),
                }
            }
        }
        symbols.extend(unknown);
        Ok(())
    }

    /// The `<0xHH>` tokens of a piece, if the model falls back to bytes and has them all.
    fn fallback_bytes<'a>(&'a self, piece: &'a str) -> Option<impl Iterator<Item = u32> + 'a> {
        let table = self.tables.fallback.as_ref().filter(|_| self.options.byte_fallback)?;
        let id = |byte: u8| table.get(byte as usize).copied().unwrap_or(NO_ID);
        piece.bytes().all(|byte| id(byte) != NO_ID).then(|| piece.bytes().map(id))
    }
}

impl Tables {
    fn new(vocab: &Vocab, merges: Vec<Merge>, options: &Options) -> Self {
        let pairs = PairTable::new(merges.iter().map(|merge| (merge.left, merge.right)), vocab.slots());
        let single = |c: char| vocab.id(c.encode_utf8(&mut [0; 4])).unwrap_or(NO_ID);
        let chars = (0..0x800).map(|code| char::from_u32(code).map_or(NO_ID, single)).collect();
        let alphabet = byte_table(|byte| single(bytes::byte_to_char(byte)));
        let fallback = byte_table(|byte| vocab.id(&format!("<0x{byte:02X}>")).unwrap_or(NO_ID));
        let merges = Merges::new(merges);
        let mut tables = Tables {
            order: Order::of(&merges, &alphabet, vocab.slots()),
            merges,
            pairs,
            chars,
            alphabet,
            byte_pairs: OnceLock::new(),
            lens: None,
            fallback: fallback.iter().any(|&id| id != NO_ID).then_some(fallback),
            unk: options.unk_token.as_deref().and_then(|unk| vocab.id(unk)),
            superwords: OnceLock::new(),
        };
        tables.lens = tables.plain_lens(vocab);
        tables
    }

    /// Bytes of every token of a model of plain bytes.
    fn plain_lens(&self, vocab: &Vocab) -> Option<Box<[u32]>> {
        let lens = (0..vocab.slots() as u32).map(|id| vocab.token(id).map_or(0, |token| token.chars().count() as u32));
        let lens: Box<[u32]> = lens.collect();
        let len = |id: u32| lens.get(id as usize).copied().unwrap_or_default();
        let plain = self.pairs.view().packed().is_some()
            && self.alphabet.iter().all(|&id| id != NO_ID)
            && self.merges.all().iter().all(|merge| len(merge.id) == len(merge.left) + len(merge.right));
        plain.then_some(lens)
    }

    /// Merges the bytes of a word, all of which have a token.
    fn merge_bytes(&self, word: &[u8], made: impl FnOnce(&[Symbol])) {
        with_scratch(|symbols, scratch| {
            let id = |byte: u8| self.alphabet.get(byte as usize).copied().unwrap_or(NO_ID);
            symbols.extend(word.iter().zip(0..).map(|(&byte, at)| Symbol { id: id(byte), start: at, end: at + 1 }));
            merge::merge(symbols, self.pairs.view(), &self.merges, scratch, None);
            made(symbols);
        });
    }
}

/// Lends this thread's buffers; `symbols` comes empty.
fn with_scratch<R>(work: impl FnOnce(&mut Vec<Symbol>, &mut MergeScratch) -> R) -> R {
    thread_local! {
        static SCRATCH: RefCell<(Vec<Symbol>, MergeScratch)> = RefCell::default();
    }
    SCRATCH.with_borrow_mut(|(symbols, scratch)| {
        symbols.clear();
        work(symbols, scratch)
    })
}

impl From<&Symbol> for Token {
    fn from(symbol: &Symbol) -> Self {
        Token { id: symbol.id, span: Span::new(symbol.start, symbol.end), surface: false }
    }
}

fn byte_table(id: impl Fn(u8) -> u32) -> Box<[u32; 256]> {
    let mut table = Box::new([NO_ID; 256]);
    for (slot, byte) in table.iter_mut().zip(0..=255) {
        *slot = id(byte);
    }
    table
}
