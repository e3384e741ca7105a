//! Tokio's bell remembers that it rang.
//! Red for: lost-dish.

use lanes::task::block_on;
use lanes::tokio::Notify;

/// The hatch between the kitchen and the room.
pub struct Hatch {
    bell: Notify,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        Hatch {
            bell: Notify::new("bell"),
        }
    }

    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        self.bell.notify_one();
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        block_on(self.bell.notified());
    }
}
