//! Regular expressions as trees.

use regex_syntax::hir::ClassUnicode;

/// A part of a regular expression. What Oniguruma can say in several ways has one form here.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Empty,
    /// Characters in a row; with `fold` in any case.
    Literal {
        chars: Vec<char>,
        fold: bool,
    },
    /// One character of a set.
    Set(ClassUnicode),
    Cat(Vec<Node>),
    Alt(Vec<Node>),
    Repeat(Box<Repeat>),
    /// The first way to match is the only one.
    Atomic(Box<Node>),
    Look {
        ahead: bool,
        negative: bool,
        body: Box<Node>,
    },
    Assert(Assertion),
    Capture(usize, Box<Node>),
    Backref(usize),
}

#[derive(Debug, Clone)]
pub(super) struct Repeat {
    pub(super) body: Node,
    pub(super) min: u32,
    /// `None` is without bound.
    pub(super) max: Option<u32>,
    pub(super) greedy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assertion {
    TextStart,
    TextEnd,
    /// At the end, or before a line feed that ends the text.
    LastLineEnd,
    /// At the start, or after a line feed that does not end the text.
    LineStart,
    /// At the end, or before a line feed.
    LineEnd,
    WordBoundary,
    NotWordBoundary,
}

impl Node {
    /// A sequence; literals that touch become one (which matters for foldings of several characters).
    pub(super) fn cat(parts: Vec<Node>) -> Node {
        let mut joined: Vec<Node> = Vec::new();
        for part in parts {
            match (joined.last_mut(), part) {
                (_, Node::Empty) => {}
                (Some(Node::Literal { chars, fold }), Node::Literal { chars: more, fold: same }) if *fold == same => {
                    chars.extend(more);
                }
                (_, part) => joined.push(part),
            }
        }
        match joined.len() {
            0 => Node::Empty,
            1 => joined.pop().unwrap_or(Node::Empty),
            _ => Node::Cat(joined),
        }
    }

    /// Whether the node can match without consuming anything.
    pub(super) fn is_nullable(&self) -> bool {
        match self {
            Node::Literal { .. } | Node::Set(_) => false,
            Node::Cat(parts) => parts.iter().all(Node::is_nullable),
            Node::Alt(parts) => parts.iter().any(Node::is_nullable),
            Node::Repeat(repeat) => repeat.min == 0 || repeat.body.is_nullable(),
            Node::Atomic(body) | Node::Capture(_, body) => body.is_nullable(),
            Node::Empty | Node::Look { .. } | Node::Assert(_) | Node::Backref(_) => true,
        }
    }

    /// Adds to `set` the characters a match can begin with. Only meant for nodes that are not nullable.
    pub(super) fn first(&self, set: &mut ClassUnicode) {
        match self {
            Node::Set(class) => set.union(class),
            Node::Literal { chars, fold } => {
                if let Some(&c) = chars.first() {
                    set.union(&super::fold::single(c, *fold));
                    if *fold {
                        // A folding of several characters may begin with another character.
                        set.union(&super::fold::starts(chars));
                    }
                }
            }
            Node::Cat(parts) => {
                for part in parts {
                    part.first(set);
                    if !part.is_nullable() {
                        break;
                    }
                }
            }
            Node::Alt(parts) => parts.iter().for_each(|part| part.first(set)),
            Node::Repeat(repeat) if repeat.max == Some(0) => {}
            Node::Repeat(repeat) => repeat.body.first(set),
            Node::Atomic(body) | Node::Capture(_, body) => body.first(set),
            Node::Backref(_) => set.union(&super::class::everything()),
            Node::Empty | Node::Look { .. } | Node::Assert(_) => {}
        }
    }

    /// How many characters every match has, if that is one number.
    pub(super) fn fixed_length(&self) -> Option<u32> {
        match self {
            Node::Empty | Node::Look { .. } | Node::Assert(_) => Some(0),
            Node::Literal { chars, .. } => u32::try_from(chars.len()).ok(),
            Node::Set(_) => Some(1),
            Node::Cat(parts) => parts.iter().try_fold(0u32, |sum, part| sum.checked_add(part.fixed_length()?)),
            Node::Alt(parts) => {
                let mut lengths = parts.iter().map(Node::fixed_length);
                let first = lengths.next()??;
                lengths.all(|length| length == Some(first)).then_some(first)
            }
            Node::Repeat(repeat) if repeat.max == Some(repeat.min) => {
                repeat.body.fixed_length()?.checked_mul(repeat.min)
            }
            Node::Atomic(body) | Node::Capture(_, body) => body.fixed_length(),
            Node::Repeat(_) | Node::Backref(_) => None,
        }
    }
}
