//! A list under a lock: what is not in it is not there.
//! Red for: goes-home.

use lanes::sync::{Arc, Mutex};
use std::collections::VecDeque;

/// Orders that may wait for the cook. Who comes then is better told so than fed tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the guests order.
pub struct Kitchen {
    orders: Arc<Mutex<VecDeque<u32>>>,
}

/// Who cooks, one order after the other.
pub struct Cook {
    orders: Arc<Mutex<VecDeque<u32>>>,
}

impl Kitchen {
    /// An open kitchen, and its cook.
    pub fn open() -> (Kitchen, Cook) {
        let orders = Arc::new(Mutex::new("orders", VecDeque::new()));
        (
            Kitchen {
                orders: Arc::clone(&orders),
            },
            Cook { orders },
        )
    }

    /// Orders a dish. The guest does not wait here: the order is taken, or refused because so many wait already.
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
    /// The next order, the oldest one first; nothing once the kitchen has closed and all is cooked.
    pub async fn next(&mut self) -> Option<u32> {
        self.orders.lock().pop_front()
    }
}
