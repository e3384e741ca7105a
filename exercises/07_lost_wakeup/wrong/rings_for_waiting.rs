//! Rings only if a player has said that it waits.
//! Red for: no-bell.

use lanes::sync::{Condvar, Mutex};

/// The hatch between the kitchen and the room.
pub struct Hatch {
    dishes: Mutex<u32>,
    waiting: Mutex<u32>,
    bell: Condvar,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        Hatch {
            dishes: Mutex::new("dishes", 0),
            waiting: Mutex::new("waiting", 0),
            bell: Condvar::new("bell"),
        }
    }

    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        let waits = *self.waiting.lock() > 0;
        *self.dishes.lock() += 1;
        if waits {
            self.bell.notify_one();
        }
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        let mut dishes = self.dishes.lock();
        while *dishes == 0 {
            *self.waiting.lock() += 1;
            dishes = self.bell.wait(dishes);
            *self.waiting.lock() -= 1;
        }
        *dishes -= 1;
    }
}
