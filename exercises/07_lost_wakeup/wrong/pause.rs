//! Gives the cook a moment before the player goes to sleep.
//! Red for: rarer.

use lanes::sync::{Condvar, Mutex};
use lanes::thread;
use std::time::Duration;

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
        self.bell.notify_one();
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        if *self.dishes.lock() == 0 {
            thread::sleep(Duration::from_millis(1));
            let dishes = self.dishes.lock();
            drop(self.bell.wait(dishes));
        }
        *self.dishes.lock() -= 1;
    }
}
