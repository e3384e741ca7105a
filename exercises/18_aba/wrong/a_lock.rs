//! A lock around it.
//! Red for: locked.

use lanes::sync::Mutex;

/// So many plates there are. They are numbered from 0.
pub const PLATES: u32 = 4;

/// The pile, the top at the end.
pub struct Pile {
    plates: Mutex<Vec<u32>>,
}

impl Pile {
    /// All plates, clean: 0 on top, the last one at the bottom.
    pub fn new() -> Pile {
        Pile {
            plates: Mutex::new("pile", (0..PLATES).rev().collect()),
        }
    }

    /// Takes a plate, which is nobody else's until it is given back. Nothing: there is none.
    pub fn take(&self) -> Option<u32> {
        self.plates.lock().pop()
    }

    /// Gives back a plate that was taken.
    pub fn give_back(&self, plate: u32) {
        self.plates.lock().push(plate);
    }
}
