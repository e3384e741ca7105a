//! Takes the next order along, so that its place is free.
//! Red for: unbounded.

use lanes::tokio::mpsc;

/// The number of orders that may wait for the cook. A refusal now is better than a dish tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the players order.
pub struct Kitchen {
    orders: mpsc::Sender<u32>,
}

/// The cook, who cooks one order after the other.
pub struct Cook {
    orders: mpsc::Receiver<u32>,
    ahead: std::collections::VecDeque<u32>,
}

impl Kitchen {
    /// Opens a kitchen with a cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, orders) = mpsc::channel("orders", WAITING);
        (
            Kitchen { orders: sender },
            Cook {
                orders,
                ahead: std::collections::VecDeque::new(),
            },
        )
    }

    /// Orders a dish. Never waits: the order is accepted, or refused if too many orders wait
    /// already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        self.orders.try_send(dish).map_err(|_| Busy)
    }
}

impl Cook {
    /// Returns the next order, the oldest one first; `None` once the kitchen has closed and all
    /// orders are cooked.
    pub async fn next(&mut self) -> Option<u32> {
        while let Ok(order) = self.orders.try_recv() {
            self.ahead.push_back(order);
        }
        match self.ahead.pop_front() {
            Some(order) => Some(order),
            None => self.orders.recv().await,
        }
    }
}
