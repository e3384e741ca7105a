//! Counted when they come.
//! Red for: for-good.

use lanes::sync::Mutex;
use lanes::tokio::mpsc;

/// Orders that may wait for the cook. Who comes then is better told so than fed tomorrow.
pub const WAITING: usize = 2;

/// The kitchen has enough to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Where the guests order.
pub struct Kitchen {
    orders: mpsc::UnboundedSender<u32>,
    waiting: Mutex<usize>,
}

/// Who cooks, one order after the other.
pub struct Cook {
    orders: mpsc::UnboundedReceiver<u32>,
}

impl Kitchen {
    /// An open kitchen, and its cook.
    pub fn open() -> (Kitchen, Cook) {
        let (sender, orders) = mpsc::unbounded_channel("orders");
        let waiting = Mutex::new("waiting", 0);
        let kitchen = Kitchen {
            orders: sender,
            waiting,
        };
        (kitchen, Cook { orders })
    }

    /// Orders a dish. The guest does not wait here: the order is taken, or refused because so many wait already.
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
    /// The next order, the oldest one first; nothing once the kitchen has closed and all is cooked.
    pub async fn next(&mut self) -> Option<u32> {
        self.orders.recv().await
    }
}
