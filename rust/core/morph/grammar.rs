//! Which affix may follow what: pairs of classes, as a table of bits.
//!
//! A line of `morphotactics.tsv` allows every member of its left side to be followed by every member of its right side. A
//! side is `ROOT` or `ROOT.N` (a part of speech), `OOV` (a stem that is in no lexicon), a class of affixes, `CLASS:property`,
//! an affix, or a set; the right side may be `END`. A set is a line `=NAME<TAB>members`. Without the file everything may
//! follow anything and end a word.

use std::collections::HashMap;

use super::pack::Affix;
use crate::error::quote;

/// Parts of speech.
const MAX_PARTS: usize = 64;
/// The part of speech of roots whose own one no rule names.
const OTHER: &str = "X";

/// What a token is to the grammar: a root by its part of speech, an unknown stem, or an affix; in this order.
pub(crate) type Kind = u16;

/// The rules of a pack.
#[derive(Debug, Clone)]
pub(crate) struct Grammar {
    parts: Vec<String>,
    affixes: usize,
    /// A row of bits for every kind: the kinds that may follow, and the end.
    rows: Vec<u64>,
    words: usize,
}

/// What rules speak of.
pub(super) struct Names<'a> {
    pub(super) affixes: &'a [Affix],
    pub(super) parts_of_speech: &'a [&'a str],
}

type Failure = (usize, String);

impl Grammar {
    pub(super) fn new(names: Names<'_>, rules: Option<&[(usize, &str)]>, compound: bool) -> Result<Self, Failure> {
        let mut parts: Vec<String> = vec![OTHER.to_owned()];
        let mut note = |part: &str| {
            if parts.len() < MAX_PARTS && !parts.iter().any(|known| known == part) {
                parts.push(part.to_owned());
            }
        };
        match rules {
            Some(rules) => {
                let words = rules.iter().flat_map(|(_, line)| line.split_whitespace());
                words.filter_map(|word| word.strip_prefix("ROOT.")).for_each(&mut note);
            }
            None => names.parts_of_speech.iter().for_each(|part| note(part)),
        }
        let kinds = parts.len() + 1 + names.affixes.len();
        let words = (kinds + 1).div_ceil(64);
        let mut grammar = Grammar { parts, affixes: names.affixes.len(), rows: vec![0; kinds * words], words };
        let end = grammar.end();
        let stems = 0..=grammar.oov();
        let Some(rules) = rules else {
            for left in 0..kinds as Kind {
                let affixes = grammar.oov() + 1..end;
                affixes.for_each(|right| grammar.allow(left, right));
                grammar.allow(left, end);
                if compound {
                    stems.clone().for_each(|right| grammar.allow(left, right));
                }
            }
            return Ok(grammar);
        };
        let empty = grammar.clone();
        let sets = Sets::new(&empty, names.affixes, rules)?;
        for &(number, line) in rules.iter().filter(|(_, line)| !line.starts_with('=')) {
            let (left, right) =
                line.split_once('\t').ok_or((number, "there is no tab between left and right".to_owned()))?;
            let lefts = sets.of(left.trim(), number)?;
            let rights = sets.of(right.trim(), number)?;
            if lefts.contains(&end) {
                return Err((number, "nothing follows END".to_owned()));
            }
            for &left in &lefts {
                rights.iter().for_each(|&right| grammar.allow(left, right));
            }
        }
        // A word that is in no lexicon may be anything; one that no rule speaks of stands alone.
        if let Some(noun) = grammar.parts.iter().position(|part| part == "N") {
            let row: Vec<u64> = grammar.row(noun as Kind).to_vec();
            let oov = grammar.oov();
            if grammar.row(oov).iter().all(|&bits| bits == 0) {
                grammar.row_mut(oov).copy_from_slice(&row);
            }
        }
        grammar.allow(grammar.oov(), end);
        for part in stems.clone() {
            if grammar.row(part).iter().all(|&bits| bits == 0) {
                grammar.allow(part, end);
            }
        }
        if compound {
            for left in 0..kinds as Kind {
                if grammar.allows(left, end) {
                    stems.clone().for_each(|right| grammar.allow(left, right));
                }
            }
        }
        Ok(grammar)
    }

    /// The number of a part of speech.
    pub(super) fn part_of_speech(&self, name: &str) -> u8 {
        self.parts.iter().position(|part| part == name).unwrap_or(0) as u8
    }

    /// The name of the part of speech of a number.
    pub(crate) fn part_name(&self, pos: u8) -> &str {
        self.parts.get(pos as usize).map_or(OTHER, String::as_str)
    }

    /// The kind of numbers: that of `NUM`, if rules name it.
    pub(crate) fn number(&self) -> Kind {
        self.parts.iter().position(|part| part == "NUM").map_or(self.oov(), |part| part as Kind)
    }

    /// The kind of stems that are in no lexicon.
    pub(crate) fn oov(&self) -> Kind {
        self.parts.len() as Kind
    }

    /// The kind of an affix.
    pub(crate) fn affix(&self, affix: usize) -> Kind {
        self.oov() + 1 + affix as Kind
    }

    /// The end of a word, as what may follow.
    pub(crate) fn end(&self) -> Kind {
        self.affix(self.affixes)
    }

    /// Whether `right` may follow `left`.
    pub(crate) fn allows(&self, left: Kind, right: Kind) -> bool {
        let bits = self.row(left).get(right as usize / 64).copied().unwrap_or(0);
        bits >> (right % 64) & 1 != 0
    }

    /// Whether any stem may follow.
    pub(crate) fn allows_stem(&self, left: Kind) -> bool {
        (0..=self.oov()).any(|stem| self.allows(left, stem))
    }

    fn row(&self, left: Kind) -> &[u64] {
        let from = left as usize * self.words;
        self.rows.get(from..from + self.words).unwrap_or_default()
    }

    fn row_mut(&mut self, left: Kind) -> &mut [u64] {
        let from = left as usize * self.words;
        self.rows.get_mut(from..from + self.words).unwrap_or_default()
    }

    fn allow(&mut self, left: Kind, right: Kind) {
        if let Some(bits) = self.row_mut(left).get_mut(right as usize / 64) {
            *bits |= 1 << (right % 64);
        }
    }
}

/// What the words of rules stand for.
struct Sets<'a> {
    grammar: &'a Grammar,
    affixes: &'a [Affix],
    /// Members of named sets, and the lines they are from.
    named: HashMap<&'a str, (usize, Vec<&'a str>)>,
}

impl<'a> Sets<'a> {
    fn new(grammar: &'a Grammar, affixes: &'a [Affix], rules: &[(usize, &'a str)]) -> Result<Self, Failure> {
        let mut named = HashMap::new();
        for &(number, line) in rules {
            let Some(line) = line.strip_prefix('=') else { continue };
            let (name, members) =
                line.split_once('\t').ok_or((number, "there is no tab between a set and its members".to_owned()))?;
            if named.insert(name.trim(), (number, members.split_whitespace().collect())).is_some() {
                return Err((number, format!("a second set {}", quote(name))));
            }
        }
        let sets = Sets { grammar, affixes, named };
        for (name, (number, _)) in &sets.named {
            sets.of(name, *number)?;
        }
        Ok(sets)
    }

    /// The kinds that one side of a rule stands for.
    fn of(&self, name: &str, line: usize) -> Result<Vec<Kind>, Failure> {
        let mut found = Vec::new();
        let mut within = Vec::new();
        self.collect(name, line, &mut within, &mut found)?;
        Ok(found)
    }

    fn collect<'n>(
        &'n self,
        name: &'n str,
        line: usize,
        within: &mut Vec<&'n str>,
        found: &mut Vec<Kind>,
    ) -> Result<(), Failure> {
        let grammar = self.grammar;
        if let Some((line, members)) = self.named.get(name) {
            if within.contains(&name) {
                return Err((*line, format!("the set {} is a member of itself", quote(name))));
            }
            within.push(name);
            for member in members {
                self.collect(member, *line, within, found)?;
            }
            within.pop();
            return Ok(());
        }
        let from = found.len();
        match name {
            "END" => found.push(grammar.end()),
            "OOV" => found.push(grammar.oov()),
            "ROOT" => found.extend(0..grammar.oov()),
            _ => {
                if let Some(part) = name.strip_prefix("ROOT.") {
                    found.push(Kind::from(grammar.part_of_speech(part)));
                }
                let (class, property) = name.split_once(':').map_or((name, None), |(class, p)| (class, Some(p)));
                for (at, affix) in self.affixes.iter().enumerate() {
                    let of_class = affix.class == class
                        && property.is_none_or(|property| affix.properties.iter().any(|known| known == property));
                    if of_class || affix.name == name {
                        found.push(grammar.affix(at));
                    }
                }
            }
        }
        if found.len() == from {
            return Err((line, format!("{} is no part of speech, class, affix or set", quote(name))));
        }
        Ok(())
    }
}
