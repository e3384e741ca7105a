//! A lock that is taken once.
//!
//! **Why it works.** The guard is the permission to look. So code that needs to look receives the
//! guard, or stands where the guard is. One lock is held from the look to the refill: no other
//! thread can come in between, and the thread waits for nothing while it holds the lock.
//!
//! **What else would work.** A function that asks for the permission,
//! `fn missing(tray: &u32) -> u32`: it can be called only by code that has locked, and it cannot
//! lock. Many programs keep such a pair for each method: a public one that locks, and a private one
//! that receives `&mut State`. The compiler then checks which of them may call which.
//!
//! **What would not.** A lock that the same thread may take twice (a *reentrant* lock): the wait
//! ends, but there are two ways to the same data at once, so Rust could not give you a `&mut`.
//! Unlocking before the call: then another thread can come in between.

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
        let missing = SIZE - *tray;
        *tray += missing;
        missing
    }
}
