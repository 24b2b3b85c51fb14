//! Splitters that look at one character at a time.

use std::num::NonZeroUsize;

use super::behavior::{Behavior, Cutter};
use crate::error::Result;
use crate::text::classes::{Class, Classes, Scripts};
use crate::text::{Splits, Unicode};

/// Cuts at the characters for which `is_match` holds, each a match of its own.
pub(super) fn at(splits: &mut Splits<'_>, behavior: Behavior, is_match: impl Fn(char) -> bool) -> Result<()> {
    splits.split(|word, keep| {
        let mut cutter = Cutter::new(behavior, false, keep);
        for (start, c) in word.char_indices().filter(|&(_, c)| is_match(c)) {
            cutter.found(start..start + c.len_utf8());
        }
        cutter.finish(word.len());
        Ok(())
    })
}

/// Whitespace removed, punctuation isolated.
pub(super) fn bert(splits: &mut Splits<'_>, classes: &Classes) -> Result<()> {
    splits.split(|word, keep| {
        let mut start = 0;
        for (at, c) in word.char_indices() {
            let class = classes.get(c);
            let end = at + c.len_utf8();
            if class.meets(Class::WHITESPACE) {
                keep(start..at);
                start = end;
            } else if class.meets(Class::PUNCTUATION) {
                keep(start..at);
                keep(at..end);
                start = end;
            }
        }
        keep(start..word.len());
        Ok(())
    })
}

/// Chunks of `length` characters; the last may be shorter.
pub(super) fn fixed_length(splits: &mut Splits<'_>, length: NonZeroUsize) -> Result<()> {
    splits.split(|word, keep| {
        let mut start = 0;
        for (at, _) in word.char_indices().step_by(length.get()).skip(1) {
            keep(start..at);
            start = at;
        }
        keep(start..word.len());
        Ok(())
    })
}

/// The matches of `\w+|[^\w\s]+`.
pub(super) fn words(splits: &mut Splits<'_>, classes: &Classes) -> Result<()> {
    #[derive(PartialEq, Clone, Copy)]
    enum Kind {
        Space,
        Word,
        Other,
    }
    let kind_of = |c| match classes.get(c) {
        class if class.meets(Class::WORD) => Kind::Word,
        class if class.meets(Class::WHITESPACE) => Kind::Space,
        _ => Kind::Other,
    };
    splits.split(|word, keep| {
        let mut start = 0;
        let mut kind = Kind::Space;
        for (at, c) in word.char_indices() {
            let next = kind_of(c);
            if next != kind {
                if kind != Kind::Space {
                    keep(start..at);
                }
                start = at;
                kind = next;
            }
        }
        if kind != Kind::Space {
            keep(start..word.len());
        }
        Ok(())
    })
}

/// Cuts where the script changes. Characters without a script stay with what precedes; at the start of a word there is
/// nothing, and they are dropped (this is what `tokenizers` does).
pub(super) fn scripts(splits: &mut Splits<'_>, unicode: Unicode) -> Result<()> {
    let scripts = Scripts::of(unicode);
    splits.split(|word, keep| {
        let mut open: Option<(usize, u8)> = None;
        for (at, c) in word.char_indices() {
            let script = scripts.get(c);
            if script == Scripts::ANY {
                continue;
            }
            match open {
                Some((_, last)) if last == script => {}
                Some((start, _)) => {
                    keep(start..at);
                    open = Some((at, script));
                }
                None => open = Some((at, script)),
            }
        }
        if let Some((start, _)) = open {
            keep(start..word.len());
        }
        Ok(())
    })
}
