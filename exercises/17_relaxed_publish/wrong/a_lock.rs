//! Uses a lock, to be safe.
//! Red for: locked.

use lanes::sync::Mutex;

/// A board outside the snack bar, with the price of today's snack. It is blank until the cook has
/// written it.
pub struct Board {
    price: Mutex<Option<u32>>,
}

impl Board {
    /// Makes a blank board.
    pub fn blank() -> Board {
        Board {
            price: Mutex::new("price", None),
        }
    }

    /// Writes the price, once. The cook calls this.
    pub fn write(&self, price: u32) {
        *self.price.lock() = Some(price);
    }

    /// Returns the price, or `None` while the board is blank. Never anything else.
    pub fn read(&self) -> Option<u32> {
        *self.price.lock()
    }
}
