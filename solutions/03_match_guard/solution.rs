//! A guard that is gone before the cooking begins.
//!
//! **Why it works.** A temporary, such as a guard that nobody gave a name, lives until its statement is over. The statement of a
//! `match` is all of it, with its arms, because an arm may hold references into what is matched. `let next = …;` is a statement
//! of its own: at its semicolon the order is in `next`, and the guard is gone. The dish is cooked with no lock held.
//!
//! **What else would work.** `let Some(dish) = self.orders.lock().pop_front() else { return false };` ends at its semicolon, too. A
//! method `fn next(&self) -> Option<String>` that locks, takes and returns: no guard leaves it, whoever calls it. (This is the
//! house's habit: a lock lives inside a type, a guard never leaves the method that took it.) In edition 2024 also `match
//! { self.orders.lock().pop_front() }`, whose temporaries end with the inner braces; the next reader will take them away.
//!
//! **What would not.** `if let` and `while let`: their blocks run under the guard as well. (Edition 2024 lets go before `else`, and not
//! before.) A condition of `if` or `while` without `let` is fine: its temporaries end before the block. A named guard lives longer
//! still, unless it is dropped. To look first and take later: then two cooks cook one order. Clippy knows this wound by the name
//! of `significant_drop_in_scrutinee`, and does not look for it unless it is asked to.

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
        let next = self.orders.lock().pop_front();
        match next {
            Some(dish) => {
                cook(&dish);
                true
            }
            None => false,
        }
    }
}
