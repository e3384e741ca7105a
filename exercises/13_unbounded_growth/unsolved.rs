//! A kitchen that never says no.
//!
//! On a good evening guests order faster than the cook cooks, and by midnight the machine has no memory left. At most `WAITING` orders may
//! wait; who comes then hears `Busy`, at once. What was taken is cooked. Keep the `pub` names and signatures, change what is behind
//! them; ask with `cargo run -p learn`.

use lanes::tokio::mpsc;

/// Orders that may wait for the cook. Who comes then is better told so than fed tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the guests order.
pub struct Kitchen {
    orders: mpsc::UnboundedSender<u32>,
}

/// Who cooks, one order after the other.
pub struct Cook {
    orders: mpsc::UnboundedReceiver<u32>,
}

impl Kitchen {
    /// An open kitchen, and its cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, orders) = mpsc::unbounded_channel("orders");
        (Kitchen { orders: sender }, Cook { orders })
    }

    /// Orders a dish. The guest does not wait here: the order is taken, or refused because so many wait already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        self.orders.send(dish).map_err(|_| Busy)
    }
}

impl Cook {
    /// The next order, the oldest one first; nothing once the kitchen has closed and all is cooked.
    pub async fn next(&mut self) -> Option<u32> {
        self.orders.recv().await
    }
}
