//! Drinks go to a list of their own.
//! Red for: gives-up.

use lanes::sync::Mutex;
use std::collections::VecDeque;

/// The orders that wait to be cooked: first come, first served.
pub struct Kitchen {
    orders: Mutex<VecDeque<String>>,
    drinks: Mutex<VecDeque<String>>,
}

impl Kitchen {
    /// Opens a kitchen without orders.
    pub fn open() -> Kitchen {
        Kitchen {
            orders: Mutex::new("orders", VecDeque::new()),
            drinks: Mutex::new("drinks", VecDeque::new()),
        }
    }

    /// Adds an order at the end of the list.
    pub fn order(&self, dish: &str) {
        match self.orders.try_lock() {
            Some(mut orders) => orders.push_back(dish.to_owned()),
            None => self.drinks.lock().push_back(dish.to_owned()),
        }
    }

    /// Returns the number of orders that wait for a cook.
    pub fn waiting(&self) -> usize {
        self.orders.try_lock().map_or(0, |orders| orders.len()) + self.drinks.lock().len()
    }

    /// Takes the first order and cooks it. Returns `false` if no order waits. Cooking takes long,
    /// and may call `order` for a drink.
    pub fn work(&self, cook: impl FnOnce(&str)) -> bool {
        let mut next = self.orders.lock().pop_front();
        if next.is_none() {
            next = self.drinks.lock().pop_front();
        }
        match next {
            Some(dish) => {
                cook(&dish);
                true
            }
            None => false,
        }
    }
}
