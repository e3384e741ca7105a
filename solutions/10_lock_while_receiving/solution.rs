//! Nobody waits with a lock in hand.
//!
//! **Why it works.** The player looks at the tray, and if it is empty lets go of it before it orders. While it waits for the answer it
//! holds nothing, so the kitchen can lay the snack down and say so: the ring has lost a corner. In return, what the player
//! saw is old when the answer comes. Somebody else may have taken the snack. So the answer is only a reason to look again, and the
//! look and the grab happen under one lock.
//!
//! **What else would work.** A kitchen that sends the snack itself with its answer (`Sender<Snack>`): then nobody else can
//! take it, and nobody needs to look again; the lock must be let go of all the same. A condition variable, whose `wait`
//! lets go of the lock for you and takes it again: in a loop for the same reason, and with a new order each time round.
//!
//! **What would not.** A channel with more places, for nobody waits for a place. `try_recv` in a loop. Waiting without the
//! lock and then believing what was seen before.

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
        loop {
            let mut tray = self.tray.lock();
            if *tray > 0 {
                *tray -= 1;
                return;
            }
            // The kitchen needs the tray: let go of it before you wait for the kitchen.
            drop(tray);
            let (done, is_done) = channel("answer");
            kitchen.send(Order { done }).expect("the kitchen is open");
            is_done.recv().expect("the kitchen answers every order");
        }
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
