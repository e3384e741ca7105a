//! A look and a wait under one guard.
//!
//! **Why it works.** The player holds the lock when it looks, and `wait` releases the lock and
//! begins to wait in one step. The cook needs the lock to put a dish there. So the cook comes
//! either before the look, and the player sees the dish; or after the player has begun to wait, and
//! the player hears the bell. There is no third moment.
//!
//! **Why `while`.** After the bell, and before the woken player has the lock again, another player
//! can take the dish. A condition variable may also wake a thread although no bell rang (a spurious
//! wake-up). A wake-up means: look again.
//!
//! **What else would work.** `self.bell.wait_while(guard, |dishes| *dishes == 0)`, the same loop.
//! `notify_all`, if the look is right; it wakes more threads than needed.
//! Ringing under the lock or after it: both are right. A semaphore, or a channel of dishes: they
//! remember.
//!
//! **What would not.** `notify_all` alone, a pause, a stronger ordering: the moment between the
//! look and the wait is still there. An atomic number that changes without the lock: the same
//! moment. Ringing only if the hatch was empty: two dishes come quickly, and one of two players
//! does not wake up.

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
        self.bell.notify_one();
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        let mut dishes = self.dishes.lock();
        while *dishes == 0 {
            dishes = self.bell.wait(dishes);
        }
        *dishes -= 1;
    }
}
