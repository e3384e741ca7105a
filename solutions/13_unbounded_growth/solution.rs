//! A queue with a bound, and a meaning for a full queue.
//!
//! **Why it works.** A bounded channel is a count and a queue that change together, in one step.
//! `try_send` takes a place or is refused, and never waits; when the cook takes an order, its place
//! is free again. So there are never more than `WAITING` orders, however many players come, and no
//! player has to look first.
//!
//! The bound does not follow from the machine, but from the players: how long does a player like to
//! wait, and how long does a dish take?
//!
//! **What else would work.** A `VecDeque` under one lock, with a condition variable for the cook. A
//! semaphore with `WAITING` permits beside an unbounded channel, if the cook returns a permit for
//! each order that it takes.
//!
//! **What would not.** Looking at the length and then sending: two players see the same last place.
//! Dropping the oldest order: it was accepted. Waiting for a place: then the players are the queue,
//! and that queue has no bound.

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
}

impl Kitchen {
    /// Opens a kitchen with a cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, orders) = mpsc::channel("orders", WAITING);
        (Kitchen { orders: sender }, Cook { orders })
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
        self.orders.recv().await
    }
}
