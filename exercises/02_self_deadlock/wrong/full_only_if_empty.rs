//! Refills only a tray that is nearly empty.
//! Red for: panic.

use lanes::sync::Mutex;

/// The number of snacks that fit on the tray.
pub const SIZE: u32 = 3;

/// A snack bar with one tray.
pub struct Bar {
    tray: Mutex<u32>,
}

impl Bar {
    /// Opens a bar with this many snacks on the tray.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> u32 {
        *self.tray.lock()
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        let mut tray = self.tray.lock();
        let there_is_one = *tray > 0;
        if there_is_one {
            *tray -= 1;
        }
        there_is_one
    }

    /// Fills the tray up to `SIZE`. Returns the number of snacks that the kitchen has to pay for.
    pub fn refill(&self) -> u32 {
        let mut tray = self.tray.lock();
        if *tray > 1 {
            return 0;
        }
        let missing = SIZE - *tray;
        *tray += missing;
        missing
    }
}
