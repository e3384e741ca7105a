//! Only players take, and one at a time: what one of them sees can only become more.

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
        let there_is_one = self.left() > 0;
        if there_is_one {
            self.snacks.fetch_sub(1, Relaxed);
        }
        there_is_one
    }
}
