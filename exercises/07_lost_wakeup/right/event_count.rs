//! An event count: both sides write, and then read what the other one wrote, all of it `SeqCst`.

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};
use lanes::sync::{Condvar, Mutex};
/// The hatch between the kitchen and the room.
pub struct Hatch {
    dishes: AtomicU32,
    waiting: AtomicU32,
    gate: Mutex<()>,
    bell: Condvar,
}
impl Hatch {
    /// An empty hatch.
    pub fn open() -> Hatch {
        Hatch {
            dishes: AtomicU32::new("dishes", 0),
            waiting: AtomicU32::new("waiting", 0),
            gate: Mutex::new("gate", ()),
            bell: Condvar::new("bell"),
        }
    }
    /// Puts a dish into the hatch and rings. Never waits for a player.
    pub fn put(&self) {
        self.dishes.fetch_add(1, SeqCst);
        if self.waiting.load(SeqCst) > 0 {
            drop(self.gate.lock());
            self.bell.notify_one();
        }
    }
    fn took_one(&self) -> bool {
        let there = self.dishes.load(SeqCst);
        there > 0
            && self
                .dishes
                .compare_exchange(there, there - 1, SeqCst, SeqCst)
                .is_ok()
    }
    /// Takes a dish. As long as there is none, sleeps until the bell rings.
    pub fn take(&self) {
        while !self.took_one() {
            let gate = self.gate.lock();
            self.waiting.fetch_add(1, SeqCst);
            if self.dishes.load(SeqCst) == 0 {
                drop(self.bell.wait(gate));
            } else {
                drop(gate);
            }
            self.waiting.fetch_sub(1, SeqCst);
        }
    }
}
