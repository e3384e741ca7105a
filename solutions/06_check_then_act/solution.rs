//! A look and an act in one step.
//!
//! **Why it works.** `fetch_update` reads the number, computes the new one, and writes it only if the number is still the one it read
//! (a compare-and-exchange). If not, somebody was quicker, and it looks again: some player always gets on. So what was seen is
//! still so at the very moment of the act. `checked_sub` says `None` for an empty tray, and nothing is written.
//!
//! **What else would work.** The same loop by hand, with `compare_exchange`. A `Mutex<u32>`, locked once for the look and the act:
//! as right, easier to extend (two numbers that belong together have no `fetch_update`), and not noticeably slower here.
//!
//! **Why `Relaxed` is enough.** Nobody reads other memory because of this number. All operations on one atomic have one order that
//! everybody agrees on, whatever the ordering says. Were the snacks slots of an array that the cook fills, the put would
//! need `Release` and the grab `Acquire` (exercise 17).
//!
//! **What would not.** `SeqCst`: it orders steps, and does not join them. A load and a store: the second write wipes out the first.
//! Taking first and giving back: for a moment the tray is in debt. One try without a loop: that somebody was quicker does not mean that
//! the tray is empty. A lock for each half: the gap is between them.

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
        self.snacks
            .fetch_update(Relaxed, Relaxed, |snacks| snacks.checked_sub(1))
            .is_ok()
    }
}
