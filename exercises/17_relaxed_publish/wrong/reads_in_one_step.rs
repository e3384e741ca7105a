//! Not a mistake, but loom cannot judge a step that changes a cell (`fetch_or`) beside a plain
//! store.
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
        self.price.store(price, Ordering::Relaxed);
        self.written.store(true, Ordering::Release);
    }

    /// Returns the price, or `None` while the board is blank. Never anything else.
    pub fn read(&self) -> Option<u32> {
        if !self.written.fetch_or(false, Ordering::AcqRel) {
            return None;
        }
        Some(self.price.load(Ordering::Relaxed))
    }
}
