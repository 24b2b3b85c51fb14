//! Language packs: a directory of text files that holds all that is known of a language.
//!
//! `pack.txt` has the sounds, `affixes.tsv` the affixes, `morphotactics.tsv` which may follow which, `roots.tsv` the
//! roots, `irregular.tsv` whole forms that the rules do not give, `segments.tsv` words that somebody has cut. Fields are
//! separated by tabs; `#` begins a comment line. Nothing here is code for one language.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use rustc_hash::FxBuildHasher;

use super::case::CaseTable;
use super::grammar::{Grammar, Names};
use super::phonology::{Harmony, Phonology, Template};
use crate::error::{Error, Result, quote};

/// Words to learn from, which a trained model does not need.
pub(crate) const SEGMENTS: &str = "segments.tsv";
/// The files that a pack may have. The last two are for people; a directory must have them.
pub const FILES: [&str; 8] =
    ["pack.txt", "affixes.tsv", "morphotactics.tsv", "roots.tsv", "irregular.tsv", SEGMENTS, "LICENSE", "SOURCES.md"];

/// Affixes of a pack.
const MAX_AFFIXES: usize = 4096;
/// Characters of a root or an affix.
const MAX_LETTERS: usize = 64;

/// A language pack.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The language's code, as `tr`.
    pub lang: String,
    /// The texts it was read from, by file name.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) phonology: Phonology,
    /// Its cases.
    pub case: CaseTable,
    /// How the last word of a number is spoken, by the digits it ends with.
    pub(crate) numbers: BTreeMap<String, Vec<char>>,
    /// The names of letters.
    pub(crate) letters: BTreeMap<char, Vec<char>>,
    pub(crate) affixes: Vec<Affix>,
    pub(crate) roots: Vec<Root>,
    pub(crate) irregular: Vec<Irregular>,
    pub(crate) grammar: Grammar,
    /// Words that were cut already, for training.
    pub(crate) segmented: Vec<Segmented>,
}

/// A word, and where it is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segmented {
    pub(crate) letters: Vec<char>,
    /// For every place in the word and its two ends, whether a morpheme begins or ends there.
    pub(crate) cuts: Vec<bool>,
    pub(crate) count: u64,
}

/// An affix.
#[derive(Debug, Clone)]
pub(crate) struct Affix {
    pub(crate) name: String,
    pub(crate) template: Template,
    pub(crate) class: String,
    pub(crate) properties: Vec<String>,
    pub(crate) gloss: String,
    /// What follows has a pronominal `n`.
    pub(crate) pronominal: bool,
    /// A possessive or genitive, before which `su` takes `y`.
    pub(crate) takes_y: bool,
}

impl Affix {
    /// Parts of speech whose roots it splits.
    fn splits(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().filter_map(|property| property.strip_prefix("splits."))
    }
}

/// A root with its attributes: a lexeme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    pub(crate) citation: Vec<char>,
    /// Number of its part of speech in the grammar.
    pub(crate) pos: u8,
    pub(crate) attributes: Attributes,
    pub(crate) alternates: Vec<Alternate>,
    pub(crate) count: u64,
    /// Its line without the count, as another pack would have it.
    pub(crate) line: String,
}

/// What a root does other than its letters tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attributes {
    pub(crate) voice: bool,
    pub(crate) drop: bool,
    pub(crate) voice_drop: bool,
    pub(crate) gem: bool,
    pub(crate) front: bool,
    pub(crate) back: bool,
    pub(crate) low: bool,
    pub(crate) len: bool,
    pub(crate) pn: bool,
    pub(crate) ybuf: bool,
    pub(crate) name: bool,
}

/// Another stem before certain affixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alternate {
    pub(crate) stem: Vec<char>,
    /// Names or properties of affixes, or `(y)`.
    pub(crate) conditions: Vec<String>,
}

impl Alternate {
    pub(crate) fn suits(&self, affix: &Affix) -> bool {
        self.conditions.iter().any(|condition| {
            *condition == affix.name
                || affix.properties.contains(condition)
                || condition == "(y)" && affix.template.begins_with_y()
        })
    }
}

/// A whole form and its analysis.
#[derive(Debug, Clone)]
pub(crate) struct Irregular {
    pub(crate) surface: Vec<char>,
    /// Places in [`Pack::roots`].
    pub(crate) root: usize,
    pub(crate) affixes: Vec<usize>,
}

impl Pack {
    /// Reads a directory. Errors: class `Io`, `Encoding` for what is not UTF-8, `Format` with file and line.
    pub fn read(directory: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        for name in FILES {
            let file = directory.join(name);
            let optional = matches!(name, "morphotactics.tsv" | "irregular.tsv" | SEGMENTS);
            let bytes = match std::fs::read(&file) {
                Ok(bytes) => bytes,
                Err(error) if optional && error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(Error::io(Some(&file), error)),
            };
            let text = String::from_utf8(bytes).map_err(|error| {
                let valid = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes().iter().take(valid).filter(|&&byte| byte == b'\n').count();
                Error::encoding(Some(&file), valid as u64, format!("line {line} is not UTF-8"))
            })?;
            files.insert(name.to_owned(), text);
        }
        Self::parse(files)
    }

    /// From the texts of its files, by name; `pack.txt`, `affixes.tsv` and `roots.tsv` are needed.
    ///
    /// Errors: class `Format` with file and line.
    pub fn parse(files: BTreeMap<String, String>) -> Result<Self> {
        let text = |name: &str| files.get(name).map(String::as_str);
        let needed = |name: &str| text(name).ok_or_else(|| wrong(name, 0, "the file is missing"));
        let mut sounds = Sounds::default();
        for (number, line) in lines(needed("pack.txt")?) {
            sounds.line(line).map_err(|message| wrong("pack.txt", number, message))?;
        }
        let Sounds { lang, phonology, case, numbers, letters, compound, .. } =
            sounds.finish().map_err(|message| wrong("pack.txt", 0, message))?;

        let (mut affixes, mut affix_lines): (Vec<Affix>, Vec<usize>) = Default::default();
        let mut names = HashSet::new();
        for (number, line) in lines(needed("affixes.tsv")?) {
            let affix = affix(line, &phonology).map_err(|message| wrong("affixes.tsv", number, message))?;
            if !names.insert(affix.name.clone()) {
                return Err(wrong("affixes.tsv", number, format!("a second affix {}", quote(&affix.name))));
            }
            if affixes.len() == MAX_AFFIXES {
                return Err(wrong("affixes.tsv", number, format!("more than {MAX_AFFIXES} affixes")));
            }
            affixes.push(affix);
            affix_lines.push(number);
        }

        let rules: Option<Vec<(usize, &str)>> = text("morphotactics.tsv").map(|text| lines(text).collect());
        let rows: Vec<(usize, Row<'_>)> = lines(needed("roots.tsv")?)
            .map(|(number, line)| Ok((number, Row::read(line).map_err(|message| wrong("roots.tsv", number, message))?)))
            .collect::<Result<_>>()?;
        let tags: Vec<&str> = rows.iter().map(|(_, row)| row.pos).collect();
        let names = Names { affixes: &affixes, parts_of_speech: &tags };
        let grammar = Grammar::new(names, rules.as_deref(), compound)
            .map_err(|(number, message)| wrong("morphotactics.tsv", number, message))?;

        for (affix, &number) in affixes.iter().zip(&affix_lines) {
            if let Some(part) = affix.splits().find(|part| grammar.part_name(grammar.part_of_speech(part)) != *part) {
                let message = format!("{} splits {}, which is no part of speech", affix.name, quote(part));
                return Err(wrong("affixes.tsv", number, message));
            }
        }

        let mut roots = Vec::with_capacity(rows.len());
        let mut seen: HashMap<&str, usize, FxBuildHasher> = HashMap::default();
        for (number, row) in &rows {
            if let Some(first) = seen.insert(row.line, *number) {
                let message = format!("a second root {}, as in line {first}", quote(row.citation));
                return Err(wrong("roots.tsv", *number, message));
            }
            let pos = grammar.part_of_speech(row.pos);
            roots.push(row.root(pos).map_err(|message| wrong("roots.tsv", *number, message))?);
        }
        let mut pack = Pack {
            lang,
            phonology,
            case,
            numbers,
            letters,
            affixes,
            roots,
            irregular: Vec::new(),
            grammar,
            segmented: Vec::new(),
            files: BTreeMap::new(),
        };
        for (number, line) in lines(text("irregular.tsv").unwrap_or_default()) {
            let irregular = pack.irregular(line).map_err(|message| wrong("irregular.tsv", number, message))?;
            pack.irregular.push(irregular);
        }
        for (number, line) in lines(text(SEGMENTS).unwrap_or_default()) {
            pack.segmented.push(segmented(line).map_err(|message| wrong(SEGMENTS, number, message))?);
        }
        pack.files = files;
        Ok(pack)
    }

    fn irregular(&self, line: &str) -> Result<Irregular, String> {
        let (surface, analysis) = line.split_once('\t').ok_or("there is no tab between form and analysis")?;
        let mut parts = analysis.trim().split('+');
        let citation: Vec<char> = parts.next().unwrap_or_default().chars().collect();
        let root = self.roots.iter().position(|root| root.citation == citation);
        let root = root.ok_or_else(|| format!("no root {}", quote(&citation.iter().collect::<String>())))?;
        let affix = |name: &str| {
            let found = self.affixes.iter().position(|affix| affix.name == name);
            found.ok_or_else(|| format!("no affix {}", quote(name)))
        };
        Ok(Irregular { surface: word(surface)?, root, affixes: parts.map(affix).collect::<Result<_, _>>()? })
    }

    /// The texts it consists of, by file name.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// How many roots, affixes and irregular forms it has.
    pub fn sizes(&self) -> (usize, usize, usize) {
        (self.roots.len(), self.affixes.len(), self.irregular.len())
    }

    /// Whether a root of a part of speech that ends in an affix is rather read as another root and that affix.
    pub(crate) fn splits(&self, affix: u32, pos: u8) -> bool {
        let parts = self.affixes.get(affix as usize).into_iter().flat_map(Affix::splits);
        parts.into_iter().any(|part| part == self.grammar.part_name(pos))
    }

    /// All letters that its sounds and roots have.
    pub(crate) fn alphabet(&self) -> Vec<char> {
        let mut letters: Vec<char> = self.roots.iter().flat_map(|root| root.citation.iter().copied()).collect();
        letters.extend(self.phonology.vowels.iter().chain(&self.phonology.voiceless));
        letters.sort_unstable();
        letters.dedup();
        letters.retain(|c| c.is_alphabetic());
        letters
    }
}

fn wrong(file: &str, line: usize, message: impl Into<String>) -> Error {
    let place = if line == 0 { file.to_owned() } else { format!("{file}:{line}") };
    Error::format("language pack", place, message)
}

/// Lines that are neither empty nor comments, counted from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

fn word(text: &str) -> Result<Vec<char>, String> {
    let letters: Vec<char> = text.chars().collect();
    if letters.is_empty() || letters.len() > MAX_LETTERS {
        return Err(format!("{} has none or more than {MAX_LETTERS} letters", quote(text)));
    }
    if let Some(c) = letters.iter().find(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("{} holds {c:?}", quote(text)));
    }
    Ok(letters)
}

fn letter(text: &str) -> Result<char, String> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(letter),
        _ => Err(format!("{} is not one letter", quote(text))),
    }
}

/// `pack.txt` so far.
#[derive(Default)]
struct Sounds {
    lang: String,
    phonology: Phonology,
    case: CaseTable,
    numbers: BTreeMap<String, Vec<char>>,
    letters: BTreeMap<char, Vec<char>>,
    compound: bool,
    default: Option<String>,
    arch: Vec<(char, Vec<(String, char)>)>,
    seen: HashSet<String>,
}

impl Sounds {
    fn line(&mut self, line: &str) -> Result<(), String> {
        // A comment may stand behind the value, after two blanks or a tab.
        let (key, value) = line.split_once('\t').ok_or("there is no tab between key and value")?;
        let value = value.split_once(" #").map_or(value, |(value, _)| value).trim();
        let repeatable = matches!(key, "arch" | "assim" | "final");
        if !self.seen.insert(key.to_owned()) && !repeatable {
            return Err(format!("a second line {}", quote(key)));
        }
        let items = || value.split_whitespace();
        let letters = || items().map(letter).collect::<Result<Vec<char>, String>>();
        let sounds = &mut self.phonology;
        match key {
            "lang" => value.clone_into(&mut self.lang),
            "version" if value == "1" => {}
            "version" => return Err(format!("version {} of the format; this reads version 1", quote(value))),
            "vowels" => sounds.vowels = letters()?,
            "low" => sounds.low = letters()?,
            "voiceless" => sounds.voiceless = letters()?,
            "harmony" => {
                for item in items() {
                    let (from, state) = pair(item)?;
                    let (state, if_unset) = state.strip_suffix('?').map_or((state, false), |state| (state, true));
                    let known = sounds.states.iter().position(|name| name == state);
                    let number = known.unwrap_or(sounds.states.len());
                    if known.is_none() {
                        sounds.states.push(state.to_owned());
                    }
                    let state = u8::try_from(number).ok().filter(|&state| state < 32).ok_or("more than 32 states")?;
                    sounds.harmony.insert(letter(from)?, Harmony { state, if_unset });
                }
            }
            "harmony_default" => self.default = Some(value.to_owned()),
            "arch" => {
                let (name, rest) = value.split_once(char::is_whitespace).ok_or("an archiphoneme needs its letters")?;
                let each = |item: &str| pair(item).and_then(|(state, to)| Ok((state.to_owned(), letter(to)?)));
                self.arch.push((letter(name)?, rest.split_whitespace().map(each).collect::<Result<_, String>>()?));
            }
            "assim" | "final" => {
                let [name, first, second] = letters()?.try_into().map_err(|_| "it needs a name and two letters")?;
                let table = if key == "assim" { &mut sounds.assim } else { &mut sounds.finals };
                table.insert(name, (first, second));
            }
            "voicing" => {
                for item in items() {
                    let (from, to) = pair(item)?;
                    sounds.voicing.push((word(from)?, word(to)?));
                }
                sounds.voicing.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
            }
            "fronting" => {
                for item in items() {
                    let (from, to) = pair(item)?;
                    sounds.fronting.insert(letter(from)?, letter(to)?);
                }
            }
            "case" => {
                self.case = match value {
                    "tr" | "az" => CaseTable::Tr,
                    "default" => CaseTable::Default,
                    _ => return Err(format!("the case table is `tr` or `default`, not {}", quote(value))),
                };
            }
            "numbers" => {
                for item in items() {
                    let (digits, spoken) = pair(item)?;
                    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                        return Err(format!("{} are not digits", quote(digits)));
                    }
                    self.numbers.insert(digits.to_owned(), word(spoken)?);
                }
            }
            "letters" => {
                for item in items() {
                    let (from, name) = pair(item)?;
                    self.letters.insert(letter(from)?, word(name)?);
                }
            }
            "compound" => self.compound = value == "1",
            "segmentation" if value == "surface" => {}
            "segmentation" => return Err("the only segmentation is `surface`".to_owned()),
            _ => return Err(format!("no key {}", quote(key))),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Self, String> {
        if self.lang.is_empty() {
            return Err("there is no line `lang`".to_owned());
        }
        let states = &self.phonology.states;
        let state = |name: &str| {
            let found = states.iter().position(|state| state == name);
            found.ok_or_else(|| format!("no letter leads to the harmony state {}", quote(name)))
        };
        let default = self.default.as_deref().map(state).transpose()?.unwrap_or(0);
        let mut arch = BTreeMap::new();
        for (name, letters) in &self.arch {
            let mut table = vec![None; states.len()];
            for (of, letter) in letters {
                if let Some(place) = table.get_mut(state(of)?) {
                    *place = Some(*letter);
                }
            }
            let missing = table.iter().zip(states).find(|(letter, _)| letter.is_none());
            if let Some((_, of)) = missing {
                return Err(format!("the archiphoneme `{name}` has no letter in the state {}", quote(of)));
            }
            if arch.insert(*name, table.into_iter().flatten().collect()).is_some() {
                return Err(format!("a second archiphoneme `{name}`"));
            }
        }
        self.phonology.default = default as u8;
        self.phonology.arch = arch;
        Ok(self)
    }
}

fn pair(item: &str) -> Result<(&str, &str), String> {
    item.split_once('=').ok_or_else(|| format!("{} is not of the form a=b", quote(item)))
}

/// `name  template  class[ properties]  gloss  after  before  example`; the last four may be missing.
fn affix(line: &str, phonology: &Phonology) -> Result<Affix, String> {
    let mut fields = line.split('\t');
    let mut next = || fields.next().map(str::trim).unwrap_or_default();
    let (name, template, class, gloss) = (next(), next(), next(), next());
    if name.is_empty() || name.contains(['+', ' ']) {
        return Err(format!("{} is not a name", quote(name)));
    }
    let parsed = phonology.template(template).map_err(|why| format!("the template {}: {why}", quote(template)))?;
    if template.chars().count() > MAX_LETTERS {
        return Err(format!("the template {} is longer than {MAX_LETTERS} letters", quote(template)));
    }
    let mut class = class.split_whitespace();
    let name_of_class = class.next().ok_or("there is no class in the third column")?;
    let properties: Vec<String> = class.map(str::to_owned).collect();
    Ok(Affix {
        pronominal: properties.iter().any(|property| property == "pn"),
        takes_y: name_of_class == "POSS" || name == "GEN" || name.starts_with("GEN."),
        name: name.to_owned(),
        template: parsed,
        class: name_of_class.to_owned(),
        properties,
        gloss: gloss.to_owned(),
    })
}

/// A line of `segments.tsv`: `word  a+b+c[  count]`.
fn segmented(line: &str) -> Result<Segmented, String> {
    let mut fields = line.split('\t').map(str::trim);
    let letters = word(fields.next().unwrap_or_default())?;
    let segments =
        fields.next().filter(|text| !text.is_empty()).ok_or("there is no segmentation in the second column")?;
    let count = fields.next().map_or(Ok(1), str::parse).map_err(|_| "the third column is not a count")?;
    let mut cuts = vec![false; letters.len() + 1];
    let mut at = 0;
    for segment in segments.split('+') {
        let segment = word(segment)?;
        if !letters.get(at..).is_some_and(|rest| rest.starts_with(&segment)) {
            return Err(format!("the segments {} do not make the word", quote(segments)));
        }
        at += segment.len();
        cuts.get_mut(at).into_iter().for_each(|cut| *cut = true);
    }
    cuts.first_mut().into_iter().for_each(|cut| *cut = true);
    if at != letters.len() {
        return Err(format!("the segments {} do not make the word", quote(segments)));
    }
    Ok(Segmented { letters, cuts, count })
}

/// A line of `roots.tsv`: `citation  pos  attributes[  count]`.
struct Row<'a> {
    citation: &'a str,
    pos: &'a str,
    attributes: &'a str,
    count: u64,
    line: &'a str,
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Result<Self, String> {
        let mut fields = line.splitn(4, '\t');
        let citation = fields.next().unwrap_or_default();
        let pos = fields.next().ok_or("there is no part of speech in the second column")?.trim();
        let attributes = fields.next().unwrap_or_default().trim();
        let count = fields.next().map(str::trim).filter(|count| !count.is_empty());
        let count = count.map_or(Ok(0), str::parse).map_err(|_| "the fourth column is not a count")?;
        let end = line.match_indices('\t').nth(2).map_or(line.len(), |(tab, _)| tab);
        Ok(Row { citation, pos, attributes, count, line: line.get(..end).unwrap_or(line).trim_end() })
    }

    fn root(&self, pos: u8) -> Result<Root, String> {
        let mut attributes = Attributes::default();
        let mut alternates = Vec::new();
        for item in self.attributes.split_whitespace() {
            let flag = match item {
                "voice" => &mut attributes.voice,
                "drop" => &mut attributes.drop,
                "vdrop" => &mut attributes.voice_drop,
                "gem" => &mut attributes.gem,
                "front" => &mut attributes.front,
                "back" => &mut attributes.back,
                "low" => &mut attributes.low,
                "len" => &mut attributes.len,
                "pn" => &mut attributes.pn,
                "ybuf" => &mut attributes.ybuf,
                "name" => &mut attributes.name,
                _ => {
                    let alternate = item.strip_prefix("alt:").and_then(|alternate| alternate.split_once('@'));
                    let (stem, conditions) = alternate.ok_or_else(|| format!("no attribute {}", quote(item)))?;
                    let conditions = conditions.split('/').map(str::to_owned).collect();
                    alternates.push(Alternate { stem: word(stem)?, conditions });
                    continue;
                }
            };
            *flag = true;
        }
        let (citation, line) = (word(self.citation)?, self.line.to_owned());
        Ok(Root { citation, pos, attributes, alternates, count: self.count, line })
    }
}
