//! A bit that says that somebody is at the board.
//! Red for: spins.

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A board outside the snack bar.
pub struct Board {
    price: AtomicU32,
    written: AtomicBool,
    busy: AtomicBool,
}

impl Board {
    /// Makes a blank board.
    pub fn blank() -> Board {
        Board {
            price: AtomicU32::new("price", 0),
            written: AtomicBool::new("written", false),
            busy: AtomicBool::new("busy", false),
        }
    }

    /// Writes the price, once. The cook calls this.
    pub fn write(&self, price: u32) {
        self.alone(|| {
            self.price.store(price, Ordering::Relaxed);
            self.written.store(true, Ordering::Relaxed);
        });
    }

    /// Returns the price, or `None` while the board is blank. Never anything else.
    pub fn read(&self) -> Option<u32> {
        self.alone(|| {
            let written = self.written.load(Ordering::Relaxed);
            written.then(|| self.price.load(Ordering::Relaxed))
        })
    }

    fn alone<T>(&self, what: impl FnOnce() -> T) -> T {
        while self.busy.swap(true, Ordering::Acquire) {}
        let it = what();
        self.busy.store(false, Ordering::Release);
        it
    }
}
