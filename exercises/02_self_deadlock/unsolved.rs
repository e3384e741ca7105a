//! A lock that waits for itself.
//!
//! Every refill hangs, also with nobody else in the room. Cure it: each method must still do what its comment says, also
//! when others are at the tray at the same moment. Keep the names and the types; ask with `cargo run -p learn`.

use lanes::sync::Mutex;

/// So many snacks fit on the tray.
pub const SIZE: u32 = 3;

/// A snack bar with one tray.
pub struct Bar {
    tray: Mutex<u32>,
}

impl Bar {
    /// A tray with so many snacks on it.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
        }
    }

    /// How many snacks lie on the tray.
    pub fn left(&self) -> u32 {
        *self.tray.lock()
    }

    /// Takes a snack, if there is one.
    pub fn grab(&self) -> bool {
        let mut tray = self.tray.lock();
        let there_is_one = *tray > 0;
        if there_is_one {
            *tray -= 1;
        }
        there_is_one
    }

    /// Fills the tray up to `SIZE`, and tells how many snacks the kitchen has to pay for.
    pub fn refill(&self) -> u32 {
        let mut tray = self.tray.lock();
        let missing = SIZE - self.left();
        *tray += missing;
        missing
    }
}
