//! A channel of dishes remembers, and four places are enough.
//! Red for: cook-waits.

use lanes::sync::Mutex;
use lanes::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// The hatch between the kitchen and the room.
pub struct Hatch {
    put: SyncSender<()>,
    take: Mutex<Receiver<()>>,
}

impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        let (put, take) = sync_channel("dishes", 4);
        Hatch {
            put,
            take: Mutex::new("take", take),
        }
    }

    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        self.put.send(()).unwrap();
    }

    /// Takes a dish. While the hatch is empty, sleeps until the bell rings.
    pub fn take(&self) {
        self.take.lock().recv().unwrap();
    }
}
