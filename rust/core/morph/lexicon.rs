//! A pack made ready for look-up: which roots and affixes can be written as a piece of a word, and how a root is written
//! before an affix.

#![allow(clippy::indexing_slicing, reason = "places in the tables are made here")]

use std::collections::HashMap;

use super::lattice::{Morph, What};
use super::pack::{Affix, Alternate, Irregular, Pack, Root};
use super::phonology::{Context, State};
use super::voice::Voice;
use crate::error::{Error, Result};
use crate::trie::{self, Trie};

/// `<v:k>` tokens: no list of forms may be longer.
pub(crate) const MAX_FORMS: usize = 32;

/// A pack with tables.
#[derive(Debug, Clone)]
pub(crate) struct Lexicon {
    pub(crate) pack: Pack,
    roots: Index,
    affixes: Index,
    entries: Vec<Entry>,
    /// The forms of every affix that `<v:k>` may name.
    affix_forms: Vec<Vec<Vec<char>>>,
    /// Whole forms: their roots, and what they are cut into.
    irregular: HashMap<Vec<char>, Vec<(u32, Vec<Morph>)>>,
    /// Roots that are known, but only as strings of letters: they have no ids.
    plain: Vec<bool>,
}

/// How a root may be written.
#[derive(Debug, Clone, Default)]
struct Entry {
    /// The citation form, the one before a vowel, alternates, and those without their last vowel.
    forms: Vec<Vec<char>>,
    before_vowel: u8,
    long: u8,
    /// Of the citation form and of every alternate: itself, and without its last vowel.
    stems: Vec<[u8; 2]>,
}

impl Entry {
    fn add(&mut self, form: Vec<char>) -> u8 {
        let known = self.forms.iter().position(|known| *known == form);
        let at = known.unwrap_or(self.forms.len());
        if known.is_none() {
            self.forms.push(form);
        }
        at as u8
    }
}

impl Lexicon {
    /// From a pack. Errors: class `Format` if an affix or a root has too many forms to be told apart.
    pub(crate) fn new(pack: Pack) -> Result<Self> {
        let letters = pack.alphabet();
        let sounds = &pack.phonology;
        let mut affix_forms = Vec::with_capacity(pack.affixes.len());
        let mut written = Vec::new();
        for (at, affix) in pack.affixes.iter().enumerate() {
            let mut forms = sounds.forms(&affix.template, &letters, false);
            written.extend(sounds.forms(&affix.template, &letters, true).into_iter().map(|form| (form, at as u32)));
            if forms.len() > MAX_FORMS {
                if forms.len() > 4 * MAX_FORMS {
                    let message = format!(
                        "the affix {} has {} forms; at most {MAX_FORMS} can be told apart",
                        affix.name,
                        forms.len()
                    );
                    return Err(Error::format("language pack", "affixes.tsv", message));
                }
                forms.truncate(MAX_FORMS);
            }
            affix_forms.push(forms);
        }
        let affixes = Index::new(written)?;
        let entries: Vec<Entry> = pack.roots.iter().map(|root| entry(&pack, root)).collect();
        if let Some(at) = entries.iter().position(|entry| entry.forms.len() > MAX_FORMS) {
            let message = format!("the root {} has more than {MAX_FORMS} forms", pack.roots[at].line);
            return Err(Error::format("language pack", "roots.tsv", message));
        }
        let written =
            entries.iter().zip(0..).flat_map(|(entry, at)| entry.forms.iter().map(move |form| (form.clone(), at)));
        let roots = Index::new(written.collect())?;
        let mut lexicon = Lexicon {
            roots,
            affixes,
            entries,
            affix_forms,
            irregular: HashMap::new(),
            plain: vec![false; pack.roots.len()],
            pack,
        };
        for irregular in &lexicon.pack.irregular.clone() {
            let cut = lexicon.cut(irregular).ok_or_else(|| {
                let form: String = irregular.surface.iter().collect();
                let message = format!("`{form}` does not consist of forms of its root and affixes");
                Error::format("language pack", "irregular.tsv", message)
            })?;
            lexicon.irregular.entry(irregular.surface.clone()).or_default().push((irregular.root as u32, cut));
        }
        Ok(lexicon)
    }

    /// An irregular form cut into its root and affixes, and which of them the rules write otherwise.
    fn cut(&self, irregular: &Irregular) -> Option<Vec<Morph>> {
        let form = &irregular.surface;
        let root = irregular.root as u32;
        for stem in self.root_forms(root).iter().filter(|stem| form.starts_with(stem)) {
            let mut morphs = vec![Morph { what: What::Root(root), start: 0, end: stem.len(), escaped: false }];
            if self.cut_affixes(form, &irregular.affixes, &mut morphs) {
                return Some(self.escaped(form, morphs));
            }
        }
        // The root is written as no rule has it: as letters, then.
        (1..form.len()).rev().find_map(|end| {
            let mut morphs = vec![Morph { what: What::Stem, start: 0, end, escaped: false }];
            self.cut_affixes(form, &irregular.affixes, &mut morphs).then(|| self.escaped(form, morphs))
        })
    }

    fn cut_affixes(&self, form: &[char], affixes: &[usize], morphs: &mut Vec<Morph>) -> bool {
        let start = morphs.last().map_or(0, |morph| morph.end);
        let Some((&affix, rest)) = affixes.split_first() else { return start == form.len() };
        for written in self.affix_forms(affix as u32).iter().filter(|written| form[start..].starts_with(written)) {
            let end = start + written.len();
            morphs.push(Morph { what: What::Affix(affix as u32), start, end, escaped: false });
            if self.cut_affixes(form, rest, morphs) {
                return true;
            }
            morphs.pop();
        }
        false
    }

    /// Escapes tokens, from the left, until they are written as in `form`.
    fn escaped(&self, form: &[char], mut morphs: Vec<Morph>) -> Vec<Morph> {
        loop {
            let mut voice = Voice::default();
            let mut written = Vec::new();
            for morph in &morphs {
                let forced = morph.escaped.then(|| &form[morph.start..morph.end]);
                match morph.what {
                    What::Root(root) => voice.root(self, root, forced),
                    What::Affix(affix) => written.push(voice.affix(self, affix, forced).to_vec()),
                    What::Stem => voice.stem(form[..morph.end].iter().copied()),
                }
            }
            written.push(voice.close(self).to_vec());
            let roots = |morph: &Morph| morph.what != What::Stem;
            let wrong = morphs.iter_mut().zip(&written).find(|(m, w)| roots(m) && **w != form[m.start..m.end]);
            match wrong {
                Some((morph, _)) if !morph.escaped => morph.escaped = true,
                _ => return morphs,
            }
        }
    }

    /// Calls `found` with the length in characters and the root of everything that `letters` can begin with.
    pub(crate) fn roots_at(&self, letters: &[char], found: impl FnMut(usize, u32)) {
        self.roots.walk(letters, found);
    }

    /// Calls `found` with the length in characters and the affix of everything that `letters` can begin with.
    pub(crate) fn affixes_at(&self, letters: &[char], found: impl FnMut(usize, u32)) {
        self.affixes.walk(letters, found);
    }

    /// Takes the ids of all roots but some.
    pub(crate) fn keep(&mut self, owns: impl Fn(u32) -> bool) {
        self.plain = (0..self.pack.roots.len() as u32).map(|root| !owns(root)).collect();
        self.irregular.retain(|_, all| {
            all.retain(|(_, morphs)| morphs.iter().all(|morph| !matches!(morph.what, What::Root(root) if !owns(root))));
            !all.is_empty()
        });
    }

    /// Whether a root has no id.
    pub(crate) fn is_plain(&self, root: u32) -> bool {
        self.plain[root as usize]
    }

    pub(crate) fn root(&self, root: u32) -> &Root {
        &self.pack.roots[root as usize]
    }

    pub(crate) fn affix(&self, affix: u32) -> &Affix {
        &self.pack.affixes[affix as usize]
    }

    /// The forms that `<v:k>` names.
    pub(crate) fn root_forms(&self, root: u32) -> &[Vec<char>] {
        &self.entries[root as usize].forms
    }

    /// Whether a form of a root may stand where the rules have another one: any but that without its last vowel, which
    /// is too much like other words.
    pub(crate) fn stands(&self, root: u32, form: &[char]) -> bool {
        let entry = &self.entries[root as usize];
        let deleted = |at: usize| entry.stems.iter().any(|stem| stem[1] as usize == at && stem[0] != stem[1]);
        entry.forms.iter().position(|known| known == form).is_some_and(|at| !deleted(at))
    }

    /// The forms that `<v:k>` names.
    pub(crate) fn affix_forms(&self, affix: u32) -> &[Vec<char>] {
        &self.affix_forms[affix as usize]
    }

    /// The stem that a root has before an affix, if it has another one there.
    fn alternate(&self, root: u32, affix: Option<&Affix>) -> usize {
        let suits = |alternate: &Alternate| affix.is_some_and(|affix| alternate.suits(affix));
        self.root(root).alternates.iter().position(suits).map_or(0, |at| at + 1)
    }

    /// The form of a root that an affix is added to: what the affix sees.
    pub(crate) fn citation(&self, root: u32, affix: Option<&Affix>) -> &[char] {
        let entry = &self.entries[root as usize];
        &entry.forms[entry.stems[self.alternate(root, affix)][0] as usize]
    }

    /// The form of a root as it is written before an affix that begins with `first`; `affix` is none at the end.
    pub(crate) fn written(&self, root: u32, affix: Option<&Affix>, first: Option<char>) -> &[char] {
        let entry = &self.entries[root as usize];
        let Some(affix) = affix else { return &entry.forms[0] };
        let alternate = self.alternate(root, Some(affix));
        let [stem, deleted] = entry.stems[alternate];
        let attributes = self.root(root).attributes;
        let at = if affix.template.deletes && self.pack.phonology.deletable(&entry.forms[stem as usize]) {
            deleted
        } else if alternate > 0 {
            stem
        } else if attributes.len {
            entry.long
        } else if first.is_some_and(|c| self.pack.phonology.is_vowel(c))
            && (!attributes.voice_drop || affix.class == "VOICE")
        {
            entry.before_vowel
        } else {
            0
        };
        &entry.forms[at as usize]
    }

    /// How an affix of a form is written before another one that begins with `first`, if not in this form.
    pub(crate) fn affix_written(
        &self,
        affix: u32,
        form: &[char],
        next: Option<(&Affix, Option<char>)>,
    ) -> Option<Vec<char>> {
        let sounds = &self.pack.phonology;
        match next? {
            (next, _) if next.template.deletes && sounds.deletable(form) => {
                form.split_last().map(|(_, front)| front.to_vec())
            }
            (_, Some(first)) if sounds.is_vowel(first) => sounds.softened(&self.affix(affix).template, form),
            _ => None,
        }
    }

    /// The name of the last letter of a stem without vowels, which is read letter by letter.
    pub(crate) fn spelled(&self, stem: &[char]) -> Option<&[char]> {
        let name = self.pack.letters.get(stem.last()?)?;
        (!stem.iter().any(|&c| self.pack.phonology.is_vowel(c))).then_some(name)
    }

    /// The last word of a spoken number; nothing if the pack does not say.
    pub(crate) fn spoken(&self, digits: &str) -> &[char] {
        let zeros = digits.len() - digits.trim_end_matches('0').len();
        let from_end = |count: usize| digits.get(digits.len().saturating_sub(count)..).unwrap_or_default();
        let name = match zeros {
            0 => from_end(1),
            _ if zeros == digits.len() => "0",
            1 => from_end(2),
            2 => "00",
            3..6 => "000",
            6..9 => "000000",
            _ => "000000000",
        };
        self.pack.numbers.get(name).map_or(&[], Vec::as_slice)
    }

    /// How many `<v:k>` there must be.
    pub(crate) fn variants(&self) -> usize {
        let roots = self.entries.iter().map(|entry| entry.forms.len());
        roots.chain(self.affix_forms.iter().map(Vec::len)).max().unwrap_or(0)
    }

    /// The analyses of a whole form that the rules do not give.
    pub(crate) fn irregular(&self, form: &[char]) -> &[(u32, Vec<Morph>)] {
        self.irregular.get(form).map_or(&[], Vec::as_slice)
    }

    /// The harmony state behind a form of a root.
    pub(crate) fn state(&self, root: u32, form: &[char]) -> State {
        let sounds = &self.pack.phonology;
        let attributes = self.root(root).attributes;
        let state = match attributes {
            _ if attributes.back => Some(sounds.back()),
            _ if attributes.front => sounds.fronted(form),
            _ => sounds.state_of(form.iter().copied()),
        };
        state.unwrap_or(sounds.default)
    }

    /// What an affix finds behind a root.
    pub(crate) fn context(&self, root: u32, form: &[char], affix: &Affix) -> Context {
        let attributes = self.root(root).attributes;
        Context {
            state: self.state(root, form),
            pronominal: attributes.pn,
            lowering: attributes.low,
            y_buffer: attributes.ybuf && affix.takes_y,
        }
    }
}

/// All forms of a root.
fn entry(pack: &Pack, root: &Root) -> Entry {
    let sounds = &pack.phonology;
    let Root { citation, attributes, alternates, .. } = root;
    let mut entry = Entry::default();
    entry.add(citation.clone());
    let mut changed = citation.clone();
    if (attributes.drop || attributes.voice_drop)
        && let Some(at) = changed.iter().rposition(|&c| sounds.is_vowel(c))
    {
        changed.remove(at);
    }
    if attributes.voice {
        changed = sounds.voiced(&changed).unwrap_or(changed);
    }
    if attributes.gem {
        changed.extend(changed.last().copied());
    }
    entry.before_vowel = entry.add(changed);
    if attributes.len
        && let Some((last, front)) = citation.split_last()
    {
        let long = match last {
            'a' => 'á',
            'e' => 'é',
            other => *other,
        };
        entry.long = entry.add(front.iter().copied().chain([long]).collect());
    }
    let stems: Vec<&Vec<char>> = std::iter::once(citation).chain(alternates.iter().map(|a| &a.stem)).collect();
    let whole: Vec<u8> = stems.iter().map(|stem| entry.add((*stem).clone())).collect();
    for (stem, whole) in stems.into_iter().zip(whole) {
        let deleted = match stem.split_last() {
            Some((_, front)) if sounds.deletable(stem) && !front.is_empty() => entry.add(front.to_vec()),
            _ => whole,
        };
        entry.stems.push([whole, deleted]);
    }
    entry
}

/// Strings, and what each may be.
#[derive(Debug, Clone)]
struct Index {
    trie: Trie,
    /// Where the meanings of a string begin; its trie value is a place here.
    starts: Vec<u32>,
    meanings: Vec<u32>,
}

impl Index {
    fn new(mut strings: Vec<(Vec<char>, u32)>) -> Result<Self> {
        strings.sort_unstable();
        strings.dedup();
        let (mut starts, mut meanings, mut keys) = (Vec::new(), Vec::new(), Vec::<String>::new());
        for (at, (string, meaning)) in strings.iter().enumerate() {
            if at == 0 || strings[at - 1].0 != *string {
                starts.push(meanings.len() as u32);
                keys.push(string.iter().collect());
            }
            meanings.push(*meaning);
        }
        starts.push(meanings.len() as u32);
        let trie = Trie::new(keys.iter().zip(0..).map(|(key, at)| (key.as_bytes(), at)))?;
        Ok(Index { trie, starts, meanings })
    }

    fn walk(&self, letters: &[char], mut found: impl FnMut(usize, u32)) {
        let mut state = trie::ROOT;
        for (at, letter) in letters.iter().enumerate() {
            for &byte in letter.encode_utf8(&mut [0; 4]).as_bytes() {
                match self.trie.step(state, byte) {
                    Some(next) => state = next,
                    None => return,
                }
            }
            if let Some(value) = self.trie.value(state) {
                let (from, to) = (self.starts[value as usize], self.starts[value as usize + 1]);
                self.meanings[from as usize..to as usize].iter().for_each(|&meaning| found(at + 1, meaning));
            }
        }
    }
}
