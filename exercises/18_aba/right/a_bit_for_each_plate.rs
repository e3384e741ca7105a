//! One number with a bit for each plate: there is no *below*.

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// The number of plates. They are numbered from 0.
pub const PLATES: u32 = 4;

/// The pile: a bit for each plate that is in it.
pub struct Pile {
    plates: AtomicU32,
}

impl Pile {
    /// Makes a pile of all plates.
    pub fn new() -> Pile {
        Pile {
            plates: AtomicU32::new("plates", (1 << PLATES) - 1),
        }
    }

    /// Takes a plate, which belongs to no other player until it is given back. Returns `None` if no
    /// plate is left.
    pub fn take(&self) -> Option<u32> {
        let mut plates = self.plates.load(SeqCst);
        loop {
            if plates == 0 {
                return None;
            }
            let plate = plates.trailing_zeros();
            let rest = plates & !(1 << plate);
            match self.plates.compare_exchange(plates, rest, SeqCst, SeqCst) {
                Ok(_) => return Some(plate),
                Err(now) => plates = now,
            }
        }
    }

    /// Gives back a plate that was taken.
    pub fn give_back(&self, plate: u32) {
        self.plates.fetch_or(1 << plate, SeqCst);
    }
}
