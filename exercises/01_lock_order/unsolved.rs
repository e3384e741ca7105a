//! Two locks in two orders.
//!
//! The snack bar freezes, about once an evening. Find out why, and cure it: each method must still do what its comment
//! says. Keep the names, the types and both locks; ask with `cargo run -p learn`.

use lanes::sync::{Arc, Mutex};

/// A snack bar: one tray for all, one plate for each player. Every snack lies on the tray or on a plate.
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
        let mut plate = plate.lock();
        let mut tray = self.tray.lock();
        *tray += *plate;
        *plate = 0;
    }
}
