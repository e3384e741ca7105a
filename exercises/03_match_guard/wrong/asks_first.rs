//! Asks whether there is an order, and then takes it.
//! Red for: gap.

use lanes::sync::Mutex;
use std::collections::VecDeque;

/// Orders that wait to be cooked: first come, first served.
pub struct Kitchen {
    orders: Mutex<VecDeque<String>>,
}

impl Kitchen {
    /// A kitchen without orders.
    pub fn open() -> Kitchen {
        Kitchen {
            orders: Mutex::new("orders", VecDeque::new()),
        }
    }

    /// Puts an order behind all others.
    pub fn order(&self, dish: &str) {
        self.orders.lock().push_back(dish.to_owned());
    }

    /// How many orders wait for a cook.
    pub fn waiting(&self) -> usize {
        self.orders.lock().len()
    }

    /// Takes the first order and cooks it; tells whether there was one. Cooking takes long, and may call `order` for a drink.
    pub fn work(&self, cook: impl FnOnce(&str)) -> bool {
        if self.waiting() == 0 {
            return false;
        }
        let dish = self.orders.lock().pop_front().unwrap();
        cook(&dish);
        true
    }
}
