//! Be the scheduler: who moves next in the real `room.rs`. A game runs on a thread of its own, so
//! that the stage's task never waits for one.

use crate::stage::ToStage;
use scheduler::{Game, Outcome};
use serde_json::{Value, json};
use std::thread;
use tokio::sync::mpsc;

/// Moves that may wait for a game. A presenter who is faster than that is not heard.
const MOVES_WAITING: usize = 8;

/// Schedules that are tried to say how many there are.
const AT_MOST: usize = 3_000;

/// A game that is being played. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Table {
    moves: mpsc::Sender<usize>,
}

impl Table {
    /// Begins a game; how it stands is told to the stage after every move, under `number`.
    pub(crate) fn open(step: String, number: u64, stage: mpsc::Sender<ToStage>) -> Table {
        let (moves, wanted) = mpsc::channel(MOVES_WAITING);
        thread::spawn(move || {
            play(&step, wanted, |view| {
                stage
                    .blocking_send(ToStage::Schedule {
                        number,
                        view: Box::new(view),
                    })
                    .is_ok()
            });
        });
        Table { moves }
    }

    /// Asks for a move. One that finds the game too busy is not made.
    pub(crate) fn step(&self, thread: usize) {
        let _unless_busy = self.moves.try_send(thread);
    }
}

/// Plays until nobody moves or nobody looks any more.
fn play(step: &str, mut wanted: mpsc::Receiver<usize>, tell: impl Fn(View) -> bool) {
    let mut game = match Game::start(step) {
        Ok(game) => game,
        Err(why) => {
            let _unless_closed = tell(View {
                step: step.to_owned(),
                why: why.to_string(),
                ..View::default()
            });
            return;
        }
    };
    let mut view = View::of(step, &game);
    while tell(view.clone()) && game.outcome() == Outcome::Running {
        let Some(number) = wanted.blocking_recv() else {
            return;
        };
        let Some(name) = game.threads().get(number).map(|it| it.name) else {
            continue;
        };
        let refused = game.pick(name).err();
        view = View::of(step, &game);
        view.why = refused.map(|it| it.to_string()).unwrap_or_default();
    }
    // It is over; and how would it have been with all the others?
    if let Ok(found) = scheduler::search(step, AT_MOST) {
        view.tried = found.schedules;
        view.all = found.all;
        view.well = found.bad.is_none();
        let _unless_closed = tell(view);
    }
}

/// What is shown of a game.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    step: String,
    /// Name, what it would do next, where, and whether it can.
    threads: Vec<(String, String, String, bool)>,
    /// The moves so far: the thread's place among `threads`, what it did, and where.
    rows: Vec<(usize, String, String)>,
    state: &'static str,
    /// Why nobody comes any further, or which promise was broken.
    lines: Vec<String>,
    cycle: Vec<String>,
    schedule: String,
    test: String,
    /// The evening's story and its challenge, in English and in Korean.
    story: [&'static str; 2],
    challenge: [&'static str; 2],
    /// Schedules that were tried in the end, whether these are all, and whether all went well.
    tried: usize,
    all: bool,
    well: bool,
    /// Why the last thing that was wanted could not be done.
    why: String,
}

impl View {
    fn of(step: &str, game: &Game) -> View {
        let threads = game.threads();
        let place = |name: &str| threads.iter().position(|it| it.name == name).unwrap_or(0);
        let rows = game
            .rows()
            .into_iter()
            .map(|row| (place(row.thread), row.words, row.at))
            .collect();
        let (state, lines, cycle) = match game.outcome() {
            Outcome::Running => ("running", Vec::new(), Vec::new()),
            Outcome::Kept => ("kept", Vec::new(), Vec::new()),
            Outcome::Broken(promise) => ("broken", vec![promise], Vec::new()),
            Outcome::Deadlock { cycle, why } => ("deadlock", why, cycle),
        };
        let evening = game.scenario();
        View {
            step: step.to_owned(),
            rows,
            state,
            lines,
            cycle,
            schedule: game.schedule(),
            test: game.as_test(),
            story: [evening.story, evening.story_ko],
            challenge: [evening.challenge, evening.challenge_ko],
            threads: threads
                .iter()
                .map(|it| {
                    (
                        it.name.to_owned(),
                        it.next.clone(),
                        it.at.clone(),
                        it.can_move,
                    )
                })
                .collect(),
            ..View::default()
        }
    }

    /// Threads that can be chosen now.
    pub(crate) fn choices(&self) -> Vec<usize> {
        (0..self.threads.len())
            .filter(|&it| self.state == "running" && self.threads[it].3)
            .collect()
    }

    /// For the phones: who could move. Not the whole schedule.
    pub(crate) fn brief(&self) -> Value {
        let threads: Vec<Value> = self.threads.iter().map(|(name, next, at, can)| json!({"name": name, "next": next, "at": at, "canMove": can})).collect();
        json!({
            "step": self.step, "threads": threads, "state": self.state, "lines": self.lines, "cycle": self.cycle,
            "story": self.story, "challenge": self.challenge, "tried": self.tried, "all": self.all, "well": self.well, "why": self.why,
        })
    }

    /// For the projector and the speaker.
    pub(crate) fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|(thread, words, at)| json!([thread, words, at]))
            .collect();
        let mut all = self.brief();
        all["rows"] = json!(rows);
        all["schedule"] = json!(self.schedule);
        all["test"] = json!(self.test);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Plays `moves`, and tells what was seen.
    fn evening(step: &str, moves: &[usize]) -> Vec<View> {
        let (say, wanted) = mpsc::channel(MOVES_WAITING.max(moves.len()));
        moves
            .iter()
            .for_each(|&it| say.try_send(it).expect("room for all of them"));
        drop(say);
        let seen = RefCell::new(Vec::new());
        play(step, wanted, |view| {
            seen.borrow_mut().push(view);
            true
        });
        seen.into_inner()
    }

    #[test]
    fn step_1_is_brought_to_a_deadlock_by_hand_and_the_circle_is_told() {
        let seen = evening("01-deadlock", &[0, 1, 0, 0, 0, 9]);
        let last = seen.last().expect("a view");
        assert_eq!(
            (last.state, &last.cycle[..]),
            ("deadlock", &["ann".to_owned(), "bob".to_owned()][..])
        );
        assert_eq!(last.lines.len(), 2);
        assert!(!last.well && last.tried > 0);
        assert!(last.choices().is_empty());
        assert!(last.test.contains("#[test]"), "{}", last.test);
    }

    #[test]
    fn a_move_that_cannot_be_made_is_refused_with_a_reason() {
        let seen = evening("01-deadlock", &[9, 0, 1, 0, 0, 1]);
        assert!(seen.iter().any(|view| !view.why.is_empty()), "{seen:?}");
        assert!(evening("04-await", &[])[0].why.contains("no scenario"));
    }
}
