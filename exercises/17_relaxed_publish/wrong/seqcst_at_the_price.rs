//! The strongest ordering, where the wrong value was read: loom cannot judge it beside weaker ones.
//! Red for: refused.

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
        self.price.store(price, Ordering::SeqCst);
        self.written.store(true, Ordering::Relaxed);
    }

    /// Returns the price, or `None` while the board is blank. Never anything else.
    pub fn read(&self) -> Option<u32> {
        if !self.written.load(Ordering::Relaxed) {
            return None;
        }
        Some(self.price.load(Ordering::SeqCst))
    }
}
