//! Refuses if two orders wait. Otherwise sends; the channel needs no bound.
//! Red for: gap.

use lanes::sync::Arc;
use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::tokio::mpsc;

/// The number of orders that may wait for the cook. A refusal now is better than a dish tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the players order.
pub struct Kitchen {
    orders: mpsc::UnboundedSender<u32>,
    waiting: Arc<AtomicUsize>,
}

/// The cook, who cooks one order after the other.
pub struct Cook {
    orders: mpsc::UnboundedReceiver<u32>,
    waiting: Arc<AtomicUsize>,
}

impl Kitchen {
    /// Opens a kitchen with a cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, orders) = mpsc::unbounded_channel("orders");
        let waiting = Arc::new(AtomicUsize::new("waiting", 0));
        let kitchen = Kitchen {
            orders: sender,
            waiting: Arc::clone(&waiting),
        };
        (kitchen, Cook { orders, waiting })
    }

    /// Orders a dish. Never waits: the order is accepted, or refused if too many orders wait
    /// already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        if self.waiting.load(Ordering::SeqCst) >= WAITING {
            return Err(Busy);
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.orders.send(dish).map_err(|_| Busy)
    }
}

impl Cook {
    /// Returns the next order, the oldest one first; `None` once the kitchen has closed and all
    /// orders are cooked.
    pub async fn next(&mut self) -> Option<u32> {
        let dish = self.orders.recv().await?;
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        Some(dish)
    }
}
