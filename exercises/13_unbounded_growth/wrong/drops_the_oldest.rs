//! The player who has waited longest has surely gone.
//! Red for: lost.

use lanes::sync::{Arc, Mutex};
use lanes::tokio::mpsc;
use std::collections::VecDeque;

/// The number of orders that may wait for the cook. A refusal now is better than a dish tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the players order.
pub struct Kitchen {
    bell: mpsc::UnboundedSender<()>,
    orders: Arc<Mutex<VecDeque<u32>>>,
}

/// The cook, who cooks one order after the other.
pub struct Cook {
    bell: mpsc::UnboundedReceiver<()>,
    orders: Arc<Mutex<VecDeque<u32>>>,
}

impl Kitchen {
    /// Opens a kitchen with a cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, bell) = mpsc::unbounded_channel("bell");
        let orders = Arc::new(Mutex::new("orders", VecDeque::new()));
        let kitchen = Kitchen {
            bell: sender,
            orders: Arc::clone(&orders),
        };
        (kitchen, Cook { bell, orders })
    }

    /// Orders a dish. Never waits: the order is accepted, or refused if too many orders wait
    /// already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        let mut orders = self.orders.lock();
        orders.push_back(dish);
        if orders.len() > WAITING {
            orders.pop_front();
            return Ok(());
        }
        self.bell.send(()).map_err(|_| Busy)
    }
}

impl Cook {
    /// Returns the next order, the oldest one first; `None` once the kitchen has closed and all
    /// orders are cooked.
    pub async fn next(&mut self) -> Option<u32> {
        self.bell.recv().await?;
        self.orders.lock().pop_front()
    }
}
