//! Takes a snack first, and gives it back if it was not there; the number may be negative.
//! Red for: gives-back.

use lanes::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// A tray of snacks.
pub struct Tray {
    snacks: AtomicI64,
}

impl Tray {
    /// Makes a tray with this many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: AtomicI64::new("snacks", i64::from(snacks)),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> u32 {
        self.snacks.load(Relaxed).max(0) as u32
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        self.snacks.fetch_add(1, Relaxed);
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        if self.snacks.fetch_sub(1, Relaxed) <= 0 {
            self.snacks.fetch_add(1, Relaxed);
            return false;
        }
        true
    }
}
