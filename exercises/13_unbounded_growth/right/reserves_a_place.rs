//! Takes a place first, and puts the order into it.

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
        match self.orders.try_reserve() {
            Ok(place) => {
                place.send(dish);
                Ok(())
            }
            Err(_full) => Err(Busy),
        }
    }
}

impl Cook {
    /// Returns the next order, the oldest one first; `None` once the kitchen has closed and all
    /// orders are cooked.
    pub async fn next(&mut self) -> Option<u32> {
        self.orders.recv().await
    }
}
