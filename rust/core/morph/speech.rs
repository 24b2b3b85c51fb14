//! From ids to text, one id after the other.

#![allow(clippy::indexing_slicing, reason = "ids were looked up in the layout")]

use super::case::Case;
use super::hybrid::{Hybrid, Mode, UNICODE, is_letter};
use super::lattice::is_apostrophe;
use super::layout::Meaning;
use super::voice::Voice;
use crate::text::scan::goes_on;

/// A text that is being said. Any ids can be said; those that no text gives say something, too.
///
/// It does not hold on to its model, so that a stream can outlive a call; every call is given the same one.
#[derive(Debug, Default)]
pub(crate) struct Speech {
    voice: Voice,
    /// Nothing has been said: the next word has no space in front of it.
    first: bool,
    glued: bool,
    /// The case that was announced, and the one that is being used.
    announced: Option<Case>,
    case: Case,
    /// The form that was announced.
    variant: Option<usize>,
    digits: String,
    /// An incomplete character.
    bytes: Vec<u8>,
}

impl Speech {
    /// `first`: the text begins here.
    pub(crate) fn new(first: bool) -> Self {
        Speech { first, ..Speech::default() }
    }

    /// Says an id, but for what depends on the next one. Unknown ids are silent.
    pub(crate) fn hear(&mut self, hybrid: &Hybrid, id: u32, out: &mut Vec<u8>) {
        let Some(meaning) = hybrid.layout.meaning(id) else { return };
        if !matches!(meaning, Meaning::Byte(_) | Meaning::Merge(_)) {
            self.give_up_bytes(hybrid, out);
        }
        match meaning {
            Meaning::Special => {}
            Meaning::Glue => self.glued = true,
            Meaning::Title => self.announced = Some(Case::Title),
            Meaning::Upper => self.announced = Some(Case::Upper),
            Meaning::Variant(form) => self.variant = Some(form as usize),
            Meaning::Byte(byte) => self.byte(hybrid, byte, out),
            Meaning::Affix(affix) => self.affix(hybrid, affix, out),
            Meaning::Root(root) => {
                self.end_word(hybrid, out);
                self.space(out);
                self.begin();
                if hybrid.mode == Mode::Shared {
                    let root = hybrid.rooted[root as usize];
                    let forms = hybrid.lexicon.root_forms(root);
                    let forced = self.variant.take().and_then(|form| forms.get(form));
                    self.voice.root(&hybrid.lexicon, root, forced.map(Vec::as_slice));
                } else {
                    self.say_stem(hybrid, &hybrid.stems[root as usize], out);
                    // Pieces behind it are another stem.
                    self.voice.close(&hybrid.lexicon);
                }
            }
            Meaning::Piece(piece) => {
                let piece = &hybrid.pieces.strings[piece as usize];
                match piece.strip_prefix(' ') {
                    Some(rest) if rest.bytes().any(|byte| byte != b' ') => {
                        self.end_word(hybrid, out);
                        self.space(out);
                        self.say(hybrid, rest, out);
                    }
                    _ => self.say(hybrid, piece, out),
                }
                self.first = false;
            }
            Meaning::Merge(at) => {
                let (left, right) = hybrid.children[at as usize];
                self.hear(hybrid, left, out);
                self.hear(hybrid, right, out);
            }
        }
    }

    /// Says a text that is no morpheme: a word of its own.
    pub(crate) fn insert(&mut self, hybrid: &Hybrid, text: &str, out: &mut Vec<u8>) {
        self.interrupt(hybrid, text, out);
        self.first = false;
    }

    /// Says a text that does not count as one: what comes first may still come.
    pub(crate) fn interrupt(&mut self, hybrid: &Hybrid, text: &str, out: &mut Vec<u8>) {
        self.end(hybrid, out);
        out.extend_from_slice(text.as_bytes());
    }

    /// Says what was held back.
    pub(crate) fn end(&mut self, hybrid: &Hybrid, out: &mut Vec<u8>) {
        self.give_up_bytes(hybrid, out);
        self.end_word(hybrid, out);
    }

    /// Whether nothing that was announced still waits for a word: what follows is said as if this had not been.
    pub(crate) fn is_at_rest(&self) -> bool {
        !self.glued && self.announced.is_none() && self.variant.is_none()
    }

    /// Whether something was said and all of it is: a word that follows is said as everywhere.
    pub(crate) fn is_silent(&self) -> bool {
        !self.first && self.is_at_rest() && self.voice.is_empty() && self.digits.is_empty() && self.bytes.is_empty()
    }

    fn space(&mut self, out: &mut Vec<u8>) {
        if !std::mem::take(&mut self.first) && !self.glued {
            out.push(b' ');
        }
        self.glued = false;
    }

    fn begin(&mut self) {
        self.case = self.announced.take().unwrap_or_default();
        self.voice.begin(self.case == Case::Upper);
    }

    fn end_word(&mut self, hybrid: &Hybrid, out: &mut Vec<u8>) {
        write(hybrid, &mut self.case, self.voice.close(&hybrid.lexicon).iter().copied(), out);
        self.voice.begin(false);
        self.digits.clear();
        self.case = Case::Lower;
    }

    fn affix(&mut self, hybrid: &Hybrid, affix: u32, out: &mut Vec<u8>) {
        self.first = false;
        if hybrid.mode == Mode::Surface {
            self.case = self.announced.take().unwrap_or(self.case);
            return write(hybrid, &mut self.case, hybrid.affixes[affix as usize].chars(), out);
        }
        let forms = hybrid.lexicon.affix_forms(affix);
        let forced = self.variant.take().and_then(|form| forms.get(form));
        if self.voice.is_empty() {
            self.begin();
        }
        let before = self.voice.affix(&hybrid.lexicon, affix, forced.map(Vec::as_slice));
        write(hybrid, &mut self.case, before.iter().copied(), out);
        // What was announced behind an apostrophe is for the affix.
        self.case = self.announced.take().unwrap_or(self.case);
    }

    /// A piece without the space in front of it: more of a stem, a new stem, or something else.
    fn say(&mut self, hybrid: &Hybrid, piece: &str, out: &mut Vec<u8>) {
        let mut letters = piece.chars();
        let Some(c) = letters.next() else { return };
        if is_apostrophe(c) && letters.next().is_none() {
            return self.apostrophe(hybrid, c, out);
        }
        if is_letter(c) || self.voice.in_stem() && goes_on(c, UNICODE) {
            if !self.voice.in_stem() {
                self.end_word(hybrid, out);
                self.begin();
            }
            self.say_stem(hybrid, piece, out);
        } else if c.is_ascii_digit() {
            if self.digits.is_empty() {
                self.end_word(hybrid, out);
            }
            self.digits.push_str(piece);
            out.extend_from_slice(piece.as_bytes());
        } else {
            self.end_word(hybrid, out);
            out.extend_from_slice(piece.as_bytes());
        }
    }

    /// Letters of a stem are written at once: what follows does not change them.
    fn say_stem(&mut self, hybrid: &Hybrid, letters: &str, out: &mut Vec<u8>) {
        write(hybrid, &mut self.case, letters.chars(), out);
        self.voice.stem(letters.chars());
    }

    fn apostrophe(&mut self, hybrid: &Hybrid, c: char, out: &mut Vec<u8>) {
        if self.digits.is_empty() {
            write(hybrid, &mut self.case, self.voice.close(&hybrid.lexicon).iter().copied(), out);
        } else {
            self.voice.number(hybrid.lexicon.spoken(&self.digits));
            self.digits.clear();
        }
        self.case = Case::Lower;
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn byte(&mut self, hybrid: &Hybrid, byte: u8, out: &mut Vec<u8>) {
        self.first = false;
        self.bytes.push(byte);
        // What is there is no character, but this byte may begin one.
        if self.bytes.len() > 1 && std::str::from_utf8(&self.bytes).is_err_and(|error| error.error_len().is_some()) {
            self.bytes.pop();
            self.give_up_bytes(hybrid, out);
            self.bytes.push(byte);
        }
        match std::str::from_utf8(&self.bytes) {
            Ok(c) => {
                let c = c.to_owned();
                self.bytes.clear();
                self.say(hybrid, &c, out);
            }
            Err(error) if error.error_len().is_some() => self.give_up_bytes(hybrid, out),
            Err(_) => {}
        }
    }

    /// Bytes that are no character are said as they are.
    fn give_up_bytes(&mut self, hybrid: &Hybrid, out: &mut Vec<u8>) {
        if !self.bytes.is_empty() {
            self.end_word(hybrid, out);
            out.append(&mut self.bytes);
        }
    }
}

/// Letters in the case that is being used.
fn write(hybrid: &Hybrid, case: &mut Case, letters: impl Iterator<Item = char>, out: &mut Vec<u8>) {
    let table = hybrid.lexicon.pack.case;
    for letter in letters {
        let letter = match case {
            Case::Lower | Case::Mixed => letter,
            Case::Title | Case::Upper => table.upper(letter).unwrap_or(letter),
        };
        if *case == Case::Title {
            *case = Case::Lower;
        }
        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
}
