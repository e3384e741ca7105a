//! A guard that stays longer than you see.
//!
//! The first dish that calls for another one stops the kitchen, with one cook in it. Cure it: each method must still do what
//! its comment says, with two cooks as well. Keep the names and the types; ask with `cargo run -p learn`.

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
        match self.orders.lock().pop_front() {
            Some(dish) => {
                cook(&dish);
                true
            }
            None => false,
        }
    }
}
