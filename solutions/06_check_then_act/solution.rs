//! A look and an act in one step.
//!
//! **Why it works.** `fetch_update` reads the number, computes the new one, and writes it only if
//! the number is still the one that it read (a compare-and-exchange). If not, another player was
//! faster, and it looks again: so some player always succeeds. At the moment of the act, the number
//! is still the one that it saw. `checked_sub` returns `None` for an empty tray, and then nothing
//! is written.
//!
//! **What else would work.** The same loop by hand, with `compare_exchange`. A `Mutex<u32>`, locked
//! once for the look and the act: equally right, easier to extend (two numbers that belong together
//! have no `fetch_update`), and not noticeably slower here.
//!
//! **Why `Relaxed` is enough.** No thread reads other memory because of this number. All operations
//! on one atomic have one order that all threads agree on, with every ordering. If the snacks were
//! slots of an array that the cook fills, `put` would need `Release` and `grab` would need
//! `Acquire` (exercise 17).
//!
//! **What would not.** `SeqCst`: it orders steps, but does not join them. A load and a store: the
//! second write overwrites the first. Taking first and giving back: for a moment the number on the
//! tray is too low. One try without a loop: if another player was faster, the tray need not be
//! empty. One lock for the look and another one for the act: the gap is between them.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};

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
        self.snacks.load(Relaxed)
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        self.snacks.fetch_add(1, Relaxed);
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        self.snacks
            .fetch_update(Relaxed, Relaxed, |snacks| snacks.checked_sub(1))
            .is_ok()
    }
}
