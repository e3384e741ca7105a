//! The whole pile is one number, and is compared and exchanged as a whole.

use lanes::sync::atomic::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Release},
};

/// The number of plates. They are numbered from 0.
pub const PLATES: u32 = 4;

/// The pile as one number: a byte per place, the top in the lowest one; 0xff is no plate.
pub struct Pile {
    places: AtomicU64,
}

impl Pile {
    /// Makes a pile of all plates: 0 on top, the last one at the bottom.
    pub fn new() -> Pile {
        let all = (0..PLATES)
            .rev()
            .fold(u64::MAX, |pile, plate| pile << 8 | u64::from(plate));
        Pile {
            places: AtomicU64::new("places", all),
        }
    }

    /// Takes a plate, which belongs to no other player until it is given back. Returns `None` if no
    /// plate is left.
    pub fn take(&self) -> Option<u32> {
        let mut pile = self.places.load(Acquire);
        loop {
            let top = pile & 0xff;
            if top == 0xff {
                return None;
            }
            let rest = pile >> 8 | 0xff << 56;
            match self.places.compare_exchange(pile, rest, AcqRel, Acquire) {
                Ok(_) => return Some(top as u32),
                Err(now) => pile = now,
            }
        }
    }

    /// Gives back a plate that was taken.
    pub fn give_back(&self, plate: u32) {
        let mut pile = self.places.load(Acquire);
        while let Err(now) =
            self.places
                .compare_exchange(pile, pile << 8 | u64::from(plate), Release, Acquire)
        {
            pile = now;
        }
    }
}
