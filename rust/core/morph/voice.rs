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
        *self = Voice {
            capitals,
            before: std::mem::take(&mut self.before),
            form: std::mem::take(&mut self.form),
            ..Voice::default()
        };
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
    pub(crate) fn stem(&mut self, letters: &[char]) {
        self.last = Some(What::Stem);
        self.form.extend_from_slice(letters);
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

    fn context(&self, lexicon: &Lexicon, affix: u32, form: &[char]) -> Context {
        let sounds = &lexicon.pack.phonology;
        let mut context = match self.last {
            Some(What::Root(root)) => lexicon.context(root, form, lexicon.affix(affix)),
            Some(What::Affix(_)) => Context { state: self.state, pronominal: self.pronominal, ..Context::default() },
            Some(What::Stem) | None => {
                let state = sounds.state_of(form.iter().copied()).unwrap_or(sounds.default);
                Context { state, ..Context::default() }
            }
        };
        if let Some(spoken) = self.spelled(lexicon) {
            context.state = sounds.state_of(spoken.iter().copied()).unwrap_or(sounds.default);
        }
        context
    }

    fn spelled<'l>(&self, lexicon: &'l Lexicon) -> Option<&'l [char]> {
        let stem = match self.last? {
            What::Affix(_) => return None,
            What::Root(_) | What::Stem => &self.form,
        };
        if self.capitals { lexicon.spelled(stem) } else { None }
    }

    /// An affix, in the form that the rules give it or in a given one. Returns how the token before it is written, unless
    /// it was written before.
    pub(crate) fn affix(&mut self, lexicon: &Lexicon, affix: u32, forced: Option<&[char]>) -> Vec<char> {
        let sounds = &lexicon.pack.phonology;
        let entry = lexicon.affix(affix);
        let seen: Vec<char> = match self.last {
            Some(What::Root(root)) if !self.forced && !self.closed => lexicon.citation(root, Some(entry)).to_vec(),
            _ => self.form.clone(),
        };
        let context = self.context(lexicon, affix, &seen);
        let mut emitted = Vec::new();
        let last = self.spelled(lexicon).unwrap_or(&seen);
        let mut state = sounds.emit(&entry.template, Left { before: &self.before, last }, context, &mut emitted);
        let first = emitted.first().copied();
        // The token before it follows the rules' form of this one: that is what a reader of the ids knows.
        let written = self.take(lexicon, Some((affix, first)));
        if let Some(form) = forced {
            state = sounds.after(context.state, form);
            emitted = form.to_vec();
        }
        self.last = Some(What::Affix(affix));
        self.form = emitted;
        (self.state, self.pronominal) = (state, entry.pronominal);
        (self.forced, self.closed) = (forced.is_some(), false);
        written
    }

    /// Writes the last token as at the end of a word; an affix may still come, as behind an apostrophe.
    pub(crate) fn close(&mut self, lexicon: &Lexicon) -> Vec<char> {
        let written = self.take(lexicon, None);
        self.closed = true;
        written
    }

    fn take(&mut self, lexicon: &Lexicon, next: Option<(u32, Option<char>)>) -> Vec<char> {
        if self.closed {
            return Vec::new();
        }
        if self.last == Some(What::Stem) {
            self.before.extend_from_slice(&self.form);
            return Vec::new();
        }
        let next = next.map(|(affix, first)| (lexicon.affix(affix), first));
        let written = match self.last {
            _ if self.forced => self.form.clone(),
            Some(What::Root(root)) => {
                lexicon.written(root, next.map(|next| next.0), next.and_then(|next| next.1)).to_vec()
            }
            Some(What::Affix(affix)) => {
                lexicon.affix_written(affix, &self.form, next).unwrap_or_else(|| self.form.clone())
            }
            Some(What::Stem) | None => self.form.clone(),
        };
        self.before.extend_from_slice(&written);
        written
    }
}
