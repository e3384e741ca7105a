//! Behind a lock, takes all snacks and puts the rest back.
//! Red for: takes-all.

use lanes::sync::Mutex;
use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A tray of snacks.
pub struct Tray {
    snacks: AtomicU32,
    players: Mutex<()>,
}

impl Tray {
    /// Makes a tray with this many snacks on it.
    pub fn open(snacks: u32) -> Tray {
        Tray {
            snacks: AtomicU32::new("snacks", snacks),
            players: Mutex::new("players", ()),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> u32 {
        self.snacks.load(Relaxed)
    }

    /// Puts one more snack on the tray.
    pub fn put(&self) {
        self.snacks.fetch_add(1, Relaxed);
    }

    /// Takes a snack. Returns `false` if the tray is empty.
    pub fn grab(&self) -> bool {
        let _one_at_a_time = self.players.lock();
        let all = self.snacks.swap(0, Relaxed);
        if all == 0 {
            return false;
        }
        self.snacks.fetch_add(all - 1, Relaxed);
        true
    }
}
