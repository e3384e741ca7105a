//! A flag says that a dish is there.
//! Red for: lost-dish.

use lanes::sync::{Condvar, Mutex};

/// The hatch between the kitchen and the room.
pub struct Hatch {
    dish: Mutex<bool>,
    bell: Condvar,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        Hatch {
            dish: Mutex::new("dishes", false),
            bell: Condvar::new("bell"),
        }
    }

    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        *self.dish.lock() = true;
        self.bell.notify_one();
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        let mut dish = self.dish.lock();
        while !*dish {
            dish = self.bell.wait(dish);
        }
        *dish = false;
    }
}
