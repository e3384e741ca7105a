//! Two wait? Then no. Otherwise the channel may be as long as it likes.
//! Red for: gap.

use lanes::sync::Arc;
use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::tokio::mpsc;

/// Orders that may wait for the cook. Who comes then is better told so than fed tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the guests order.
pub struct Kitchen {
    orders: mpsc::UnboundedSender<u32>,
    waiting: Arc<AtomicUsize>,
}

/// Who cooks, one order after the other.
pub struct Cook {
    orders: mpsc::UnboundedReceiver<u32>,
    waiting: Arc<AtomicUsize>,
}

impl Kitchen {
    /// An open kitchen, and its cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, orders) = mpsc::unbounded_channel("orders");
        let waiting = Arc::new(AtomicUsize::new("waiting", 0));
        let kitchen = Kitchen {
            orders: sender,
            waiting: Arc::clone(&waiting),
        };
        (kitchen, Cook { orders, waiting })
    }

    /// Orders a dish. The guest does not wait here: the order is taken, or refused because so many wait already.
    pub fn order(&self, dish: u32) -> Result<(), Busy> {
        if self.waiting.load(Ordering::SeqCst) >= WAITING {
            return Err(Busy);
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.orders.send(dish).map_err(|_| Busy)
    }
}

impl Cook {
    /// The next order, the oldest one first; nothing once the kitchen has closed and all is cooked.
    pub async fn next(&mut self) -> Option<u32> {
        let dish = self.orders.recv().await?;
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        Some(dish)
    }
}
