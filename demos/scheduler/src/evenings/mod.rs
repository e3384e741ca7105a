//! The evenings: for each step two or three threads, and a promise to break.

mod five;
mod one;
mod six;
mod three;
mod two;

use crate::gate::Gate;
use std::{fmt, sync::Arc};

/// What one step plays.
pub struct Evening {
    /// The step: `01-deadlock`.
    pub step: &'static str,
    /// What happens, in a sentence.
    pub story: &'static str,
    /// The same in Korean.
    pub story_ko: &'static str,
    /// What to try to bring about, in a sentence.
    pub challenge: &'static str,
    /// The same in Korean.
    pub challenge_ko: &'static str,
    /// Prepares it, and starts its threads one after the other.
    pub(crate) begin: fn(&Arc<Gate>) -> Check,
}

/// What must be true when everybody has come home; a sentence if it is not.
pub(crate) type Check = Box<dyn Fn() -> Result<(), String> + Send>;

/// Every evening there is, in the order of the walk. Step 4 has none: its threads are tasks of one thread, and who
/// moves next is not up to anybody.
pub const EVENINGS: &[Evening] = &[
    one::EVENING,
    two::EVENING,
    three::EVENING,
    five::EVENING,
    six::EVENING,
];

impl fmt::Debug for Evening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evening")
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

/// Starts a thread and waits until it stands at its first step: so things have the same order in every game.
fn starts(gate: &Arc<Gate>, name: &'static str, play: impl FnOnce() + Send + 'static) {
    gate.spawn(name, play);
    // Who does not come to rest is named by the game, which waits again.
    let _unless_stuck = gate.rest();
}

/// The numbers of the snacks that were grabbed, as one phone was told: `7 ann grabbed snack 3`.
fn grabbed(told: &[String]) -> Vec<snack::Snack> {
    let events = told
        .iter()
        .filter_map(|line| line.parse::<snack::Event>().ok());
    let grabs = events.filter_map(|event| match event.news {
        snack::News::Grabbed { snack, .. } => Some(snack),
        _ => None,
    });
    grabs.collect()
}
