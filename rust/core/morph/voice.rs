//! From morphemes to letters: a root and its affixes written as they sound in that company.
//!
//! How a token is written depends on what stands to its left and on the one token to its right, so [`Voice`] holds one
//! token back.

use super::lattice::What;
use super::lexicon::Lexicon;
use super::phonology::{Context, Left, State};

/// A word that is being written.
#[derive(Debug, Default)]
pub(crate) struct Voice {
    /// What is written of the word.
    before: Vec<char>,
    last: Option<What>,
    /// The last token, as an affix to its right sees it; of a root without `forced` it is in the lexicon.
    form: Vec<char>,
    /// Room for the next one.
    spare: Vec<char>,
    /// The last token is written as it is.
    forced: bool,
    /// The last token is in `before` already: an apostrophe followed it.
    closed: bool,
    state: State,
    pronominal: bool,
    /// A stem in capitals, which may be read letter by letter.
    capitals: bool,
}

impl Voice {
    /// Forgets the word; what is held back must have been taken by [`Voice::close`].
    pub(crate) fn begin(&mut self, capitals: bool) {
        let Voice { before, form, spare, .. } = std::mem::take(self);
        *self = Voice { capitals, before, form, spare, ..Voice::default() };
        self.before.clear();
        self.form.clear();
    }

    /// Whether anything of a word is there for an affix.
    pub(crate) fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Whether the last token is a stem of letters that more letters belong to.
    pub(crate) fn in_stem(&self) -> bool {
        self.last == Some(What::Stem) && !self.closed
    }

    /// A root, in the form that the rules give it or in a given one.
    pub(crate) fn root(&mut self, lexicon: &Lexicon, root: u32, forced: Option<&[char]>) {
        self.last = Some(What::Root(root));
        self.forced = forced.is_some();
        self.form.clear();
        self.form.extend_from_slice(forced.unwrap_or_else(|| lexicon.citation(root, None)));
        self.pronominal = lexicon.root(root).attributes.pn;
    }

    /// More letters of a stem that is in no lexicon. They are written at once.
    pub(crate) fn stem(&mut self, letters: impl Iterator<Item = char>) {
        self.last = Some(What::Stem);
        self.form.extend(letters);
        self.forced = true;
        self.pronominal = false;
    }

    /// Digits, with the word they end with.
    pub(crate) fn number(&mut self, spoken: &[char]) {
        self.last = Some(What::Stem);
        self.form.clear();
        self.form.extend_from_slice(spoken);
        (self.forced, self.closed, self.pronominal) = (true, true, false);
    }

    fn context(&self, lexicon: &Lexicon, affix: u32, form: &[char], spelled: Option<&[char]>) -> Context {
        let sounds = &lexicon.pack.phonology;
        let state = |letters: &[char]| sounds.state_of(letters.iter().copied()).unwrap_or(sounds.default);
        let mut context = match self.last {
            Some(What::Root(root)) => lexicon.context(root, form, lexicon.affix(affix)),
            Some(What::Affix(_)) => Context { state: self.state, pronominal: self.pronominal, ..Context::default() },
            Some(What::Stem) | None => Context { state: state(form), ..Context::default() },
        };
        if let Some(spelled) = spelled {
            context.state = state(spelled);
        }
        context
    }

    /// An affix, in the form that the rules give it or in a given one. Returns how the token before it is written, unless
    /// it was written before.
    pub(crate) fn affix(&mut self, lexicon: &Lexicon, affix: u32, forced: Option<&[char]>) -> &[char] {
        let sounds = &lexicon.pack.phonology;
        let entry = lexicon.affix(affix);
        let form = std::mem::take(&mut self.form);
        let mut emitted = std::mem::take(&mut self.spare);
        emitted.clear();
        let seen = match self.last {
            Some(What::Root(root)) if !self.forced && !self.closed => lexicon.citation(root, Some(entry)),
            _ => &form,
        };
        let spells = self.capitals && matches!(self.last, Some(What::Root(_) | What::Stem));
        let spelled = if spells { lexicon.spelled(&form) } else { None };
        let context = self.context(lexicon, affix, seen, spelled);
        let left = Left { before: &self.before, last: spelled.unwrap_or(seen) };
        let mut state = sounds.emit(&entry.template, left, context, &mut emitted);
        let first = emitted.first().copied();
        // The token before it follows the rules' form of this one: that is what a reader of the ids knows.
        let from = self.take(lexicon, &form, Some((affix, first)));
        if let Some(form) = forced {
            state = sounds.after(context.state, form);
            emitted.clear();
            emitted.extend_from_slice(form);
        }
        (self.form, self.spare) = (emitted, form);
        self.last = Some(What::Affix(affix));
        (self.state, self.pronominal) = (state, entry.pronominal);
        (self.forced, self.closed) = (forced.is_some(), false);
        self.before.get(from..).unwrap_or_default()
    }

    /// Writes the last token as at the end of a word; an affix may still come, as behind an apostrophe.
    pub(crate) fn close(&mut self, lexicon: &Lexicon) -> &[char] {
        let form = std::mem::take(&mut self.form);
        let from = self.take(lexicon, &form, None);
        self.form = form;
        self.closed = true;
        self.before.get(from..).unwrap_or_default()
    }

    /// Writes the last token behind `before`; returns where what nobody has been told begins there.
    fn take(&mut self, lexicon: &Lexicon, form: &[char], next: Option<(u32, Option<char>)>) -> usize {
        let from = self.before.len();
        if self.closed {
            return from;
        }
        let next = next.map(|(affix, first)| (lexicon.affix(affix), first));
        match self.last {
            Some(What::Root(root)) if !self.forced => {
                let (affix, first) = next.map_or((None, None), |(affix, first)| (Some(affix), first));
                self.before.extend_from_slice(lexicon.written(root, affix, first));
            }
            Some(What::Affix(affix)) if !self.forced => match lexicon.affix_written(affix, form, next) {
                Some(written) => self.before.extend(written),
                None => self.before.extend_from_slice(form),
            },
            _ => self.before.extend_from_slice(form),
        }
        // Letters of a stem were written when they came.
        if self.last == Some(What::Stem) { self.before.len() } else { from }
    }
}
