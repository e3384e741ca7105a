//! No answer channel: the kitchen wakes all who wait; each has ordered again if its snack is gone.

use lanes::sync::mpsc::{Receiver, Sender};
use lanes::sync::{Condvar, Mutex};

/// A snack bar with one tray.
pub struct Bar {
    tray: Mutex<Tray>,
    laid_down: Condvar,
}

struct Tray {
    snacks: u32,
    /// How many orders the kitchen has had, and how many players have sent.
    fried: u32,
    ordered: u32,
}

/// An order for the kitchen: fry one snack.
pub struct Order;

impl Bar {
    /// Opens a bar with this many snacks on the tray.
    pub fn open(snacks: u32) -> Bar {
        let tray = Tray {
            snacks,
            fried: 0,
            ordered: 0,
        };
        Bar {
            tray: Mutex::new("tray", tray),
            laid_down: Condvar::new("laid down"),
        }
    }

    /// Returns the number of snacks on the tray.
    pub fn left(&self) -> u32 {
        self.tray.lock().snacks
    }

    /// Takes a snack. If the tray is empty, orders one and waits for it.
    pub fn grab(&self, kitchen: &Sender<Order>) {
        let mut tray = self.tray.lock();
        while tray.snacks == 0 {
            tray.ordered += 1;
            let mine = tray.ordered;
            drop(tray);
            kitchen.send(Order).expect("the kitchen is open");
            tray = self.tray.lock();
            while tray.snacks == 0 && tray.fried < mine {
                tray = self.laid_down.wait(tray);
            }
        }
        tray.snacks -= 1;
    }

    /// Runs the kitchen until no player can order any more. Returns the number of fried snacks.
    pub fn kitchen(&self, orders: Receiver<Order>, fry: impl Fn()) -> u32 {
        let mut fried = 0;
        for Order in orders {
            fry();
            let mut tray = self.tray.lock();
            tray.snacks += 1;
            tray.fried += 1;
            drop(tray);
            self.laid_down.notify_all();
            fried += 1;
        }
        fried
    }
}
