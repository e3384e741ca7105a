//! The scenarios: for each step two or three threads, and a promise that a schedule may break.

mod step_1;
mod step_2;
mod step_3;
mod step_5;
mod step_6;

use lanes::thread::JoinHandle;
use std::fmt;

/// The scenario of one step.
pub struct Scenario {
    /// The step: `01-deadlock`.
    pub step: &'static str,
    /// The events, in a sentence.
    pub story: &'static str,
    /// The same in Korean.
    pub story_ko: &'static str,
    /// The aim for the player, in a sentence.
    pub challenge: &'static str,
    /// The same in Korean.
    pub challenge_ko: &'static str,
    /// Sets the scenario up, runs its threads to their end, and asserts the promise. It is a model
    /// of `lanes`: [`lanes::explore`] can prove it too.
    pub model: fn(),
}

/// All scenarios, in the order of the steps. Step 4 has none: its tasks share one thread, so the
/// scheduler cannot pick between them.
pub const SCENARIOS: &[Scenario] = &[
    step_1::SCENARIO,
    step_2::SCENARIO,
    step_3::SCENARIO,
    step_5::SCENARIO,
    step_6::SCENARIO,
];

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scenario")
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

/// Waits until every thread has ended.
fn join_all<const N: usize>(threads: [JoinHandle<()>; N]) {
    for thread in threads {
        thread.join().expect("a panic ends the model");
    }
}

/// The numbers of the grabbed snacks, from the lines that one phone received:
/// `7 ann grabbed snack 3`.
fn grabbed(lines: &[String]) -> Vec<snack::Snack> {
    let events = lines
        .iter()
        .filter_map(|line| line.parse::<snack::Event>().ok());
    let grabs = events.filter_map(|event| match event.news {
        snack::News::Grabbed { snack, .. } => Some(snack),
        _ => None,
    });
    grabs.collect()
}
