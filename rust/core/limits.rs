//! Every bound on input that comes from outside, in one table. Each is checked when a file is loaded or a text is
//! encoded, and exceeding it is an [`Error`](crate::Error) of class `Limit` that names the field.

/// Bounds on untrusted input. The default is generous for every tokenizer seen in the wild; raise a field for a file
/// you trust.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Size of a tokenizer file in bytes.
    pub file_bytes: u64,
    /// Depth of nested JSON values and of nested `Sequence` components.
    pub nesting: u64,
    /// Highest token id.
    pub highest_id: u64,
    /// Vocabulary slots (highest id + 1) per entry: 2 means that at least half of the ids exist.
    pub slots_per_token: u64,
    /// Bytes of one token's string.
    pub token_bytes: u64,
    /// BPE merges per vocabulary entry.
    pub merges_per_token: u64,
    /// Number of added tokens.
    pub added_tokens: u64,
    /// Bytes of one added token's content.
    pub added_token_bytes: u64,
    /// Bytes of one regular expression's source.
    pub regex_source_bytes: u64,
    /// Bytes of one compiled regular expression.
    pub regex_compiled_bytes: u64,
    /// Backtracking steps of a regular expression with look-around, per KiB of text.
    pub regex_steps_per_kib: u64,
    /// Bytes of the content of one `Replace` or `Prepend`.
    pub replacement_bytes: u64,
    /// Output bytes of normalization per input byte (plus 4 KiB).
    pub normalizer_expansion: u64,
    /// Length that padding or truncation may ask for, in tokens.
    pub padded_length: u64,
    /// Tokens in all the windows that truncating or joining one input may make (each counts 16 more).
    pub overflow_tokens: u64,
    /// Output bytes of a `Replace` decoder per byte of the tokens (plus 1 MiB).
    pub decoder_expansion: u64,
    /// Bytes of a `Precompiled` character map.
    pub charsmap_bytes: u64,
    /// Bytes of one input text; offsets are 32 bits wide.
    pub text_bytes: u64,
    /// `max_input_chars_per_word` of WordPiece.
    pub wordpiece_word_chars: u64,
    /// Uncompressed bytes per compressed byte of a corpus file.
    pub decompression_ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: 512 << 20,
            nesting: 64,
            highest_id: (1 << 24) - 1,
            slots_per_token: 2,
            token_bytes: 64 << 10,
            // A trained BPE has fewer merges than tokens, but vocabularies converted from ranks list every way to
            // build a token: 2.2 merges per token in Llama 3's file.
            merges_per_token: 4,
            added_tokens: 1_000_000,
            added_token_bytes: 4 << 10,
            regex_source_bytes: 64 << 10,
            // The Unicode class tables of one `\p{L}` alone take a quarter of a MiB in an automaton.
            regex_compiled_bytes: 8 << 20,
            regex_steps_per_kib: 1_000_000,
            replacement_bytes: 4 << 10,
            // The worst single character is U+FDFA under NFKC: 3 bytes become 33.
            normalizer_expansion: 32,
            padded_length: 1 << 24,
            // About half a GiB: windows of two inputs combine, so their number is a product.
            overflow_tokens: 1 << 25,
            decoder_expansion: 32,
            charsmap_bytes: 16 << 20,
            text_bytes: u32::MAX as u64,
            wordpiece_word_chars: 10_000,
            decompression_ratio: 200,
        }
    }
}
