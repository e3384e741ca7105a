//! Counts orders until they are cooked.
//! Red for: panic.

use lanes::sync::Mutex;
use std::collections::VecDeque;

/// The orders that wait to be cooked: first come, first served.
pub struct Kitchen {
    orders: Mutex<VecDeque<String>>,
    open_orders: Mutex<usize>,
}

impl Kitchen {
    /// Opens a kitchen without orders.
    pub fn open() -> Kitchen {
        Kitchen {
            orders: Mutex::new("orders", VecDeque::new()),
            open_orders: Mutex::new("open", 0),
        }
    }

    /// Adds an order at the end of the list.
    pub fn order(&self, dish: &str) {
        self.orders.lock().push_back(dish.to_owned());
        *self.open_orders.lock() += 1;
    }

    /// Returns the number of orders that wait for a cook.
    pub fn waiting(&self) -> usize {
        *self.open_orders.lock()
    }

    /// Takes the first order and cooks it. Returns `false` if no order waits. Cooking takes long,
    /// and may call `order` for a drink.
    pub fn work(&self, cook: impl FnOnce(&str)) -> bool {
        let next = self.orders.lock().pop_front();
        match next {
            Some(dish) => {
                cook(&dish);
                *self.open_orders.lock() -= 1;
                true
            }
            None => false,
        }
    }
}
