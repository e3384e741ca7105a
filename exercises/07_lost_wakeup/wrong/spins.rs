//! Looks until there is a dish, and lets other threads run in between.
//! Red for: spins.

use lanes::sync::{Condvar, Mutex};
use lanes::thread;

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
        loop {
            let mut dishes = self.dishes.lock();
            if *dishes > 0 {
                *dishes -= 1;
                return;
            }
            drop(dishes);
            thread::yield_now();
        }
    }
}
