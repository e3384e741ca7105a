//! `grab` is one step; `put` looks and stores.
//! Red for: overwrites.

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
        let snacks = self.left();
        self.snacks.store(snacks + 1, Relaxed);
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        self.snacks
            .fetch_update(Relaxed, Relaxed, |snacks| snacks.checked_sub(1))
            .is_ok()
    }
}
