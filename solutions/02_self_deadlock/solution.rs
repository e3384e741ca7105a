//! A lock that is taken once.
//!
//! **Why it works.** The guard is the permission to look, so what needs to look takes the guard, or is done where the guard
//! is. One lock is held from the look to the refill: nobody can come in between, and nobody is waited for.
//!
//! **What else would work.** A function that wants the permission shown, `fn missing(tray: &u32) -> u32`: it cannot be called
//! without somebody who has locked, and it cannot lock. Many programs keep such a pair for each method, a public one that
//! locks and a private one that is told `&mut State`; the compiler then says which of them may call which.
//!
//! **What would not.** A lock that the same thread may take twice (a *reentrant* one) ends the wait, and hands out two ways
//! to the same data at once; Rust's could give you no `&mut`. To let go before the call: then somebody comes in between.

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
        let missing = SIZE - *tray;
        *tray += missing;
        missing
    }
}
