//! A signed number can say that a snack was not there.
//! Red for: panic.

use lanes::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// A tray of snacks.
pub struct Tray {
    snacks: AtomicI32,
}

impl Tray {
    /// Makes a tray with this many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: AtomicI32::new("snacks", snacks as i32),
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
        self.snacks
            .fetch_update(Relaxed, Relaxed, |snacks| (snacks > 0).then(|| snacks - 1))
            .is_ok()
    }
}
