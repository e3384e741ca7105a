//! One cook at a time takes all snacks off the tray, counts them, and puts a full load there.
//! Red for: takes-all.

use lanes::sync::Mutex;

/// The number of snacks that fit on the tray.
pub const SIZE: u32 = 3;

/// A snack bar with one tray.
pub struct Bar {
    tray: Mutex<u32>,
    cooking: Mutex<()>,
}

impl Bar {
    /// Opens a bar with this many snacks on the tray.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
            cooking: Mutex::new("cooking", ()),
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
        let _cooking = self.cooking.lock();
        let missing = SIZE - std::mem::take(&mut *self.tray.lock());
        *self.tray.lock() = SIZE;
        missing
    }
}
