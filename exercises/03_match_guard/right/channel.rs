//! A channel without a bound instead of a list, and a count beside it.

use lanes::sync::Mutex;
use lanes::sync::mpsc::{Receiver, Sender, channel};

/// The orders that wait to be cooked: first come, first served.
pub struct Kitchen {
    orders: Mutex<(Sender<String>, Receiver<String>, usize)>,
}

impl Kitchen {
    /// Opens a kitchen without orders.
    pub fn open() -> Kitchen {
        let (order, orders) = channel("orders");
        Kitchen {
            orders: Mutex::new("list", (order, orders, 0)),
        }
    }

    /// Adds an order at the end of the list.
    pub fn order(&self, dish: &str) {
        let mut list = self.orders.lock();
        list.0.send(dish.to_owned()).unwrap();
        list.2 += 1;
    }

    /// Returns the number of orders that wait for a cook.
    pub fn waiting(&self) -> usize {
        self.orders.lock().2
    }

    /// Takes the first order and cooks it. Returns `false` if no order waits. Cooking takes long,
    /// and may call `order` for a drink.
    pub fn work(&self, cook: impl FnOnce(&str)) -> bool {
        let next = {
            let mut list = self.orders.lock();
            let next = list.1.try_recv().ok();
            list.2 -= usize::from(next.is_some());
            next
        };
        let Some(dish) = next else { return false };
        cook(&dish);
        true
    }
}
