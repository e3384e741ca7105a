//! A price that nobody wrote.
//!
//! Once in a while a guest reads that a snack is free: the board is written, and the price is still 0. Cure it. No lock: a
//! guest who looks up must not wait for anybody. Ask with `cargo run -p learn`.

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A board outside the snack bar, with the price of today's snack. It is blank until the cook has written it.
pub struct Board {
    price: AtomicU32,
    written: AtomicBool,
}

impl Board {
    /// A blank board.
    pub fn blank() -> Board {
        Board {
            price: AtomicU32::new("price", 0),
            written: AtomicBool::new("written", false),
        }
    }

    /// The cook writes the price, once.
    pub fn write(&self, price: u32) {
        self.price.store(price, Ordering::Relaxed);
        self.written.store(true, Ordering::Relaxed);
    }

    /// What a guest reads: the price, or nothing while the board is blank. Never anything else.
    pub fn read(&self) -> Option<u32> {
        if !self.written.load(Ordering::Relaxed) {
            return None;
        }
        Some(self.price.load(Ordering::Relaxed))
    }
}
