//! Who has waited longest has surely gone.
//! Red for: lost.

use lanes::sync::{Arc, Mutex};
use lanes::tokio::mpsc;
use std::collections::VecDeque;

/// Orders that may wait for the cook. Who comes then is better told so than fed tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the guests order.
pub struct Kitchen {
    bell: mpsc::UnboundedSender<()>,
    orders: Arc<Mutex<VecDeque<u32>>>,
}

/// Who cooks, one order after the other.
pub struct Cook {
    bell: mpsc::UnboundedReceiver<()>,
    orders: Arc<Mutex<VecDeque<u32>>>,
}

impl Kitchen {
    /// An open kitchen, and its cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, bell) = mpsc::unbounded_channel("bell");
        let orders = Arc::new(Mutex::new("orders", VecDeque::new()));
        let kitchen = Kitchen {
            bell: sender,
            orders: Arc::clone(&orders),
        };
        (kitchen, Cook { bell, orders })
    }

    /// Orders a dish. The guest does not wait here: the order is taken, or refused because so many wait already.
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
    /// The next order, the oldest one first; nothing once the kitchen has closed and all is cooked.
    pub async fn next(&mut self) -> Option<u32> {
        self.bell.recv().await?;
        self.orders.lock().pop_front()
    }
}
