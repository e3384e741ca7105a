//! One plate, two guests.
//!
//! Clean plates stand in a pile, without a lock. Once in a while two guests hold the same plate, or one plate is gone for good.
//! Cure it, and without a lock: who takes a plate must not wait for anybody. Keep the names and signatures that are `pub`;
//! everything behind them is yours. Ask with `cargo run -p learn`.

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// So many plates there are. They are numbered from 0.
pub const PLATES: u32 = 4;

/// No plate.
const NONE: u32 = PLATES;

/// The pile: which plate lies on top, and what lies below each plate.
pub struct Pile {
    top: AtomicU32,
    below: Vec<AtomicU32>,
}

impl Pile {
    /// All plates, clean: 0 on top, the last one at the bottom.
    pub fn new() -> Pile {
        let next = |plate| if plate + 1 < PLATES { plate + 1 } else { NONE };
        Pile {
            top: AtomicU32::new("top", 0),
            below: (0..PLATES)
                .map(|plate| AtomicU32::new(format!("below {plate}"), next(plate)))
                .collect(),
        }
    }

    /// Takes a plate, which is nobody else's until it is given back. Nothing: there is none.
    pub fn take(&self) -> Option<u32> {
        loop {
            let top = self.top.load(SeqCst);
            if top == NONE {
                return None;
            }
            let below = self.below[top as usize].load(SeqCst);
            if self.replace_top(top, below) {
                return Some(top);
            }
        }
    }

    /// Gives back a plate that was taken.
    pub fn give_back(&self, plate: u32) {
        loop {
            let top = self.top.load(SeqCst);
            self.below[plate as usize].store(top, SeqCst);
            if self.replace_top(top, plate) {
                return;
            }
        }
    }

    /// Puts another plate on top, if the top is still the one that was looked at.
    fn replace_top(&self, seen: u32, plate: u32) -> bool {
        self.top
            .compare_exchange(seen, plate, SeqCst, SeqCst)
            .is_ok()
    }
}
