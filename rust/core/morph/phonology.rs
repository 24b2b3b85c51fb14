//! The letters of a language and how affixes take their form: vowel harmony, assimilation, buffer letters.
//!
//! An affix is written as a template of letters and symbols (`(y)AcAK`); [`Phonology::emit`] gives the form it takes
//! behind what stands to its left. Both directions use it: decoding writes that form, and analysis of a word compares
//! it with what is written there.

use std::collections::BTreeMap;

/// A harmony state, as a position in [`Phonology::states`].
pub(crate) type State = u8;

/// The sounds of a pack, as `pack.txt` describes them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phonology {
    pub(super) vowels: Vec<char>,
    /// Vowels that a template with a leading `-` deletes.
    pub(super) low: Vec<char>,
    pub(super) voiceless: Vec<char>,
    /// Names of the harmony states, in the order of the pack.
    pub(super) states: Vec<String>,
    /// What a letter does to the state; letters that are not here leave it as it is.
    pub(super) harmony: BTreeMap<char, Harmony>,
    pub(super) default: State,
    /// Archiphonemes: one letter a state.
    pub(super) arch: BTreeMap<char, Vec<char>>,
    /// Voiced, and its form behind a voiceless letter.
    pub(super) assim: BTreeMap<char, (char, char)>,
    /// At the end of an affix, and its form before a vowel.
    pub(super) finals: BTreeMap<char, (char, char)>,
    /// Ends of roots, and their forms before a vowel; longer ones first.
    pub(super) voicing: Vec<(Vec<char>, Vec<char>)>,
    pub(super) fronting: BTreeMap<char, char>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Harmony {
    pub(super) state: State,
    /// Only where no state is set yet.
    pub(super) if_unset: bool,
}

/// One position of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Symbol {
    Letter(char),
    Arch(char),
    Assim(char),
    Final(char),
    /// Only behind a vowel.
    Buffer(char),
    /// Only behind a consonant, and not behind a vowel and one of these letters.
    Linking(Box<Symbol>, Vec<char>),
    /// The first behind a pronominal `n`, else the second behind a vowel.
    Pronominal(Option<char>, Option<char>),
    /// The last vowel again.
    Copy,
    /// `v` behind a vowel, else the last letter again.
    Double,
}

/// How an affix is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Template {
    symbols: Vec<Symbol>,
    /// Deletes a low vowel in front of it.
    pub(crate) deletes: bool,
}

impl Template {
    /// Whether it begins with an optional `y`.
    pub(crate) fn begins_with_y(&self) -> bool {
        matches!(self.symbols.first(), Some(Symbol::Buffer('y')))
    }

    /// Whether it looks at more than the kind of the letter to its left.
    fn asks_for_letters(&self) -> bool {
        self.symbols.iter().any(|symbol| match symbol {
            Symbol::Double => true,
            Symbol::Linking(_, unless) => !unless.is_empty(),
            _ => false,
        })
    }

    /// The letter pair of a last symbol that softens before a vowel.
    fn softens(&self, phonology: &Phonology) -> Option<(char, char)> {
        match self.symbols.last() {
            Some(Symbol::Final(name)) => phonology.finals.get(name).copied(),
            _ => None,
        }
    }
}

/// What stands to the left of an affix in its word.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Left<'a> {
    /// Everything in front of the last token, as it is written.
    pub(crate) before: &'a [char],
    /// The last token, in its citation form.
    pub(crate) last: &'a [char],
}

impl<'a> Left<'a> {
    fn backwards(self) -> impl Iterator<Item = char> + 'a {
        self.last.iter().rev().chain(self.before.iter().rev()).copied()
    }
}

/// What else an affix asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context {
    pub(crate) state: State,
    /// The token to the left has a pronominal `n`.
    pub(crate) pronominal: bool,
    /// The root to the left is lowering.
    pub(crate) lowering: bool,
    /// The root to the left takes `y` as every buffer.
    pub(crate) y_buffer: bool,
}

impl Phonology {
    pub(crate) fn is_vowel(&self, c: char) -> bool {
        self.vowels.contains(&c)
    }

    fn is_low(&self, c: char) -> bool {
        self.low.contains(&c)
    }

    /// The state after some letters, from none; none if no letter sets one.
    pub(crate) fn state_of(&self, letters: impl IntoIterator<Item = char>) -> Option<State> {
        letters.into_iter().fold(None, |state, letter| self.next_state(state, letter))
    }

    fn next_state(&self, state: Option<State>, letter: char) -> Option<State> {
        match self.harmony.get(&letter) {
            Some(harmony) if harmony.if_unset => state.or(Some(harmony.state)),
            Some(harmony) => Some(harmony.state),
            None => state,
        }
    }

    /// The state after an affix.
    pub(crate) fn after(&self, state: State, letters: &[char]) -> State {
        letters.iter().fold(state, |state, &letter| self.next_state(Some(state), letter).unwrap_or(state))
    }

    /// The state of a word whose last vowel is taken as its fronted one.
    pub(crate) fn fronted(&self, letters: &[char]) -> Option<State> {
        let last = letters.iter().rev().find(|letter| self.harmony.contains_key(letter))?;
        let letter = self.fronting.get(last).unwrap_or(last);
        self.harmony.get(letter).map(|harmony| harmony.state)
    }

    /// The state of back vowels: that of `a`.
    pub(crate) fn back(&self) -> State {
        self.harmony.get(&'a').map_or(self.default, |harmony| harmony.state)
    }

    /// What a template that deletes takes from its left: the shorter left and the state there.
    pub(crate) fn deleted<'a>(&self, left: Left<'a>, state: State) -> Option<(Left<'a>, State)> {
        let (&vowel, rest) = left.last.split_last()?;
        if !self.is_low(vowel) {
            return None;
        }
        let left = Left { before: left.before, last: rest };
        let still = self.state_of(left.before.iter().chain(left.last).copied());
        Some((left, still.unwrap_or(state)))
    }

    /// Whether a template that deletes would take something.
    pub(crate) fn deletable(&self, letters: &[char]) -> bool {
        letters.last().is_some_and(|&letter| self.is_low(letter))
    }

    /// Appends the form of an affix, as it is when nothing follows; returns the state behind it.
    pub(crate) fn emit(&self, template: &Template, left: Left<'_>, context: Context, out: &mut Vec<char>) -> State {
        let from = out.len();
        let (mut left, mut state) = (left, context.state);
        if template.deletes
            && let Some((shorter, shorter_state)) = self.deleted(left, state)
        {
            (left, state) = (shorter, shorter_state);
        }
        for symbol in &template.symbols {
            let emitted = out.len();
            self.emit_symbol(symbol, left, state, context, from, out);
            state = self.after(state, out.get(emitted..).unwrap_or_default());
        }
        state
    }

    fn emit_symbol(
        &self,
        symbol: &Symbol,
        left: Left<'_>,
        state: State,
        context: Context,
        from: usize,
        out: &mut Vec<char>,
    ) {
        let last = out.get(from..).and_then(<[char]>::last).copied().or_else(|| left.backwards().next());
        let behind_vowel = last.is_some_and(|c| self.is_vowel(c));
        match symbol {
            Symbol::Letter(letter) => out.push(*letter),
            Symbol::Arch(name) => out.extend(self.arch.get(name).and_then(|letters| letters.get(state as usize))),
            Symbol::Assim(name) => {
                let voiceless = last.is_some_and(|c| self.voiceless.contains(&c));
                out.extend(self.assim.get(name).map(|&(voiced, hard)| if voiceless { hard } else { voiced }));
            }
            Symbol::Final(name) => out.extend(self.finals.get(name).map(|&(hard, _)| hard)),
            Symbol::Buffer(letter) => {
                if behind_vowel {
                    out.push(if context.y_buffer { 'y' } else { *letter });
                }
            }
            Symbol::Linking(inner, unless) => {
                let second = out.len().checked_sub(from + 2).and_then(|at| out.get(from + at)).copied();
                let second = second.or_else(|| left.backwards().nth(1 - (out.len() - from).min(1)));
                let left_out = !context.lowering
                    && last.is_some_and(|c| unless.contains(&c))
                    && second.is_some_and(|c| self.is_vowel(c));
                if behind_vowel && context.y_buffer {
                    out.push('y');
                } else if behind_vowel || left_out {
                    return;
                }
                let lowered = Symbol::Arch('A');
                let inner = if context.lowering && **inner == Symbol::Arch('O') { &lowered } else { inner };
                self.emit_symbol(inner, left, state, context, from, out);
            }
            Symbol::Pronominal(pronominal, vowel) => {
                if context.pronominal {
                    out.extend(pronominal);
                } else if behind_vowel {
                    out.extend(vowel);
                }
            }
            Symbol::Copy => {
                let emitted = out.get(from..).unwrap_or_default().iter().rev().copied();
                let vowel = emitted.chain(left.backwards()).find(|&c| self.is_vowel(c));
                out.extend(vowel);
            }
            Symbol::Double => out.extend(if behind_vowel { Some('v') } else { last }),
        }
    }

    /// What an affix becomes before a vowel, if it changes.
    pub(crate) fn softened(&self, template: &Template, form: &[char]) -> Option<Vec<char>> {
        let (hard, soft) = template.softens(self)?;
        let (&last, front) = form.split_last()?;
        (last == hard).then(|| front.iter().copied().chain([soft]).collect())
    }

    /// The end of a root voiced, as before a vowel.
    pub(crate) fn voiced(&self, root: &[char]) -> Option<Vec<char>> {
        let (hard, soft) = self.voicing.iter().find(|(hard, _)| root.ends_with(hard))?;
        let front = root.get(..root.len() - hard.len()).unwrap_or_default();
        Some(front.iter().chain(soft).copied().collect())
    }

    /// Reads a template. The error says what is wrong with it.
    pub(crate) fn template(&self, source: &str) -> Result<Template, String> {
        let mut template = Template::default();
        let letters: Vec<char> = source.chars().collect();
        let mut rest = letters.as_slice();
        if let [next, after @ ..] = rest
            && *next == '-'
        {
            (template.deletes, rest) = (true, after);
        }
        while let Some((&c, after)) = rest.split_first() {
            rest = after;
            let symbol = match c {
                '(' => {
                    let (inside, after) = until(rest, ')')?;
                    rest = after;
                    self.optional(inside)?
                }
                '{' => {
                    let (inside, after) = until(rest, '}')?;
                    rest = after;
                    match inside {
                        [a] => Symbol::Pronominal(Some(*a), None),
                        [a, ';', b] => Symbol::Pronominal(Some(*a), Some(*b)),
                        _ => return Err("between { and } stands one letter, or two with a ; between".to_owned()),
                    }
                }
                ')' | '}' | '!' | ';' => return Err(format!("`{c}` has no beginning")),
                _ => self.symbol(c)?,
            };
            template.symbols.push(symbol);
        }
        if template.symbols.is_empty() {
            return Err("it has no letters".to_owned());
        }
        let inner = template.symbols.iter().rev().skip(1).any(|symbol| matches!(symbol, Symbol::Final(_)));
        if inner { Err("a softening letter stands at the end only".to_owned()) } else { Ok(template) }
    }

    fn symbol(&self, c: char) -> Result<Symbol, String> {
        Ok(match c {
            _ if self.arch.contains_key(&c) => Symbol::Arch(c),
            _ if self.assim.contains_key(&c) => Symbol::Assim(c),
            _ if self.finals.contains_key(&c) => Symbol::Final(c),
            '=' => Symbol::Copy,
            'W' => Symbol::Double,
            _ if c.is_uppercase() => {
                return Err(format!("`{c}` is neither an archiphoneme nor another symbol of pack.txt"));
            }
            _ if c.is_whitespace() || c.is_control() => return Err("it holds whitespace".to_owned()),
            _ => Symbol::Letter(c),
        })
    }

    fn optional(&self, inside: &[char]) -> Result<Symbol, String> {
        let (name, unless) = match inside {
            [name] => (*name, Vec::new()),
            [name, '!', unless @ ..] if !unless.is_empty() => (*name, unless.to_vec()),
            _ => return Err("between ( and ) stands one symbol, or one, a ! and letters".to_owned()),
        };
        match self.symbol(name)? {
            Symbol::Letter(letter) if !self.is_vowel(letter) && unless.is_empty() => Ok(Symbol::Buffer(letter)),
            symbol @ (Symbol::Letter(_) | Symbol::Arch(_) | Symbol::Copy) => {
                Ok(Symbol::Linking(Box::new(symbol), unless))
            }
            _ => Err(format!("`({name})` cannot be optional")),
        }
    }

    /// Every form that a template can take, as it stands before a consonant or at the end, before a vowel, and before
    /// what deletes its last vowel; in the order of harmony states, then left sides (vowel, voiced, voiceless), then
    /// pronominal `n`. With `all`, also those that attributes of roots and single letters lead to.
    pub(crate) fn forms(&self, template: &Template, letters: &[char], all: bool) -> Vec<Vec<char>> {
        let voiced = letters.iter().find(|c| !self.is_vowel(**c) && !self.voiceless.contains(c)).copied();
        let copies = template.symbols.iter().any(|symbol| {
            matches!(symbol, Symbol::Copy) || matches!(symbol, Symbol::Linking(inner, _) if **inner == Symbol::Copy)
        });
        let mut forms: Vec<Vec<char>> = Vec::new();
        for state in 0..self.states.len().max(1) as State {
            let of_state = |c: &&char| self.harmony.get(c).is_some_and(|harmony| harmony.state == state);
            let vowels: Vec<char> = if copies {
                self.vowels.iter().filter(|c| self.harmony.get(c).is_none_or(|h| h.state == state)).copied().collect()
            } else {
                self.vowels.iter().find(of_state).or(self.vowels.first()).copied().into_iter().collect()
            };
            // There may be no vowel to the left: in the word, or in the whole pack.
            let mut lefts: Vec<Vec<char>> =
                if self.vowels.is_empty() || all && copies { vec![Vec::new()] } else { Vec::new() };
            for &vowel in &vowels {
                lefts.push(vec![vowel]);
                if all && template.asks_for_letters() {
                    let consonants = letters.iter().filter(|c| !self.is_vowel(**c));
                    lefts.extend(consonants.flat_map(|&c| [vec![vowel, c], vec![vowel, c, c]]));
                } else {
                    lefts.extend(
                        [voiced, self.voiceless.first().copied()].into_iter().flatten().map(|c| vec![vowel, c]),
                    );
                }
            }
            for left in &lefts {
                for flags in 0..if all { 8 } else { 2 } {
                    let context = Context {
                        state,
                        pronominal: flags & 1 != 0,
                        lowering: flags & 2 != 0,
                        y_buffer: flags & 4 != 0,
                    };
                    let mut form = Vec::new();
                    self.emit(template, Left { before: &[], last: left }, context, &mut form);
                    let soft = self.softened(template, &form);
                    let short = self.deletable(&form).then(|| form.split_last().map(|(_, front)| front.to_vec()));
                    for form in [Some(form), soft, short.flatten()].into_iter().flatten() {
                        if !form.is_empty() && !forms.contains(&form) {
                            forms.push(form);
                        }
                    }
                }
            }
        }
        forms
    }
}

fn until(rest: &[char], end: char) -> Result<(&[char], &[char]), String> {
    let at = rest.iter().position(|&c| c == end).ok_or_else(|| format!("no `{end}`"))?;
    let (inside, after) = rest.split_at(at);
    Ok((inside, after.split_first().map(|(_, after)| after).unwrap_or_default()))
}
