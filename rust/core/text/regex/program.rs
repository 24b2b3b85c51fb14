//! A tree as instructions for the matcher.

use regex_syntax::hir::ClassUnicode;

use super::ast::{Assertion, Node, Repeat};
use super::parse::Parsed;
use super::{class, fold};
use crate::error::{Error, Result};
use crate::text::Unicode;

/// Instructions; the first is where matching begins.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) code: Vec<Op>,
    pub(super) sets: Vec<Set>,
    /// Text of the literals.
    pub(super) literals: String,
    /// The characters a match can begin with, if it must begin with one.
    pub(super) first: Option<usize>,
    /// Members of `\w`, for word boundaries.
    pub(super) word: usize,
    /// Registers: first where the loops over parts that can be empty began their round, one per level of nesting (loops
    /// beside each other are never at work together); then start and end of each capture.
    pub(super) loops: usize,
    pub(super) registers: usize,
    pub(super) has_backrefs: bool,
}

/// One instruction. Where nothing else is said, success goes on with the next one.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// The bytes of a literal.
    Literal {
        start: u32,
        end: u32,
    },
    /// A character of a set.
    Set(u32),
    /// Characters of a set, as many as there are; fewer if what follows fails.
    Star(u32),
    /// Characters of a set, as many as there are.
    PossessiveStar(u32),
    /// Goes on with the first; if that fails, with the second.
    Split {
        first: u32,
        second: u32,
    },
    /// Goes on here if the next character is in the set, else there.
    Guard {
        set: u32,
        other: u32,
    },
    Jump(u32),
    Assert(Assertion),
    /// Matches what follows up to its `Match`, then goes on at `next` from where it began (look-around). Look-behind
    /// begins `back` characters earlier.
    Look {
        negative: bool,
        back: u32,
        next: u32,
    },
    /// Matches what follows up to its `Match`, then goes on at `next` where that ended.
    Atomic {
        next: u32,
    },
    /// Remembers the place in a register.
    Save(u32),
    /// If the place is still the remembered one, goes on at `exit`: a round of a loop that consumed nothing ends it.
    ExitIfEmpty {
        register: u32,
        exit: u32,
    },
    /// The text between two registers again.
    Backref {
        start: u32,
        end: u32,
    },
    /// The end of the program or of a part of it.
    Match,
    Fail,
}

/// Compiles; the program may take `max_bytes` of memory.
pub(super) fn compile(parsed: &Parsed, unicode: Unicode, max_bytes: u64) -> Result<Program> {
    let mut compiler = Compiler {
        program: Program {
            code: Vec::new(),
            sets: Vec::new(),
            literals: String::new(),
            first: None,
            word: 0,
            loops: loop_levels(&parsed.node),
            registers: 0,
            has_backrefs: parsed.captures > 0,
        },
        classes: Vec::new(),
        set_bytes: 0,
        level: 0,
        captures: parsed.captures,
        max_bytes,
        in_look_behind: false,
    };
    compiler.program.registers = compiler.program.loops + 2 * (parsed.captures + usize::from(parsed.captures > 0));
    compiler.node(&parsed.node)?;
    compiler.emit(Op::Match)?;
    if !parsed.node.is_nullable() {
        let mut first = ClassUnicode::empty();
        parsed.node.first(&mut first);
        compiler.program.first = Some(compiler.set(&first)? as usize);
    }
    if compiler.program.code.iter().any(|op| matches!(op, Op::Assert(_))) {
        compiler.program.word = compiler.set(&class::boundary_word(unicode))? as usize;
    }
    Ok(compiler.program)
}

/// How deep loops without bound whose body can match nothing are nested.
fn loop_levels(node: &Node) -> usize {
    match node {
        Node::Cat(parts) | Node::Alt(parts) => parts.iter().map(loop_levels).max().unwrap_or(0),
        Node::Repeat(repeat) => {
            usize::from(repeat.max.is_none() && repeat.body.is_nullable()) + loop_levels(&repeat.body)
        }
        Node::Atomic(body) | Node::Capture(_, body) | Node::Look { body, .. } => loop_levels(body),
        Node::Empty | Node::Literal { .. } | Node::Set(_) | Node::Assert(_) | Node::Backref(_) => 0,
    }
}

struct Compiler {
    program: Program,
    /// The classes that became `program.sets`.
    classes: Vec<ClassUnicode>,
    set_bytes: usize,
    /// Loops with a register that surround the place.
    level: u32,
    captures: usize,
    max_bytes: u64,
    in_look_behind: bool,
}

impl Compiler {
    fn here(&self) -> u32 {
        // The size limit is far below 2^32.
        self.program.code.len() as u32
    }

    fn check_size(&self) -> Result<()> {
        let bytes = self.program.code.len() * size_of::<Op>() + self.program.literals.len() + self.set_bytes;
        if bytes as u64 > self.max_bytes {
            return Err(Error::limit("regex_compiled_bytes", bytes as u64, self.max_bytes));
        }
        Ok(())
    }

    fn emit(&mut self, op: Op) -> Result<u32> {
        let at = self.here();
        self.program.code.push(op);
        self.check_size()?;
        Ok(at)
    }

    /// Completes an instruction that was emitted before its target was known.
    fn patch(&mut self, at: u32, op: Op) {
        if let Some(slot) = self.program.code.get_mut(at as usize) {
            *slot = op;
        }
    }

    fn set(&mut self, class: &ClassUnicode) -> Result<u32> {
        let at = match self.classes.iter().position(|known| known == class) {
            Some(at) => at,
            None => {
                let set = Set::new(class);
                self.set_bytes += set.bytes();
                self.check_size()?;
                self.program.sets.push(set);
                self.classes.push(class.clone());
                self.classes.len() - 1
            }
        };
        Ok(at as u32)
    }

    fn node(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::Empty => {}
            Node::Literal { chars, fold: false } => {
                let start = self.program.literals.len() as u32;
                self.program.literals.extend(chars);
                let end = self.program.literals.len() as u32;
                self.emit(Op::Literal { start, end })?;
            }
            Node::Literal { chars, fold: true } => {
                let expanded = if self.in_look_behind { fold::expand_singly(chars) } else { fold::expand(chars) };
                self.node(&expanded)?;
            }
            Node::Set(class) => {
                let set = self.set(class)?;
                self.emit(Op::Set(set))?;
            }
            Node::Cat(parts) => parts.iter().try_for_each(|part| self.node(part))?,
            Node::Alt(parts) => self.alternatives(parts)?,
            Node::Repeat(repeat) => self.repeat(repeat)?,
            Node::Atomic(body) => self.atomic(body)?,
            Node::Look { ahead, negative, body } => self.look(*ahead, *negative, body)?,
            Node::Assert(assertion) => drop(self.emit(Op::Assert(*assertion))?),
            Node::Capture(number, body) if self.captures > 0 => {
                let (start, end) = self.capture(*number);
                self.emit(Op::Save(start))?;
                self.node(body)?;
                self.emit(Op::Save(end))?;
            }
            Node::Capture(_, body) => self.node(body)?,
            Node::Backref(number) => {
                let (start, end) = self.capture(*number);
                self.emit(Op::Backref { start, end })?;
            }
        }
        Ok(())
    }

    fn capture(&self, number: usize) -> (u32, u32) {
        let start = (self.program.loops + 2 * number) as u32;
        (start, start + 1)
    }

    /// Each alternative but the last is guarded by the characters it can begin with, or split from the next ones.
    fn alternatives(&mut self, parts: &[Node]) -> Result<()> {
        let Some((last, init)) = parts.split_last() else { return Ok(()) };
        let mut ends = Vec::new();
        for part in init {
            let mut guard = None;
            if !part.is_nullable() && !self.in_look_behind {
                let mut first = ClassUnicode::empty();
                part.first(&mut first);
                guard = Some((self.set(&first)?, self.emit(Op::Fail)?));
            }
            let split = self.emit(Op::Fail)?;
            self.node(part)?;
            ends.push(self.emit(Op::Fail)?);
            let next = self.here();
            self.patch(split, Op::Split { first: split + 1, second: next });
            if let Some((set, at)) = guard {
                self.patch(at, Op::Guard { set, other: next });
            }
        }
        self.node(last)?;
        let end = self.here();
        ends.into_iter().for_each(|at| self.patch(at, Op::Jump(end)));
        Ok(())
    }

    fn repeat(&mut self, repeat: &Repeat) -> Result<()> {
        let Repeat { body, min, max, greedy } = repeat;
        let single = single_set(body).filter(|_| max.is_none() && *greedy);
        // The last required round of an unbounded loop is the loop's own first round.
        let ahead = if max.is_none() && single.is_none() { min.saturating_sub(1) } else { *min };
        for _ in 0..ahead {
            self.node(body)?;
        }
        match (max, single) {
            (None, Some(class)) => {
                let set = self.set(&class)?;
                self.emit(Op::Star(set))?;
                Ok(())
            }
            (None, None) => self.unbounded(body, *min > 0, *greedy),
            (Some(max), _) => {
                // x{0,3} is (x(x(x)?)?)?; all leave to the same place.
                let mut splits = Vec::new();
                for _ in *min..*max {
                    splits.push(self.emit(Op::Fail)?);
                    self.node(body)?;
                }
                let end = self.here();
                splits.into_iter().for_each(|at| self.patch(at, choice(at + 1, end, *greedy)));
                Ok(())
            }
        }
    }

    /// A loop with at least one round, or with none.
    fn unbounded(&mut self, body: &Node, one: bool, greedy: bool) -> Result<()> {
        let entry = if one { None } else { Some(self.emit(Op::Fail)?) };
        let start = self.here();
        let nullable = body.is_nullable();
        let register = self.level;
        let mut check = None;
        if nullable {
            self.level += 1;
            self.emit(Op::Save(register))?;
            self.node(body)?;
            check = Some(self.emit(Op::Fail)?);
            self.level -= 1;
        } else {
            self.node(body)?;
        }
        let again = self.emit(Op::Fail)?;
        let exit = self.here();
        self.patch(again, choice(start, exit, greedy));
        if let Some(check) = check {
            self.patch(check, Op::ExitIfEmpty { register, exit });
        }
        if let Some(entry) = entry {
            self.patch(entry, choice(start, exit, greedy));
        }
        Ok(())
    }

    fn atomic(&mut self, body: &Node) -> Result<()> {
        if let Node::Repeat(repeat) = body
            && let (None, Some(class)) = (repeat.max, single_set(&repeat.body))
            && repeat.greedy
        {
            let set = self.set(&class)?;
            for _ in 0..repeat.min {
                self.emit(Op::Set(set))?;
            }
            self.emit(Op::PossessiveStar(set))?;
            return Ok(());
        }
        let at = self.emit(Op::Fail)?;
        self.node(body)?;
        self.emit(Op::Match)?;
        let next = self.here();
        self.patch(at, Op::Atomic { next });
        Ok(())
    }

    fn look(&mut self, ahead: bool, negative: bool, body: &Node) -> Result<()> {
        if ahead {
            return self.look_at(negative, 0, body);
        }
        let outer = std::mem::replace(&mut self.in_look_behind, true);
        let alternatives = if let Node::Alt(parts) = body { parts.as_slice() } else { std::slice::from_ref(body) };
        if negative {
            // None of the alternatives may match.
            for part in alternatives {
                self.look_at(true, part.fixed_length().unwrap_or(0), part)?;
            }
        } else {
            let mut ends = Vec::new();
            for (at, part) in alternatives.iter().enumerate() {
                let split = self.emit(Op::Fail)?;
                self.look_at(false, part.fixed_length().unwrap_or(0), part)?;
                ends.push(self.emit(Op::Fail)?);
                let next = self.here();
                let is_last = at + 1 == alternatives.len();
                self.patch(
                    split,
                    if is_last { Op::Jump(split + 1) } else { Op::Split { first: split + 1, second: next } },
                );
            }
            let end = self.here();
            ends.into_iter().for_each(|at| self.patch(at, Op::Jump(end)));
        }
        self.in_look_behind = outer;
        Ok(())
    }

    fn look_at(&mut self, negative: bool, back: u32, body: &Node) -> Result<()> {
        let at = self.emit(Op::Fail)?;
        self.node(body)?;
        self.emit(Op::Match)?;
        let next = self.here();
        self.patch(at, Op::Look { negative, back, next });
        Ok(())
    }
}

fn choice(inside: u32, outside: u32, greedy: bool) -> Op {
    match greedy {
        true => Op::Split { first: inside, second: outside },
        false => Op::Split { first: outside, second: inside },
    }
}

/// The set of a node that is always exactly one character.
fn single_set(node: &Node) -> Option<ClassUnicode> {
    match node {
        Node::Set(class) => Some(class.clone()),
        Node::Cat(parts) if parts.len() == 1 => single_set(parts.first()?),
        Node::Literal { chars, fold } if chars.len() == 1 => {
            let c = *chars.first()?;
            let longer = *fold && !matches!(fold::expand(chars), Node::Set(_));
            (!longer).then(|| fold::single(c, *fold))
        }
        _ => None,
    }
}

/// A set of characters with membership in two array reads, or one for ASCII.
#[derive(Debug)]
pub(super) struct Set {
    ascii: [bool; 128],
    /// Number of the page of `c >> 8`.
    page_of: Vec<u16>,
    /// Bits of 256 code points.
    pages: Vec<[u64; 4]>,
}

impl Set {
    fn new(class: &ClassUnicode) -> Self {
        let mut set = Set { ascii: [false; 128], page_of: Vec::new(), pages: vec![[0; 4]] };
        let pages = class.ranges().last().map_or(0, |range| (range.end() as u32 >> 8) + 1);
        let mut ranges = class.ranges().iter().map(|range| (range.start() as u32, range.end() as u32)).peekable();
        for page in 0..pages {
            let mut bits = [0u64; 4];
            while let Some(&(first, last)) = ranges.peek() {
                for (word, start) in bits.iter_mut().zip((page << 8..).step_by(64)) {
                    *word |= bits_between(first.saturating_sub(start), last.checked_sub(start));
                }
                if last > page << 8 | 0xFF {
                    break;
                }
                ranges.next();
            }
            // Equal pages are stored once; neighbours are usually equal, so the search goes backwards.
            let number = set.pages.iter().rposition(|known| *known == bits).unwrap_or_else(|| {
                set.pages.push(bits);
                set.pages.len() - 1
            });
            set.page_of.push(number as u16);
        }
        set.ascii = std::array::from_fn(|code| set.has_code(code));
        set
    }

    fn bytes(&self) -> usize {
        size_of::<Set>() + self.page_of.len() * 2 + self.pages.len() * 32
    }

    #[inline]
    pub(super) fn contains(&self, c: char) -> bool {
        self.ascii.get(c as usize).copied().unwrap_or_else(|| self.has_code(c as usize))
    }

    /// Membership of the character that begins with this byte, if the byte is a character.
    #[inline]
    pub(super) fn contains_ascii(&self, byte: u8) -> Option<bool> {
        self.ascii.get(byte as usize).copied()
    }

    fn has_code(&self, code: usize) -> bool {
        let page = self.page_of.get(code >> 8).and_then(|&page| self.pages.get(page as usize));
        page.and_then(|page| page.get((code & 0xFF) >> 6)).is_some_and(|word| word >> (code & 63) & 1 == 1)
    }
}

/// A word with the bits `first..=last` set, as far as they exist; none if there is no last.
fn bits_between(first: u32, last: Option<u32>) -> u64 {
    match last {
        Some(last) if first < 64 => (u64::MAX << first) & (u64::MAX >> (63 - last.min(63))),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_exactly_their_members() {
        for class in [r"\p{L}", r"[^\s\p{L}]", "[a-z]", r"[\x{3F}-\x{40}\x{7F}\x{FF}-\x{101}\x{10FFFF}]", "[^\\x00]"] {
            let class = class::parse(class).unwrap();
            let set = Set::new(&class);
            let mut ranges = class.ranges().iter().peekable();
            for c in '\0'..=char::MAX {
                while ranges.next_if(|range| range.end() < c).is_some() {}
                let want = ranges.peek().is_some_and(|range| range.start() <= c);
                assert_eq!(set.contains(c), want, "{c:?} in {class:?}");
                if c.is_ascii() {
                    assert_eq!(set.contains_ascii(c as u8), Some(want));
                }
            }
        }
        assert!(!Set::new(&ClassUnicode::empty()).contains('a'));
        assert_eq!(Set::new(&class::everything()).contains_ascii(0x80), None);
    }
}
