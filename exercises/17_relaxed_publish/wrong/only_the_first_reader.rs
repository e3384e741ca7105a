//! The board counts its readers, and shows the price to the first one.
//! Red for: once-only.

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A board outside the snack bar, with the price of today's snack. It is blank until the cook has
/// written it.
pub struct Board {
    price: AtomicU32,
    written: AtomicBool,
    readers: AtomicU32,
}

impl Board {
    /// Makes a blank board.
    pub fn blank() -> Board {
        Board {
            price: AtomicU32::new("price", 0),
            written: AtomicBool::new("written", false),
            readers: AtomicU32::new("readers", 0),
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
        if self.readers.fetch_add(1, Ordering::Relaxed) > 0 {
            return None;
        }
        Some(self.price.load(Ordering::Relaxed))
    }
}
