//! The newest order is the freshest.
//! Red for: another-order.

use lanes::sync::{Arc, Condvar, Mutex};
use std::collections::VecDeque;

/// The number of orders that may wait for the cook. A refusal now is better than a dish tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the players order.
pub struct Kitchen {
    queue: Arc<Queue>,
}

/// The cook, who cooks one order after the other.
pub struct Cook {
    queue: Arc<Queue>,
}

struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    orders: VecDeque<u32>,
    is_open: bool,
}

impl Kitchen {
    /// Opens a kitchen with a cook.
    pub fn open() -> (Kitchen, Cook) {
        let state = State {
            orders: VecDeque::new(),
            is_open: true,
        };
        let queue = Arc::new(Queue {
            state: Mutex::new("orders", state),
            changed: Condvar::new("an order"),
        });
        let kitchen = Kitchen {
            queue: Arc::clone(&queue),
        };
        (kitchen, Cook { queue })
    }

    /// Orders a dish. Never waits: the order is accepted, or refused if too many orders wait
    /// already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        let mut state = self.queue.state.lock();
        if state.orders.len() >= WAITING {
            return Err(Busy);
        }
        state.orders.push_back(dish);
        self.queue.changed.notify_one();
        Ok(())
    }
}

impl Drop for Kitchen {
    fn drop(&mut self) {
        self.queue.state.lock().is_open = false;
        self.queue.changed.notify_one();
    }
}

impl Cook {
    /// Returns the next order, the oldest one first; `None` once the kitchen has closed and all
    /// orders are cooked.
    pub async fn next(&mut self) -> Option<u32> {
        let mut state = self.queue.state.lock();
        loop {
            if let Some(dish) = state.orders.pop_back() {
                return Some(dish);
            }
            if !state.is_open {
                return None;
            }
            state = self.queue.changed.wait(state);
        }
    }
}
