//! A lock made of a flag, `Relaxed` like everything here.
//! Red for: own-lock.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A tray of snacks.
pub struct Tray {
    snacks: AtomicU32,
    busy: lanes::sync::atomic::AtomicBool,
}

impl Tray {
    /// Makes a tray with this many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: AtomicU32::new("snacks", snacks),
            busy: lanes::sync::atomic::AtomicBool::new("busy", false),
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
        while self.busy.swap(true, Relaxed) {
            lanes::thread::yield_now();
        }
        let had = self.left() > 0;
        if had {
            self.snacks.fetch_sub(1, Relaxed);
        }
        self.busy.store(false, Relaxed);
        had
    }
}
