//! A sign with release and acquire.
//!
//! **Why it works.** If a load with `Acquire` sees the value of a store with `Release`, the two
//! threads agree on a point in time: everything that the first thread did before the store happened
//! before everything that the second thread does after the load. The price was written before the
//! sign, and is read after it; so a player that sees the sign sees the price. A player that does
//! not see the sign reads nothing, and returns `None`.
//!
//! The price may stay `Relaxed`: its order comes from the sign. It must still be atomic, because
//! otherwise a player that reads while the cook writes would be a data race, which is undefined
//! behaviour.
//!
//! **What else would work.** One cell for both: a value that is not a price, such as `u32::MAX`,
//! means *blank*. Then a single relaxed atomic is enough, because one cell has one order. A pair of
//! fences. Or a channel: `send` is such a release, and `recv` such an acquire; every earlier
//! exercise with a channel relied on that.
//!
//! **What would not.** `SeqCst` on the price. It is a stronger promise about the wrong cell.

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A board outside the snack bar, with the price of today's snack. It is blank until the cook has
/// written it.
pub struct Board {
    price: AtomicU32,
    written: AtomicBool,
}

impl Board {
    /// Makes a blank board.
    pub fn blank() -> Board {
        Board {
            price: AtomicU32::new("price", 0),
            written: AtomicBool::new("written", false),
        }
    }

    /// Writes the price, once. The cook calls this.
    pub fn write(&self, price: u32) {
        self.price.store(price, Ordering::Relaxed);
        self.written.store(true, Ordering::Release);
    }

    /// Returns the price, or `None` while the board is blank. Never anything else.
    pub fn read(&self) -> Option<u32> {
        if !self.written.load(Ordering::Acquire) {
            return None;
        }
        Some(self.price.load(Ordering::Relaxed))
    }
}
