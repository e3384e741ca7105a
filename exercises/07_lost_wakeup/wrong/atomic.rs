//! An atomic number needs no lock.
//! Red for: no-lock.

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};
use lanes::sync::{Condvar, Mutex};

/// The hatch between the kitchen and the room.
pub struct Hatch {
    dishes: AtomicU32,
    sleeping: Mutex<()>,
    bell: Condvar,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        Hatch {
            dishes: AtomicU32::new("dishes", 0),
            sleeping: Mutex::new("sleeping", ()),
            bell: Condvar::new("bell"),
        }
    }

    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        self.dishes.fetch_add(1, SeqCst);
        self.bell.notify_one();
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        let mut sleeping = self.sleeping.lock();
        while self
            .dishes
            .fetch_update(SeqCst, SeqCst, |dishes| dishes.checked_sub(1))
            .is_err()
        {
            sleeping = self.bell.wait(sleeping);
        }
    }
}
