//! Two locks in one order.
//!
//! **Why it works.** A deadlock of locks is a wait cycle: each thread in it holds a lock and wants
//! one that the next thread holds. Give each lock a number, and let every thread take locks in
//! rising order. In a cycle, the thread that holds the highest lock would have to want a lower one.
//! No thread ever does, so there is no cycle: in no schedule, with any number of threads.
//!
//! The lock order belongs to the type and not to a method: no method can be checked alone. So the
//! order is written once, where the locks are declared.
//!
//! **What else would work.** The other order (a plate, then the tray), if *both* methods keep to
//! it. One lock around everything, if it is fine that each player waits for all others. Trying the
//! second lock and, if it is busy, unlocking the first before you try again: then no thread waits
//! while it holds a lock. But such a thread does not sleep, it must let others run between two
//! tries (`yield_now`), and two of them can get in each other's way for a while. Or no lock: one
//! thread owns the tray and all plates, and receives messages (step 6).
//!
//! **What would not.** Never holding more than one lock: then for a moment a snack is neither on
//! the tray nor on a plate. Pausing: it only changes how often the deadlock happens. Trying again
//! while you keep the first lock: it is the same wait cycle, and one thread in it does not sleep.

use lanes::sync::{Arc, Mutex};

/// A snack bar: one tray for all players, one plate for each player. Every snack lies on the tray
/// or on a plate.
pub struct Bar {
    pub tray: Mutex<u32>,
}

/// The number of snacks on one player's plate.
pub type Plate = Arc<Mutex<u32>>;

impl Bar {
    /// Opens a bar with this many snacks on the tray.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
        }
    }

    /// If the tray has a snack, moves it to the plate. At every moment, other threads see the snack
    /// on the tray or on the plate.
    pub fn grab(&self, plate: &Plate) {
        let mut tray = self.tray.lock();
        let mut plate = plate.lock();
        if *tray > 0 {
            *tray -= 1;
            *plate += 1;
        }
    }

    /// The player leaves: moves all snacks from the plate back to the tray. At every moment, other
    /// threads see each snack on the tray or on the plate.
    pub fn leave(&self, plate: &Plate) {
        let mut tray = self.tray.lock();
        let mut plate = plate.lock();
        *tray += *plate;
        *plate = 0;
    }
}
