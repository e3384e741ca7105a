//! A guard that is gone before the cooking begins.
//!
//! **Why it works.** A temporary, such as a guard without a name, lives until its statement ends. A
//! `match` is one statement with all its arms, because an arm may hold references into the matched
//! value. `let next = …;` is a statement of its own: at its semicolon the order is in `next`, and
//! the guard is gone. The dish is cooked while no lock is held.
//!
//! **What else would work.** `let Some(dish) = self.orders.lock().pop_front() else { return false
//! };` ends at its semicolon, too. A method `fn next(&self) -> Option<String>` that locks, takes
//! and returns: no caller can keep the guard. (This project does so everywhere: a lock lives inside
//! a type, and a guard never leaves the method that took it.) In edition 2024 also
//! `match { self.orders.lock().pop_front() }`, because temporaries end with the inner braces; but
//! the next reader of the code may remove them.
//!
//! **What would not.** `if let` and `while let`: their blocks run under the guard as well. (Edition
//! 2024 drops the guard before `else`, but not before the block.) A condition of `if` or `while`
//! without `let` is fine: its temporaries end before the block. A guard with a name lives even
//! longer, unless you drop it. Looking first and taking later: then two cooks cook one order.
//! Clippy's lint for this bug is `significant_drop_in_scrutinee`; it is off unless you enable it.

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
