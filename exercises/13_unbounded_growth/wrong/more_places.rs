//! More places: so fewer are refused.
//! Red for: other-size.

use lanes::tokio::mpsc;

/// Orders that may wait for the cook. Who comes then is better told so than fed tomorrow.
pub const WAITING: usize = 1000;

/// The kitchen has enough to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the guests order.
pub struct Kitchen {
    orders: mpsc::Sender<u32>,
}

/// Who cooks, one order after the other.
pub struct Cook {
    orders: mpsc::Receiver<u32>,
}

impl Kitchen {
    /// An open kitchen, and its cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, orders) = mpsc::channel("orders", WAITING);
        (Kitchen { orders: sender }, Cook { orders })
    }

    /// Orders a dish. The guest does not wait here: the order is taken, or refused because so many wait already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        self.orders.try_send(dish).map_err(|_| Busy)
    }
}

impl Cook {
    /// The next order, the oldest one first; nothing once the kitchen has closed and all is cooked.
    pub async fn next(&mut self) -> Option<u32> {
        self.orders.recv().await
    }
}
