//! Tokio's bell remembers one ring; the number is under a lock, and a player passes the bell on.

use lanes::sync::Mutex;
use lanes::task::block_on;
use lanes::tokio::Notify;

/// The hatch between the kitchen and the room.
pub struct Hatch {
    dishes: Mutex<u32>,
    bell: Notify,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        Hatch {
            dishes: Mutex::new("dishes", 0),
            bell: Notify::new("bell"),
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
            let left = {
                let mut dishes = self.dishes.lock();
                let there_is_one = *dishes > 0;
                if there_is_one {
                    *dishes -= 1;
                }
                there_is_one.then_some(*dishes)
            };
            match left {
                Some(0) => return,
                Some(_) => return self.bell.notify_one(),
                None => block_on(self.bell.notified()),
            }
        }
    }
}
