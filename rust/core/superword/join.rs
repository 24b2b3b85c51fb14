//! Which words may be joined.
//!
//! The word cache holds the id of a word that may be joined with a mark, so that a stream of ids says which of them are
//! whole words; merges across words know only these.

use super::Boundless;
use super::layer::{Joining, MARK};
use crate::models::Answers;

/// The id of a whole word.
pub(super) fn marked(id: u32) -> u32 {
    id | MARK
}

/// Takes the marks of ids back.
pub(crate) fn unmark(ids: &mut [u32]) {
    ids.iter_mut().for_each(|id| *id &= !MARK);
}

impl Joining {
    /// Takes what stands side by side: the ids of words that may be joined, none for any other token.
    pub(crate) fn take_words(&mut self, words: &mut Vec<Option<u32>>) {
        words.extend(self.ids.drain(..).map(|id| (id & MARK != 0).then_some(id & !MARK)));
    }
}

impl Boundless {
    /// Marks the words that may be joined.
    pub(crate) fn mark(&self, answers: &mut Answers) {
        for answer in &answers.words {
            if let Some([id]) = answers.ids.get_mut(answer.ids.range())
                && self.is_part(*id)
            {
                *id |= MARK;
            }
        }
    }

    /// Whether a token of a whole word may be joined with its neighbours.
    pub(crate) fn is_part(&self, id: u32) -> bool {
        self.layer.is_part(marked(id))
    }
}
