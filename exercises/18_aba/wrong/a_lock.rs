//! A lock around it.
//! Red for: locked.

use lanes::sync::Mutex;

/// The number of plates. They are numbered from 0.
pub const PLATES: u32 = 4;

/// The pile; the top is at the end.
pub struct Pile {
    plates: Mutex<Vec<u32>>,
}

impl Pile {
    /// Makes a pile of all plates: 0 on top, the last one at the bottom.
    pub fn new() -> Pile {
        Pile {
            plates: Mutex::new("pile", (0..PLATES).rev().collect()),
        }
    }

    /// Takes a plate, which belongs to no other player until it is given back. Returns `None` if no
    /// plate is left.
    pub fn take(&self) -> Option<u32> {
        self.plates.lock().pop()
    }

    /// Gives back a plate that was taken.
    pub fn give_back(&self, plate: u32) {
        self.plates.lock().push(plate);
    }
}
