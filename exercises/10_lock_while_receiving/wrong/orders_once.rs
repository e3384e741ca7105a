//! A condition variable, which lets go of the lock by itself.
//! Red for: lost-snack.

use lanes::sync::mpsc::{Receiver, Sender};
use lanes::sync::{Condvar, Mutex};

/// A snack bar with one tray. Players take from it, the kitchen lays onto it.
pub struct Bar {
    tray: Mutex<u32>,
    laid: Condvar,
}

/// A note to the kitchen: one snack, please, and tell me when it lies on the tray.
pub struct Order;

impl Bar {
    /// A tray with so many snacks on it.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
            laid: Condvar::new("laid"),
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
            kitchen.send(Order).expect("the kitchen is open");
        }
        while *tray == 0 {
            tray = self.laid.wait(tray);
        }
        *tray -= 1;
    }

    /// The kitchen: fries a snack for each order and lays it on the tray, until nobody can order any more. Tells how many.
    pub fn kitchen(&self, orders: Receiver<Order>, fry: impl Fn()) -> u32 {
        let mut fried = 0;
        for Order in orders {
            fry();
            *self.tray.lock() += 1;
            fried += 1;
            self.laid.notify_all();
        }
        fried
    }
}
