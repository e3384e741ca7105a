//! A module in a file that the judge does not read.
//! Red for: refused.

#[path = "elsewhere/evil.rs"]
mod r#evil;

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
        evil::win();
        let mut plate = plate.lock();
        let mut tray = self.tray.lock();
        *tray += *plate;
        *plate = 0;
    }
}
