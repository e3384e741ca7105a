//! Counts what was put there and what was taken.
//! Red for: gives-back.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A tray of snacks.
pub struct Tray {
    put: AtomicU32,
    taken: AtomicU32,
}

impl Tray {
    /// Makes a tray with this many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            put: AtomicU32::new("put", snacks),
            taken: AtomicU32::new("taken", 0),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> u32 {
        self.put
            .load(Relaxed)
            .saturating_sub(self.taken.load(Relaxed))
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        self.put.fetch_add(1, Relaxed);
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        if self.taken.fetch_add(1, Relaxed) < self.put.load(Relaxed) {
            return true;
        }
        self.taken.fetch_sub(1, Relaxed);
        false
    }
}
