//! A game: you pick which thread of a scenario moves next.

use crate::{
    SCENARIOS,
    gate::{Gate, ThreadState},
    scenarios::{Check, Scenario},
};
use std::{fmt, sync::Arc};

/// A game of one step's scenario, and the moves so far.
pub struct Game {
    scenario: &'static Scenario,
    gate: Arc<Gate>,
    check: Check,
    picks: Vec<&'static str>,
}

/// A thread and its next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its name.
    pub name: &'static str,
    /// Its next step: `takes room`. Empty if it has ended.
    pub next: String,
    /// The place of that step in the program: `room.rs:54`. Empty if it has ended.
    pub at: String,
    /// Whether it can be picked.
    pub can_move: bool,
}

/// A step of the game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The thread that made it.
    pub thread: &'static str,
    /// The step in words.
    pub words: String,
    /// Its place in the program: `room.rs:54`.
    pub at: String,
}

/// The state of a game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A thread can move.
    Running,
    /// Every thread has ended, and no promise was broken.
    Kept,
    /// Every thread has ended, and a promise was broken. The sentence says which.
    Broken(String),
    /// No thread can move, and at least one has not ended.
    Deadlock {
        /// The threads that wait for each other in a cycle. Empty if they wait for a phone.
        cycle: Vec<String>,
        /// Why each thread cannot continue, one sentence per thread.
        why: Vec<String>,
    },
}

/// Why a game or a pick is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No step has this name. The message lists the steps that have a scenario.
    NoSuchStep(String),
    /// No thread of this scenario has this name.
    NoSuchThread(String),
    /// The thread waits, or has ended.
    CannotMove(String),
    /// A thread neither stops nor ends: a defect of this crate or of the room.
    Stuck(String),
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
            Refused::NoSuchThread(name) => {
                write!(f, "no thread has the name \"{}\"", name.escape_debug())
            }
            Refused::CannotMove(why) => f.write_str(why),
            Refused::Stuck(name) => write!(f, "{name} neither stops nor ends"),
        }
    }
}

impl std::error::Error for Refused {}

impl Game {
    /// Starts the scenario of a step, with every thread before its first step.
    ///
    /// # Errors
    /// If the step has no scenario.
    pub fn start(step: &str) -> Result<Game, Refused> {
        let scenario = SCENARIOS.iter().find(|scenario| scenario.step == step);
        let scenario = scenario.ok_or_else(|| Refused::NoSuchStep(step.to_owned()))?;
        let gate = Arc::new(Gate::default());
        let check = gate.prepare(|| (scenario.begin)(&gate));
        let game = Game {
            scenario,
            gate,
            check,
            picks: Vec::new(),
        };
        game.settle()?;
        Ok(game)
    }

    /// The scenario of this game.
    pub fn scenario(&self) -> &'static Scenario {
        self.scenario
    }

    /// All threads, each with its next step.
    pub fn threads(&self) -> Vec<Thread> {
        let board = self.gate.board();
        let lanes = board.lanes.iter().map(|lane| match &lane.state {
            ThreadState::AtGate(requests) => {
                let doable = requests.iter().find(|request| board.can(request));
                let shown = doable.or(requests.first());
                let next = match (doable, shown) {
                    (Some(request), _) => board.words(request),
                    (None, Some(request)) => format!("waits for {}", board.waits_for(request)),
                    (None, None) => "waits".to_owned(),
                };
                Thread {
                    name: lane.name,
                    next,
                    at: shown.map_or_else(String::new, |request| place(request.at)),
                    can_move: doable.is_some(),
                }
            }
            ThreadState::Running | ThreadState::Ended | ThreadState::Panicked(_) => Thread {
                name: lane.name,
                next: String::new(),
                at: String::new(),
                can_move: false,
            },
        });
        lanes.collect()
    }

    /// Lets one thread make its next step, and waits until it stops before the following one.
    ///
    /// # Errors
    /// If there is no such thread, or it cannot move; the message says why.
    pub fn pick(&mut self, thread: &str) -> Result<(), Refused> {
        let board = self.gate.board();
        let found = board.lanes.iter().position(|lane| lane.name == thread);
        let Some(lane) = found else {
            return Err(Refused::NoSuchThread(thread.to_owned()));
        };
        let can = match &board.lanes[lane].state {
            ThreadState::AtGate(requests) => requests.iter().any(|request| board.can(request)),
            _ => false,
        };
        if !can {
            let why = board.sentence(lane);
            return Err(Refused::CannotMove(
                why.unwrap_or_else(|| format!("{thread} has ended.")),
            ));
        }
        let name = board.lanes[lane].name;
        drop(board);
        self.gate.pick(lane);
        self.settle()?;
        self.picks.push(name);
        Ok(())
    }

    fn settle(&self) -> Result<(), Refused> {
        let rest = self.gate.settle();
        rest.map_err(|name| Refused::Stuck(name.to_owned()))
    }

    /// The state of the game.
    pub fn outcome(&self) -> Outcome {
        let board = self.gate.board();
        if let Some(panic) = board.lanes.iter().find_map(|lane| match &lane.state {
            ThreadState::Panicked(message) => Some(format!("{} panicked: {message}", lane.name)),
            _ => None,
        }) {
            return Outcome::Broken(panic);
        }
        let mut all_ended = true;
        for lane in &board.lanes {
            if let ThreadState::AtGate(requests) = &lane.state {
                all_ended = false;
                if requests.iter().any(|request| board.can(request)) {
                    return Outcome::Running;
                }
            }
        }
        if !all_ended {
            let why = (0..board.lanes.len()).filter_map(|lane| board.sentence(lane));
            return Outcome::Deadlock {
                cycle: board.cycle(),
                why: why.collect(),
            };
        }
        drop(board);
        match (self.check)() {
            Ok(()) => Outcome::Kept,
            Err(broken) => Outcome::Broken(broken),
        }
    }

    /// The steps so far, the first one first.
    pub fn rows(&self) -> Vec<Row> {
        let board = self.gate.board();
        let rows = board.made.iter().map(|made| Row {
            thread: board.lanes[made.lane].name,
            words: made.words.clone(),
            at: place(made.at),
        });
        rows.collect()
    }

    /// The picks so far, in the form that [`replay`] reads: `ann, bob, ann`.
    pub fn schedule(&self) -> String {
        self.picks.join(", ")
    }

    /// A test that plays this schedule again and expects the same end, to be kept in a file.
    pub fn as_test(&self) -> String {
        let name = self.scenario.step.replace('-', "_");
        let ends = match self.outcome() {
            Outcome::Running => "Outcome::Running".to_owned(),
            Outcome::Kept => "Outcome::Kept".to_owned(),
            Outcome::Broken(_) => "Outcome::Broken(_)".to_owned(),
            Outcome::Deadlock { .. } => "Outcome::Deadlock { .. }".to_owned(),
        };
        format!(
            "use scheduler::{{Outcome, replay}};\n\n#[test]\nfn a_schedule_of_step_{name}() {{\n    \
             let game = replay(\"{}\", \"{}\").expect(\"a schedule\");\n    \
             assert!(matches!(game.outcome(), {ends}), \"{{:?}}\", game.outcome());\n}}\n",
            self.scenario.step,
            self.schedule(),
        )
    }

    /// The threads that could be picked now.
    pub(crate) fn movable(&self) -> Vec<&'static str> {
        let threads = self.threads().into_iter();
        threads
            .filter(|thread| thread.can_move)
            .map(|thread| thread.name)
            .collect()
    }
}

impl Drop for Game {
    fn drop(&mut self) {
        self.gate.close();
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

/// The place in the form `room.rs:54`. The file has the same name in every step.
fn place(at: crate::gate::Place) -> String {
    let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
    format!("{file}:{}", at.line())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_dropped_game_ends_all_threads() {
        let mut game = Game::start("01-deadlock").expect("a scenario");
        game.pick("ann").expect("ann can move");
        let gate = Arc::clone(&game.gate);
        drop(game);
        let end = Instant::now() + Duration::from_secs(10);
        // Every thread holds the gate until the thread has ended.
        while Arc::strong_count(&gate) > 1 {
            assert!(Instant::now() < end, "a thread has stayed at the gate");
            std::thread::yield_now();
        }
    }
}
