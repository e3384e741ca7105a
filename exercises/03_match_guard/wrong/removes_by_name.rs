//! Takes the order off the list by its name.
//! Red for: same-name.

use lanes::sync::Mutex;
use std::collections::VecDeque;

/// The orders that wait to be cooked: first come, first served.
pub struct Kitchen {
    orders: Mutex<VecDeque<String>>,
}

impl Kitchen {
    /// Opens a kitchen without orders.
    pub fn open() -> Kitchen {
        Kitchen {
            orders: Mutex::new("orders", VecDeque::new()),
        }
    }

    /// Adds an order at the end of the list.
    pub fn order(&self, dish: &str) {
        self.orders.lock().push_back(dish.to_owned());
    }

    /// Returns the number of orders that wait for a cook.
    pub fn waiting(&self) -> usize {
        self.orders.lock().len()
    }

    /// Takes the first order and cooks it. Returns `false` if no order waits. Cooking takes long,
    /// and may call `order` for a drink.
    pub fn work(&self, cook: impl FnOnce(&str)) -> bool {
        let next = {
            let mut orders = self.orders.lock();
            let next = orders.front().cloned();
            if let Some(dish) = &next {
                orders.retain(|other| other != dish);
            }
            next
        };
        match next {
            Some(dish) => {
                cook(&dish);
                true
            }
            None => false,
        }
    }
}
