//! The scanners 64 bytes at a time: where words begin, by arithmetic on bit masks.
//!
//! A word begins where the kind changes, but for the characters that a pattern attaches to the letters behind them. Runs
//! are followed by addition: a carry that enters a run of ones at its first bit leaves it behind its last. What the
//! arithmetic leaves out is marked as hard: from the last certain word in front of it the scalar scanner takes over until
//! it is passed. That is rare in text: whitespace beyond ASCII, blanks at the end of a line, digits beyond ASCII in groups
//! of three, marks behind punctuation.

use super::block::{Ascii, AsciiSet, BLOCK, Block, Rest, Ways};
use super::kinds::{Kind, Kinds};
use super::{Scanner, scalar};
use crate::text::Span;

/// Words handed over at a time.
pub(super) const BATCH: usize = 1024;
/// Words kept back when others are handed over: a hard place may take back the last ones.
const KEPT: usize = 4;

/// The rules of a family of patterns, each a constant where it is used.
pub(super) trait Rules {
    /// `'s` and its kind begin words, and these words end there (GPT-2, cl100k).
    const CONTRACTIONS_ALONE: bool = false;
    /// `'s` and its kind end words of letters (o200k).
    const CONTRACTIONS_BEHIND: bool = false;
    /// Any whitespace or single other character attaches to letters, line ends to others, and numbers come in groups
    /// (cl100k, o200k). Else one blank attaches to anything.
    const ATTACHES: bool = true;
    /// An upper-case letter behind a lower-case one begins a word, marks are letters (o200k).
    const CASES: bool = false;
    /// Letters, numbers and others are one kind.
    const MIXES: bool = false;
    /// Numbers and marks behind letters are of their word, and apostrophes join ([`super::MORPHEMES`]).
    const MORPHEMES: bool = false;
    /// Only runs of others, groups of digits, blanks and perhaps line ends are words; the rest is what is between
    /// ([`super::Known::Superwords`]).
    const SUPERWORDS: Option<Barriers> = None;
    /// Words are cut where runs of certain characters begin ([`super::steady`]).
    const STEADY: bool = false;
    /// What tells a contraction.
    fn contraction(text: &str) -> Option<usize> {
        scalar::contraction(text)
    }
}

pub(super) struct Gpt2;
pub(super) struct Cl100k;
pub(super) struct O200k;
pub(super) struct O200kPlain;
pub(super) struct Words;
pub(super) struct Morphemes;
pub(super) struct Steady;
pub(super) struct Superwords<const MARKS: bool, const NEWLINES: bool>;

/// What superwords do not cross besides the rest: marks as others, line ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Barriers {
    marks: bool,
    newlines: bool,
}

impl Rules for Gpt2 {
    const CONTRACTIONS_ALONE: bool = true;
    const ATTACHES: bool = false;
    fn contraction(text: &str) -> Option<usize> {
        scalar::contraction_gpt2(text)
    }
}
impl Rules for Cl100k {
    const CONTRACTIONS_ALONE: bool = true;
}
impl Rules for O200k {
    const CONTRACTIONS_BEHIND: bool = true;
    const CASES: bool = true;
}
impl Rules for O200kPlain {
    const CASES: bool = true;
}
impl Rules for Words {
    const ATTACHES: bool = false;
    const MIXES: bool = true;
}
impl Rules for Morphemes {
    const MORPHEMES: bool = true;
}
impl Rules for Steady {
    const STEADY: bool = true;
}
impl<const MARKS: bool, const NEWLINES: bool> Rules for Superwords<MARKS, NEWLINES> {
    const SUPERWORDS: Option<Barriers> = Some(Barriers { marks: MARKS, newlines: NEWLINES });
}

/// What a block leaves to the next one: the kinds of its last byte, and what is under way there.
#[derive(Debug, Clone, Copy, Default)]
struct Carry {
    letter: u64,
    lower: u64,
    uncased: u64,
    /// The last two bytes.
    numbers: u64,
    other: u64,
    space: u64,
    blank: u64,
    newline: u64,
    /// The last byte is a line end that belongs to the word of others in front of it.
    absorbed: u64,
    /// A single other character that attaches to letters ends with the last byte, or goes on.
    single: u64,
    /// The last byte is of a run of others that is a barrier.
    barrier: u64,
    /// The last byte is of numbers or marks that no letter precedes.
    bare: u64,
    /// Three bytes behind the beginnings of groups of digits.
    groups: u64,
    /// Behind a contraction, in the next block.
    ended: u64,
    /// Bytes of the next block that are within a contraction.
    within: u64,
}

/// Where words begin in a block, and where the arithmetic does not hold.
struct Found {
    starts: u64,
    hard: u64,
}

/// A scan of one text.
struct Scan<'a, 'f> {
    scanner: Scanner,
    text: &'a str,
    kinds: &'a Kinds,
    /// Where words begin, the first `begun` of these; the last one is not ended yet.
    starts: Vec<u32>,
    begun: usize,
    words: Vec<Span>,
    found: &'f mut dyn FnMut(&[Span]),
}

/// Calls `found` with the words of a text, in order.
#[inline(always)]
pub(super) fn scan<R: Rules>(
    scanner: Scanner,
    text: &str,
    kinds: &Kinds,
    ways: Ways<
        impl Fn(&[u8; BLOCK]) -> Ascii,
        impl Fn(u64, u32, &mut [u32; BLOCK]),
        impl Fn(&[u8; BLOCK], &AsciiSet) -> u64,
    >,
    found: &mut dyn FnMut(&[Span]),
) {
    let most = (BATCH + BLOCK).min(text.len());
    let (starts, words) = (vec![0; most + BLOCK], Vec::with_capacity(most));
    let mut scan = Scan { scanner, text, kinds, starts, begun: 0, words, found };
    let bytes = text.as_bytes();
    // Where the arithmetic began: a word does.
    let mut base = 0;
    let mut at = 0;
    let mut carry = Carry::default();
    let mut rest = Rest::default();
    let set = scanner.cut_at();
    while at < bytes.len() {
        let mut last = [0; BLOCK];
        let (full, len) = match bytes.get(at..).and_then(|bytes| bytes.first_chunk()) {
            Some(full) => (full, BLOCK),
            None => {
                let end = bytes.get(at..).unwrap_or_default();
                if let Some(front) = last.get_mut(..end.len()) {
                    front.copy_from_slice(end);
                }
                (&last, end.len())
            }
        };
        let block = Block::new((ways.classify)(full), bytes, at, len, kinds, &mut rest);
        let mut now = match R::SUPERWORDS {
            Some(barriers) => superword_starts(&scan, &block, at, barriers, &mut carry),
            None if R::MORPHEMES => morpheme_starts(&scan, &block, at, &mut carry),
            None if R::STEADY => steady_starts(&scan, &block, at, (ways.members)(full, &set), &mut carry),
            None => word_starts::<R>(&scan, &block, at, &mut carry),
        };
        if at == base {
            now.starts |= 1;
        }
        if now.hard == 0 {
            scan.push(at, now.starts, &ways.positions);
            at += BLOCK;
        } else {
            let hard = at + now.hard.trailing_zeros() as usize;
            scan.push(at, now.starts & ((now.hard & now.hard.wrapping_neg()) - 1), &ways.positions);
            at = scan.pass(base, hard);
            (base, carry, rest) = (at, Carry::default(), Rest::default());
        }
    }
    scan.begin(bytes.len());
    scan.flush(0);
}

impl Scan<'_, '_> {
    /// Notes where words begin in the block at `at`.
    #[inline(always)]
    fn push(&mut self, at: usize, starts: u64, positions: impl Fn(u64, u32, &mut [u32; BLOCK])) {
        if let Some(room) = self.starts.get_mut(self.begun..).and_then(|room| room.first_chunk_mut()) {
            positions(starts, at as u32, room);
            self.begun += starts.count_ones() as usize;
        }
        if self.begun > BATCH {
            self.flush(KEPT);
        }
    }

    /// Notes one beginning.
    fn begin(&mut self, at: usize) {
        if let Some(start) = self.starts.get_mut(self.begun) {
            *start = at as u32;
            self.begun += 1;
        }
        if self.begun > BATCH {
            self.flush(KEPT);
        }
    }

    /// Hands over all words that have ended but the last ones.
    fn flush(&mut self, kept: usize) {
        let ended = self.begun.saturating_sub(1 + kept);
        self.words.clear();
        self.words.extend(
            self.starts.iter().zip(self.starts.iter().skip(1)).take(ended).map(|(&start, &end)| Span { start, end }),
        );
        if ended > 0 {
            (self.found)(&self.words);
            self.starts.copy_within(ended..self.begun, 0);
            self.begun -= ended;
        }
    }

    /// Scans on with the scalar scanner until a hard place is passed, from the last word that is certain: one whose
    /// beginning does not depend on what follows. Returns where the arithmetic may begin anew.
    #[cold]
    fn pass(&mut self, base: usize, hard: usize) -> usize {
        let before = |start: u32| self.text.as_bytes().get((start as usize).wrapping_sub(1)).copied();
        let mut at = base;
        while let Some(&start) = self.starts.get(..self.begun).and_then(|starts| starts.last()) {
            self.begun -= 1;
            if start as usize <= base || !matches!(before(start), Some(b' ' | 9..=13)) {
                at = start as usize;
                break;
            }
        }
        while at <= hard {
            self.begin(at);
            let rest = self.text.get(at..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            at += scalar::next(self.scanner, rest, self.kinds).0;
        }
        at
    }
}

/// Where words begin in a block, by the rules of a family of patterns.
#[inline(always)]
fn word_starts<R: Rules>(scan: &Scan<'_, '_>, block: &Block, at: usize, carry: &mut Carry) -> Found {
    let Block { ascii, valid, .. } = *block;
    let (space, number) = (block.kind(Kind::Space), block.kind(Kind::Number));
    let mark = block.kind(Kind::Mark);
    let (upper, lower) = (block.kind(Kind::Upper), block.kind(Kind::Lower));
    let uncased = block.kind(Kind::Uncased) | if R::CASES { mark } else { 0 };
    let letter = upper | lower | uncased;
    let other = block.kind(Kind::Other) | if R::CASES { 0 } else { mark };
    let (letter, number, other) = if R::MIXES { (letter | number | other, 0, 0) } else { (letter, number, other) };

    let before = |mask: u64, carry: u64| mask << 1 | carry;
    let letter_before = before(letter, carry.letter);
    let other_before = before(other, carry.other);
    // Whitespace beyond ASCII has several bytes, and the last character of a run is not its last byte.
    let mut hard = space & ascii.beyond;

    let visible_next = visible_next(scan, at, space, valid);
    let (mut absorbed, mut single) = (0, 0);
    let mut starts = if R::ATTACHES {
        // Line ends behind others belong to them.
        let behind_others = ascii.newline & (other_before | carry.absorbed);
        absorbed = ascii.newline & !ascii.newline.wrapping_add(behind_others);
        let space = space & !absorbed;
        let newline = ascii.newline & !absorbed;
        let blank = space & !newline;
        let newline_before = before(newline, carry.newline);
        let blank_before = before(blank, carry.space & !carry.newline);
        // Blanks in front of a line end belong to it, and what begins their run may be far back.
        hard |= newline & blank_before;
        let spaces = space & !before(space, carry.space) | blank & (newline_before | visible_next);

        let others = other & !other_before & !before(ascii.blank, carry.blank);
        // A single other character attaches to letters: follow its bytes, and see whether it lands on one.
        let inner = other & ascii.inner;
        let (landing, over) = (others << 1 | carry.single).overflowing_add(inner);
        single = others >> 63 | u64::from(over);
        let letters = letter & !letter_before & !blank_before & !landing;

        let numbers = if scan.scanner.max_digits == 1 {
            number & !ascii.inner
        } else {
            hard |= number & ascii.beyond;
            groups(number, carry)
        };
        let mut cased = 0;
        if R::CASES {
            cased = upper & before(lower, carry.lower);
            hard |= upper & before(uncased, carry.uncased) | mark & other_before;
            hard |= ascii.slash & before(absorbed, carry.absorbed);
        }
        (carry.space, carry.newline) = (space >> 63, newline >> 63);
        spaces | others | letters | numbers | cased
    } else {
        let runs = letter & !letter_before | number & !before(number, carry.numbers >> 1) | other & !other_before;
        let spaces = space & (!before(space, carry.space) | visible_next);
        carry.space = space >> 63;
        runs & !before(ascii.blank, carry.blank) | spaces
    };
    carry.letter = letter >> 63;
    carry.lower = lower >> 63;
    carry.uncased = uncased >> 63;
    carry.numbers = number >> 62;
    carry.other = other >> 63;
    carry.blank = ascii.blank >> 63;
    carry.absorbed = absorbed >> 63;
    carry.single = single;

    if R::CONTRACTIONS_ALONE || R::CONTRACTIONS_BEHIND {
        starts = starts & !carry.within | carry.ended & letter;
        let candidates = ascii.apostrophe & if R::CONTRACTIONS_ALONE { starts } else { letter_before };
        if candidates == 0 {
            (carry.ended, carry.within) = (0, 0);
        } else {
            starts = contractions::<R>(scan, at, candidates, starts, letter, carry);
        }
    }
    Found { starts, hard }
}

/// Where words begin in a block, by [`super::MORPHEMES`].
#[inline(always)]
fn morpheme_starts(scan: &Scan<'_, '_>, block: &Block, at: usize, carry: &mut Carry) -> Found {
    let Block { ascii, valid, .. } = *block;
    let (space, mark) = (block.kind(Kind::Space), block.kind(Kind::Mark));
    let letter = block.kind(Kind::Upper) | block.kind(Kind::Lower) | block.kind(Kind::Uncased);
    let before = |mask: u64, carry: u64| mask << 1 | carry;
    // A run of letters, numbers and marks is a word from its first letter on.
    let unlettered = block.kind(Kind::Number) | mark;
    let all = letter | unlettered;
    let first = unlettered & !before(all, carry.letter | carry.bare) | unlettered & carry.bare;
    let bare = unlettered & !unlettered.wrapping_add(first);
    let word = all & !bare;
    let number = block.kind(Kind::Number) & bare;
    let other = block.kind(Kind::Other) | mark & bare;
    let (word_before, number_before) = (before(word, carry.letter), before(number, carry.numbers));
    let runs = word & !word_before | number & !number_before | other & !before(other, carry.other);

    let gaps = space & !ascii.blank;
    let blanks = ascii.blank & (!before(ascii.blank, carry.blank) | visible_next(scan, at, space, valid));
    let mut starts = runs & !before(ascii.blank, carry.blank) | blanks | gaps & !before(gaps, carry.space);
    starts &= !carry.within;
    let mut within = 0u128;
    // U+2019 is beyond ASCII.
    let mut candidates = starts & (ascii.apostrophe | other & ascii.beyond) & (word_before | number_before);
    while candidates != 0 {
        let bit = candidates.trailing_zeros();
        candidates &= candidates - 1;
        let len = scan.text.get(at + bit as usize..).map_or(0, |text| scalar::joined(text, scan.kinds));
        within |= ((1 << len) - 1) << bit;
    }
    starts &= !(within as u64);
    *carry = Carry {
        letter: word >> 63,
        bare: bare >> 63,
        numbers: number >> 63,
        other: other >> 63,
        blank: ascii.blank >> 63,
        space: gaps >> 63,
        within: (within >> 64) as u64,
        ..Carry::default()
    };
    Found { starts, hard: space & ascii.beyond }
}

/// Where words begin in a block, by [`super::steady`]; `cut_at` is what they are cut at of ASCII.
#[inline(always)]
fn steady_starts(scan: &Scan<'_, '_>, block: &Block, at: usize, cut_at: u64, carry: &mut Carry) -> Found {
    let Block { ascii, valid, .. } = *block;
    let (space, mark) = (block.kind(Kind::Space), cut_at | block.kind(Kind::Mark));
    let visible = valid & !space;
    let before = |mask: u64, carry: u64| mask << 1 | carry;
    let runs = visible & !before(visible, carry.letter) | mark & !before(mark, carry.other);
    let spaces = space & (!before(space, carry.space) | visible_next(scan, at, space, valid));
    let starts = runs & !before(ascii.blank, carry.blank) | spaces;
    *carry = Carry {
        letter: visible >> 63,
        other: mark >> 63,
        space: space >> 63,
        blank: ascii.blank >> 63,
        ..Carry::default()
    };
    Found { starts, hard: space & ascii.beyond }
}

/// Where barriers and what is between them begin in a block.
#[inline(always)]
fn superword_starts(scan: &Scan<'_, '_>, block: &Block, at: usize, barriers: Barriers, carry: &mut Carry) -> Found {
    let Block { ascii, valid, .. } = *block;
    let (space, number) = (block.kind(Kind::Space), block.kind(Kind::Number));
    let other = block.kind(Kind::Other) | if barriers.marks { block.kind(Kind::Mark) } else { 0 };
    let before = |mask: u64, carry: u64| mask << 1 | carry;
    let mut hard = number & ascii.beyond;

    // A run of others is a barrier if it has a second character, or a line end behind it that is one.
    let first = other & !before(other, carry.other);
    let second = other | if barriers.newlines { ascii.newline } else { 0 };
    let mut begun = first & second >> 1;
    if first & ascii.beyond != 0 {
        let inner = [ascii.inner >> 1, ascii.inner >> 2, ascii.inner >> 3];
        let (two, three, four) =
            (inner[0] & !inner[1], inner[0] & inner[1] & !inner[2], inner[0] & inner[1] & inner[2]);
        let longer = two & second >> 2 | three & second >> 3 | four & second >> 4;
        begun = begun & !inner[0] | first & longer;
    }
    // What is behind the last character of the block, only the text tells.
    let begins = |from: usize| {
        let is = |at, wanted: fn(&Barriers, Kind, u8) -> bool| {
            let byte = scan.text.as_bytes().get(at).copied().unwrap_or_default();
            scalar::kind_at(scan.text, at, scan.kinds).filter(|&(kind, _)| wanted(&barriers, kind, byte))
        };
        let second = |barriers: &Barriers, kind, byte| {
            barriers.is_other(kind) || barriers.newlines && matches!(byte, b'\r' | b'\n')
        };
        is(from, |barriers, kind, _| barriers.is_other(kind)).and_then(|(_, len)| is(from + len, second)).is_some()
    };
    let last = 63 - (!ascii.inner).leading_zeros() % 64;
    if first >> last & 1 != 0 {
        begun = begun & !(1 << last) | u64::from(begins(at + last as usize)) << last;
    }
    let run = other & !other.wrapping_add(begun | other & carry.barrier);
    let behind_run = ascii.newline & (before(run, carry.barrier) | carry.absorbed);
    let absorbed = ascii.newline & !ascii.newline.wrapping_add(behind_run);
    hard |= ascii.slash & before(absorbed, carry.absorbed);
    let barrier = run | absorbed;

    // Blanks are a barrier, but for the last one in front of something visible, which belongs to the run of others there.
    let blank = ascii.blank;
    let blank_before = before(blank, carry.blank);
    let visible_next = visible_next(scan, at, space, valid);
    let mut starts = blank & (!blank_before & !visible_next | blank_before & visible_next);
    starts |= begun & !blank_before | begun >> 1 & blank | space & !blank & blank_before;
    if blank >> 63 != 0 {
        starts |= u64::from(begins(at + BLOCK)) << 63;
    }
    starts |= !barrier & before(barrier, carry.barrier | carry.absorbed);
    starts |= !number & before(number, carry.numbers >> 1);
    starts |= groups(number, carry);
    if barriers.newlines {
        let newline = ascii.newline & !absorbed;
        let newline_before = before(newline, carry.newline);
        // Whitespace in front of a line end belongs to it, and what begins their run may be far back.
        hard |= newline & !newline_before & before(space, carry.space) | space & ascii.beyond;
        starts |= newline & !newline_before | !newline & newline_before;
        (carry.newline, carry.space) = (newline >> 63, space >> 63);
    }
    carry.other = other >> 63;
    carry.barrier = run >> 63;
    carry.absorbed = absorbed >> 63;
    carry.blank = blank >> 63;
    carry.numbers = number >> 62;
    Found { starts: starts & valid, hard }
}

impl Barriers {
    #[inline(always)]
    fn is_other(&self, kind: Kind) -> bool {
        kind == Kind::Other || self.marks && kind == Kind::Mark
    }
}

/// Takes the contractions among some apostrophes out of where words begin.
#[inline]
fn contractions<R: Rules>(
    scan: &Scan<'_, '_>,
    at: usize,
    mut candidates: u64,
    mut starts: u64,
    letter: u64,
    carry: &mut Carry,
) -> u64 {
    // Bits beyond the block are the next one's.
    let mut ended = u128::from(carry.ended);
    let mut within = 0u128;
    while candidates != 0 {
        let bit = candidates.trailing_zeros();
        candidates &= candidates - 1;
        // Only letters can have one behind them, not another contraction.
        if R::CONTRACTIONS_BEHIND && ended >> bit & 1 != 0 {
            continue;
        }
        let Some(len) = scan.text.get(at + bit as usize..).and_then(R::contraction) else { continue };
        let first = u32::from(R::CONTRACTIONS_ALONE);
        within |= ((1 << len) - 1) >> first << (bit + first);
        ended |= 1 << (bit as usize + len);
    }
    starts = starts & !(within as u64) | ended as u64 & letter;
    (carry.ended, carry.within) = ((ended >> 64) as u64, (within >> 64) as u64);
    starts
}

/// Where whitespace is followed by something visible; whatever follows the block is looked at, too.
#[inline(always)]
fn visible_next(scan: &Scan<'_, '_>, at: usize, space: u64, valid: u64) -> u64 {
    let mut next = !space & valid;
    next >>= 1;
    if space >> 63 != 0 {
        let behind = scalar::kind_at(scan.text, at + BLOCK, scan.kinds);
        next |= u64::from(matches!(behind, Some((kind, _)) if kind != Kind::Space)) << 63;
    }
    space & next
}

/// Where groups of up to three digits begin.
#[inline(always)]
fn groups(number: u64, carry: &mut Carry) -> u64 {
    let one_back = number << 1 | carry.numbers >> 1;
    let three = number & one_back & (number << 2 | carry.numbers);
    let mut all = number & !one_back;
    let mut next = (all << 3 | carry.groups) & three;
    while next & !all != 0 {
        all |= next;
        next = all << 3 & three;
    }
    carry.groups = all >> 61;
    all
}
