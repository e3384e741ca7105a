//! Rings for all; a player that wakes up takes a dish, if there is one.
//! Red for: if.

use lanes::sync::{Condvar, Mutex};

/// The hatch between the kitchen and the room.
pub struct Hatch {
    dishes: Mutex<u32>,
    bell: Condvar,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        Hatch {
            dishes: Mutex::new("dishes", 0),
            bell: Condvar::new("bell"),
        }
    }

    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        *self.dishes.lock() += 1;
        self.bell.notify_all();
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        let mut dishes = self.dishes.lock();
        if *dishes == 0 {
            dishes = self.bell.wait(dishes);
        }
        *dishes = dishes.saturating_sub(1);
    }
}
