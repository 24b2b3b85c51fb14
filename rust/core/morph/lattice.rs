//! All analyses of one word, as a graph: nodes are tokens that end somewhere, arcs say what follows.
//!
//! An arc is taken freely if the rules write both tokens as they stand in the word, at a price (an escape, `<v:k>`) if
//! they would write one of them otherwise, and not at all if the grammar forbids it. So the cheapest path is also one
//! that can be decoded.

#![allow(clippy::indexing_slicing, reason = "nodes and ranges are made here")]

use super::costs::Costs;
use super::grammar::Kind;
use super::lexicon::Lexicon;
use super::phonology::{Context, Left, State};

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Best {
    cost: i64,
    tokens: u32,
    /// The longer the first token, the smaller.
    first: i32,
    last: What,
    arc: u32,
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

    /// The cheapest analysis; ties go to fewer tokens, then to a longer first one. Empty if there is none.
    pub(crate) fn best(&mut self, path: &mut Vec<Morph>) -> Option<i64> {
        path.clear();
        let none = Best { cost: i64::MAX, tokens: 0, first: 0, last: What::Stem, arc: u32::MAX };
        self.best.clear();
        self.best.resize(self.nodes.len(), none);
        for at in 0..self.arcs.len() {
            let arc = self.arcs[at];
            let from = self.best[arc.from as usize];
            if arc.from != START && from.cost == i64::MAX {
                continue;
            }
            let to = self.nodes[arc.to as usize];
            let better = Best {
                cost: if arc.from == START { 0 } else { from.cost } + i64::from(arc.cost),
                tokens: from.tokens + u32::from(arc.event != Event::Nothing),
                first: if arc.from == START { -i32::from(to.end) } else { from.first },
                last: to.what,
                arc: at as u32,
            };
            let best = &mut self.best[arc.to as usize];
            *best = better.min(*best);
        }
        let cost = self.best.get(END as usize).map(|best| best.cost).filter(|&cost| cost < i64::MAX)?;
        let mut at = END;
        while at != START {
            let arc = self.arcs[self.best[at as usize].arc as usize];
            self.step_back(arc, path);
            at = arc.from;
        }
        path.reverse();
        Some(cost)
    }

    /// Adds the token that an arc leaves. Apostrophes are not tokens here: the token in front of one counts once.
    fn step_back(&self, arc: Arc, path: &mut Vec<Morph>) {
        if arc.from == START {
            return;
        }
        let node = self.nodes[arc.from as usize];
        let morph = Morph {
            what: node.what,
            start: node.start as usize,
            end: node.end as usize,
            escaped: node.escaped || arc.escapes,
        };
        match path.last_mut() {
            // The node behind an apostrophe came first; the one in front of it knows what it escapes.
            Some(last) if last.start == morph.start && last.end == morph.end => last.escaped |= morph.escaped,
            _ => path.push(morph),
        }
    }

    /// The `k` cheapest analyses with their costs, the best first.
    pub(crate) fn best_k(&self, k: usize) -> Vec<(i64, Vec<Morph>)> {
        // For every node its k best: cost, arc, and which of the best ones of the node the arc comes from.
        let mut best: Vec<Vec<(i64, u32, u32)>> = vec![Vec::new(); self.nodes.len()];
        best[START as usize].push((0, u32::MAX, 0));
        for (at, arc) in self.arcs.iter().enumerate() {
            for rank in 0..best[arc.from as usize].len() {
                let cost = best[arc.from as usize][rank].0 + i64::from(arc.cost);
                let list = &mut best[arc.to as usize];
                let place = list.partition_point(|&(other, ..)| other <= cost);
                if place < k {
                    list.insert(place, (cost, at as u32, rank as u32));
                    list.truncate(k);
                }
            }
        }
        let mut found = Vec::new();
        for &(cost, mut arc, mut rank) in &best[END as usize] {
            let mut path = Vec::new();
            while arc != u32::MAX {
                let taken = self.arcs[arc as usize];
                self.step_back(taken, &mut path);
                (_, arc, rank) = best[taken.from as usize][rank as usize];
            }
            path.reverse();
            found.push((cost, path));
        }
        found
    }

    /// Whether some root and affixes make the word, at no price, and the last affix is one of some.
    pub(crate) fn spells(&self, root: impl Fn(u32) -> bool, last: impl Fn(u32) -> bool) -> bool {
        let mut reached = vec![false; self.nodes.len()];
        for arc in self.arcs.iter().filter(|arc| !arc.escapes) {
            let [from, to] = [arc.from, arc.to].map(|node| self.nodes[node as usize]);
            match to.what {
                _ if arc.to == END => {
                    if reached[arc.from as usize] && matches!(from.what, What::Affix(affix) if last(affix)) {
                        return true;
                    }
                }
                What::Root(number) => reached[arc.to as usize] |= arc.from == START && root(number),
                What::Affix(_) => reached[arc.to as usize] |= reached[arc.from as usize] && !to.escaped,
                What::Stem => {}
            }
        }
        false
    }

    /// An analysis by chance, each with a probability proportional to `exp(-alpha * cost)`, by sums over the ways to every
    /// node, and steps back from the end (forward filtering, backward sampling; Scott 2002). False if there is none.
    pub(crate) fn sample(&self, alpha: f64, scale: &mut Scale, path: &mut Vec<Morph>) -> bool {
        path.clear();
        let weight = |arc: &Arc| -alpha * f64::from(arc.cost) / 1000.0;
        let ways = &mut scale.forward;
        ways.clear();
        ways.resize(self.nodes.len(), f64::NEG_INFINITY);
        ways[START as usize] = 0.0;
        for arc in &self.arcs {
            ways[arc.to as usize] = add(ways[arc.to as usize], ways[arc.from as usize] + weight(arc));
        }
        if ways.get(END as usize).is_none_or(|&all| all == f64::NEG_INFINITY) {
            return false;
        }
        let (mut at, mut arcs) = (END, self.arcs.as_slice());
        while at != START {
            let mut rest = f64::from(crate::random::unit());
            let mut taken = None;
            for (place, arc) in arcs.iter().enumerate().filter(|(_, arc)| arc.to == at) {
                let share = (ways[arc.from as usize] + weight(arc) - ways[at as usize]).exp();
                if share > 0.0 {
                    taken = Some((place, *arc));
                    rest -= share;
                }
                if rest < 0.0 {
                    break;
                }
            }
            // What rounding leaves of 1 goes to the last one; a node that was reached has one.
            let Some((place, arc)) = taken else { return false };
            self.step_back(arc, path);
            (at, arcs) = (arc.from, &arcs[..place]);
        }
        path.reverse();
        true
    }

    /// Whether an analysis is among those of the word, at no price.
    #[cfg(test)]
    pub(crate) fn has(&self, want: &[Morph]) -> bool {
        let mut reached = vec![START];
        for morph in want {
            let arcs = self.arcs.iter().filter(|arc| reached.contains(&arc.from) && !arc.escapes);
            let next = arcs.map(|arc| arc.to).filter(|&to| {
                let node = self.nodes[to as usize];
                let place = (node.start as usize, node.end as usize);
                to != END && node.what == morph.what && place == (morph.start, morph.end) && !node.escaped
            });
            reached = next.collect();
        }
        self.arcs.iter().any(|arc| arc.to == END && reached.contains(&arc.from) && !arc.escapes)
    }

    /// Adds to `expected` how often each event happens in the word, on average over its analyses by their probability.
    /// With `equal`, all analyses that begin with a root count the same, and others only where there is none. With `cuts`,
    /// only analyses count whose tokens meet there and nowhere else.
    pub(crate) fn expect(
        &self,
        equal: bool,
        cuts: Option<&[bool]>,
        scale: &mut Scale,
        mut expected: impl FnMut(Event, f64),
    ) {
        let nodes = self.nodes.len();
        scale.forward.clear();
        scale.forward.resize(nodes, f64::NEG_INFINITY);
        scale.backward.clear();
        scale.backward.resize(nodes, f64::NEG_INFINITY);
        scale.forward[START as usize] = 0.0;
        scale.backward[END as usize] = 0.0;
        let suits = |node: &Node| {
            let span = node.start as usize..node.end as usize;
            cuts.is_none_or(|cuts| cuts[span.start] && cuts[span.end] && !cuts[span].iter().skip(1).any(|&cut| cut))
        };
        let weight = |arc: &Arc| match arc.event {
            _ if arc.to != END && !suits(&self.nodes[arc.to as usize]) => f64::NEG_INFINITY,
            Event::Stem if equal => -50.0,
            _ if equal => {
                if arc.escapes || self.nodes[arc.to as usize].escaped {
                    -6.0
                } else {
                    0.0
                }
            }
            _ => f64::from(-arc.cost) / 1000.0,
        };
        for arc in &self.arcs {
            let sum = add(scale.forward[arc.to as usize], scale.forward[arc.from as usize] + weight(arc));
            scale.forward[arc.to as usize] = sum;
        }
        for arc in self.arcs.iter().rev() {
            let sum = add(scale.backward[arc.from as usize], scale.backward[arc.to as usize] + weight(arc));
            scale.backward[arc.from as usize] = sum;
        }
        let all = scale.forward[END as usize];
        if all == f64::NEG_INFINITY {
            return;
        }
        for arc in &self.arcs {
            let share = scale.forward[arc.from as usize] + weight(arc) + scale.backward[arc.to as usize] - all;
            if share > -20.0 {
                expected(arc.event, share.exp());
            }
        }
    }
}

/// Room for sums over analyses.
#[derive(Debug, Default)]
pub(crate) struct Scale {
    forward: Vec<f64>,
    backward: Vec<f64>,
}

/// ln(e^a + e^b).
fn add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}
