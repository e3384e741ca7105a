//! Seeded random numbers. While a scenario runs, they replace the server's random bytes as well.

use std::{cell::RefCell, time::Duration};

thread_local! {
    /// The generator of the scenario that runs on this thread.
    static SCENARIO: RefCell<Option<Rng>> = const { RefCell::new(None) };
}

/// Replaces the random bytes of this thread by those of a seed.
pub(super) fn begin(seed: u64) {
    SCENARIO.set(Some(Rng(seed)));
}

/// Ends the replacement.
pub(super) fn end() {
    SCENARIO.set(None);
}

/// Fills `bytes` from the scenario of this thread. Returns false if no scenario runs here.
pub(crate) fn fill(bytes: &mut [u8]) -> bool {
    SCENARIO.with_borrow_mut(|rng| {
        let rng = rng.as_mut();
        rng.is_some_and(|rng| {
            bytes.fill_with(|| rng.next() as u8);
            true
        })
    })
}

/// SplitMix64.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Returns a duration of at least `least` milliseconds, and less than `more` longer.
    pub(super) fn millis(&mut self, least: u64, more: u64) -> Duration {
        Duration::from_millis(least + self.below(more))
    }
}
