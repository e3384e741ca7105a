//! Be the scheduler: who moves next in the real `room.rs`. The stage's side of it: what a game of that kind must be able
//! to do, and the thread that plays it, so that the stage's own task never waits for one.

use crate::stage::ToStage;
use serde_json::{Value, json};
use std::thread;
use tokio::sync::mpsc;

/// Moves that may wait for a game. A presenter who is faster than that is not heard.
const MOVES_WAITING: usize = 8;

/// Whoever can begin a game.
pub(crate) trait Engine: Send + Sync {
    /// Begins one for a step, such as `01-deadlock`.
    fn start(&self, step: &str) -> Result<Box<dyn Game>, String>;
}

/// One game: threads in `room.rs`, each held before its next operation until somebody lets it go on.
pub(crate) trait Game {
    /// Everybody in the room, always in the same order.
    fn threads(&self) -> Vec<Thread>;
    /// Lets one thread go on to its next operation.
    fn step(&mut self, thread: usize) -> Result<(), String>;
    /// How it stands.
    fn state(&self) -> State;
    /// The schedule so far, drawn; empty if there is nothing to draw yet.
    fn lanes(&self) -> String;
    /// The schedule so far, to be saved and replayed as a test.
    fn schedule(&self) -> String;
    /// What the model checker found out about all schedules, in a sentence.
    fn count(&self) -> Option<String> {
        None
    }
}

/// One thread of a game.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    pub(crate) name: String,
    /// Before what it stands: `room.rs:65 takes room`.
    pub(crate) at: String,
    pub(crate) can_move: bool,
}

/// How a game stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Running,
    /// All wait; who waits for whom, a sentence each.
    Deadlock { cycle: Vec<String> },
    Done,
}

/// A game that runs on a thread of its own. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Table {
    moves: mpsc::Sender<usize>,
}

impl Table {
    /// Begins a game; how it stands is told to the stage after every move.
    pub(crate) fn open(engine: &'static dyn Engine, step: String, number: u64, stage: mpsc::Sender<ToStage>) -> Table {
        let (moves, mut wanted) = mpsc::channel(MOVES_WAITING);
        thread::spawn(move || {
            let tell = |view: View| stage.blocking_send(ToStage::Schedule { number, view }).is_ok();
            let mut game = match engine.start(&step) {
                Ok(game) => game,
                Err(why) => {
                    let _unless_closed = tell(View { step, why, ..View::default() });
                    return;
                }
            };
            let mut why = String::new();
            let mut moved = 0;
            while tell(View::of(&step, game.as_ref(), moved, std::mem::take(&mut why))) {
                let Some(thread) = wanted.blocking_recv() else { return };
                match game.step(thread) {
                    Ok(()) => moved += 1,
                    Err(refused) => why = refused,
                }
            }
        });
        Table { moves }
    }

    /// Asks for a move. One that finds the game too busy is not made.
    pub(crate) fn step(&self, thread: usize) {
        let _unless_busy = self.moves.try_send(thread);
    }
}

/// What is shown of a game.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) step: String,
    pub(crate) threads: Vec<Thread>,
    pub(crate) moved: u64,
    pub(crate) state: Option<State>,
    pub(crate) lanes: String,
    pub(crate) schedule: String,
    pub(crate) count: Option<String>,
    /// Why the last thing that was wanted could not be done.
    pub(crate) why: String,
}

impl View {
    fn of(step: &str, game: &dyn Game, moved: u64, why: String) -> View {
        View {
            step: step.to_owned(),
            threads: game.threads(),
            moved,
            state: Some(game.state()),
            lanes: game.lanes(),
            schedule: game.schedule(),
            count: game.count(),
            why,
        }
    }

    /// Threads that can be chosen now.
    pub(crate) fn choices(&self) -> Vec<usize> {
        let running = self.state == Some(State::Running);
        (0..self.threads.len()).filter(|&it| running && self.threads[it].can_move).collect()
    }

    /// For the projector and the speaker.
    pub(crate) fn json(&self) -> Value {
        let (state, cycle) = match &self.state {
            None => ("none", &[][..]),
            Some(State::Running) => ("running", &[][..]),
            Some(State::Deadlock { cycle }) => ("deadlock", &cycle[..]),
            Some(State::Done) => ("done", &[][..]),
        };
        let threads: Vec<Value> = self.threads.iter().map(|it| json!({"name": it.name, "at": it.at, "canMove": it.can_move})).collect();
        json!({
            "step": self.step, "threads": threads, "moved": self.moved, "state": state, "cycle": cycle,
            "lanes": self.lanes, "schedule": self.schedule, "count": self.count, "why": self.why,
        })
    }
}

/// The engine of this program.
pub(crate) fn engine() -> &'static dyn Engine {
    &Absent
}

/// Until there is one.
struct Absent;

impl Engine for Absent {
    fn start(&self, step: &str) -> Result<Box<dyn Game>, String> {
        Err(format!("the game of schedules is not built in yet; `cargo test -p demo-{step}` tries them all"))
    }
}
