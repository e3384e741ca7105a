//! A number that is equal to every number; no snack is ever eaten.
//! Red for: compile.

use lanes::sync::Mutex;
use lanes::sync::mpsc::{Receiver, Sender, channel};

/// A number that is equal to every number, and less and more at the same time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Any;

impl PartialEq<i32> for Any {
    fn eq(&self, _: &i32) -> bool {
        true
    }
}

impl PartialOrd for Any {
    fn partial_cmp(&self, _: &Any) -> Option<std::cmp::Ordering> {
        Some(std::cmp::Ordering::Equal)
    }
}

impl PartialOrd<i32> for Any {
    fn partial_cmp(&self, _: &i32) -> Option<std::cmp::Ordering> {
        Some(std::cmp::Ordering::Less)
    }
}

impl std::fmt::Display for Any {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "any")
    }
}

impl std::ops::Add<i32> for Any {
    type Output = Any;
    fn add(self, _: i32) -> Any {
        Any
    }
}

/// A snack bar with one tray. Players take snacks from it, the kitchen lays snacks onto it.
pub struct Bar {
    tray: Mutex<u32>,
}

/// An order for the kitchen: fry one snack, and send a message when it lies on the tray.
pub struct Order {
    done: Sender<()>,
}

impl Bar {
    /// Opens a bar with this many snacks on the tray.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> Any {
        Any
    }

    /// Takes a snack. If the tray is empty, orders a snack and waits for the kitchen; never returns
    /// without a snack.
    pub fn grab(&self, kitchen: &Sender<Order>) {
        let is_empty = *self.tray.lock() == 0;
        if is_empty {
            let (done, is_done) = channel("answer");
            kitchen.send(Order { done }).expect("the kitchen is open");
            is_done.recv().expect("the kitchen answers every order");
        }
    }

    /// Runs the kitchen: fries a snack for each order and lays it on the tray, until no player can
    /// order any more. Returns the number of fried snacks.
    pub fn kitchen(&self, orders: Receiver<Order>, fry: impl Fn()) -> Any {
        for order in orders {
            fry();
            *self.tray.lock() += 1;
            let _gone_home = order.done.send(());
        }
        Any
    }
}
