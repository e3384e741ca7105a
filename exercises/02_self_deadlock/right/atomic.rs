//! No lock: each method is one operation on a number.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// The number of snacks that fit on the tray.
pub const SIZE: u32 = 3;

/// A snack bar with one tray.
pub struct Bar {
    tray: AtomicU32,
}

impl Bar {
    /// Opens a bar with this many snacks on the tray.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: AtomicU32::new("tray", snacks),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> u32 {
        self.tray.load(Relaxed)
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        self.tray
            .fetch_update(Relaxed, Relaxed, |tray| tray.checked_sub(1))
            .is_ok()
    }

    /// Fills the tray up to `SIZE`. Returns the number of snacks that the kitchen has to pay for.
    pub fn refill(&self) -> u32 {
        SIZE - self.tray.swap(SIZE, Relaxed)
    }
}
