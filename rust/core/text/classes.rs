//! Character classes, in two named Unicode modes.

/// Which Unicode data the components use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Unicode {
    /// What Hugging Face `tokenizers` 0.23.3 does, measured character by character: the same ids for the same file.
    #[default]
    Hf,
    /// Current Unicode throughout.
    Unicode,
}
