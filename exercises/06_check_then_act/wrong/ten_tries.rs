//! Tries ten times: no other player is faster ten times in a row.
//! Red for: gives-up.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A tray of snacks.
pub struct Tray {
    snacks: AtomicU32,
}

impl Tray {
    /// Makes a tray with this many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: AtomicU32::new("snacks", snacks),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> u32 {
        self.snacks.load(Relaxed)
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        self.snacks.fetch_add(1, Relaxed);
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        for _ in 0..10 {
            let seen = self.left();
            if seen == 0 {
                return false;
            }
            if self
                .snacks
                .compare_exchange(seen, seen - 1, Relaxed, Relaxed)
                .is_ok()
            {
                return true;
            }
        }
        false
    }
}
