//! An unbounded channel, and a count under the lock under which it is filled; the cook counts down.

use lanes::sync::{Arc, Mutex};
use lanes::tokio::mpsc;

/// The number of orders that may wait for the cook. A refusal now is better than a dish tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the players order.
pub struct Kitchen {
    orders: mpsc::UnboundedSender<u32>,
    waiting: Arc<Mutex<usize>>,
}

/// The cook, who cooks one order after the other.
pub struct Cook {
    orders: mpsc::UnboundedReceiver<u32>,
    waiting: Arc<Mutex<usize>>,
}

impl Kitchen {
    /// Opens a kitchen with a cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, orders) = mpsc::unbounded_channel("orders");
        let waiting = Arc::new(Mutex::new("waiting", 0));
        let kitchen = Kitchen {
            orders: sender,
            waiting: Arc::clone(&waiting),
        };
        (kitchen, Cook { orders, waiting })
    }

    /// Orders a dish. Never waits: the order is accepted, or refused if too many orders wait
    /// already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        let mut waiting = self.waiting.lock();
        if *waiting >= WAITING {
            return Err(Busy);
        }
        *waiting += 1;
        self.orders.send(dish).map_err(|_| Busy)
    }
}

impl Cook {
    /// Returns the next order, the oldest one first; `None` once the kitchen has closed and all
    /// orders are cooked.
    pub async fn next(&mut self) -> Option<u32> {
        let order = self.orders.recv().await?;
        *self.waiting.lock() -= 1;
        Some(order)
    }
}
