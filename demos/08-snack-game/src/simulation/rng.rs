//! Chance that follows from a seed; also what the server takes for random, while an evening lasts.

use std::cell::RefCell;

thread_local! {
    /// The evening of this thread.
    static EVENING: RefCell<Option<Chance>> = const { RefCell::new(None) };
}

/// From here on, what this thread takes for random is the seed's.
pub(super) fn begin(seed: u64) {
    EVENING.set(Some(Chance(seed)));
}

/// It is random again.
pub(super) fn end() {
    EVENING.set(None);
}

/// The evening's bytes, if there is one.
pub(crate) fn fill(bytes: &mut [u8]) -> bool {
    EVENING.with_borrow_mut(|evening| {
        let chance = evening.as_mut();
        chance.is_some_and(|chance| {
            bytes.fill_with(|| chance.next() as u8);
            true
        })
    })
}

/// Splitmix64.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Less than `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// So many milliseconds, or up to as many more.
    pub(super) fn millis(&mut self, least: u64, more: u64) -> std::time::Duration {
        std::time::Duration::from_millis(least + self.below(more))
    }
}
