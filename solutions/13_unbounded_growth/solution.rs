//! A queue with a size, and a fullness that means something.
//!
//! **Why it works.** A bounded channel is a count and a queue that change together, in one step. `try_send` takes a place or is
//! refused, and never waits; the cook who takes an order gives its place back. So there are never more than `WAITING` orders, whoever
//! comes, and nobody has to look first.
//!
//! The size is not a number of the machine but of the evening: how long is a guest glad to wait, and how long does a dish take?
//!
//! **What else would work.** A `VecDeque` and its length under one lock, with a bell for the cook. A semaphore with `WAITING` permits
//! beside an unbounded channel, if the cook gives a permit back for each order it takes.
//!
//! **What would not.** To look at the length and then to send: two guests see the same last place. To drop the oldest: it was taken.
//! To wait for a place: then the guests are the queue, and nobody has bounded those.

use lanes::tokio::mpsc;

/// Orders that may wait for the cook. Who comes then is better told so than fed tomorrow.
pub const WAITING: usize = 2;

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
