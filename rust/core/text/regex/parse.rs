//! Oniguruma's syntax (its default one, `ONIG_SYNTAX_ONIGURUMA`), read into a tree.
//!
//! What is understood means exactly what it means there; everything else is an error that names the place. Source:
//! Oniguruma 6.9.10, `doc/RE` and `regparse.c`.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::ast::{Assertion, Node, Repeat};
use super::{class, fold};
use crate::error::{Error, Result, quote};
use crate::text::Unicode;

/// A regular expression as a tree, with the captures that a back-reference asks for.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) node: Node,
    pub(super) captures: usize,
}

/// Reads a pattern. Groups, classes and quantifiers on top of each other may be nested `depth` deep.
pub(super) fn parse(pattern: &str, unicode: Unicode, depth: u64) -> Result<Parsed> {
    let mut parser = Parser {
        pattern,
        at: 0,
        unicode,
        options: Options::default(),
        depth: 0,
        max_depth: depth,
        groups: 0,
        names: Vec::new(),
        backrefs: Vec::new(),
    };
    let node = parser.alternatives()?;
    if parser.at < pattern.len() {
        return Err(parser.refuse(parser.at, "this `)` closes nothing"));
    }
    for &(number, at) in &parser.backrefs {
        if number > parser.groups {
            return Err(parser.refuse(at, "there is no such group"));
        }
    }
    // Only what a back-reference asks for has to be remembered while matching.
    let captures = if parser.backrefs.is_empty() { 0 } else { parser.groups };
    Ok(Parsed { node, captures })
}

/// Oniguruma's `ONIG_MAX_REPEAT_NUM`.
const MAX_REPEAT: u32 = 100_000;

#[derive(Debug, Clone, Copy, Default)]
struct Options {
    /// `i`
    fold: bool,
    /// `m`: a dot matches a line feed.
    dot_all: bool,
    /// `x`: white space and comments are ignored.
    extended: bool,
}

struct Parser<'p> {
    pattern: &'p str,
    at: usize,
    unicode: Unicode,
    options: Options,
    depth: u64,
    max_depth: u64,
    groups: usize,
    names: Vec<(&'p str, usize)>,
    /// Numbers of the groups referred to, and where.
    backrefs: Vec<(usize, usize)>,
}

impl<'p> Parser<'p> {
    fn rest(&self) -> &'p str {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn refuse(&self, at: usize, message: impl std::fmt::Display) -> Error {
        let around = self.pattern.get(at..).unwrap_or_default();
        let message = match around {
            "" => format!("regular expression: at its end: {message}"),
            around => format!("regular expression: at byte {at}, {}: {message}", quote(around)),
        };
        Error::format("tokenizer.json", "", message)
    }

    /// Takes one level of nesting.
    fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > self.max_depth {
            return Err(Error::limit("nesting", self.depth, self.max_depth));
        }
        Ok(())
    }

    /// Everything up to a `)` that is not ours, or the end.
    fn alternatives(&mut self) -> Result<Node> {
        self.deeper()?;
        let options = self.options;
        let mut branches = vec![self.branch()?];
        while self.eat("|") {
            branches.push(self.branch()?);
        }
        self.options = options;
        self.depth -= 1;
        Ok(match branches.len() {
            1 => branches.pop().unwrap_or(Node::Empty),
            _ => Node::Alt(branches),
        })
    }

    fn branch(&mut self) -> Result<Node> {
        let mut parts = Vec::new();
        loop {
            self.skip_ignored()?;
            match self.peek() {
                None | Some('|' | ')') => return Ok(Node::cat(parts)),
                Some(_) => parts.push(self.quantified()?),
            }
        }
    }

    /// Comments, and in extended mode white space.
    fn skip_ignored(&mut self) -> Result<()> {
        loop {
            let start = self.at;
            if self.eat("(?#") {
                loop {
                    match self.next() {
                        None => return Err(self.refuse(start, "the comment has no end")),
                        Some('\\') => drop(self.next()),
                        Some(')') => break,
                        Some(_) => {}
                    }
                }
            } else if self.options.extended && self.eat("#") {
                while self.next().is_some_and(|c| c != '\n') {}
            } else if self.options.extended && matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r' | '\u{c}')) {
                self.next();
            } else {
                return Ok(());
            }
        }
    }

    fn quantified(&mut self) -> Result<Node> {
        let start = self.at;
        let mut node = self.atom()?;
        let mut levels = 0;
        loop {
            self.skip_ignored()?;
            let at = self.at;
            let Some(quantifier) = self.quantifier()? else { break };
            if is_no_target(&node) {
                return Err(self.refuse(at, "nothing to repeat"));
            }
            // Each quantifier on another is a level of the tree.
            self.deeper()?;
            levels += 1;
            node = quantifier.on(node);
        }
        self.depth -= levels;
        debug_assert!(self.at > start, "an atom is never empty");
        Ok(node)
    }

    fn quantifier(&mut self) -> Result<Option<Quantifier>> {
        let (min, max, mut possessive, suffixes) = match self.peek() {
            Some('*') => (0, None, false, true),
            Some('+') => (1, None, false, true),
            Some('?') => (0, Some(1), false, true),
            Some('{') => match self.interval()? {
                None => return Ok(None),
                Some(interval) => {
                    // `{n}?` is a fixed interval that may be absent, and `{n,m}+` repeats an interval: the suffix is a
                    // quantifier of its own. Only `{n,m}?` is the reluctant one.
                    let lazy = !interval.fixed && !interval.possessive && self.eat("?");
                    let Interval { min, max, possessive, .. } = interval;
                    return Ok(Some(Quantifier { min, max, greedy: !lazy, possessive }));
                }
            },
            _ => return Ok(None),
        };
        self.next();
        let lazy = suffixes && self.eat("?");
        possessive = possessive || (!lazy && self.eat("+"));
        Ok(Some(Quantifier { min, max, greedy: !lazy, possessive }))
    }

    /// `{n}`, `{n,}`, `{,n}`, `{n,m}`; anything else is an ordinary brace, and the place does not move.
    fn interval(&mut self) -> Result<Option<Interval>> {
        let start = self.at;
        let parsed = self.try_interval()?;
        if parsed.is_none() {
            self.at = start;
        }
        Ok(parsed)
    }

    fn try_interval(&mut self) -> Result<Option<Interval>> {
        self.next();
        let low = self.number()?;
        let fixed = !self.eat(",");
        let (min, max) = match (low, fixed) {
            (None, true) => return Ok(None),
            (Some(low), true) => (low, Some(low)),
            (low, false) => match (low, self.number()?) {
                (None, None) => return Ok(None),
                (low, high) => (low.unwrap_or(0), high),
            },
        };
        if !self.eat("}") {
            return Ok(None);
        }
        // `{3,1}` is Oniguruma's way to write a possessive `{1,3}`.
        Ok(Some(match max {
            Some(max) if min > max => Interval { min: max, max: Some(min), possessive: true, fixed },
            max => Interval { min, max, possessive: false, fixed },
        }))
    }

    fn number(&mut self) -> Result<Option<u32>> {
        let start = self.at;
        let digits = self.rest().len() - self.rest().trim_start_matches(|c: char| c.is_ascii_digit()).len();
        self.at += digits;
        if digits == 0 {
            return Ok(None);
        }
        match self.pattern.get(start..self.at).unwrap_or_default().parse() {
            Ok(number) if number <= MAX_REPEAT => Ok(Some(number)),
            _ => Err(self.refuse(start, format_args!("a repetition count is at most {MAX_REPEAT}"))),
        }
    }

    fn atom(&mut self) -> Result<Node> {
        let start = self.at;
        let Some(c) = self.next() else { return Ok(Node::Empty) };
        match c {
            '(' => self.group(start),
            '[' => {
                let class = self.bracket()?;
                Ok(self.folded_class(class))
            }
            '.' => Ok(Node::Set(self.dot(self.options.dot_all))),
            '^' => Ok(Node::Assert(Assertion::LineStart)),
            '$' => Ok(Node::Assert(Assertion::LineEnd)),
            '\\' => self.escape(start),
            '*' | '+' | '?' => Err(self.refuse(start, "nothing to repeat")),
            '{' => {
                self.at = start;
                if self.interval()?.is_some() {
                    return Err(self.refuse(start, "nothing to repeat"));
                }
                self.next();
                Ok(self.literal('{'))
            }
            c => Ok(self.literal(c)),
        }
    }

    fn literal(&self, c: char) -> Node {
        Node::Literal { chars: vec![c], fold: self.options.fold }
    }

    fn dot(&self, dot_all: bool) -> ClassUnicode {
        if dot_all { class::everything() } else { class::everything_but_newline() }
    }

    /// What follows a `(`.
    fn group(&mut self, start: usize) -> Result<Node> {
        if !self.eat("?") {
            if self.rest().starts_with('*') {
                return Err(self.refuse(start, "callouts are not supported"));
            }
            self.groups += 1;
            let number = self.groups;
            return Ok(Node::Capture(number, Box::new(self.body(start)?)));
        }
        let look = [("=", true, false), ("!", true, true), ("<=", false, false), ("<!", false, true)];
        if let Some((_, ahead, negative)) = look.into_iter().find(|(mark, ..)| self.eat(mark)) {
            let body = self.body(start)?;
            if !ahead {
                self.check_look_behind(&body, start)?;
            }
            return Ok(Node::Look { ahead, negative, body: Box::new(body) });
        }
        if self.eat(":") {
            return self.body(start);
        }
        if self.eat(">") {
            return Ok(Node::Atomic(Box::new(self.body(start)?)));
        }
        if let Some(close) = [("<", '>'), ("'", '\'')].into_iter().find(|(open, _)| self.eat(open)).map(|pair| pair.1) {
            let name = self.name(start, close)?;
            self.groups += 1;
            if self.names.iter().any(|(known, _)| *known == name) {
                return Err(self.refuse(start, "two groups of one name are not supported"));
            }
            self.names.push((name, self.groups));
            let number = self.groups;
            return Ok(Node::Capture(number, Box::new(self.body(start)?)));
        }
        self.option_group(start)
    }

    /// The inside of a group and its `)`.
    fn body(&mut self, start: usize) -> Result<Node> {
        let node = self.alternatives()?;
        if !self.eat(")") {
            return Err(self.refuse(start, "this group is not closed"));
        }
        Ok(node)
    }

    fn name(&mut self, start: usize, close: char) -> Result<&'p str> {
        let (name, _) = self.rest().split_once(close).ok_or_else(|| self.refuse(start, "the name has no end"))?;
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        if !name.starts_with(|c: char| is_word(c) && !c.is_numeric()) || !name.chars().all(is_word) {
            return Err(self.refuse(start, "this is not a name"));
        }
        self.at += name.len() + close.len_utf8();
        Ok(name)
    }

    /// `(?imx-imx)` and `(?imx-imx:...)`. Without a colon it reaches to the end of the group it stands in, across `|`.
    fn option_group(&mut self, start: usize) -> Result<Node> {
        let outer = self.options;
        let mut on = true;
        loop {
            match self.next() {
                Some('-') => on = false,
                Some('i') => self.options.fold = on,
                Some('m') => self.options.dot_all = on,
                Some('x') => self.options.extended = on,
                Some(':') => {
                    let node = self.body(start)?;
                    self.options = outer;
                    return Ok(node.enclosed(outer.fold));
                }
                Some(')') => {
                    let node = self.alternatives()?;
                    self.options = outer;
                    return Ok(node.enclosed(outer.fold));
                }
                _ => return Err(self.refuse(start, "this kind of group is not supported")),
            }
        }
    }

    /// Look-behind is possible where each alternative has one length.
    fn check_look_behind(&self, body: &Node, start: usize) -> Result<()> {
        let alternatives = if let Node::Alt(parts) = body { parts.as_slice() } else { std::slice::from_ref(body) };
        match alternatives.iter().all(|part| part.fixed_length().is_some()) {
            true => Ok(()),
            false => Err(self.refuse(start, "look-behind of variable length is not supported")),
        }
    }

    fn folded_class(&self, class: Bracket) -> Node {
        let Bracket { mut set, negated } = class;
        if !self.options.fold {
            if negated {
                set.negate();
            }
            return Node::Set(set);
        }
        fold::close(&mut set);
        if negated {
            set.negate();
            return Node::Set(set);
        }
        let longer = fold::expand_class(&set);
        if longer.is_empty() { Node::Set(set) } else { Node::Alt([vec![Node::Set(set)], longer].concat()) }
    }

    /// What follows a `\` outside of brackets.
    fn escape(&mut self, start: usize) -> Result<Node> {
        let Some(c) = self.next() else { return Err(self.refuse(start, "a `\\` stands before nothing")) };
        if let Some(set) = self.escaped_set(c, false, start)? {
            return Ok(Node::Set(set));
        }
        Ok(match c {
            'b' => Node::Assert(Assertion::WordBoundary),
            'B' => Node::Assert(Assertion::NotWordBoundary),
            'A' => Node::Assert(Assertion::TextStart),
            'z' => Node::Assert(Assertion::TextEnd),
            'Z' => Node::Assert(Assertion::LastLineEnd),
            'N' => Node::Set(self.dot(false)),
            'O' => Node::Set(self.dot(true)),
            'R' => {
                let crlf = Node::Literal { chars: vec!['\r', '\n'], fold: false };
                Node::Atomic(Box::new(Node::Alt(vec![crlf, Node::Set(class::newlines())])))
            }
            'k' if self.rest().starts_with(['<', '\'']) => {
                let close = if self.next() == Some('<') { '>' } else { '\'' };
                let name = self.name(start, close)?;
                let found = self.names.iter().find(|(known, _)| *known == name).map(|named| named.1);
                let number = found.ok_or_else(|| self.refuse(start, "there is no group of this name"))?;
                self.backref(number, start)?
            }
            '1'..='9' => {
                let more = self.rest().len() - self.rest().trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let digits = self.pattern.get(start + 1..self.at + more).unwrap_or_default();
                self.at += more;
                let number = digits.parse().ok().filter(|&number| number <= 9 || number <= self.groups);
                let number = number.ok_or_else(|| self.refuse(start, "octal escapes like this are not supported"))?;
                if !self.names.is_empty() {
                    return Err(self.refuse(start, "numbers beside named groups are not supported"));
                }
                self.backref(number, start)?
            }
            'g' if self.rest().starts_with(['<', '\'']) => return Err(self.refuse(start, "calls are not supported")),
            'G' | 'K' | 'X' | 'y' | 'Y' => return Err(self.refuse(start, "this escape is not supported")),
            c => {
                let c = self.escaped_char(c, start)?;
                self.literal(c)
            }
        })
    }

    fn backref(&mut self, number: usize, start: usize) -> Result<Node> {
        if self.options.fold {
            return Err(self.refuse(start, "back-references in any case are not supported"));
        }
        self.backrefs.push((number, start));
        Ok(Node::Backref(number))
    }

    /// The escapes that stand for a set, inside and outside of brackets.
    fn escaped_set(&mut self, c: char, in_bracket: bool, start: usize) -> Result<Option<ClassUnicode>> {
        if let Some(mut set) = class::escape(c.to_ascii_lowercase(), in_bracket, self.unicode) {
            if c.is_ascii_uppercase() {
                set.negate();
            }
            return Ok(Some(set));
        }
        if !matches!(c, 'p' | 'P') || !self.eat("{") {
            return Ok(None);
        }
        let negated = self.eat("^") != (c == 'P');
        let unknown = |parser: &Self| parser.refuse(start, "this property is not supported");
        let (name, _) = self.rest().split_once('}').ok_or_else(|| unknown(self))?;
        let mut set = class::property(name, in_bracket, self.unicode).ok_or_else(|| unknown(self))?;
        self.at += name.len() + 1;
        if negated {
            set.negate();
        }
        Ok(Some(set))
    }

    /// The escapes that stand for one character, inside and outside of brackets. Any other character stands for itself.
    fn escaped_char(&mut self, c: char, start: usize) -> Result<char> {
        match c {
            't' => Ok('\t'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            'f' => Ok('\u{c}'),
            'v' => Ok('\u{b}'),
            'a' => Ok('\u{7}'),
            'e' => Ok('\u{1b}'),
            'x' if self.eat("{") => self.braced(16, 8, start),
            'o' if self.eat("{") => self.braced(8, 11, start),
            'x' => {
                let code = self.digits(16, 2);
                // Such an escape is a byte; what is no ASCII is a part of a character.
                match code.unwrap_or(0) {
                    code @ 0..=0x7F => self.character(code, start),
                    _ => Err(self.refuse(start, "bytes above 7F are not supported; write \\x{..}")),
                }
            }
            'u' => {
                let end = self.at + 4;
                match self.digits(16, 4) {
                    Some(code) if self.at == end => self.character(code, start),
                    _ => Err(self.refuse(start, "`\\u` needs four digits")),
                }
            }
            '0' => {
                let code = self.digits(8, 2).unwrap_or(0);
                self.character(code, start)
            }
            'c' => self.control(start),
            'C' if self.eat("-") => self.control(start),
            'C' | 'M' => Err(self.refuse(start, "this escape is not supported")),
            c => Ok(c),
        }
    }

    fn control(&mut self, start: usize) -> Result<char> {
        match self.next() {
            Some('?') => Ok('\u{7f}'),
            Some(c) if c.is_ascii() && c != '\\' => self.character(c as u32 & 0x1f, start),
            _ => Err(self.refuse(start, "this control character is not supported")),
        }
    }

    /// Up to `most` digits, if there is one. The value saturates.
    fn digits(&mut self, radix: u32, most: usize) -> Option<u32> {
        let mut value: Option<u32> = None;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(radix)) else { break };
            self.next();
            value = Some(value.unwrap_or(0).saturating_mul(radix).saturating_add(digit));
        }
        value
    }

    fn braced(&mut self, radix: u32, most: usize, start: usize) -> Result<char> {
        match self.digits(radix, most) {
            Some(code) if self.eat("}") => self.character(code, start),
            _ => Err(self.refuse(start, "this is not one code point")),
        }
    }

    fn character(&self, code: u32, start: usize) -> Result<char> {
        char::from_u32(code).ok_or_else(|| self.refuse(start, "this is not a character"))
    }

    /// What follows a `[`, and its `]`. The rules are those of `prs_cc` in Oniguruma's `regparse.c`.
    fn bracket(&mut self) -> Result<Bracket> {
        self.deeper()?;
        let start = self.at - 1;
        let negated = self.eat("^");
        let mut set = Members::default();
        let mut intersection: Option<ClassUnicode> = None;
        // A `]` in the first place is a character if the bracket is closed by another one.
        if self.rest().starts_with(']') {
            if !self.rest().get(1..).unwrap_or_default().contains(']') {
                return Err(self.refuse(start, "this bracket is empty"));
            }
            self.next();
            set.push(']');
        }
        loop {
            let at = self.at;
            let Some(c) = self.next() else { return Err(self.refuse(start, "this bracket is not closed")) };
            match c {
                ']' => break,
                '[' => {
                    if set.range_is_open() {
                        return Err(self.refuse(at, "a range cannot end with a set"));
                    }
                    match self.posix_bracket(at)? {
                        Some(inner) => set.add_set(&inner),
                        None => {
                            let mut inner = self.bracket()?;
                            if inner.negated {
                                inner.set.negate();
                            }
                            set.add_nested(&inner.set);
                        }
                    }
                }
                '&' if self.eat("&") => {
                    let operand = std::mem::take(&mut set).finish();
                    intersection = Some(match intersection {
                        None => operand,
                        Some(mut before) => {
                            before.intersect(&operand);
                            before
                        }
                    });
                }
                '-' => match set.dash(self.dash_is_last()) {
                    Dash::Done => {}
                    Dash::AfterSet => return Err(self.refuse(at, "a range cannot begin with a set")),
                    Dash::EmptyRange => return Err(self.refuse(at, "this range is empty")),
                },
                '\\' => {
                    let Some(c) = self.next() else { return Err(self.refuse(at, "a `\\` stands before nothing")) };
                    if let Some(inner) = self.escaped_set(c, true, at)? {
                        if set.range_is_open() {
                            return Err(self.refuse(at, "a range cannot end with a set"));
                        }
                        set.add_set(&inner);
                        continue;
                    }
                    let c = match c {
                        'b' => '\u{8}',
                        '1'..='7' => {
                            self.at -= 1;
                            let code = self.digits(8, 3).unwrap_or(0);
                            if code > 0x7F {
                                return Err(self.refuse(at, "bytes above 7F are not supported; write \\x{..}"));
                            }
                            self.character(code, at)?
                        }
                        c => self.escaped_char(c, at)?,
                    };
                    set.add(c).map_err(|EmptyRange| self.refuse(at, "this range is empty"))?;
                }
                c => set.add(c).map_err(|EmptyRange| self.refuse(at, "this range is empty"))?,
            }
        }
        let mut set = set.finish();
        if let Some(before) = intersection {
            set.intersect(&before);
        }
        self.depth -= 1;
        Ok(Bracket { set, negated })
    }

    /// After a `-`: whether the bracket or the operand ends here.
    fn dash_is_last(&self) -> bool {
        self.rest().starts_with(']') || self.rest().starts_with("&&")
    }

    /// `[:name:]` after the first `[`; something else that begins with `[:` is an ordinary bracket.
    fn posix_bracket(&mut self, start: usize) -> Result<Option<ClassUnicode>> {
        let Some((name, _)) = self.rest().strip_prefix(':').and_then(|rest| rest.split_once(":]")) else {
            return Ok(None);
        };
        let plain = name.strip_prefix('^').unwrap_or(name);
        if plain.is_empty() || !plain.chars().all(char::is_alphabetic) {
            return Ok(None);
        }
        let mut set =
            class::posix(plain, self.unicode).ok_or_else(|| self.refuse(start, "there is no such POSIX bracket"))?;
        if plain.len() < name.len() {
            set.negate();
        }
        self.at += name.len() + 3;
        Ok(Some(set))
    }
}

impl Node {
    /// A group with options of its own keeps its literals apart from the neighbours, unless the options are the same.
    fn enclosed(self, outer_fold: bool) -> Node {
        match self {
            Node::Literal { fold, .. } if fold == outer_fold => Node::Cat(vec![self]),
            node => node,
        }
    }
}

/// What cannot be repeated: a place is no text.
fn is_no_target(node: &Node) -> bool {
    match node {
        Node::Assert(_) | Node::Look { .. } => true,
        Node::Alt(parts) => parts.iter().any(is_no_target),
        _ => false,
    }
}

struct Quantifier {
    min: u32,
    max: Option<u32>,
    greedy: bool,
    possessive: bool,
}

impl Quantifier {
    fn on(self, body: Node) -> Node {
        let Quantifier { min, max, greedy, possessive } = self;
        let repeat = Node::Repeat(Box::new(Repeat { body, min, max, greedy }));
        if possessive { Node::Atomic(Box::new(repeat)) } else { repeat }
    }
}

struct Interval {
    min: u32,
    max: Option<u32>,
    possessive: bool,
    fixed: bool,
}

/// A bracket before case folding and negation, which come in this order.
struct Bracket {
    set: ClassUnicode,
    negated: bool,
}

/// The members of a bracket while it is read: a value may still become the start of a range.
#[derive(Default)]
struct Members {
    ranges: Vec<ClassUnicodeRange>,
    sets: Vec<ClassUnicode>,
    state: State,
}

#[derive(Default, Clone, Copy)]
enum State {
    /// Nothing read yet.
    #[default]
    Start,
    /// A character that may begin a range.
    Value(char),
    /// A set such as `\w`.
    Set,
    /// A character and a dash.
    Range(char),
    /// A range or a nested bracket has ended.
    Complete,
}

struct EmptyRange;

enum Dash {
    Done,
    AfterSet,
    EmptyRange,
}

impl Members {
    fn range_is_open(&self) -> bool {
        matches!(self.state, State::Range(_))
    }

    fn push(&mut self, c: char) {
        self.ranges.extend(match self.state {
            State::Value(before) => Some(ClassUnicodeRange::new(before, before)),
            _ => None,
        });
        self.state = State::Value(c);
    }

    fn add(&mut self, c: char) -> std::result::Result<(), EmptyRange> {
        match self.state {
            State::Range(first) if first > c => return Err(EmptyRange),
            State::Range(first) => {
                self.ranges.push(ClassUnicodeRange::new(first, c));
                self.state = State::Complete;
            }
            _ => self.push(c),
        }
        Ok(())
    }

    fn add_set(&mut self, set: &ClassUnicode) {
        self.flush();
        self.sets.push(set.clone());
        self.state = State::Set;
    }

    fn add_nested(&mut self, set: &ClassUnicode) {
        self.flush();
        self.sets.push(set.clone());
        self.state = State::Complete;
    }

    /// A dash is a range after a character, and a character where no range can be: first, last, after a range.
    fn dash(&mut self, is_last: bool) -> Dash {
        match self.state {
            State::Value(c) if !is_last => self.state = State::Range(c),
            State::Set if !is_last => return Dash::AfterSet,
            State::Range(_) => {
                if self.add('-').is_err() {
                    return Dash::EmptyRange;
                }
            }
            State::Start | State::Value(_) | State::Set | State::Complete => self.push('-'),
        }
        Dash::Done
    }

    fn flush(&mut self) {
        if let State::Value(c) = self.state {
            self.ranges.push(ClassUnicodeRange::new(c, c));
        }
    }

    fn finish(mut self) -> ClassUnicode {
        self.flush();
        let mut set = ClassUnicode::new(self.ranges);
        self.sets.iter().for_each(|inner| set.union(inner));
        set
    }
}
