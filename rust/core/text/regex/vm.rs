//! Runs a program: a backtracking matcher that remembers what failed.
//!
//! Backtracking tries the ways to match in the order Oniguruma tries them, so that the first success is the same. Alone
//! it may take exponential time. But whether the rest of the program matches from an instruction and a place does not
//! depend on the way there, except through back-references. So once a text has cost many steps per byte, the outcome of
//! every choice is remembered, over all matches in the text, and no choice is made twice: from there on the time is
//! linear in the text. Ordinary patterns on ordinary text never get there and pay nothing.
//!
//! Programs with back-references cannot do this; they end with an error when their steps are used up.

#![allow(clippy::indexing_slicing, reason = "jump targets, set numbers and registers come from the compiler")]

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::ast::Assertion;
use super::program::{Op, Program, Set};
use crate::error::{Error, Result};
use crate::interrupt;

/// Steps per byte of text, beside a constant, after which outcomes are remembered.
const FREE_STEPS_PER_BYTE: u64 = 64;
const FREE_STEPS: u64 = 4096;
/// Steps between two looks at whether to go on.
const STEPS_UNCHECKED: u64 = 1 << 14;

/// One text under one program.
pub(super) struct Machine<'p, 't> {
    program: &'p Program,
    text: &'t str,
    pub(super) steps: u64,
    /// Steps after which outcomes are remembered.
    pub(super) free_steps: u64,
    max_steps: u64,
    stack: Vec<Frame>,
    registers: Vec<usize>,
    memory: Option<Memory>,
}

/// What to do when matching fails.
enum Frame {
    /// Go on at `pc` and `at`.
    Branch { pc: u32, at: usize, path: usize },
    /// Go on at `pc` and `at`, then at every earlier character down to `low`.
    Shrink { pc: u32, at: usize, low: usize, path: usize },
    /// Put back a register.
    Restore { register: u32, value: usize },
}

/// Outcomes of choices: where the part of the program that a choice belongs to ends, or [`Memory::FAILED`].
#[derive(Default)]
struct Memory {
    outcomes: FxHashMap<Choice, usize>,
    /// The choices whose outcome is still open, on the way to the present place.
    path: Vec<Choice>,
}

/// Instruction, place, and which rounds of loops over empty parts have consumed nothing yet.
type Choice = (u32, u32, u64);

impl Memory {
    const FAILED: usize = usize::MAX;
}

enum Outcome {
    Open,
    Failed,
    Ends(usize),
}

impl<'p, 't> Machine<'p, 't> {
    /// `max_steps` bounds the backtracking over the whole text.
    pub(super) fn new(program: &'p Program, text: &'t str, max_steps: u64) -> Self {
        let free_steps = match program.has_backrefs || program.loops > u64::BITS as usize {
            true => u64::MAX,
            false => FREE_STEPS + FREE_STEPS_PER_BYTE * text.len() as u64,
        };
        Machine {
            program,
            text,
            steps: 0,
            free_steps,
            max_steps,
            stack: Vec::new(),
            registers: vec![usize::MAX; program.registers],
            memory: None,
        }
    }

    /// The leftmost match that begins at `from` or later.
    pub(super) fn find(&mut self, from: usize) -> Result<Option<Range<usize>>> {
        let first = self.program.first.map(|set| &self.program.sets[set]);
        let mut at = from;
        loop {
            if let Some(first) = first {
                match self.text[at..].find(|c| first.contains(c)) {
                    Some(skipped) => at += skipped,
                    None => return Ok(None),
                }
            }
            if self.program.has_backrefs {
                self.registers.fill(usize::MAX);
            }
            let found = self.run(0, at)?;
            self.stack.clear();
            if let Some(end) = found {
                return Ok(Some(at..end));
            }
            match char_at(self.text, at) {
                Some(c) => at += c.len_utf8(),
                None => return Ok(None),
            }
        }
    }

    /// Matches the program, or a part of it, from an instruction on; the end of the match if there is one. Recursion
    /// is as deep as look-around and atomic groups are nested in the pattern. Only `Restore` frames stay on the stack.
    fn run(&mut self, pc: u32, at: usize) -> Result<Option<usize>> {
        let base = self.stack.len();
        let path = self.memory.as_ref().map_or(0, |memory| memory.path.len());
        let program = self.program;
        let (mut pc, mut at) = (pc, at);
        loop {
            let matched = match &program.code[pc as usize] {
                Op::Literal { start, end } => {
                    let literal = &program.literals[*start as usize..*end as usize];
                    let found = self.text.as_bytes()[at..].starts_with(literal.as_bytes());
                    if found {
                        at += literal.len();
                        pc += 1;
                    }
                    found
                }
                Op::Set(set) => match self.member_at(&program.sets[*set as usize], at) {
                    Some(len) => {
                        at += len;
                        pc += 1;
                        true
                    }
                    None => false,
                },
                Op::Guard { set, other } => {
                    pc = if self.member_at(&program.sets[*set as usize], at).is_some() { pc + 1 } else { *other };
                    true
                }
                Op::Jump(target) => {
                    pc = *target;
                    true
                }
                Op::Assert(assertion) => {
                    pc += 1;
                    self.holds(*assertion, at)
                }
                Op::Split { first, second } => match self.choose(pc, at)? {
                    Outcome::Ends(end) => return Ok(Some(self.succeed(base, path, end))),
                    Outcome::Failed => false,
                    Outcome::Open => {
                        self.push_branch(*second, at);
                        pc = *first;
                        true
                    }
                },
                Op::Star(set) | Op::PossessiveStar(set) => match self.choose(pc, at)? {
                    Outcome::Ends(end) => return Ok(Some(self.succeed(base, path, end))),
                    Outcome::Failed => false,
                    Outcome::Open => {
                        let gives_back = matches!(program.code[pc as usize], Op::Star(_));
                        let set = &program.sets[*set as usize];
                        if self.memory.is_none() {
                            let end = self.run_of(set, at);
                            if gives_back && end > at {
                                self.push_shrink(pc + 1, at, end);
                            }
                            self.steps += (end - at) as u64 / 8;
                            at = end;
                            pc += 1;
                        } else if let Some(len) = self.member_at(set, at) {
                            // Character by character, so that every place in the run has an outcome of its own.
                            if gives_back {
                                self.push_branch(pc + 1, at);
                            }
                            at += len;
                        } else {
                            pc += 1;
                        }
                        true
                    }
                },
                Op::Look { negative, back, next } => {
                    let body = pc + 1;
                    pc = *next;
                    let found = match self.before(at, *back) {
                        Some(from) => {
                            let bottom = self.stack.len();
                            let found = self.run(body, from)?.is_some();
                            if found && *negative {
                                self.unwind(bottom);
                            }
                            found
                        }
                        None => false,
                    };
                    found != *negative
                }
                Op::Atomic { next } => match self.run(pc + 1, at)? {
                    Some(end) => {
                        at = end;
                        pc = *next;
                        true
                    }
                    None => false,
                },
                Op::Save(register) => {
                    self.save(*register, at);
                    pc += 1;
                    true
                }
                Op::ExitIfEmpty { register, exit } => {
                    pc = if self.registers[*register as usize] == at { *exit } else { pc + 1 };
                    true
                }
                Op::Backref { start, end } => match self.captured(*start, *end) {
                    Some(again) if self.text.as_bytes()[at..].starts_with(again.as_bytes()) => {
                        self.steps += again.len() as u64 / 8;
                        at += again.len();
                        pc += 1;
                        true
                    }
                    _ => false,
                },
                Op::Match => return Ok(Some(self.succeed(base, path, at))),
                Op::Fail => false,
            };
            if matched {
                continue;
            }
            match self.backtrack(base)? {
                Some(next) => (pc, at) = next,
                None => {
                    if let Some(memory) = &mut self.memory {
                        memory.path.truncate(path);
                    }
                    return Ok(None);
                }
            }
        }
    }

    /// Takes up the last thing left to try above `base`.
    fn backtrack(&mut self, base: usize) -> Result<Option<(u32, usize)>> {
        self.step()?;
        while self.stack.len() > base {
            match self.stack.pop() {
                Some(Frame::Branch { pc, at, path }) => {
                    self.forget_path(path);
                    return Ok(Some((pc, at)));
                }
                Some(Frame::Shrink { pc, at, low, path }) => {
                    self.forget_path(path);
                    let shorter = at - self.text[..at].chars().next_back().map_or(0, char::len_utf8);
                    if shorter > low {
                        self.stack.push(Frame::Shrink { pc, at: shorter, low, path });
                    }
                    return Ok(Some((pc, shorter)));
                }
                Some(Frame::Restore { register, value }) => self.registers[register as usize] = value,
                None => {}
            }
        }
        Ok(None)
    }

    /// Undoes what was saved above `base`, and drops what was left to try.
    fn unwind(&mut self, base: usize) {
        while self.stack.len() > base {
            if let Some(Frame::Restore { register, value }) = self.stack.pop() {
                self.registers[register as usize] = value;
            }
        }
    }

    /// A part of the program has matched up to `end`: what was left to try in it is dropped, and the choices that led
    /// here have an outcome.
    fn succeed(&mut self, base: usize, path: usize, end: usize) -> usize {
        if self.program.registers == 0 {
            self.stack.truncate(base);
        } else {
            let kept =
                self.stack.drain(base..).filter(|frame| matches!(frame, Frame::Restore { .. })).collect::<Vec<_>>();
            self.stack.extend(kept);
        }
        if let Some(memory) = &mut self.memory {
            for choice in memory.path.drain(path.min(memory.path.len())..) {
                memory.outcomes.insert(choice, end);
            }
        }
        end
    }

    /// Comes to a choice: counts the step, and looks whether its outcome is known.
    fn choose(&mut self, pc: u32, at: usize) -> Result<Outcome> {
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_UNCHECKED) {
            interrupt::check()?;
        }
        if self.memory.is_none() {
            if self.steps <= self.free_steps {
                return Ok(Outcome::Open);
            }
            self.memory = Some(Memory::default());
        }
        self.check_steps()?;
        let loops = self.registers.iter().take(self.program.loops).enumerate();
        let empty_rounds = loops.fold(0, |bits, (level, &start)| bits | u64::from(start == at) << level);
        let choice = (pc, at as u32, empty_rounds);
        let Some(memory) = &mut self.memory else { return Ok(Outcome::Open) };
        match memory.outcomes.insert(choice, Memory::FAILED) {
            // As long as the choice is open it counts as failed, which is true unless it is on the path to a success.
            None => {
                memory.path.push(choice);
                Ok(Outcome::Open)
            }
            Some(Memory::FAILED) => Ok(Outcome::Failed),
            Some(end) => {
                memory.outcomes.insert(choice, end);
                Ok(Outcome::Ends(end))
            }
        }
    }

    fn forget_path(&mut self, len: usize) {
        if let Some(memory) = &mut self.memory {
            memory.path.truncate(len);
        }
    }

    fn path_len(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| memory.path.len())
    }

    fn push_branch(&mut self, pc: u32, at: usize) {
        let path = self.path_len();
        self.stack.push(Frame::Branch { pc, at, path });
    }

    fn push_shrink(&mut self, pc: u32, low: usize, at: usize) {
        let path = self.path_len();
        self.stack.push(Frame::Shrink { pc, at, low, path });
    }

    fn step(&mut self) -> Result<()> {
        self.steps += 1;
        self.check_steps()
    }

    fn check_steps(&self) -> Result<()> {
        if self.steps > self.max_steps {
            return Err(Error::limit("regex_steps_per_kib", self.steps, self.max_steps));
        }
        Ok(())
    }

    fn save(&mut self, register: u32, at: usize) {
        let slot = &mut self.registers[register as usize];
        self.stack.push(Frame::Restore { register, value: *slot });
        *slot = at;
    }

    fn captured(&self, start: u32, end: u32) -> Option<&'t str> {
        self.text.get(self.registers[start as usize]..self.registers[end as usize])
    }

    /// Length of the character at `at`, if it is in the set.
    #[inline]
    fn member_at(&self, set: &Set, at: usize) -> Option<usize> {
        match set.contains_ascii(*self.text.as_bytes().get(at)?) {
            Some(member) => member.then_some(1),
            None => char_at(self.text, at).filter(|&c| set.contains(c)).map(char::len_utf8),
        }
    }

    /// End of the run of characters of the set that begins at `at`.
    fn run_of(&self, set: &Set, mut at: usize) -> usize {
        while let Some(len) = self.member_at(set, at) {
            at += len;
        }
        at
    }

    /// The place `count` characters before `at`.
    fn before(&self, at: usize, count: u32) -> Option<usize> {
        match count {
            0 => Some(at),
            count => self.text[..at].char_indices().rev().nth(count as usize - 1).map(|(start, _)| start),
        }
    }

    fn holds(&self, assertion: Assertion, at: usize) -> bool {
        let before = || self.text[..at].chars().next_back();
        let after = || char_at(self.text, at);
        let is_word = |c: Option<char>| c.is_some_and(|c| self.program.sets[self.program.word].contains(c));
        match assertion {
            Assertion::TextStart => at == 0,
            Assertion::TextEnd => at == self.text.len(),
            Assertion::LastLineEnd => matches!(&self.text[at..], "" | "\n"),
            Assertion::LineStart => at == 0 || (at < self.text.len() && before() == Some('\n')),
            Assertion::LineEnd => matches!(after(), None | Some('\n')),
            Assertion::WordBoundary => is_word(before()) != is_word(after()),
            Assertion::NotWordBoundary => is_word(before()) == is_word(after()),
        }
    }
}

#[inline]
fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}
