//! A player makes its answer channel once, and orders with clones of its sender.

use lanes::sync::Mutex;
use lanes::sync::mpsc::{Receiver, Sender, channel};

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
    pub fn left(&self) -> u32 {
        *self.tray.lock()
    }

    /// Takes a snack. If the tray is empty, orders a snack and waits for the kitchen; never returns
    /// without a snack.
    pub fn grab(&self, kitchen: &Sender<Order>) {
        let (done, is_done) = channel("answer");
        loop {
            let mut tray = self.tray.lock();
            if *tray > 0 {
                *tray -= 1;
                return;
            }
            // The kitchen needs the tray: unlock it before you wait for the kitchen.
            drop(tray);
            kitchen
                .send(Order { done: done.clone() })
                .expect("the kitchen is open");
            is_done.recv().expect("the kitchen answers every order");
        }
    }

    /// Runs the kitchen: fries a snack for each order and lays it on the tray, until no player can
    /// order any more. Returns the number of fried snacks.
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
