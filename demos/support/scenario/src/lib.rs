//! Players and their phones, for the scenarios that the proofs of the steps explore.
//!
//! A scenario is a few lines: who joins, what they do at once, and what must hold then. What it
//! takes to be a player stands here: [`shared`] for the rooms that threads share (steps 1 to 4),
//! [`channels`] for the rooms that are asked by messages (from step 5 on). A step's proof says how
//! its own room is joined and asked, in an `impl` of one trait.
//!
//! What a player does is marked with `#[track_caller]`, so a drawing names the scenario's line.

pub mod act;
pub mod book;
pub mod channels;
pub mod plays;
pub mod script;
pub mod shared;

use lanes::{Bounds, Verdict, thread};
use snack::{Event, News, Snack};

/// The capacity of a wire or an outbox that is never full in a scenario.
pub const WIDE: usize = 1024;

/// Runs a scenario in every schedule. The verdict has the name of the scenario's function.
#[track_caller]
pub fn explore<S: Fn() + Send + Sync + 'static>(scenario: S) -> Verdict {
    lanes::explore(&name_of::<S>(), Bounds::exhaustive(), scenario)
}

/// Runs a scenario in every schedule with at most this many preemptions.
#[track_caller]
pub fn explore_with_preemptions<S: Fn() + Send + Sync + 'static>(
    preemptions: usize,
    scenario: S,
) -> Verdict {
    lanes::explore(&name_of::<S>(), Bounds::preemptions(preemptions), scenario)
}

/// Runs a long scenario with one thread, which has one schedule.
#[track_caller]
pub fn explore_long<S: Fn() + Send + Sync + 'static>(scenario: S) -> Verdict {
    let bounds = Bounds::exhaustive().steps(1_000_000);
    lanes::explore(&name_of::<S>(), bounds, scenario)
}

/// `ann grabs while bob leaves`, for a function of that name.
fn name_of<S>() -> String {
    let path = std::any::type_name::<S>();
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::").next().unwrap_or(path).replace('_', " ")
}

/// A grab, as a phone shows it.
#[derive(Debug)]
pub struct Grab {
    /// The number of the event.
    pub number: u64,
    /// The snack that was taken.
    pub snack: Snack,
}

/// Waits until all these threads have ended.
///
/// # Panics
/// One of them panicked.
#[track_caller]
pub fn at_once<const N: usize>(threads: [thread::JoinHandle<()>; N]) {
    for thread in threads {
        thread.join().expect("a panic ends the model");
    }
}

/// The grabs among these events, in the same order.
fn grabs(events: impl Iterator<Item = Event>) -> Vec<Grab> {
    let grabs = events.filter_map(|Event { number, news }| match news {
        News::Grabbed { snack, .. } => Some(Grab { number, snack }),
        _ => None,
    });
    grabs.collect()
}
