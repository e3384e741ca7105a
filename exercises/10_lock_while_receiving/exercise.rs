//! A lock held while receiving.
//!
//! Whenever the tray is empty, the whole bar stands still. Cure it: each method must still do what its comment says. Keep
//! the names and signatures that are `pub`; ask with `cargo run -p learn`.

use lanes::sync::Mutex;
use lanes::sync::mpsc::{Receiver, Sender, channel};

/// A snack bar with one tray. Players take from it, the kitchen lays onto it.
pub struct Bar {
    tray: Mutex<u32>,
}

/// A note to the kitchen: one snack, please, and tell me when it lies on the tray.
pub struct Order {
    done: Sender<()>,
}

impl Bar {
    /// A tray with so many snacks on it.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
        }
    }

    /// How many snacks lie on the tray.
    pub fn left(&self) -> u32 {
        *self.tray.lock()
    }

    /// Takes a snack. If there is none, orders one and waits for the kitchen; it never comes back without.
    pub fn grab(&self, kitchen: &Sender<Order>) {
        let mut tray = self.tray.lock();
        if *tray == 0 {
            let (done, is_done) = channel("answer");
            kitchen.send(Order { done }).expect("the kitchen is open");
            is_done.recv().expect("the kitchen answers every order");
        }
        *tray -= 1;
    }

    /// The kitchen: fries a snack for each order and lays it on the tray, until nobody can order any more. Tells how many.
    pub fn kitchen(&self, orders: Receiver<Order>, fry: impl Fn()) -> u32 {
        let mut fried = 0;
        for order in orders {
            fry();
            *self.tray.lock() += 1;
            fried += 1;
            let _gone_home = order.done.send(());
        }
        fried
    }
}
