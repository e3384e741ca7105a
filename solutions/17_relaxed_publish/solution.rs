//! A sign with release and acquire.
//!
//! **Why it works.** A load with `Acquire` that sees the value of a store with `Release` makes a point of time for the two
//! threads: all that the one did before the store has happened before all that the other does after the load. The price was
//! written before the sign, and is read after it; so whoever sees the sign sees the price. Whoever does not see the sign reads
//! nothing, and has promised nothing.
//!
//! The price may stay `Relaxed`: its order comes from the sign. It must still be atomic, for a guest who reads while the cook
//! writes would otherwise be a data race, and the compiler could do as it likes.
//!
//! **What else would work.** One cell for both: a price of 0 means *blank*, and a single relaxed atomic is enough, because one
//! cell has one order. A pair of fences. Or a channel: `send` is such a release, `recv` such an acquire, and that is what you
//! have used all evening without noticing.
//!
//! **What would not.** `SeqCst` on the price. It is a stronger promise about the wrong cell.

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A board outside the snack bar, with the price of today's snack. It is blank until the cook has written it.
pub struct Board {
    price: AtomicU32,
    written: AtomicBool,
}

impl Board {
    /// A blank board.
    pub fn blank() -> Board {
        Board {
            price: AtomicU32::new("price", 0),
            written: AtomicBool::new("written", false),
        }
    }

    /// The cook writes the price, once.
    pub fn write(&self, price: u32) {
        self.price.store(price, Ordering::Relaxed);
        self.written.store(true, Ordering::Release);
    }

    /// What a guest reads: the price, or nothing while the board is blank. Never anything else.
    pub fn read(&self) -> Option<u32> {
        if !self.written.load(Ordering::Acquire) {
            return None;
        }
        Some(self.price.load(Ordering::Relaxed))
    }
}
