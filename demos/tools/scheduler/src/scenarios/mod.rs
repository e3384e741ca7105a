//! The scenarios: for each step two or three threads, and a promise that a schedule may break.

mod step_1;
mod step_2;
mod step_3;
mod step_5;
mod step_6;

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
    /// The very scenario that a proof of the step explores. It sets itself up, runs its threads to
    /// their end, and asserts the promise.
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
