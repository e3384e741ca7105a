//! Looks with `try_recv`; waits for nothing.
//! Red for: spins.

use lanes::sync::Mutex;
use lanes::sync::mpsc::{Receiver, Sender, channel};

/// The hatch between the kitchen and the room.
pub struct Hatch {
    put: Sender<()>,
    take: Mutex<Receiver<()>>,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        let (put, take) = channel("dishes");
        Hatch {
            put,
            take: Mutex::new("wait", take),
        }
    }

    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        self.put.send(()).unwrap();
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        let wait = &self.take;
        while wait.lock().try_recv().is_err() {
            lanes::thread::yield_now();
        }
    }
}
