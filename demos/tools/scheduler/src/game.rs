//! A game: you pick which thread of a scenario moves next.

use crate::{SCENARIOS, scenarios::Scenario};
use lanes::{CannotMove, Moves, Outcome, Play, Thread};
use std::fmt;

/// A game of one step's scenario, and the moves so far.
#[derive(Debug)]
pub struct Game {
    scenario: &'static Scenario,
    play: Play,
}

/// Why a game or a pick is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No step has this name. The message lists the steps that have a scenario.
    NoSuchStep(String),
    /// The thread cannot be picked.
    CannotMove(CannotMove),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NoSuchStep(step) => {
                let steps: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.step).collect();
                write!(
                    f,
                    "there is no scenario for \"{}\": pick one of {}",
                    step.escape_debug(),
                    steps.join(", ")
                )
            }
            Refused::CannotMove(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for Refused {}

fn scenario(step: &str) -> Result<&'static Scenario, Refused> {
    let scenario = SCENARIOS.iter().find(|scenario| scenario.step == step);
    scenario.ok_or_else(|| Refused::NoSuchStep(step.to_owned()))
}

impl Game {
    /// Starts the scenario of a step, with every thread before its first step.
    ///
    /// # Errors
    /// If the step has no scenario.
    pub fn start(step: &str) -> Result<Game, Refused> {
        let scenario = scenario(step)?;
        let play = Play::start(scenario.model);
        Ok(Game { scenario, play })
    }

    /// The scenario of this game.
    pub fn scenario(&self) -> &'static Scenario {
        self.scenario
    }

    /// All threads, each with its next step.
    pub fn threads(&self) -> &[Thread] {
        self.play.threads()
    }

    /// Lets one thread make its next step.
    ///
    /// # Errors
    /// If there is no such thread, or it cannot move; the message says why.
    pub fn pick(&mut self, thread: &str) -> Result<(), Refused> {
        self.play.pick(thread).map_err(Refused::CannotMove)
    }

    /// The state of the game.
    pub fn outcome(&self) -> &Outcome {
        self.play.outcome()
    }

    /// The steps so far, the first one first.
    pub fn rows(&self) -> Vec<Moves> {
        self.play.rows()
    }

    /// The picks so far, in the form that [`replay`] reads: `ann, bob, ann`.
    pub fn schedule(&self) -> String {
        self.play.picks().join(", ")
    }

    /// A test that plays this schedule again and expects the same end, to be kept in a file.
    pub fn as_test(&self) -> String {
        let name = self.scenario.step.replace('-', "_");
        let ends = match self.outcome() {
            Outcome::Running => "Outcome::Running",
            Outcome::Kept => "Outcome::Kept",
            Outcome::Broken(_) => "Outcome::Broken(_)",
            Outcome::Deadlock { .. } => "Outcome::Deadlock { .. }",
            Outcome::Refused(_) => "Outcome::Refused(_)",
        };
        format!(
            "use scheduler::{{Outcome, replay}};\n\n#[test]\nfn a_schedule_of_step_{name}() {{\n    \
             let game = replay(\"{}\", \"{}\").expect(\"a schedule\");\n    \
             assert!(matches!(game.outcome(), {ends}), \"{{:?}}\", game.outcome());\n}}\n",
            self.scenario.step,
            self.schedule(),
        )
    }
}

/// Plays a schedule: `replay("01-deadlock", "ann, bob, ann")`.
///
/// # Errors
/// If there is no such step or thread, or if a thread cannot move when it is picked.
pub fn replay(step: &str, schedule: &str) -> Result<Game, Refused> {
    let mut game = Game::start(step)?;
    for pick in schedule
        .split(',')
        .map(str::trim)
        .filter(|pick| !pick.is_empty())
    {
        game.pick(pick)?;
    }
    Ok(game)
}

/// The result of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The number of schedules played to their end.
    pub schedules: usize,
    /// Whether these are all schedules.
    pub all: bool,
    /// The first schedule that ended badly, and how.
    pub bad: Option<(String, Outcome)>,
}

/// Plays the schedules of a step's scenario one by one, until one ends badly, all are played, or
/// `at_most` were played. Every order of the picks counts, as in [`lanes::search`].
///
/// # Errors
/// If the step has no scenario.
pub fn search(step: &str, at_most: usize) -> Result<Found, Refused> {
    let found = lanes::search(scenario(step)?.model, at_most);
    Ok(Found {
        schedules: found.schedules,
        all: found.all,
        bad: found
            .bad
            .map(|(picks, outcome)| (picks.join(", "), outcome)),
    })
}
