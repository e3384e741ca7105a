//! Half of the number that was there.
//! Red for: short-count.

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// The number of plates. They are numbered from 0.
pub const PLATES: u32 = 4;

/// No plate.
const NONE: u32 = PLATES;

/// The pile: which plate lies on top, and which one lies below each plate.
pub struct Pile {
    /// The plate in the low half; in the high half, how often the top has changed.
    top: AtomicU32,
    below: Vec<AtomicU32>,
}

impl Pile {
    /// Makes a pile of all plates: 0 on top, the last one at the bottom.
    pub fn new() -> Pile {
        let next = |plate| if plate + 1 < PLATES { plate + 1 } else { NONE };
        Pile {
            top: AtomicU32::new("top", 0),
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
    fn replace_top(&self, seen: u32, plate: u32) -> bool {
        let changes = (seen >> 16).wrapping_add(1);
        let next = changes << 16 | plate;
        self.top
            .compare_exchange(seen, next, SeqCst, SeqCst)
            .is_ok()
    }
}

/// Returns the plate in a top.
fn plate(top: u32) -> u32 {
    top & 0xffff
}
