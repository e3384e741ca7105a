//! A plate, and a count beside it.
//!
//! **Why it works.** Plate and count are one number, which is compared and exchanged in one step.
//! Every change of the top writes the next count. So if the top is *equal* to the one that was
//! seen, it is *unchanged* since: the plate below is still the one that was read. A count of 32
//! bits starts again from 0 after four billion changes, and all of them would have to happen within
//! one interrupted `take`; at ten million changes per second that is seven minutes. With 64 bits
//! beside the plate it never happens.
//!
//! **What else would work.** Counting only takes, or only gives: a plate that comes back was taken
//! *and* given. One bit for each plate in a single number, if there are at most 64: then there is
//! no *below* that could be out of date. In a program with pointers instead of numbers: hazard
//! pointers or epochs (the crates `haphazard`, `crossbeam-epoch`), with which nothing is given back
//! while a thread looks at it.
//!
//! **What would not.** A stronger `Ordering`, a second look, a pause; a count of a few bits; a
//! count in an atomic of its own, which changes a moment before or after the plate.

use lanes::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};

/// The number of plates. They are numbered from 0.
pub const PLATES: u32 = 4;

/// No plate.
const NONE: u32 = PLATES;

/// The pile: which plate lies on top, and which one lies below each plate.
pub struct Pile {
    /// The plate in the low half; in the high half, how often the top has changed.
    top: AtomicU64,
    below: Vec<AtomicU32>,
}

impl Pile {
    /// Makes a pile of all plates: 0 on top, the last one at the bottom.
    pub fn new() -> Pile {
        let next = |plate| if plate + 1 < PLATES { plate + 1 } else { NONE };
        Pile {
            top: AtomicU64::new("top", 0),
            below: (0..PLATES)
                .map(|plate| AtomicU32::new(format!("below {plate}"), next(plate)))
                .collect(),
        }
    }

    /// Takes a plate, which belongs to no other player until it is given back. Returns `None` if no
    /// plate is left.
    pub fn take(&self) -> Option<u32> {
        loop {
            let top = self.top.load(SeqCst);
            if plate(top) == NONE {
                return None;
            }
            let below = self.below[plate(top) as usize].load(SeqCst);
            if self.replace_top(top, below) {
                return Some(plate(top));
            }
        }
    }

    /// Gives back a plate that was taken.
    pub fn give_back(&self, given: u32) {
        loop {
            let top = self.top.load(SeqCst);
            self.below[given as usize].store(plate(top), SeqCst);
            if self.replace_top(top, given) {
                return;
            }
        }
    }

    /// Makes another plate the top, if the top is still the one that was seen.
    fn replace_top(&self, seen: u64, plate: u32) -> bool {
        let changes = ((seen >> 32) as u32).wrapping_add(1);
        let next = u64::from(changes) << 32 | u64::from(plate);
        self.top
            .compare_exchange(seen, next, SeqCst, SeqCst)
            .is_ok()
    }
}

/// Returns the plate in a top.
fn plate(top: u64) -> u32 {
    top as u32
}
