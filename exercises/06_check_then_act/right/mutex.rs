//! A lock around the number, locked once for the look and the act.

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
        let mut snacks = self.snacks.lock();
        let there_is_one = *snacks > 0;
        if there_is_one {
            *snacks -= 1;
        }
        there_is_one
    }
}
