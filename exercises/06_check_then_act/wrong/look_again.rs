//! Looks twice, a moment apart: what is there both times is there.
//! Red for: rarer.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::thread;
use std::time::Duration;

/// A tray of snacks.
pub struct Tray {
    snacks: AtomicU32,
}

impl Tray {
    /// A tray with so many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: AtomicU32::new("snacks", snacks),
        }
    }

    /// How many snacks lie on the tray.
    pub fn left(&self) -> u32 {
        self.snacks.load(Relaxed)
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        self.snacks.fetch_add(1, Relaxed);
    }

    /// Takes a snack, if there is one; tells whether there was.
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
