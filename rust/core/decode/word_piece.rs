//! `WordPiece`: continuation prefixes go, other tokens get a space.

pub(super) fn decode(tokens: &mut [String], prefix: &str, cleanup: bool) {
    for (at, token) in tokens.iter_mut().enumerate() {
        if at > 0 {
            *token = match token.strip_prefix(prefix) {
                Some(rest) => rest.to_owned(),
                None => format!(" {token}"),
            };
        }
        if cleanup {
            clean_up(token);
        }
    }
}

/// Takes spaces away that English text does not have, in this order. Source: `clean_up_tokenization` of Hugging Face
/// `transformers`, which `tokenizers` copies.
const ARTIFACTS: [(&str, &str); 11] = [
    (" .", "."),
    (" ?", "?"),
    (" !", "!"),
    (" ,", ","),
    (" ' ", "'"),
    (" n't", "n't"),
    (" 'm", "'m"),
    (" do not", " don't"),
    (" 's", "'s"),
    (" 've", "'ve"),
    (" 're", "'re"),
];

pub(super) fn clean_up(text: &mut String) {
    for (artifact, clean) in ARTIFACTS {
        if text.contains(artifact) {
            *text = text.replace(artifact, clean);
        }
    }
}
