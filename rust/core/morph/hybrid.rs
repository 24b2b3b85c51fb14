//! The hybrid model: one id a morpheme, BPE pieces for stems that are in no lexicon, bytes for the rest.
//!
//! Ids are, in this order: controls (`<pad>` … `<glue> <title> <upper> <v:0>` …), bytes, affixes, roots, pieces, merges.
//! A word is analysed ([`super::lattice`]), written as ids, and read back; only ids that give the word back are used,
//! otherwise pieces are.

#![allow(clippy::indexing_slicing, reason = "ranges of ids and places in words are made here")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use super::case::Case;
use super::costs::Costs;
use super::folded::{Folded, number_len};
use super::lattice::{Lattice, MAX_WORD, Morph, Scale, What};
use super::layout::{Begins, Layout, Meaning, SPECIALS, names};
use super::lexicon::{Lexicon, MAX_FORMS};
use super::pack::Pack;
use super::speech::Speech;
use crate::added::{AddedToken, AddedTokens};
use crate::bpe::{Bpe, Merge};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::models::{Model, Token};
use crate::superword::layer::{Layer, MAX_IDS};
use crate::text::classes::{Class, Classes};
use crate::text::pattern::{Pattern, Source};
use crate::text::scan::MORPHEMES;
use crate::text::splitters::{Behavior, Split, Splitter};
use crate::text::{Span, Unicode};
use crate::tokenizer::{Parts, Tokenizer};
use crate::vocab::Vocab;

/// Whether forms of a morpheme share an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// One id a morpheme; decoding gives it its form.
    #[default]
    Shared,
    /// One id a form.
    Surface,
}

/// The pieces of a model: the strings, after 256 bytes, and the merges that make them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pieces {
    /// Single characters, merged ones in order of their merges, and strings that are looked up whole.
    pub(crate) strings: Vec<String>,
    /// Places in `strings`: left, right, and what they become.
    pub(crate) merges: Vec<(u32, u32, u32)>,
}

/// What an id behind those of words stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Later {
    /// Two ids, wherever they stand side by side: maybe of several words.
    Pair(u32, u32),
    /// An added token: its id was taken when others were given.
    Taken(String),
}

/// All that a model is made of.
#[derive(Debug, Clone)]
pub(crate) struct Parameters {
    pub(crate) mode: Mode,
    pub(crate) pack: Pack,
    pub(crate) costs: Costs,
    /// In surface mode: stems and affixes as they are written.
    pub(crate) stems: Vec<String>,
    pub(crate) affixes: Vec<String>,
    pub(crate) pieces: Pieces,
    /// Which roots have an id, by place; the others are written in pieces. Empty for all.
    pub(crate) own: Vec<bool>,
    /// Pairs of ids and what they become, by rank.
    pub(crate) merges: Vec<(u32, u32, u32)>,
    /// The ids behind these, in order; pairs by rank.
    pub(crate) later: Vec<Later>,
    /// How many digits of a number a piece has at most.
    pub(crate) digits: usize,
}

/// A hybrid model.
#[derive(Debug)]
pub struct Hybrid {
    pub(crate) mode: Mode,
    pub(crate) lexicon: Lexicon,
    pub(crate) costs: Costs,
    pub(crate) layout: Layout,
    pub(crate) pieces: Pieces,
    pub(crate) digits: usize,
    pub(crate) stems: Vec<String>,
    pub(crate) affixes: Vec<String>,
    pub(crate) merges: Vec<(u32, u32, u32)>,
    pub(crate) later: Vec<Later>,
    /// What every merged id consists of; of those of added tokens, nothing that is said.
    pub(crate) children: Vec<(u32, u32)>,
    /// What joins ids across words, if anything does.
    layer: Option<Layer>,
    /// Of every id that the layer makes, how many ids it joins.
    joined: Vec<u32>,
    /// Of every id.
    begins: Vec<Begins>,
    /// The places of roots that have ids, in the order of these.
    pub(crate) rooted: Vec<u32>,
    root_ids: Vec<u32>,
    bpe: Bpe,
    vocab: Arc<Vocab>,
    stem_ids: HashMap<String, u32, FxBuildHasher>,
    affix_ids: HashMap<String, u32, FxBuildHasher>,
    /// Strings that are one piece though no merge makes them, or that are looked up without merging.
    piece_ids: HashMap<String, u32, FxBuildHasher>,
    /// Rank and id.
    merge_ids: HashMap<(u32, u32), (u32, u32), FxBuildHasher>,
}

/// Buffers of one thread.
#[derive(Default)]
struct Work {
    lattice: Lattice,
    scale: Scale,
    folded: Folded,
    /// Byte position of every letter in the chunk, and of its end.
    places: Vec<u32>,
    path: Vec<Morph>,
    /// A stem as pieces are asked for it, their tokens, and where its bytes are in the chunk.
    piece: String,
    sub: Vec<Token>,
    map: Vec<u32>,
    heard: Vec<u8>,
}

thread_local! {
    static WORK: RefCell<Work> = RefCell::default();
}

/// Longest piece of whitespace, in bytes.
const MAX_BLANK: usize = 32;

/// Longest chunk that is read back and analysed, in bytes.
const MAX_CHUNK: usize = 4 * MAX_WORD + 8;

impl Hybrid {
    /// From its parts. Errors: class `Format` if they do not fit together.
    pub(crate) fn new(parameters: Parameters, limits: &Limits) -> Result<Self> {
        let Parameters { mode, pack, costs, stems, affixes, pieces, own, merges, later, digits } = parameters;
        let mut lexicon = Lexicon::new(pack)?;
        let (shared, roots) = (mode == Mode::Shared, lexicon.pack.roots.len());
        let owns = |root: u32| own.get(root as usize).copied().unwrap_or(own.is_empty());
        let rooted: Vec<u32> = (0..roots as u32).filter(|&root| owns(root)).collect();
        if shared {
            lexicon.keep(owns);
        }
        let mut children: Vec<(u32, u32)> = Vec::new();
        for &(left, right, made) in &merges {
            // Ids are given in the order of the merges; a merge may also make one that is there.
            if merges.first().is_some_and(|first| made - first.2.min(made) == children.len() as u32) {
                children.push((left, right));
            }
        }
        let variants = if shared { lexicon.variants().min(MAX_FORMS) } else { 0 };
        let layout = Layout::new(
            variants,
            if shared { lexicon.pack.affixes.len() } else { affixes.len() },
            if shared { rooted.len() } else { stems.len() },
            pieces.strings.len(),
            children.len(),
            &later,
        );
        if costs.roots.len() != roots || costs.unseen.len() != lexicon.pack.grammar.end() as usize + 1 {
            return Err(Error::format("hybrid model", "costs", "there are not as many costs as roots and affixes"));
        }
        for (at, &(left, right, made)) in merges.iter().enumerate() {
            if left.max(right) >= made || left.min(right) < Layout::GLUE || !layout.merges.contains(&made) {
                return Err(Error::format(
                    "hybrid model",
                    format!("merges[{at}]"),
                    "an id that does not come before it",
                ));
            }
        }
        let (layer, joined) = layer_of(&layout, &later)?;
        children.extend(later.iter().map(|later| match *later {
            Later::Pair(left, right) => (left, right),
            Later::Taken(_) => (0, 0),
        }));
        check_parts(&layout, &children)?;
        let bpe = bpe_of(&pieces, limits)?;
        let names = names(&lexicon, mode, (&rooted, &stems, &affixes), &pieces, (&layout, &children, &later), limits)?;
        let vocab = Vocab::new(names.iter().zip(0..), limits).map_err(|error| error.of("hybrid model"))?;
        if vocab.len() != names.len() {
            return Err(Error::format("hybrid model", "pieces", "two tokens have the same name"));
        }
        let mut root_ids = vec![u32::MAX; roots];
        rooted.iter().zip(layout.roots.clone()).for_each(|(&root, id)| root_ids[root as usize] = id);
        let numbered = |strings: &[String], from: u32| -> HashMap<String, u32, FxBuildHasher> {
            strings.iter().cloned().zip(from..).collect()
        };
        Ok(Hybrid {
            stem_ids: numbered(&stems, layout.roots.start),
            affix_ids: numbered(&affixes, layout.affixes.start),
            piece_ids: numbered(&pieces.strings, layout.pieces.start),
            merge_ids: merges
                .iter()
                .zip(0..)
                .map(|(&(left, right, made), rank)| ((left, right), (rank, made)))
                .collect(),
            begins: Begins::all(&layout, &pieces, &children),
            root_ids,
            rooted,
            children,
            vocab: Arc::new(vocab),
            mode,
            lexicon,
            costs,
            layout,
            pieces,
            digits,
            stems,
            affixes,
            merges,
            later,
            layer,
            joined,
            bpe,
        })
    }

    /// The same model with more ids behind its own.
    pub(crate) fn with_later(&self, more: impl IntoIterator<Item = Later>, limits: &Limits) -> Result<Self> {
        let mut own = vec![false; self.lexicon.pack.roots.len()];
        self.rooted.iter().for_each(|&root| own[root as usize] = true);
        let parameters = Parameters {
            mode: self.mode,
            pack: self.lexicon.pack.clone(),
            costs: self.costs.clone(),
            stems: self.stems.clone(),
            affixes: self.affixes.clone(),
            pieces: self.pieces.clone(),
            own,
            merges: self.merges.clone(),
            later: self.later.iter().cloned().chain(more).collect(),
            digits: self.digits,
        };
        Self::new(parameters, limits)
    }

    /// What joins ids across words, if anything does.
    pub(crate) fn layer(&self) -> Option<&Layer> {
        self.layer.as_ref()
    }

    /// How many ids of words an id joins.
    pub(crate) fn joined(&self, id: u32) -> usize {
        let at = id.checked_sub(self.layout.superwords.start);
        at.and_then(|at| self.joined.get(at as usize)).map_or(1, |&joined| joined as usize)
    }

    /// A tokenizer of this model: chunks, and the special tokens, which no text gives.
    pub fn into_tokenizer(self, limits: &Limits) -> Result<Tokenizer> {
        let pattern = Pattern::new(Source::Regex(MORPHEMES.to_owned()), UNICODE, limits)?;
        let mut added = AddedTokens::default();
        let special = |content: &str| AddedToken {
            content: content.to_owned(),
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
            special: true,
        };
        added.add(SPECIALS.map(special), &self.vocab, None, limits)?;
        let parts = Parts {
            truncation: None,
            padding: None,
            added,
            normalizer: None,
            splitter: Some(Splitter::Split(Split { pattern, behavior: Behavior::Isolated, invert: false })),
            post_processor: None,
            decoder: None,
            model: Model::Hybrid(Arc::new(self)),
        };
        Ok(Tokenizer::new(parts, UNICODE, limits.clone()))
    }

    /// The vocabulary; names are for reading: a root begins with `▁`, an affix with `+`.
    pub fn vocab(&self) -> &Arc<Vocab> {
        &self.vocab
    }

    /// Whether forms share ids.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The language of its pack.
    pub fn lang(&self) -> &str {
        &self.lexicon.pack.lang
    }

    /// Appends the tokens of one chunk of text, as [`crate::text::scan::MORPHEMES`] cuts it.
    pub fn tokenize(&self, chunk: &str, tokens: &mut Vec<Token>) -> Result<()> {
        self.tokenize_anywhere(chunk, None, tokens)
    }

    /// As [`Hybrid::tokenize`]. `first`: a text begins with the chunk; a word there stands for no space in front of it.
    /// With `alpha`, words are analysed by chance, with probabilities proportional to `exp(-alpha * cost)`, costs in nats.
    pub(crate) fn tokenize_as(
        &self,
        chunk: &str,
        first: bool,
        alpha: Option<f64>,
        tokens: &mut Vec<Token>,
    ) -> Result<()> {
        if first { self.tokenize_first(chunk, alpha, tokens) } else { self.tokenize_anywhere(chunk, alpha, tokens) }
    }

    fn tokenize_anywhere(&self, chunk: &str, alpha: Option<f64>, tokens: &mut Vec<Token>) -> Result<()> {
        WORK.with_borrow_mut(|work| self.tokenize_with(chunk, alpha, work, tokens))
    }

    fn tokenize_first(&self, chunk: &str, alpha: Option<f64>, tokens: &mut Vec<Token>) -> Result<()> {
        let from = tokens.len();
        if let Some(rest) = chunk.strip_prefix(' ').filter(|rest| !rest.is_empty()) {
            self.tokenize(" ", tokens)?;
            let behind = tokens.len();
            self.tokenize_anywhere(rest, alpha, tokens)?;
            tokens[behind..].iter_mut().for_each(|token| shift(token, 1));
            return Ok(());
        }
        if chunk.starts_with(|c| is_letter(c) || is_number(c)) {
            self.tokenize_anywhere(&format!(" {chunk}"), alpha, tokens)?;
            // A space that has become a token of its own would be read as one.
            if self.says(&tokens[from..], chunk, true, &mut Vec::with_capacity(chunk.len())) {
                for token in &mut tokens[from..] {
                    token.span = Span::new(token.span.start.saturating_sub(1), token.span.end.saturating_sub(1));
                }
                return Ok(());
            }
            tokens.truncate(from);
        }
        self.tokenize_anywhere(chunk, alpha, tokens)
    }

    /// Whether tokens say a chunk, and nothing about what follows; `first` if a text begins with it.
    fn says(&self, tokens: &[Token], chunk: &str, first: bool, heard: &mut Vec<u8>) -> bool {
        heard.clear();
        let mut speech = Speech::new(first);
        tokens.iter().for_each(|token| speech.hear(self, token.id, heard));
        speech.end(self, heard);
        heard == chunk.as_bytes() && speech.is_at_rest()
    }

    fn tokenize_with(&self, chunk: &str, alpha: Option<f64>, work: &mut Work, tokens: &mut Vec<Token>) -> Result<()> {
        let from = tokens.len();
        let space = chunk.len() > 1 && chunk.starts_with(' ');
        let core = &chunk[usize::from(space)..];
        let analysed = chunk.len() <= MAX_CHUNK
            && match core.chars().next() {
                Some(c) if is_letter(c) || number_len(core) > 0 => self.word(chunk, space, alpha, work, tokens)?,
                _ => false,
            };
        if analysed {
            self.merge(tokens, from);
            if self.says(&tokens[from..], chunk, false, &mut work.heard) {
                return Ok(());
            }
        }
        tokens.truncate(from);
        // An analysis that was drawn and cannot be written as ids gives way to the best one.
        if alpha.is_some() { self.tokenize_with(chunk, None, work, tokens) } else { self.spell(chunk, 0, tokens) }
    }

    /// Appends pieces and bytes for what is not analysed.
    fn spell(&self, text: &str, at: usize, tokens: &mut Vec<Token>) -> Result<()> {
        let number = self.spell_number(text, at, tokens);
        let (text, at) = (&text[number..], at + number);
        if text.is_empty() {
            return Ok(());
        }
        let from = tokens.len();
        if let Some(&id) = self.piece_ids.get(text) {
            tokens.push(Token { id, span: Span::from(at..at + text.len()), surface: false });
            return Ok(());
        }
        if text.chars().all(char::is_whitespace) {
            let mut start = 0;
            while start < text.len() {
                start += self.spell_longest(&text[start..], MAX_BLANK, at + start, tokens);
            }
            return Ok(());
        }
        self.bpe.tokenize(text, tokens)?;
        for token in &mut tokens[from..] {
            token.id = match token.id.checked_sub(256) {
                Some(piece) => self.layout.pieces.start + piece,
                None => self.layout.bytes.start + token.id,
            };
            shift(token, at as u32);
        }
        Ok(())
    }

    /// Appends the digits that a text begins with, maybe behind a space: groups of so many from the right, that numbers of
    /// the same size are cut alike. Returns how many bytes these are.
    fn spell_number(&self, text: &str, at: usize, tokens: &mut Vec<Token>) -> usize {
        let space = usize::from(text.starts_with(' '));
        let end = space + text[space..].bytes().take_while(u8::is_ascii_digit).count();
        let mut start = 0;
        while start < end && end > space {
            let behind = if start == 0 { space } else { 0 };
            let group = (end - start - behind - 1) % self.digits + 1;
            start += self.spell_longest(&text[start..end], behind + group, at + start, tokens);
        }
        start
    }

    /// Appends the longest piece of at most so many bytes that a text begins with, or the bytes of its first character.
    /// Returns how many bytes of the text that is.
    fn spell_longest(&self, text: &str, most: usize, at: usize, tokens: &mut Vec<Token>) -> usize {
        let known = |len: usize| Some((len, *self.piece_ids.get(text.get(..len)?)?));
        if let Some((len, id)) = (1..=most.min(text.len())).rev().find_map(known) {
            tokens.push(Token { id, span: Span::from(at..at + len), surface: false });
            return len;
        }
        let len = text.chars().next().map_or(1, char::len_utf8);
        tokens.extend(text.bytes().take(len).zip(at..).map(|(byte, at)| Token {
            id: self.byte(byte),
            span: Span::from(at..at + 1),
            surface: false,
        }));
        len
    }

    /// The id of a byte.
    pub(crate) fn byte(&self, byte: u8) -> u32 {
        self.layout.bytes.start + u32::from(byte)
    }

    /// A word, maybe behind digits. False if it cannot be analysed.
    fn word(
        &self,
        chunk: &str,
        space: bool,
        alpha: Option<f64>,
        work: &mut Work,
        tokens: &mut Vec<Token>,
    ) -> Result<bool> {
        let Work { lattice, scale, folded, places, path, piece, sub, map, .. } = work;
        let start = usize::from(space);
        let word = &chunk[start..];
        places.clear();
        places.extend(word.char_indices().map(|(at, _)| (start + at) as u32));
        places.push(chunk.len() as u32);
        if places.len() > MAX_WORD + 1 {
            return Ok(false);
        }
        folded.fold(&self.lexicon, word);
        let read = folded.word(&self.lexicon, word);
        let found = match alpha {
            Some(alpha) => {
                lattice.build(&self.lexicon, &self.costs, read);
                lattice.sample(alpha, scale, path)
            }
            None => lattice.analyse(&self.lexicon, &self.costs, read, path).is_some(),
        };
        if !found {
            return Ok(false);
        }
        let Folded { letters, cases, digits, .. } = folded;
        let mut behind = 0;
        let mut part_begins = true;
        for (number, morph) in path.iter().enumerate() {
            if morph.start > behind {
                let range = places[behind] as usize..places[morph.start] as usize;
                self.spell(&chunk[range.clone()], range.start, tokens)?;
                part_begins = true;
            }
            behind = morph.end;
            let (from, to) = (places[morph.start] as usize, places[morph.end] as usize);
            let at_start = number == 0;
            let from = if at_start { 0 } else { from };
            let control = |id: u32| Token { id, span: Span::from(from..from), surface: false };
            let stem = !matches!(morph.what, What::Affix(_));
            let case = cases[morph.start];
            let mark = match case {
                Case::Title if part_begins => Some(Layout::TITLE),
                Case::Upper if part_begins || stem => Some(Layout::UPPER),
                _ => None,
            };
            part_begins = false;
            let form = &letters[morph.start..morph.end];
            let stem_id = match morph.what {
                What::Root(root) if self.mode == Mode::Shared => Some(self.root_ids[root as usize]),
                What::Root(_) => self.stem_ids.get(&form.iter().collect::<String>()).copied(),
                What::Stem | What::Affix(_) => None,
            };
            let token = |id: u32| Token { id, span: Span::from(from..to), surface: false };
            match (morph.what, stem_id) {
                (What::Stem, _) if at_start && *digits > 0 => self.spell(&chunk[..to], 0, tokens)?,
                (What::Stem, _) | (What::Root(_), None) => {
                    tokens.extend(mark.map(control));
                    piece.clear();
                    piece.extend((at_start && space).then_some(' '));
                    piece.extend(form);
                    sub.clear();
                    self.spell(piece, 0, sub)?;
                    // Pieces are of the folded form, whose letters may have other lengths.
                    map.clear();
                    map.extend((at_start && space).then_some(0));
                    for (c, ends) in form.iter().zip(places[morph.start..].windows(2)) {
                        map.extend((0..c.len_utf8() as u32).map(|byte| (ends[0] + byte).min(ends[1])));
                    }
                    map.push(to as u32);
                    tokens.extend(sub.iter().map(|token| {
                        let [start, end] = [token.span.start, token.span.end].map(|at| map[at as usize]);
                        Token { span: Span::new(start, end), ..*token }
                    }));
                }
                (What::Root(root), Some(id)) => {
                    if !(at_start && space) {
                        tokens.push(control(Layout::GLUE));
                    }
                    tokens.extend(mark.map(control));
                    let forced = morph.escaped && self.mode == Mode::Shared;
                    if forced && !self.variant(self.lexicon.root_forms(root), form, control, tokens) {
                        return Ok(false);
                    }
                    tokens.push(token(id));
                }
                (What::Affix(affix), _) => {
                    tokens.extend(mark.map(control));
                    if self.mode == Mode::Shared {
                        if morph.escaped && !self.variant(self.lexicon.affix_forms(affix), form, control, tokens) {
                            return Ok(false);
                        }
                        tokens.push(token(self.layout.affixes.start + affix));
                    } else {
                        let Some(&id) = self.affix_ids.get(&form.iter().collect::<String>()) else { return Ok(false) };
                        tokens.push(token(id));
                    }
                }
            }
        }
        Ok(true)
    }

    /// The escape that names a form; false if it has none.
    fn variant(
        &self,
        forms: &[Vec<char>],
        form: &[char],
        control: impl Fn(u32) -> Token,
        tokens: &mut Vec<Token>,
    ) -> bool {
        let number = forms.iter().position(|known| known == form).map(|at| self.layout.variants.start + at as u32);
        let known = number.filter(|id| self.layout.variants.contains(id));
        tokens.extend(known.map(control));
        known.is_some()
    }

    /// How many of some ids are one word: up to what begins the next, with what is announced for that.
    pub(crate) fn word_len(&self, ids: &[u32]) -> usize {
        let begins = |id: &u32| self.begins.get(*id as usize).copied().unwrap_or(Begins::Nothing);
        let mut behind = ids.iter().take_while(|id| begins(id) == Begins::Later).count() + 1;
        for (at, id) in ids.iter().enumerate().skip(behind) {
            match begins(id) {
                Begins::Word => return behind,
                Begins::Nothing => behind = at + 1,
                Begins::Later => {}
            }
        }
        ids.len()
    }

    /// Merges neighbours, the earliest merge first.
    fn merge(&self, tokens: &mut Vec<Token>, from: usize) {
        if self.merges.is_empty() {
            return;
        }
        loop {
            let pairs = tokens[from..].windows(2).enumerate();
            let rank = |pair: &[Token]| self.merge_ids.get(&(pair[0].id, pair[1].id)).copied();
            let found = pairs.filter_map(|(at, pair)| Some((rank(pair)?, at))).min();
            let Some(((_, id), at)) = found else { break };
            let left = from + at;
            tokens[left] =
                Token { id, span: Span::new(tokens[left].span.start, tokens[left + 1].span.end), surface: false };
            tokens.remove(left + 1);
        }
    }
}

/// The Unicode data by which chunks are cut.
pub(crate) const UNICODE: Unicode = Unicode::Hf;

/// `\p{L}`.
pub(crate) fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { Classes::of(UNICODE).is(c, Class::LETTER) }
}

/// `\p{N}`.
pub(crate) fn is_number(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { Classes::of(UNICODE).is(c, Class::NUMBER) }
}

fn shift(token: &mut Token, by: u32) {
    token.span = Span::new(token.span.start + by, token.span.end + by);
}

/// Fails if a merged id has more than [`MAX_PARTS`], which no word has and no trainer makes.
fn check_parts(layout: &Layout, children: &[(u32, u32)]) -> Result<()> {
    let mut parts: Vec<u32> = Vec::with_capacity(children.len());
    for (&(left, right), id) in children.iter().zip(layout.merges.start..) {
        let of = |part: u32| part.checked_sub(layout.merges.start).map_or(1, |at| parts[at as usize]);
        let sum = of(left) + of(right);
        if sum > MAX_PARTS {
            return Err(Error::format("hybrid model", format!("merges: {id}"), "an id of more than 1024 others"));
        }
        parts.push(sum);
    }
    Ok(())
}

/// Ids that a merged one is made of, at most.
const MAX_PARTS: u32 = 1024;

/// What joins ids across words, and how many ids each of those that it makes joins.
fn layer_of(layout: &Layout, later: &[Later]) -> Result<(Option<Layer>, Vec<u32>)> {
    let (mut merges, mut joined) = (Vec::new(), Vec::<u32>::with_capacity(later.len()));
    for (later, id) in later.iter().zip(layout.superwords.clone()) {
        let mut parts = 1;
        if let Later::Pair(left, right) = *later {
            let wrong = |message| {
                Error::format("hybrid model", format!("superwords[{}]", id - layout.superwords.start), message)
            };
            if left.max(right) >= id {
                return Err(wrong("an id that does not come before it"));
            }
            if [left, right].iter().any(|&part| layout.meaning(part) == Some(Meaning::Special)) {
                return Err(wrong("the id of a special or added token, which nothing joins"));
            }
            let len = |part: u32| part.checked_sub(layout.superwords.start).map_or(1, |at| joined[at as usize]);
            parts = len(left) + len(right);
            if parts > MAX_PARTS {
                return Err(wrong("an id of more than 1024 others"));
            }
            merges.push(Merge { left, right, id });
        }
        joined.push(parts);
    }
    if !merges.is_empty() && layout.end() as usize > MAX_IDS {
        return Err(Error::limit("highest_id", u64::from(layout.end()) - 1, MAX_IDS as u64 - 1).of("hybrid model"));
    }
    Ok(((!merges.is_empty()).then(|| Layer::new(merges)), joined))
}

/// The pieces as a BPE with 256 fallback bytes in front.
fn bpe_of(pieces: &Pieces, limits: &Limits) -> Result<Bpe> {
    let bytes = (0..=255u8).map(|byte| format!("<0x{byte:02X}>"));
    let strings: Vec<String> = bytes.chain(pieces.strings.iter().cloned()).collect();
    let vocab = Vocab::from_list(&strings, limits).map_err(|error| error.of("hybrid model"))?;
    let merges = pieces.merges.iter().map(|&(left, right, made)| (left + 256, right + 256, made + 256)).collect();
    let options = crate::bpe::Options { byte_fallback: true, ..crate::bpe::Options::default() };
    Bpe::new(vocab, merges, options)
}
