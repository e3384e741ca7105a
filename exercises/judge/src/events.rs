//! Scenarios on a paused clock in which the player picks which event comes next.

use crate::broken::Kind;
use crate::clock::{self, Clock};
use crate::play::{Actor, End, Hint, Position, Row};
use lanes::Diary;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

type Script = dyn Fn(Events) -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync;

/// A scenario whose events are picked. Each position is a run from the beginning, so a game is as
/// deterministic as its scenario.
#[derive(Clone)]
pub(crate) struct EventGame {
    patience: Duration,
    script: Arc<Script>,
}

/// The picks of one run, and what it offered when there were no more.
#[derive(Debug, Default)]
struct Run {
    picks: VecDeque<String>,
    offered: Option<Vec<String>>,
}

/// The events of a scenario: the player picks which one comes next.
#[derive(Clone, Debug)]
pub struct Events {
    clock: Clock,
    run: Rc<RefCell<Run>>,
}

/// Ends a run at the position where the player picks next.
struct Stop;

impl Events {
    /// Returns the clock of this run.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Lets every task run that can, and returns the event that the player picks: one of these
    /// words.
    pub async fn next(&self, offered: &[&'static str]) -> &'static str {
        self.clock.settle().await;
        let picked = self.run.borrow_mut().picks.pop_front();
        let found = offered.iter().find(|it| Some(**it) == picked.as_deref());
        if let Some(found) = found {
            return found;
        }
        self.run.borrow_mut().offered = Some(offered.iter().map(|&it| it.to_owned()).collect());
        resume_unwind(Box::new(Stop));
    }
}

impl EventGame {
    pub(crate) fn new<F: Future<Output = ()> + 'static>(
        patience: Duration,
        script: impl Fn(Events) -> F + Send + Sync + 'static,
    ) -> EventGame {
        let script: Arc<Script> = Arc::new(move |events| Box::pin(script(events)));
        EventGame { patience, script }
    }

    /// Plays these picks.
    pub(crate) fn play(&self, picks: &[String]) -> Position {
        let run = Rc::new(RefCell::new(Run {
            picks: picks.iter().cloned().collect(),
            offered: None,
        }));
        let diary = Diary::default();
        let same = Rc::clone(&run);
        let ended = clock::run(&diary, self.patience, |clock| {
            (self.script)(Events { clock, run: same })
        });
        let offered = run.borrow_mut().offered.take();
        let end = match (&offered, ended) {
            (Some(_), _) => None,
            (None, Ok(_)) => Some(End::Kept),
            (None, Err(broken)) => {
                let late = broken.kind == Kind::Late;
                let late = late.then(|| "It never comes to an end.".to_owned());
                Some(End::Broken(
                    [broken.message].into_iter().chain(late).collect(),
                ))
            }
        };
        let event = |name: String| Actor {
            name,
            next: String::new(),
            at: String::new(),
            holds: vec![],
            can_move: true,
        };
        Position {
            picks: picks.to_vec(),
            actors: offered.into_iter().flatten().map(event).collect(),
            rows: diary.rows().into_iter().map(Row::from).collect(),
            before: 0,
            end,
        }
    }

    /// The fewest picks from here that break the promise, breadth first, in at most this many runs.
    pub(crate) fn shortest(&self, picks: &[String], runs: usize) -> Hint {
        let is_bad = |end: &End| matches!(end, End::Broken(_));
        self.search(picks, is_bad, VecDeque::pop_front, runs)
    }

    /// Picks that keep the promise, depth first, in at most this many runs.
    pub(crate) fn good_end(&self, runs: usize) -> Hint {
        self.search(&[], |end| *end == End::Kept, VecDeque::pop_back, runs)
    }

    /// Picks from here that lead to such an end. [`Hint::Undo`]: no picks do.
    fn search(
        &self,
        picks: &[String],
        is_wanted: impl Fn(&End) -> bool,
        pop: fn(&mut VecDeque<Position>) -> Option<Position>,
        runs: usize,
    ) -> Hint {
        let mut left = runs;
        let mut next = VecDeque::from([self.play(picks)]);
        while let Some(position) = pop(&mut next) {
            for actor in &position.actors {
                let Some(fewer) = left.checked_sub(1) else {
                    return Hint::Unknown;
                };
                left = fewer;
                let mut longer = position.picks.clone();
                longer.push(actor.name.clone());
                let then = self.play(&longer);
                match &then.end {
                    Some(end) if is_wanted(end) => {
                        return Hint::Picks(longer.split_off(picks.len()));
                    }
                    Some(_) => {}
                    None => next.push_back(then),
                }
            }
        }
        Hint::Undo
    }
}
