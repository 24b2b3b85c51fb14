//! `ByteFallback`: runs of `<0xHH>` tokens become the characters that their bytes spell.

pub(super) fn decode(tokens: Vec<String>) -> Vec<String> {
    let mut decoded = Vec::with_capacity(tokens.len());
    let mut run = Vec::new();
    for token in tokens {
        match byte(&token) {
            Some(byte) => run.push(byte),
            None => {
                finish(&mut run, &mut decoded);
                decoded.push(token);
            }
        }
    }
    finish(&mut run, &mut decoded);
    decoded
}

/// The byte of a token `<0xHH>`, with hexadecimal digits of either case.
fn byte(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>').filter(|digits| digits.len() == 2)?;
    // Reads `+H` as well, as Hugging Face `tokenizers` does.
    u8::from_str_radix(digits, 16).ok()
}

/// A run that is not valid as a whole becomes one U+FFFD per byte.
fn finish(run: &mut Vec<u8>, decoded: &mut Vec<String>) {
    if run.is_empty() {
        return;
    }
    match String::from_utf8(std::mem::take(run)) {
        Ok(text) => decoded.push(text),
        Err(error) => decoded.extend(error.as_bytes().iter().map(|_| char::REPLACEMENT_CHARACTER.to_string())),
    }
}
