//! Two locks in one order.
//!
//! **Why it works.** A deadlock of locks is a ring: everybody in it holds a lock and wants one that the next holds. If all
//! locks have a number and everybody takes them in rising order, whoever holds the highest one in a ring would have to want
//! a lower one. Nobody ever does, so there is no ring, in any schedule, with any number of threads.
//!
//! The order is a property of the type and not of a method: no method can be checked by itself. So it is written once, where
//! the locks are declared.
//!
//! **What else would work.** The other order (a plate, then the tray), if *both* methods keep to it. One lock around
//! everything, where nobody minds to wait for all. Or no lock: one thread that owns the tray and all plates, and is sent
//! messages (step 6).
//!
//! **What would not.** To hold never more than one lock: then a snack lies nowhere for a moment. To pause or to try again:
//! both change how often it happens.

use lanes::sync::{Arc, Mutex};

/// A snack bar: one tray for all, one plate for each player. Every snack lies on the tray or on a plate.
///
/// Lock order: the tray, then a plate. Both, or the later one alone.
pub struct Bar {
    pub tray: Mutex<u32>,
}

/// What lies in front of one player.
pub type Plate = Arc<Mutex<u32>>;

impl Bar {
    /// A tray with so many snacks on it.
    pub fn open(snacks: u32) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
        }
    }

    /// Takes a snack from the tray and puts it on the plate, if there is one. Nobody ever sees it in between.
    pub fn grab(&self, plate: &Plate) {
        let mut tray = self.tray.lock();
        let mut plate = plate.lock();
        if *tray > 0 {
            *tray -= 1;
            *plate += 1;
        }
    }

    /// The player leaves: what lies on the plate goes back to the tray. Nobody ever sees it in between.
    pub fn leave(&self, plate: &Plate) {
        let mut tray = self.tray.lock();
        let mut plate = plate.lock();
        *tray += *plate;
        *plate = 0;
    }
}
