//! `ByteLevel` as a post-processor: the whitespace of a token is left out of its span.

use crate::encoding::Encoding;
use crate::text::Span;
use crate::text::bytes::byte_to_char;
use crate::text::splitters::ByteLevel;

pub(super) fn process(encodings: &mut [Encoding], settings: ByteLevel) {
    if settings.trim_offsets {
        trim_all(encodings, settings.add_prefix_space);
    }
    for (input, encoding) in encodings.iter_mut().enumerate() {
        encoding.set_sequence_id(input);
    }
}

/// Trims the encodings and their windows.
pub(super) fn trim_all(encodings: &mut [Encoding], add_prefix_space: bool) {
    for encoding in encodings {
        trim(encoding, add_prefix_space);
        for window in encoding.overflowing_mut() {
            trim(window, add_prefix_space);
        }
    }
}

fn trim(encoding: &mut Encoding, add_prefix_space: bool) {
    encoding.map_offsets(|at, token, span| trim_span(token, span, at == 0, add_prefix_space));
}

/// One character of the token's string is one unit of the span.
fn trim_span(token: &str, span: Span, first: bool, add_prefix_space: bool) -> Span {
    let is_space = |c: &char| *c == byte_to_char(b' ') || c.is_whitespace();
    let mut leading = token.chars().take_while(is_space).count() as u32;
    let trailing = token.chars().rev().take_while(is_space).count() as u32;
    // A single space at the start of the text or of a word given apart is the one that was added: the span does not
    // hold it. More than one were there before, so that none was added.
    if (first || span.start == 0) && add_prefix_space && leading == 1 {
        leading = 0;
    }
    let start = if leading > 0 { span.end.min(span.start.saturating_add(leading)) } else { span.start };
    let end = if trailing > 0 && span.end >= trailing { start.max(span.end - trailing) } else { span.end };
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitespace_is_left_out() {
        #[rustfmt::skip]
        let cases = [
            // token, span, first, add_prefix_space, trimmed
            ("Ġab",     (3, 6), false, false, (4, 6)),
            ("abĠĠ",    (3, 7), false, true,  (3, 5)),
            ("Ġab",     (0, 2), true,  true,  (0, 2)), // the space was added
            ("Ġab",     (0, 3), true,  false, (1, 3)),
            ("Ġab",     (3, 6), true,  true,  (3, 6)),
            ("ĠĠab",    (0, 4), true,  true,  (2, 4)), // none was added
            ("ĠĠ",      (3, 5), false, true,  (5, 5)),
            ("Ġ",       (0, 1), true,  true,  (0, 0)), // kept at the start, trimmed at the end
            ("\u{3000} x", (2, 5), false, true, (4, 5)),
            ("abĠĠĠ",   (0, 2), false, true,  (0, 2)), // fewer units than trailing spaces
            ("ab",      (0, 2), true,  true,  (0, 2)),
            ("",        (0, 0), true,  true,  (0, 0)),
        ];
        for (token, (start, end), first, add_prefix_space, want) in cases {
            let span = trim_span(token, Span::new(start, end), first, add_prefix_space);
            assert_eq!((span.start, span.end), want, "{token:?} {start}..{end}");
        }
    }
}
