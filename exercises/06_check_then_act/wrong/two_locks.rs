//! A lock for the look, and a lock for the act.
//! Red for: two-locks.

use lanes::sync::Mutex;

/// A tray of snacks.
pub struct Tray {
    snacks: Mutex<u32>,
}

impl Tray {
    /// A tray with so many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: Mutex::new("snacks", snacks),
        }
    }

    /// How many snacks lie on the tray.
    pub fn left(&self) -> u32 {
        *self.snacks.lock()
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        *self.snacks.lock() += 1;
    }

    /// Takes a snack, if there is one; tells whether there was.
    pub fn grab(&self) -> bool {
        if self.left() > 0 {
            let mut snacks = self.snacks.lock();
            *snacks = snacks.saturating_sub(1);
            return true;
        }
        false
    }
}
