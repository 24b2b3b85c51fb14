//! The Unicode normalization forms (UAX #15), with alignment.
//!
//! One algorithm runs over the tables of two crates: those of `unicode-normalization-alignments`, which Hugging Face
//! uses (assigned characters of about Unicode 11), and those of `unicode-normalization` (current). A text is cut into
//! segments at the characters that normalization can neither change nor join to what precedes; a segment that is
//! normalized already is copied.

use crate::error::Result;
use crate::interrupt::Walk;
use crate::text::{Aligned, Rewriter, Unicode};

/// A Unicode normalization form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Canonical composition.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

impl Form {
    pub(super) fn apply(self, text: &mut Aligned<'_>, unicode: Unicode) -> Result<()> {
        match unicode {
            Unicode::Hf => self.apply_with::<HfTables>(text),
            Unicode::Unicode => self.apply_with::<CurrentTables>(text),
        }
    }

    fn apply_with<T: Tables>(self, text: &mut Aligned<'_>) -> Result<()> {
        let mut normalized = Vec::new();
        let Some(first) = self.next_change::<T>(text.as_str(), 0, &mut normalized) else { return Ok(()) };
        text.rewrite(|writer| {
            let old = writer.old();
            let mut copied = 0;
            let mut change = Some(first);
            let mut walk = Walk::default();
            while let Some((start, end)) = change {
                walk.at(start)?;
                writer.copy(copied..start);
                write(writer, start, &normalized);
                copied = end;
                change = self.next_change::<T>(old, end, &mut normalized);
            }
            writer.copy(copied..old.len());
            Ok(())
        })
    }

    /// The next segment at or after the boundary `from` that is not normalized, and what it becomes.
    fn next_change<T: Tables>(self, text: &str, mut from: usize, into: &mut Vec<Changed>) -> Option<(usize, usize)> {
        loop {
            let rest = text.get(from..)?;
            let mut characters = rest.char_indices().skip_while(|&(_, c)| c.is_ascii() || self.is_boundary::<T>(c));
            // The character before the first that is no boundary belongs to its segment.
            let inside = characters.next()?.0;
            let start = rest.get(..inside)?.char_indices().next_back().map_or(0, |(at, _)| at);
            let end = characters.find(|&(_, c)| self.is_boundary::<T>(c)).map_or(rest.len(), |(at, _)| at);
            let segment = rest.get(start..end)?;
            self.normalize::<T>(segment, into);
            if !segment.chars().eq(into.iter().map(|changed| changed.c)) {
                return Some((from + start, from + end));
            }
            from += end;
        }
    }

    /// Whether a segment begins at a character: it is a starter that the form keeps and that composes with nothing
    /// before it.
    fn is_boundary<T: Tables>(self, c: char) -> bool {
        c.is_ascii() || (T::is_kept(self, c) && T::combining_class(c) == 0)
    }

    /// UAX #15, sections 1.3 and 3.11 of the core specification: decompose, order, compose.
    fn normalize<T: Tables>(self, segment: &str, into: &mut Vec<Changed>) {
        into.clear();
        for c in segment.chars() {
            let mut change = 0;
            T::decompose(c, matches!(self, Form::Nfkc | Form::Nfkd), |c| {
                into.push(Changed { c, change, class: T::combining_class(c) });
                change = 1;
            });
        }
        for marks in into.chunk_by_mut(|_, next| next.class != 0) {
            marks.sort_by_key(|changed| changed.class);
        }
        if matches!(self, Form::Nfc | Form::Nfkc) {
            compose::<T>(into);
        }
    }
}

/// A character and what it does to the old text; see [`Aligned::transform`] for the protocol.
#[derive(Debug, Clone, Copy)]
struct Changed {
    c: char,
    change: isize,
    class: u8,
}

/// Composes in place. What joins a starter hands it the old characters it stood for.
fn compose<T: Tables>(characters: &mut Vec<Changed>) {
    let mut starter: Option<usize> = None;
    let mut last_class: Option<u8> = None;
    let mut kept = 0;
    for at in 0..characters.len() {
        let Some(&next) = characters.get(at) else { return };
        let blocked = last_class.is_some_and(|last| last >= next.class);
        if let Some(first) = starter.and_then(|starter| characters.get_mut(starter))
            && !blocked
            && let Some(composed) = T::compose(first.c, next.c)
        {
            first.c = composed;
            first.change += next.change - 1;
            continue;
        }
        if next.class == 0 {
            starter = Some(kept);
            last_class = None;
        } else if starter.is_some() {
            last_class = Some(next.class);
        }
        if let Some(slot) = characters.get_mut(kept) {
            *slot = next;
        }
        kept += 1;
    }
    characters.truncate(kept);
}

/// Writes a changed segment that begins at byte `at` of the old text.
fn write(writer: &mut Rewriter<'_, '_>, mut at: usize, characters: &[Changed]) {
    let mut rest = writer.old().get(at..).unwrap_or_default().chars();
    for changed in characters {
        if changed.change > 0 {
            writer.push_inherited(changed.c, at);
            continue;
        }
        writer.push(changed.c, at);
        at += rest.by_ref().take(1 + changed.change.unsigned_abs()).map(char::len_utf8).sum::<usize>();
    }
}

/// The data of one version of Unicode.
trait Tables {
    fn decompose(c: char, compatible: bool, emit: impl FnMut(char));
    fn compose(first: char, second: char) -> Option<char>;
    fn combining_class(c: char) -> u8;
    /// The quick-check property of the form is "yes".
    fn is_kept(form: Form, c: char) -> bool;
}

macro_rules! tables {
    ($name:ident, $crate_name:ident) => {
        struct $name;

        impl Tables for $name {
            fn decompose(c: char, compatible: bool, emit: impl FnMut(char)) {
                if compatible {
                    $crate_name::char::decompose_compatible(c, emit)
                } else {
                    $crate_name::char::decompose_canonical(c, emit)
                }
            }

            fn compose(first: char, second: char) -> Option<char> {
                $crate_name::char::compose(first, second)
            }

            fn combining_class(c: char) -> u8 {
                $crate_name::char::canonical_combining_class(c)
            }

            fn is_kept(form: Form, c: char) -> bool {
                let c = std::iter::once(c);
                let answer = match form {
                    Form::Nfc => $crate_name::is_nfc_quick(c),
                    Form::Nfd => $crate_name::is_nfd_quick(c),
                    Form::Nfkc => $crate_name::is_nfkc_quick(c),
                    Form::Nfkd => $crate_name::is_nfkd_quick(c),
                };
                answer == $crate_name::IsNormalized::Yes
            }
        }
    };
}

tables!(HfTables, unicode_normalization_alignments);
tables!(CurrentTables, unicode_normalization);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FORMS: [Form; 4] = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd];

    /// The reference: the crate's own iterator over the whole text, through the change protocol.
    fn whole_text(form: Form, text: &str) -> Aligned<'_> {
        use unicode_normalization_alignments::UnicodeNormalization;
        let mut aligned = Aligned::new(text, 0, true);
        match form {
            Form::Nfc => aligned.transform(text.nfc(), 0),
            Form::Nfd => aligned.transform(text.nfd(), 0),
            Form::Nfkc => aligned.transform(text.nfkc(), 0),
            Form::Nfkd => aligned.transform(text.nfkd(), 0),
        }
        aligned
    }

    fn check_against_crates(form: Form, text: &str) {
        let want = whole_text(form, text);
        let mut got = Aligned::new(text, 0, true);
        form.apply(&mut got, Unicode::Hf).unwrap();
        assert_eq!(got.as_str(), want.as_str(), "{form:?} {text:?}");
        for at in 0..got.len() {
            assert_eq!(got.origin(at..at + 1), want.origin(at..at + 1), "{form:?} {text:?} byte {at}");
        }

        use unicode_normalization::UnicodeNormalization;
        let mut got = Aligned::new(text, 0, true);
        form.apply(&mut got, Unicode::Unicode).unwrap();
        let want: String = match form {
            Form::Nfc => text.nfc().collect(),
            Form::Nfd => text.nfd().collect(),
            Form::Nfkc => text.nfkc().collect(),
            Form::Nfkd => text.nfkd().collect(),
        };
        assert_eq!(got.as_str(), want, "{form:?} {text:?}");
    }

    #[test]
    fn every_character_alone_and_between_marks() {
        for c in '\0'..=char::MAX {
            for form in FORMS {
                check_against_crates(form, c.encode_utf8(&mut [0; 4]));
            }
            if !c.is_ascii() && (c as u32) < 0x3_0000 && (c as u32).is_multiple_of(7) {
                for form in FORMS {
                    check_against_crates(form, &format!("a\u{345}{c}\u{323}\u{301}{c}"));
                }
            }
        }
    }

    #[test]
    fn normalized_text_is_left_alone() {
        let cases = [(Form::Nfc, "plain"), (Form::Nfc, "İstanbul'da é 漢字 한글 ﬁ"), (Form::Nfd, "e\u{301}")];
        for (form, text) in cases {
            let mut aligned = Aligned::new(text, 0, true);
            form.apply(&mut aligned, Unicode::Hf).unwrap();
            assert!(aligned.is_identity(), "{form:?} {text:?}");
        }
    }

    proptest! {
        #[test]
        fn segments_equal_the_whole(
            text in r"([a-e]|[À-ỹ]|[\u{300}-\u{362}]|[가-깋]|[ᄀ-ᄒ]|[ᅡ-ᅵ]|[ᆧ-ᆲ]|[\u{5b0}-\u{5bd}]|[ﬀ-ﬆ]|[\u{9c7}\u{9be}\u{dd9}\u{dcf}\u{dca}]|.){0,24}"
        ) {
            for form in FORMS {
                check_against_crates(form, &text);
            }
        }
    }
}
