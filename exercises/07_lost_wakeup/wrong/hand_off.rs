//! Hands the dish to one player who sleeps; that player need not look again.
//! Red for: if.

use lanes::sync::{Condvar, Mutex};

/// The hatch between the kitchen and the room.
pub struct Hatch {
    state: Mutex<(u32, u32)>,
    bell: Condvar,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        Hatch {
            state: Mutex::new("state", (0, 0)),
            bell: Condvar::new("bell"),
        }
    }

    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        let mut state = self.state.lock();
        if state.1 > 0 {
            state.1 -= 1;
            self.bell.notify_one();
        } else {
            state.0 += 1;
        }
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        let mut state = self.state.lock();
        if state.0 > 0 {
            state.0 -= 1;
            return;
        }
        state.1 += 1;
        drop(self.bell.wait(state));
    }
}
