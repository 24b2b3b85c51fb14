//! What stands before and after the merged pair, summed over all its occurrences.

/// Both sides of one merge.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    pub(super) before: Side,
    pub(super) after: Side,
    pub(super) apart: Apart,
}

/// Where equal pairs do not overlap: by how much the notes of one merge count too many.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// Of the merged token twice, which is formed.
    pub(super) formed: i64,
    /// Of the left token twice, which is lost: `aab` loses the `aa`, `aaab` does not.
    pub(super) left: i64,
    /// Of the right token twice.
    pub(super) right: i64,
}

/// The tokens on one side.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// Per token id, 1 + its position in `seen`; 0 if it was not seen.
    slots: Vec<u32>,
    seen: Vec<Neighbour>,
    /// Position in `seen`, and a word where that token was seen; in the order of the words.
    log: Vec<(u32, u32)>,
}

/// One token, and how often it stands there.
#[derive(Debug)]
pub(super) struct Neighbour {
    pub(super) id: u32,
    /// Entries of the log.
    entries: u32,
    pub(super) count: i64,
    /// The words where it stands, ascending, each once; only after [`Side::collect`].
    pub(super) words: Vec<u32>,
}

impl Neighbours {
    /// Begins another merge; ids are below `tokens`.
    pub(super) fn reset(&mut self, tokens: usize) {
        for side in [&mut self.before, &mut self.after] {
            for neighbour in side.seen.drain(..) {
                side.slots[neighbour.id as usize] = 0;
            }
            side.log.clear();
            side.slots.resize(tokens, 0);
        }
        self.apart = Apart::default();
    }
}

impl Side {
    #[inline]
    pub(super) fn note(&mut self, id: u32, word: u32, count: i64) {
        let slot = &mut self.slots[id as usize];
        if *slot == 0 {
            self.seen.push(Neighbour { id, entries: 0, count: 0, words: Vec::new() });
            *slot = self.seen.len() as u32;
        }
        let at = *slot - 1;
        let neighbour = &mut self.seen[at as usize];
        neighbour.count += count;
        neighbour.entries += 1;
        self.log.push((at, word));
    }

    /// The tokens seen.
    pub(super) fn seen(&self) -> &[Neighbour] {
        &self.seen
    }

    /// How often a token was seen.
    pub(super) fn count(&self, id: u32) -> i64 {
        let slot = self.slots.get(id as usize).copied().unwrap_or_default();
        if slot == 0 { 0 } else { self.seen[slot as usize - 1].count }
    }

    /// Lists the words of those tokens that are asked for, and hands them over.
    pub(super) fn collect(&mut self, mut wanted: impl FnMut(&Neighbour) -> bool, mut found: impl FnMut(u32, Vec<u32>)) {
        let mut any = false;
        for neighbour in &mut self.seen {
            if wanted(neighbour) {
                neighbour.words.reserve_exact(neighbour.entries as usize);
                any = true;
            }
        }
        if !any {
            return;
        }
        for &(at, word) in &self.log {
            let words = &mut self.seen[at as usize].words;
            if words.capacity() > 0 && words.last() != Some(&word) {
                words.push(word);
            }
        }
        for neighbour in &mut self.seen {
            if neighbour.words.capacity() > 0 {
                found(neighbour.id, std::mem::take(&mut neighbour.words));
            }
        }
    }
}
