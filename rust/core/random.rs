//! Seedable sources of randomness: one for dropout and for analyses that are drawn, which all calls share, and others
//! that belong to a task. SplitMix64 (Steele, Lea and Flood 2014).

use std::sync::atomic::{AtomicU64, Ordering};

/// What a state of SplitMix64 grows by.
pub(crate) const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

static STATE: AtomicU64 = AtomicU64::new(0);

/// Starts the sequence at `seed`.
pub fn seed(seed: u64) {
    STATE.store(seed, Ordering::Relaxed);
}

/// The next number, uniform in 0 to 1.
pub(crate) fn unit() -> f32 {
    let z = mixed(STATE.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP));
    (z >> 40) as f32 / (1u64 << 24) as f32
}

/// The finalizer of SplitMix64: a permutation in which every bit of the result depends on all of `z`.
pub(crate) fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A sequence of its own.
#[derive(Debug)]
pub(crate) struct SplitMix(u64);

impl SplitMix {
    /// The sequence of a seed and a text.
    pub(crate) fn of(seed: u64, text: &[u8]) -> Self {
        SplitMix(text.iter().fold(mixed(seed), |state, &byte| mixed(state ^ u64::from(byte))))
    }

    /// A number below a bound, which is not 0: the high half of a product.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(STEP);
        ((u128::from(mixed(self.0)) * bound as u128) >> 64) as usize
    }
}
