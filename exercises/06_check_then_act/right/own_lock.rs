//! A lock made of a flag, with the orderings of a lock.

use lanes::sync::atomic::{
    AtomicBool, AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

/// A tray of snacks.
pub struct Tray {
    snacks: AtomicU32,
    busy: AtomicBool,
}

impl Tray {
    /// Makes a tray with this many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: AtomicU32::new("snacks", snacks),
            busy: AtomicBool::new("busy", false),
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
        while self.busy.swap(true, Acquire) {
            lanes::thread::yield_now();
        }
        let there_is_one = self.left() > 0;
        if there_is_one {
            self.snacks.fetch_sub(1, Relaxed);
        }
        self.busy.swap(false, Release);
        there_is_one
    }
}
