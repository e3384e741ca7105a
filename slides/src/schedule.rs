//! The schedule game: the audience decides which thread of a step's real `room.rs` moves next. A
//! game has a thread of its own, so that the stage's task never waits for it.

use scheduler::{Game, Outcome};
use serde_json::{Value, json};
use std::thread;
use tokio::sync::mpsc;

/// Moves that may wait for a game. Full: the presenter is faster than the game, and the move is
/// dropped.
const MOVES_WAITING: usize = 8;

/// How many schedules are tried at the end of a game, at most.
const SEARCHED: usize = 3_000;

/// A game that is being played. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct GameHandle {
    moves: mpsc::Sender<usize>,
}

impl GameHandle {
    /// Starts a game of a step. After every move its state is reported; `report` returns whether
    /// there is still a stage to report to.
    ///
    /// `picks` are the moves of an earlier game, which are made first, or empty.
    pub(crate) fn start(
        step: String,
        picks: String,
        report: impl Fn(View) -> bool + Send + 'static,
    ) -> GameHandle {
        let (moves, wanted) = mpsc::channel(MOVES_WAITING);
        thread::spawn(move || play(&step, &picks, wanted, report));
        GameHandle { moves }
    }

    /// Lets a thread move, unless too many moves wait.
    pub(crate) fn choose(&self, thread: usize) {
        let _unless_full = self.moves.try_send(thread);
    }
}

/// Plays until the game ends, its handle is dropped or the stage has gone.
fn play(step: &str, picks: &str, mut wanted: mpsc::Receiver<usize>, report: impl Fn(View) -> bool) {
    // If the step's code has changed since, a pick may be impossible now. Then the game starts
    // over.
    let resumed = scheduler::replay(step, picks).or_else(|_| Game::start(step));
    let mut game = match resumed {
        Ok(game) => game,
        Err(why) => {
            let _unless_closed = report(View {
                step: step.to_owned(),
                why: why.to_string(),
                ..View::default()
            });
            return;
        }
    };
    let mut view = View::of(step, &game);
    while report(view.clone()) && *game.outcome() == Outcome::Running {
        let Some(number) = wanted.blocking_recv() else {
            return;
        };
        let Some(name) = game.threads().get(number).map(|it| it.name.clone()) else {
            continue;
        };
        let refused = game.pick(&name).err();
        view = View::of(step, &game);
        view.why = refused.map(|it| it.to_string()).unwrap_or_default();
    }
    // The game has ended. This says how the other schedules end.
    if let Ok(found) = scheduler::search(step, SEARCHED) {
        view.search = Search {
            tried: found.schedules,
            all: found.all,
            well: found.bad.is_none(),
        };
        let _unless_closed = report(view);
    }
}

/// The state of a game, as pages and phones show it.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    step: String,
    threads: Vec<Thread>,
    moves: Vec<Move>,
    end: End,
    saved: Saved,
    scenario: Scenario,
    search: Search,
    /// Why the last move was refused; empty if it was not.
    why: String,
}

#[derive(Clone, Debug)]
struct Thread {
    name: String,
    /// What it would do next, and where in the source.
    next: String,
    at: String,
    can_move: bool,
}

/// A move that was made.
#[derive(Clone, Debug)]
struct Move {
    /// The thread's index among the view's threads.
    thread: usize,
    /// What it did, and where in the source.
    words: String,
    at: String,
}

/// Whether a game still runs, or how it ended.
#[derive(Clone, Debug, Default)]
struct End {
    state: &'static str,
    /// Why no thread can move, or which promise was broken.
    lines: Vec<String>,
    cycle: Vec<String>,
}

/// The game as text that can be played again.
#[derive(Clone, Debug, Default)]
struct Saved {
    schedule: String,
    test: String,
}

/// What happens in the game and what to try, in English and in Korean.
#[derive(Clone, Debug, Default)]
struct Scenario {
    story: [&'static str; 2],
    challenge: [&'static str; 2],
}

/// What the search over all schedules found, after the game.
#[derive(Clone, Debug, Default)]
struct Search {
    tried: usize,
    /// Whether every schedule was tried.
    all: bool,
    /// Whether every schedule that was tried ends well.
    well: bool,
}

impl View {
    fn of(step: &str, game: &Game) -> View {
        let threads = game.threads();
        let index = |name: &str| threads.iter().position(|it| it.name == name).unwrap_or(0);
        let moves = game.rows().into_iter().map(|row| Move {
            thread: index(&row.thread),
            words: row.words,
            at: row.at,
        });
        let (state, lines, cycle) = match game.outcome() {
            Outcome::Running => ("running", Vec::new(), Vec::new()),
            Outcome::Kept => ("kept", Vec::new(), Vec::new()),
            Outcome::Broken(promise) => ("broken", vec![promise.clone()], Vec::new()),
            // No cycle: all threads wait for one thing that does not come, such as a phone.
            Outcome::Deadlock { cycle, why } if cycle.is_empty() => {
                ("stuck", why.clone(), Vec::new())
            }
            Outcome::Deadlock { cycle, why } => ("deadlock", why.clone(), cycle.clone()),
            Outcome::Refused(why) => ("broken", vec![why.clone()], Vec::new()),
        };
        let scenario = game.scenario();
        View {
            step: step.to_owned(),
            moves: moves.collect(),
            end: End {
                state,
                lines,
                cycle,
            },
            saved: Saved {
                schedule: game.schedule(),
                test: game.as_test(),
            },
            scenario: Scenario {
                story: [scenario.story, scenario.story_ko],
                challenge: [scenario.challenge, scenario.challenge_ko],
            },
            threads: threads
                .iter()
                .map(|it| Thread {
                    name: it.name.clone(),
                    next: it.next.clone(),
                    at: it.at.clone(),
                    can_move: it.can_move,
                })
                .collect(),
            ..View::default()
        }
    }

    pub(crate) fn step(&self) -> &str {
        &self.step
    }

    /// The moves so far, for [`GameHandle::start`].
    pub(crate) fn picks(&self) -> &str {
        &self.saved.schedule
    }

    /// The threads that can move now. Empty if the game has ended.
    pub(crate) fn choices(&self) -> Vec<usize> {
        (0..self.threads.len())
            .filter(|&it| self.end.state == "running" && self.threads[it].can_move)
            .collect()
    }

    /// Whether no thread can move any more, or the game could not begin.
    pub(crate) fn has_ended(&self) -> bool {
        self.end.state != "running"
    }

    /// For the phones: the threads and the end, without the moves.
    pub(crate) fn brief(&self) -> Value {
        let threads: Vec<Value> = self
            .threads
            .iter()
            .map(
                |it| json!({"name": it.name, "next": it.next, "at": it.at, "canMove": it.can_move}),
            )
            .collect();
        json!({
            "step": self.step, "threads": threads,
            "state": self.end.state, "lines": self.end.lines, "cycle": self.end.cycle,
            "story": self.scenario.story, "challenge": self.scenario.challenge,
            "tried": self.search.tried, "all": self.search.all, "well": self.search.well,
            "why": self.why,
        })
    }

    /// For the projector and the speaker: everything.
    pub(crate) fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .moves
            .iter()
            .map(|it| json!([it.thread, it.words, it.at]))
            .collect();
        let mut all = self.brief();
        all["rows"] = json!(rows);
        all["schedule"] = json!(self.saved.schedule);
        all["test"] = json!(self.saved.test);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Plays `moves`, and returns every view that was reported.
    fn played(step: &str, moves: &[usize]) -> Vec<View> {
        resumed(step, "", moves)
    }

    fn resumed(step: &str, picks: &str, moves: &[usize]) -> Vec<View> {
        let (sender, wanted) = mpsc::channel(MOVES_WAITING.max(moves.len()));
        moves
            .iter()
            .for_each(|&it| sender.try_send(it).expect("room for all of them"));
        drop(sender);
        let views = RefCell::new(Vec::new());
        play(step, picks, wanted, |view| {
            views.borrow_mut().push(view);
            true
        });
        views.into_inner()
    }

    #[test]
    fn step_1_can_be_played_into_a_deadlock_and_the_view_names_the_wait_cycle() {
        let views = played("01-deadlock", &[0, 1, 0, 0, 0, 9]);
        let last = views.last().expect("a view");
        assert_eq!(
            (last.end.state, &last.end.cycle[..]),
            ("deadlock", &["ann".to_owned(), "bob".to_owned()][..])
        );
        assert_eq!(last.end.lines.len(), 2);
        assert!(!last.search.well && last.search.tried > 0);
        assert!(last.choices().is_empty());
        assert!(last.saved.test.contains("#[test]"), "{}", last.saved.test);
    }

    #[test]
    fn in_step_2_all_wait_for_a_phone_which_is_no_deadlock() {
        let mut moves = Vec::new();
        let end = loop {
            let views = played("02-lock-order", &moves);
            let last = views.last().expect("a view").clone();
            match last.choices().first() {
                Some(&thread) => moves.push(thread),
                None => break last.end,
            }
        };
        assert_eq!((end.state, end.cycle.len()), ("stuck", 0));
        assert!(
            end.lines.iter().any(|it| it.contains("phone")),
            "{:?}",
            end.lines
        );
    }

    #[test]
    fn a_move_that_is_impossible_is_refused_with_a_reason() {
        let views = played("01-deadlock", &[9, 0, 1, 0, 0, 1]);
        assert!(views.iter().any(|view| !view.why.is_empty()), "{views:?}");
        assert!(played("04-await", &[])[0].why.contains("no scenario"));
    }

    #[test]
    fn a_game_that_is_resumed_has_its_moves_and_goes_on() {
        let whole = played("01-deadlock", &[0, 1, 0, 0]);
        let whole = whole.last().expect("a view");
        let resumed_at_once = resumed("01-deadlock", whole.picks(), &[]);
        assert_eq!(resumed_at_once.len(), 1);
        assert_eq!(resumed_at_once[0].json(), whole.json());
        let went_on = resumed("01-deadlock", whole.picks(), &[0]);
        assert_eq!(went_on.last().expect("a view").end.state, "deadlock");
        let impossible = resumed("01-deadlock", "ann, zoe", &[]);
        assert_eq!(impossible[0].moves.len(), 0, "it starts over");
    }
}
