//! All analyses of one word, as a graph: nodes are tokens that end somewhere, arcs say what follows.
//!
//! An arc is taken freely if the rules write both tokens as they stand in the word, at a price (an escape, `<v:k>`) if
//! they would write one of them otherwise, and not at all if the grammar forbids it. So the cheapest path is also one
//! that can be decoded.

#![allow(clippy::indexing_slicing, reason = "nodes and ranges are made here")]

mod paths;

use super::costs::Costs;
use super::grammar::Kind;
use super::lexicon::Lexicon;
use super::phonology::{Context, Left, State};
use paths::Best;
pub(crate) use paths::Scale;

/// Longest word that is analysed, in characters.
pub(crate) const MAX_WORD: usize = 64;

/// Letters of an unknown stem, if that is not all there is: shorter ones would be had by chance.
const LEAST_STEM: usize = 3;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum What {
    /// A root of the lexicon.
    Root(u32),
    /// A stem that is in no lexicon, or digits.
    Stem,
    /// An affix.
    Affix(u32),
}

/// A token of an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Morph {
    pub(crate) what: What,
    /// Characters of the word.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The rules would write it otherwise.
    pub(crate) escaped: bool,
}

/// A word to be analysed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Word<'a> {
    /// Its letters, folded, with apostrophes between them.
    pub(crate) letters: &'a [char],
    /// How many characters at the beginning are digits, and how their last word is spoken.
    pub(crate) digits: usize,
    pub(crate) spoken: &'a [char],
    /// All capitals, up to the first apostrophe: without vowels it is read letter by letter.
    pub(crate) capitals: bool,
}

pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

impl Word<'_> {
    /// Characters up to the first apostrophe.
    fn first_part(&self) -> usize {
        self.letters.iter().position(|&c| is_apostrophe(c)).unwrap_or(self.letters.len())
    }
}

#[derive(Debug, Clone, Copy)]
struct Node {
    what: What,
    kind: Kind,
    start: u16,
    end: u16,
    /// Where the next token begins: behind an apostrophe, if there is one.
    next: u16,
    /// Behind an apostrophe: the token ends there and keeps its citation form.
    closed: bool,
    /// This token is not written as the rules say.
    escaped: bool,
    /// The form that the affix to the right sees, among `letters`; roots have theirs in the lexicon.
    form: (u32, u32),
    state: State,
    /// The part of speech or affix has a pronominal `n`.
    pronominal: bool,
    /// No way here is cheaper.
    cost: i32,
}

#[derive(Debug, Clone, Copy)]
struct Arc {
    from: u32,
    to: u32,
    cost: i32,
    /// What it costs is the cost of this, for training.
    event: Event,
    /// The token it leaves is written as the rules do not say.
    escapes: bool,
}

/// What the costs are learned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// A word begins with this root.
    Root(u32),
    /// A word begins with a stem that is in no lexicon.
    Stem,
    /// After the kind comes the kind: an affix or the end.
    Next(Kind, Kind),
    /// After the kind comes another stem: a root, or one that is in no lexicon.
    Joint(Kind, Kind, Option<u32>),
    /// An apostrophe.
    Nothing,
}

/// The graph of one word; its memory is used again for the next one.
#[derive(Debug, Default)]
pub(crate) struct Lattice {
    nodes: Vec<Node>,
    arcs: Vec<Arc>,
    at: Vec<Vec<u32>>,
    letters: Vec<char>,
    emitted: Vec<char>,
    best: Vec<Best>,
    found: Vec<(usize, u32)>,
    /// Ways that cost more are left out.
    limit: i32,
}

/// The node before the word, and the one behind it.
const START: u32 = 0;
const END: u32 = 1;

impl Lattice {
    /// Makes the graph of a word.
    pub(crate) fn build(&mut self, lexicon: &Lexicon, costs: &Costs, word: Word<'_>) {
        self.build_within(i32::MAX, lexicon, costs, word);
    }

    /// The cheapest analysis of a word, as [`Lattice::build`] and [`Lattice::best`] have it. Most words need no unknown
    /// stem, and whatever costs less than any such stem is cheapest without a look at them.
    pub(crate) fn analyse(
        &mut self,
        lexicon: &Lexicon,
        costs: &Costs,
        word: Word<'_>,
        path: &mut Vec<Morph>,
    ) -> Option<i64> {
        let shortest = word.letters.split(|&c| is_apostrophe(c)).map(|part| part.len().clamp(1, LEAST_STEM)).min();
        let limit = costs.stem(shortest.unwrap_or(1)).saturating_sub(1);
        self.build_within(limit, lexicon, costs, word);
        // The last steps are in the graph whatever they cost.
        self.best(path).filter(|&cost| cost <= i64::from(limit)).or_else(|| {
            self.build(lexicon, costs, word);
            self.best(path)
        })
    }

    fn build_within(&mut self, limit: i32, lexicon: &Lexicon, costs: &Costs, word: Word<'_>) {
        self.limit = limit;
        self.nodes.clear();
        self.arcs.clear();
        self.letters.clear();
        let len = word.letters.len();
        self.at.iter_mut().for_each(Vec::clear);
        self.at.resize(self.at.len().max(len + 1), Vec::new());
        let nothing = Node {
            what: What::Stem,
            kind: lexicon.pack.grammar.end(),
            start: 0,
            end: 0,
            next: 0,
            closed: true,
            escaped: false,
            form: (0, 0),
            state: 0,
            pronominal: false,
            cost: 0,
        };
        self.nodes.extend([nothing, nothing]);
        if len == 0 || len > MAX_WORD {
            return;
        }
        if word.digits > 0 {
            self.digits(lexicon, costs, word);
        } else {
            self.stems(lexicon, costs, word, START, 0, None);
            self.irregular(lexicon, costs, word);
        }
        for at in 1..=len {
            for place in 0..self.at[at].len() {
                let node = self.at[at][place];
                self.follow(lexicon, costs, word, node);
            }
        }
    }

    /// The digits of a number are one token as far as the grammar is concerned.
    fn digits(&mut self, lexicon: &Lexicon, costs: &Costs, word: Word<'_>) {
        let from = self.letters.len() as u32;
        self.letters.extend_from_slice(word.spoken);
        let sounds = &lexicon.pack.phonology;
        let state = sounds.state_of(word.spoken.iter().copied()).unwrap_or(sounds.default);
        let kind = lexicon.pack.grammar.number();
        let form = (from, self.letters.len() as u32);
        let end = word.digits as u16;
        let node =
            Node { what: What::Stem, kind, start: 0, end, next: end, form, state, closed: false, ..self.nodes[0] };
        self.reach(START, node, costs.stem(1), Event::Nothing, false);
    }

    /// Roots and unknown stems that begin at a place.
    fn stems(
        &mut self,
        lexicon: &Lexicon,
        costs: &Costs,
        word: Word<'_>,
        from: u32,
        start: usize,
        behind: Option<(Kind, i32)>,
    ) {
        let grammar = &lexicon.pack.grammar;
        let rest = &word.letters[start..];
        let allows = |kind| from == START || grammar.allows(self.nodes[from as usize].kind, kind);
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        lexicon.roots_at(rest, |len, root| {
            if allows(Kind::from(lexicon.root(root).pos)) {
                found.push((len, root));
            }
        });
        // Behind another stem in pieces nobody could tell where it begins, and a digit would be a number.
        let behind_stem = from != START && self.nodes[from as usize].what == What::Stem;
        let letter = rest.first().is_some_and(|c| !c.is_numeric());
        let unknown = from == START || allows(grammar.oov()) && !behind_stem && letter;
        let sounds = &lexicon.pack.phonology;
        let joined = |kind: Kind, root: Option<u32>| match behind {
            Some((left, price)) => (costs.next(left, kind).saturating_add(price), Event::Joint(left, kind, root)),
            None => (0, root.map_or(Event::Stem, Event::Root)),
        };
        for &(len, root) in &found {
            let entry = lexicon.root(root);
            let mut node = Node {
                what: What::Root(root),
                kind: Kind::from(entry.pos),
                start: start as u16,
                end: (start + len) as u16,
                next: (start + len) as u16,
                closed: false,
                pronominal: entry.attributes.pn,
                ..self.nodes[0]
            };
            if lexicon.is_plain(root) {
                if behind_stem {
                    continue;
                }
                let form = self.letters.len() as u32;
                self.letters.extend_from_slice(&rest[..len]);
                let state = sounds.state_of(rest[..len].iter().copied()).unwrap_or(sounds.default);
                (node.what, node.pronominal) = (What::Stem, false);
                (node.form, node.state) = ((form, self.letters.len() as u32), state);
            }
            let (more, event) = joined(node.kind, Some(root));
            self.reach(from, node, costs.root(root).saturating_add(more), event, false);
        }
        self.found = found;
        if !unknown {
            return;
        }
        let run = rest.iter().position(|&c| is_apostrophe(c)).unwrap_or(rest.len());
        let begins = start == 0 || is_apostrophe(word.letters[start - 1]);
        let least = if begins { LEAST_STEM.min(run) } else { LEAST_STEM };
        for len in least..=run {
            if costs.stem(len) > self.limit {
                break;
            }
            let form = self.letters.len() as u32;
            self.letters.extend_from_slice(&rest[..len]);
            let state = sounds.state_of(rest[..len].iter().copied()).unwrap_or(sounds.default);
            let node = Node {
                what: What::Stem,
                kind: grammar.oov(),
                start: start as u16,
                end: (start + len) as u16,
                next: (start + len) as u16,
                closed: false,
                form: (form, self.letters.len() as u32),
                state,
                ..self.nodes[0]
            };
            let (more, event) = joined(node.kind, None);
            self.reach(from, node, costs.stem(len).saturating_add(more), event, false);
        }
    }

    /// Whole forms with their analyses.
    fn irregular(&mut self, lexicon: &Lexicon, costs: &Costs, word: Word<'_>) {
        for (root, irregular) in lexicon.irregular(&word.letters[..word.first_part()]) {
            let mut from = START;
            for &Morph { what, start, end, escaped } in irregular {
                let (kind, cost, event) = match what {
                    What::Root(_) | What::Stem => {
                        (Kind::from(lexicon.root(*root).pos), costs.root(*root), Event::Root(*root))
                    }
                    What::Affix(affix) => {
                        let left = self.nodes[from as usize].kind;
                        let kind = lexicon.pack.grammar.affix(affix as usize);
                        (kind, costs.next(left, kind), Event::Next(left, kind))
                    }
                };
                let form = self.letters.len() as u32;
                self.letters.extend_from_slice(&word.letters[start..end]);
                let sounds = &lexicon.pack.phonology;
                let state = sounds.state_of(word.letters[..end].iter().copied()).unwrap_or(sounds.default);
                let node = Node {
                    what,
                    kind,
                    start: start as u16,
                    end: end as u16,
                    next: end as u16,
                    closed: true,
                    escaped,
                    form: (form, self.letters.len() as u32),
                    state,
                    pronominal: false,
                    cost: 0,
                };
                // A node of its own: nothing else may follow it.
                self.nodes.push(node);
                let to = self.nodes.len() as u32 - 1;
                self.arcs.push(Arc { from, to, cost, event, escapes: false });
                from = to;
            }
            let node = self.nodes[from as usize];
            if node.end as usize == word.letters.len() {
                let end = lexicon.pack.grammar.end();
                let cost = costs.next(node.kind, end);
                self.arcs.push(Arc { from, to: END, cost, event: Event::Next(node.kind, end), escapes: false });
            }
        }
    }

    /// Adds an arc to a node, and the node if it is new; neither if that costs too much.
    fn reach(&mut self, from: u32, node: Node, cost: i32, event: Event, escapes: bool) {
        let total = self.nodes[from as usize].cost.saturating_add(cost);
        if total > self.limit {
            return;
        }
        let same = |other: &Node| {
            other.what == node.what
                && other.start == node.start
                && other.end == node.end
                && other.closed == node.closed
                && other.escaped == node.escaped
                && other.state == node.state
                && other.pronominal == node.pronominal
                && self.form(other) == self.form(&node)
        };
        let known = self.at[node.next as usize].iter().copied().find(|&at| same(&self.nodes[at as usize]));
        let to = known.unwrap_or(self.nodes.len() as u32);
        match known {
            Some(known) => {
                let known = &mut self.nodes[known as usize];
                known.cost = known.cost.min(total);
            }
            None => {
                self.nodes.push(Node { cost: total, ..node });
                self.at[node.next as usize].push(to);
            }
        }
        self.arcs.push(Arc { from, to, cost, event, escapes });
    }

    fn form(&self, node: &Node) -> &[char] {
        &self.letters[node.form.0 as usize..node.form.1 as usize]
    }

    /// Arcs to everything that may come behind a token.
    fn follow(&mut self, lexicon: &Lexicon, costs: &Costs, word: Word<'_>, from: u32) {
        let grammar = &lexicon.pack.grammar;
        let node = self.nodes[from as usize];
        let len = word.letters.len();
        let next = node.next as usize;
        if next < len {
            let mut found = std::mem::take(&mut self.found);
            found.clear();
            lexicon.affixes_at(&word.letters[next..], |len, affix| {
                if grammar.allows(node.kind, grammar.affix(affix as usize)) {
                    found.push((len, affix));
                }
            });
            for &(len, affix) in &found {
                self.affix(lexicon, costs, word, from, affix, next + len);
            }
            self.found = found;
        }
        // Before the end, an apostrophe or another stem it is written as it is cited.
        let as_cited = node.closed || self.written(lexicon, word, &node, None) == Some(true);
        let escapable = as_cited || self.written(lexicon, word, &node, None) == Some(false);
        if !escapable {
            return;
        }
        let price = if as_cited { 0 } else { costs.escape };
        if next == len && grammar.allows(node.kind, grammar.end()) {
            let (cost, event) = (costs.next(node.kind, grammar.end()), Event::Next(node.kind, grammar.end()));
            self.arcs.push(Arc { from, to: END, cost: cost.saturating_add(price), event, escapes: !as_cited });
        }
        if next < len && is_apostrophe(word.letters[next]) && !node.closed && next + 1 < len {
            let behind = Node { next: node.next + 1, closed: true, ..node };
            self.reach(from, behind, price, Event::Nothing, !as_cited);
        }
        if next < len && (node.end < node.next || grammar.allows_stem(node.kind)) && next > 0 {
            let joint = Some((node.kind, price));
            let before = self.arcs.len();
            if node.end < node.next {
                // Behind an apostrophe anything may begin.
                self.stems_anywhere(lexicon, costs, word, from, next, joint);
            } else {
                self.stems(lexicon, costs, word, from, next, joint);
            }
            self.arcs[before..].iter_mut().for_each(|arc| arc.escapes = !as_cited);
        }
    }

    fn stems_anywhere(
        &mut self,
        lexicon: &Lexicon,
        costs: &Costs,
        word: Word<'_>,
        from: u32,
        next: usize,
        behind: Option<(Kind, i32)>,
    ) {
        let first = self.arcs.len();
        self.stems(lexicon, costs, word, START, next, behind);
        self.arcs[first..].iter_mut().for_each(|arc| arc.from = from);
    }

    /// Whether a token is written in the word as the rules write it before an affix or (none) the end: yes, no but in a
    /// form that can be named, or none if it is neither.
    fn written(
        &self,
        lexicon: &Lexicon,
        word: Word<'_>,
        node: &Node,
        next: Option<(u32, Option<char>)>,
    ) -> Option<bool> {
        let segment = &word.letters[node.start as usize..node.end as usize];
        let affix = next.map(|(affix, first)| (lexicon.affix(affix), first));
        match node.what {
            What::Stem => Some(true),
            What::Root(root) => {
                let (affix, first) = affix.map_or((None, None), |(affix, first)| (Some(affix), first));
                if lexicon.written(root, affix, first) == segment {
                    return Some(true);
                }
                lexicon.stands(root, segment).then_some(false)
            }
            What::Affix(own) => {
                if node.escaped {
                    return Some(true);
                }
                let form = self.form(node);
                if lexicon.affix_written(own, form, affix).as_deref().unwrap_or(form) == segment {
                    return Some(true);
                }
                lexicon.affix_forms(own).iter().any(|form| form == segment).then_some(false)
            }
        }
    }

    /// An arc to an affix that is written from where a token ends up to `end`.
    fn affix(&mut self, lexicon: &Lexicon, costs: &Costs, word: Word<'_>, from: u32, affix: u32, end: usize) {
        let node = self.nodes[from as usize];
        let sounds = &lexicon.pack.phonology;
        let written = &word.letters[node.next as usize..end];
        let kind = lexicon.pack.grammar.affix(affix as usize);
        let entry = lexicon.affix(affix);
        let (cost, event) = (costs.next(node.kind, kind), Event::Next(node.kind, kind));
        if node.cost.saturating_add(cost) > self.limit {
            return;
        }

        // First as if the token to the left is written by the rules; if it is not, as it stands.
        let mut emitted = std::mem::take(&mut self.emitted);
        let mut escapes = false;
        let mut state = self.emit(lexicon, word, &node, affix, false, &mut emitted);
        if !node.closed {
            match self.written(lexicon, word, &node, Some((affix, emitted.first().copied()))) {
                Some(true) => {}
                Some(false) => {
                    escapes = true;
                    state = self.emit(lexicon, word, &node, affix, true, &mut emitted);
                }
                None => {
                    self.emitted = emitted;
                    return;
                }
            }
        }
        let ruled = emitted == written
            || sounds.softened(&entry.template, &emitted).is_some_and(|soft| soft == written)
            || sounds.deletable(&emitted) && emitted.len() == written.len() + 1 && emitted.starts_with(written);
        let escaped = !ruled;
        let mut price = if escapes { costs.escape } else { 0 };
        if escaped {
            price += costs.escape;
            if !lexicon.affix_forms(affix).iter().any(|form| form == written) {
                self.emitted = emitted;
                return;
            }
            // A forced form tells the state from its own letters.
            let before = self.context(lexicon, word, &node, affix, escapes).state;
            state = sounds.after(before, written);
            emitted.clear();
            emitted.extend_from_slice(written);
        }
        let form = self.letters.len() as u32;
        self.letters.extend_from_slice(&emitted);
        self.emitted = emitted;
        let to = Node {
            what: What::Affix(affix),
            kind,
            start: node.next,
            end: end as u16,
            next: end as u16,
            closed: false,
            escaped,
            form: (form, self.letters.len() as u32),
            state,
            pronominal: entry.pronominal,
            cost: 0,
        };
        self.reach(from, to, cost.saturating_add(price), event, escapes);
    }

    /// What a token offers to an affix behind it: as the rules have it, or as it is written.
    fn context(&self, lexicon: &Lexicon, word: Word<'_>, node: &Node, affix: u32, as_written: bool) -> Context {
        match node.what {
            What::Root(root) => {
                let form = if as_written {
                    &word.letters[node.start as usize..node.end as usize]
                } else {
                    lexicon.citation(root, Some(lexicon.affix(affix)).filter(|_| !node.closed))
                };
                let mut context = lexicon.context(root, form, lexicon.affix(affix));
                if let Some(spoken) = self.spelled(lexicon, word, node) {
                    let sounds = &lexicon.pack.phonology;
                    context.state = sounds.state_of(spoken.iter().copied()).unwrap_or(sounds.default);
                }
                context
            }
            _ => {
                let mut state = node.state;
                if let Some(spoken) = self.spelled(lexicon, word, node) {
                    let sounds = &lexicon.pack.phonology;
                    state = sounds.state_of(spoken.iter().copied()).unwrap_or(sounds.default);
                }
                Context { state, pronominal: node.pronominal, ..Context::default() }
            }
        }
    }

    /// The name of the last letter of a stem that is read letter by letter.
    fn spelled<'l>(&self, lexicon: &'l Lexicon, word: Word<'_>, node: &Node) -> Option<&'l [char]> {
        if !word.capitals || node.start != 0 || matches!(node.what, What::Affix(_)) {
            return None;
        }
        lexicon.spelled(&word.letters[..node.end as usize])
    }

    fn emit(
        &self,
        lexicon: &Lexicon,
        word: Word<'_>,
        node: &Node,
        affix: u32,
        as_written: bool,
        emitted: &mut Vec<char>,
    ) -> State {
        emitted.clear();
        let entry = lexicon.affix(affix);
        let context = self.context(lexicon, word, node, affix, as_written);
        let last: &[char] = match node.what {
            _ if as_written => &word.letters[node.start as usize..node.end as usize],
            What::Root(root) => lexicon.citation(root, Some(entry).filter(|_| !node.closed)),
            _ => self.form(node),
        };
        let last = self.spelled(lexicon, word, node).unwrap_or(last);
        let left = Left { before: &word.letters[..node.start as usize], last };
        lexicon.pack.phonology.emit(&entry.template, left, context, emitted)
    }
}
