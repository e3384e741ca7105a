//! Looks twice with a pause in between: a snack that is there both times is there.
//! Red for: rarer.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::thread;
use std::time::Duration;

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
        if self.left() == 0 {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
        if self.left() > 0 {
            self.snacks.fetch_sub(1, Relaxed);
            return true;
        }
        false
    }
}
