//! One snack, eaten twice.
//!
//! Everything on this tray is atomic, and yet two players get the same snack. Cure it: each method must still do what its
//! comment says, for any number of players at once. Keep the names and signatures; ask with `cargo run -p learn`.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};

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
        if self.left() > 0 {
            self.snacks.fetch_sub(1, Relaxed);
            return true;
        }
        false
    }
}
