//! The strongest ordering, everywhere.
//! Red for: seqcst.

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};

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
        self.snacks.load(SeqCst)
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        self.snacks.fetch_add(1, SeqCst);
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        if self.left() > 0 {
            self.snacks.fetch_sub(1, SeqCst);
            return true;
        }
        false
    }
}
