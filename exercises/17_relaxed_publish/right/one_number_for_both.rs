//! One cell: the price in the low half, the sign above it.

use lanes::sync::atomic::{AtomicU64, Ordering::Relaxed};

const WRITTEN: u64 = 1 << 32;

/// A board outside the snack bar.
pub struct Board {
    cell: AtomicU64,
}

impl Board {
    /// Makes a blank board.
    pub fn blank() -> Board {
        Board {
            cell: AtomicU64::new("price and sign", 0),
        }
    }

    /// Writes the price, once. The cook calls this.
    pub fn write(&self, price: u32) {
        self.cell.store(WRITTEN | u64::from(price), Relaxed);
    }

    /// Returns the price, or `None` while the board is blank. Never anything else.
    pub fn read(&self) -> Option<u32> {
        let cell = self.cell.load(Relaxed);
        (cell & WRITTEN != 0).then_some(cell as u32)
    }
}
