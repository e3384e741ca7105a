//! A game: an evening, and you pick who moves.

use crate::{
    EVENINGS,
    evenings::{Check, Evening},
    gate::{Gate, Stand},
};
use std::{fmt, sync::Arc};

/// One evening of one step, as far as it has been played.
pub struct Game {
    evening: &'static Evening,
    gate: Arc<Gate>,
    check: Check,
    picks: Vec<&'static str>,
}

/// A thread, and what it would do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its name.
    pub name: &'static str,
    /// What it would do: `takes room`. Empty when it has come home.
    pub next: String,
    /// Where in the program: `room.rs:54`. Empty when it has come home.
    pub at: String,
    /// It can be picked.
    pub can_move: bool,
}

/// A step that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Who made it.
    pub thread: &'static str,
    /// What it was.
    pub words: String,
    /// Where in the program: `room.rs:54`.
    pub at: String,
}

/// How a game stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody can move.
    Running,
    /// Everybody has come home, and no promise was broken.
    Kept,
    /// Everybody has come home, and a promise was broken: which, in a sentence.
    Broken(String),
    /// Nobody can move, and not everybody has come home.
    Deadlock {
        /// The threads that wait for each other in a ring; empty if they wait for a phone.
        cycle: Vec<String>,
        /// Why each comes no further, a sentence a thread.
        why: Vec<String>,
    },
}

/// What cannot be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No step has this name; those that have an evening are named.
    NoSuchStep(String),
    /// No thread of this evening has this name.
    NoSuchThread(String),
    /// The thread waits, or has come home.
    CannotMove(String),
    /// A thread neither stops nor ends: a defect of this crate or of the room.
    Stuck(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NoSuchStep(said) => {
                let steps: Vec<&str> = EVENINGS.iter().map(|evening| evening.step).collect();
                write!(
                    f,
                    "there is no evening for \"{}\": pick one of {}",
                    said.escape_debug(),
                    steps.join(", ")
                )
            }
            Refused::NoSuchThread(said) => {
                write!(f, "nobody here is called \"{}\"", said.escape_debug())
            }
            Refused::CannotMove(why) => f.write_str(why),
            Refused::Stuck(name) => write!(f, "{name} neither stops nor ends"),
        }
    }
}

impl std::error::Error for Refused {}

impl Game {
    /// The evening of a step, with every thread in front of its first move.
    ///
    /// # Errors
    /// There is none for this step.
    pub fn start(step: &str) -> Result<Game, Refused> {
        let evening = EVENINGS.iter().find(|evening| evening.step == step);
        let evening = evening.ok_or_else(|| Refused::NoSuchStep(step.to_owned()))?;
        let gate = Arc::new(Gate::default());
        let check = gate.prepare(|| (evening.begin)(&gate));
        let game = Game {
            evening,
            gate,
            check,
            picks: Vec::new(),
        };
        game.rest()?;
        Ok(game)
    }

    /// What is played.
    pub fn evening(&self) -> &'static Evening {
        self.evening
    }

    /// Everybody, and what each would do next.
    pub fn threads(&self) -> Vec<Thread> {
        let board = self.gate.board();
        let lanes = board.lanes.iter().map(|lane| match &lane.stand {
            Stand::AtTheGate(wants) => {
                let doable = wants.iter().find(|want| board.can(want));
                let shown = doable.or(wants.first());
                let next = match (doable, shown) {
                    (Some(want), _) => board.words(want),
                    (None, Some(want)) => format!("waits for {}", board.waits_for(want)),
                    (None, None) => "waits".to_owned(),
                };
                Thread {
                    name: lane.name,
                    next,
                    at: shown.map_or_else(String::new, |want| place(want.at)),
                    can_move: doable.is_some(),
                }
            }
            Stand::Moving | Stand::Home | Stand::Fell(_) => Thread {
                name: lane.name,
                next: String::new(),
                at: String::new(),
                can_move: false,
            },
        });
        lanes.collect()
    }

    /// Lets one thread make its next step, and waits until it stands in front of the one after.
    ///
    /// # Errors
    /// There is no such thread, or it cannot move: the sentence says why.
    pub fn pick(&mut self, thread: &str) -> Result<(), Refused> {
        let board = self.gate.board();
        let found = board.lanes.iter().position(|lane| lane.name == thread);
        let Some(lane) = found else {
            return Err(Refused::NoSuchThread(thread.to_owned()));
        };
        let can = match &board.lanes[lane].stand {
            Stand::AtTheGate(wants) => wants.iter().any(|want| board.can(want)),
            _ => false,
        };
        if !can {
            let why = board.sentence(lane);
            return Err(Refused::CannotMove(
                why.unwrap_or_else(|| format!("{thread} has come home.")),
            ));
        }
        let name = board.lanes[lane].name;
        drop(board);
        self.gate.pick(lane);
        self.rest()?;
        self.picks.push(name);
        Ok(())
    }

    fn rest(&self) -> Result<(), Refused> {
        let rest = self.gate.rest();
        rest.map_err(|name| Refused::Stuck(name.to_owned()))
    }

    /// How it stands.
    pub fn outcome(&self) -> Outcome {
        let board = self.gate.board();
        if let Some(said) = board.lanes.iter().find_map(|lane| match &lane.stand {
            Stand::Fell(said) => Some(format!("{} panicked: {said}", lane.name)),
            _ => None,
        }) {
            return Outcome::Broken(said);
        }
        let mut all_home = true;
        for lane in &board.lanes {
            if let Stand::AtTheGate(wants) = &lane.stand {
                all_home = false;
                if wants.iter().any(|want| board.can(want)) {
                    return Outcome::Running;
                }
            }
        }
        if !all_home {
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

    /// The steps that were made, in their order.
    pub fn rows(&self) -> Vec<Row> {
        let board = self.gate.board();
        let rows = board.made.iter().map(|made| Row {
            thread: board.lanes[made.lane].name,
            words: made.words.clone(),
            at: place(made.at),
        });
        rows.collect()
    }

    /// The picks so far, as [`replay`] reads them: `ann, bob, ann`.
    pub fn schedule(&self) -> String {
        self.picks.join(", ")
    }

    /// A test that plays this schedule again and wants the same end, to be kept in a file.
    pub fn as_test(&self) -> String {
        let name = self.evening.step.replace('-', "_");
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
            self.evening.step,
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
/// There is no such step or thread, or a thread cannot move when it is picked.
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

/// `room.rs:54`: every step has a file of this name.
fn place(at: crate::gate::Place) -> String {
    let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
    format!("{file}:{}", at.line())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_game_that_is_dropped_sends_everybody_home() {
        let mut game = Game::start("01-deadlock").expect("an evening");
        game.pick("ann").expect("ann can move");
        let gate = Arc::clone(&game.gate);
        drop(game);
        let end = Instant::now() + Duration::from_secs(10);
        // Every thread holds the gate until it has ended.
        while Arc::strong_count(&gate) > 1 {
            assert!(Instant::now() < end, "a thread has stayed at the gate");
            std::thread::yield_now();
        }
    }
}
