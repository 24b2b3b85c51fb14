//! Regular expressions in Oniguruma's syntax, as `tokenizer.json` files have them.
//!
//! Why an engine of our own: the files are written for Oniguruma, and two things that matter here cannot be had from
//! the engines at hand. `regex` is linear but has no look-around, which nearly every splitter uses (`\s+(?!\S)`);
//! `fancy-regex` has it, but backtracks without memory, so that one pattern and one text can stop a server, and its
//! limit counts per match instead of per text. And both read another syntax: `(?m)`, `$`, `\h`, `{3,1}`, `[[:punct:]]`,
//! the reach of `(?i)` and the case folding of `ß` mean other things there.
//!
//! One difference is on purpose. Oniguruma believes that a pattern which begins with a greedy `.*` or `.+` can only match
//! at the start of a line, even behind `\b` or `\B`, and so misses matches of `\B.+b`; here they are found.
//!
//! `parse` reads the syntax into a tree (`ast`), `program` compiles it, `vm` runs it; sets of characters are computed
//! by the `regex-syntax` crate (`class`, `fold`). Look there for how time stays linear.

mod ast;
mod class;
mod fold;
mod parse;
mod program;
mod vm;

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::error::{Error, Result};
use crate::interrupt;
use crate::limits::Limits;
use crate::text::Unicode;
use program::Program;
use vm::Machine;

/// A compiled regular expression.
#[derive(Debug)]
pub(super) struct Regex {
    program: Program,
    steps_per_kib: u64,
}

impl Regex {
    /// Compiles. Syntax that is wrong or not supported is an error of class `Format` that names the place.
    pub(super) fn new(pattern: &str, unicode: Unicode, limits: &Limits) -> Result<Self> {
        let bytes = pattern.len() as u64;
        if bytes > limits.regex_source_bytes {
            return Err(Error::limit("regex_source_bytes", bytes, limits.regex_source_bytes));
        }
        let parsed = parse::parse(pattern, unicode, limits.nesting)?;
        let program = program::compile(&parsed, unicode, limits.regex_compiled_bytes)?;
        Ok(Regex { program, steps_per_kib: limits.regex_steps_per_kib })
    }

    /// Calls `found` with every match, leftmost first, without overlap. An empty match is left out where the one before
    /// it ends. Fails with class `Limit` when the steps are used up.
    pub(super) fn find_all(&self, text: &str, found: impl FnMut(Range<usize>)) -> Result<()> {
        let max_steps = self.steps_per_kib.saturating_mul(1 + text.len() as u64 / 1024);
        each_match(text, Machine::new(&self.program, text, max_steps), found)
    }
}

/// Matches between two looks at whether to go on.
const MATCHES_UNCHECKED: u64 = 256;

fn each_match(text: &str, mut machine: Machine<'_, '_>, mut found: impl FnMut(Range<usize>)) -> Result<()> {
    let mut from = 0;
    let mut last_end = None;
    for matches in 1.. {
        let Some(range) = machine.find(from)? else { break };
        if matches % MATCHES_UNCHECKED == 0 {
            interrupt::check()?;
        }
        if range.is_empty() && last_end == Some(range.end) {
            match text.get(from..).and_then(|rest| rest.chars().next()) {
                Some(c) => from += c.len_utf8(),
                None => break,
            }
            continue;
        }
        from = range.end;
        last_end = Some(range.end);
        found(range);
    }
    Ok(())
}
