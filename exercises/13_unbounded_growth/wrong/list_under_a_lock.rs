//! A list under a lock: if it is empty, `next` returns `None`.
//! Red for: goes-home.

use lanes::sync::{Arc, Mutex};
use std::collections::VecDeque;

/// The number of orders that may wait for the cook. A refusal now is better than a dish tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the players order.
pub struct Kitchen {
    orders: Arc<Mutex<VecDeque<u32>>>,
}

/// The cook, who cooks one order after the other.
pub struct Cook {
    orders: Arc<Mutex<VecDeque<u32>>>,
}

impl Kitchen {
    /// Opens a kitchen with a cook.
    pub fn open() -> (Kitchen, Cook) {
        let orders = Arc::new(Mutex::new("orders", VecDeque::new()));
        (
            Kitchen {
                orders: Arc::clone(&orders),
            },
            Cook { orders },
        )
    }

    /// Orders a dish. Never waits: the order is accepted, or refused if too many orders wait
    /// already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        let mut orders = self.orders.lock();
        if orders.len() == WAITING {
            return Err(Busy);
        }
        orders.push_back(dish);
        Ok(())
    }
}

impl Cook {
    /// Returns the next order, the oldest one first; `None` once the kitchen has closed and all
    /// orders are cooked.
    pub async fn next(&mut self) -> Option<u32> {
        self.orders.lock().pop_front()
    }
}
