//! Locks once for the look, and once more for the act.
//! Red for: two-locks.

use lanes::sync::Mutex;

/// A tray of snacks.
pub struct Tray {
    snacks: Mutex<u32>,
}

impl Tray {
    /// Makes a tray with this many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: Mutex::new("snacks", snacks),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> u32 {
        *self.snacks.lock()
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        *self.snacks.lock() += 1;
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        if self.left() > 0 {
            let mut snacks = self.snacks.lock();
            *snacks = snacks.saturating_sub(1);
            return true;
        }
        false
    }
}
