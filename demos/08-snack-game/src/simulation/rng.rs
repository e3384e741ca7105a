//! Seeded random numbers. While a scenario runs, they replace the server's random bytes as well.

use ::rng::Rng;
use std::{cell::RefCell, time::Duration};

thread_local! {
    /// The generator of the scenario that runs on this thread.
    static SCENARIO: RefCell<Option<Rng>> = const { RefCell::new(None) };
}

/// Replaces the random bytes of this thread by those of a seed.
pub(super) fn begin(seed: u64) {
    SCENARIO.set(Some(Rng::new(seed)));
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
            bytes.fill_with(|| rng.draw() as u8);
            true
        })
    })
}

/// Returns a duration of at least `least` milliseconds, and less than `more` longer. Whole
/// milliseconds: the simulated network has no shorter ticks.
pub(super) fn millis(rng: &mut Rng, least: u32, more: u32) -> Duration {
    Duration::from_millis((least + rng.below(more)).into())
}
