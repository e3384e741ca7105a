//! Lets a schedule be picked instead of explored: every thread of the model stops before each step
//! and waits until it is picked.
//!
//! While this is on, at most one of loom's threads can run at any time, so loom has nothing to
//! choose. The thread that stops last decides which one continues: it asks the [`Script`].
//!
//! - A thread whose step is not possible cannot be picked, and does not even try: where it would
//!   stand in a queue, other threads would notice. If no thread can be picked, all of them try, so
//!   that loom finds the deadlock.
//! - A task has to try, because it may have something else to do. When its wait can end, it stops
//!   again. So no pick is spent on a wait, except for a lock to write: readers notice that wait.
//! - A thread that waits at a condition variable, or is parked, can be picked beside others: it
//!   wakes although it was not notified.
//! - Releasing a lock or dropping an end of a channel is no step: it happens between two steps,
//!   where no other thread could notice the difference.
//! - The first thread is not stopped while it is alone: before it has started another thread, and
//!   after all others have ended.

use crate::directed::{self, is_directed};
use crate::pause::Pause;
use crate::record::{self, LaneId, Stop};
use crate::waiting::Why;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::Arc;

/// Added to a pick whose load reads the oldest value that it may, instead of the latest.
pub(crate) const EARLIER: LaneId = 1 << 16;

/// Which thread makes each step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    /// The threads of the first steps, by lane.
    pub(crate) picks: Vec<LaneId>,
    /// After them: whether the first thread that can move moves, until the end. Otherwise the run
    /// stops there.
    pub(crate) goes_on: bool,
}

/// What a run leaves behind, besides the record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Played {
    /// The threads that could move, before each pick, also before the one that was not made.
    pub(crate) forks: Vec<Vec<LaneId>>,
    /// Whether the run was stopped by its script. Then the last fork is where it stopped.
    pub(crate) is_stopped: bool,
    /// Whether the latest pick was a load that could have read an earlier value.
    pub(crate) could_read_earlier: bool,
}

thread_local! {
    static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

struct Stage {
    script: Script,
    played: Played,
    /// The model's threads, by lane.
    threads: BTreeMap<LaneId, State>,
    /// The thread that was picked and has not begun its step.
    picked: Option<LaneId>,
    /// Whether the latest pick reads an earlier value.
    reads_earlier: bool,
    /// Whether no thread can be picked any more: all of them try, and wait.
    is_stuck: bool,
    /// The threads that have had a spurious wake-up: each may have one.
    has_woken: BTreeSet<LaneId>,
}

enum State {
    Running,
    /// Before a step.
    Stopped {
        pause: Arc<Pause>,
        /// Whether it has looked since the latest step of any thread.
        is_fresh: bool,
        /// What it would wait for, if its step is not possible, and the lane that would.
        would_wait: Option<(LaneId, Why)>,
    },
    /// It waits for another thread. At a condition variable, or parked, it may also wake although
    /// it was not notified.
    Waiting(Option<Arc<Pause>>),
    Ended,
}

/// Who continues.
enum Next {
    /// A thread that runs already, or none: then all that are left wait.
    Unchanged,
    Continues(Arc<Pause>),
    /// One that waits for a notification: it wakes without one.
    Wakes(Arc<Pause>),
    /// None: the script ends here.
    Stopped,
}

/// From now on the script decides on this operating system thread.
pub(crate) fn direct(script: Script) {
    directed::set(true);
    STAGE.set(Some(Stage {
        script,
        played: Played::default(),
        threads: BTreeMap::new(),
        picked: None,
        reads_earlier: false,
        is_stuck: false,
        has_woken: BTreeSet::new(),
    }));
}

/// Ends it, and returns what was played. `None` if nothing was directed here.
pub(crate) fn finish() -> Option<Played> {
    directed::set(false);
    STAGE.take().map(|stage| stage.played)
}

/// Whether the script has stopped the run.
pub(crate) fn is_stopped() -> bool {
    STAGE.with_borrow(|stage| stage.as_ref().is_some_and(|stage| stage.played.is_stopped))
}

/// A load could read an earlier value. Returns whether it does.
pub(crate) fn reads_earlier() -> bool {
    stage(|stage| {
        stage.played.could_read_earlier = true;
        stage.reads_earlier
    })
}

/// Stops before a step that is always possible.
#[track_caller]
pub(crate) fn turn() {
    stop(|| Turn::Possible, || false);
}

/// Stops before a load. If it can read an earlier value, the first thread stops also while it is
/// alone: there is something to pick. Returns the running lane, and whether it was picked.
#[track_caller]
pub(crate) fn load_turn(can_read_earlier: impl Fn() -> bool) -> (LaneId, bool) {
    let was_picked = stop(|| Turn::Possible, can_read_earlier);
    (record::me(), was_picked)
}

/// The running lane, after its turn to make a step.
#[track_caller]
pub(crate) fn me_in_turn() -> LaneId {
    turn();
    record::me()
}

/// Stops before a step of a thread until the step is possible.
#[track_caller]
pub(crate) fn turn_when_possible(why: Why) {
    stop(
        || match record::is_possible(why.id, why.how) {
            true => Turn::Possible,
            false => Turn::WouldWait(why),
        },
        || false,
    );
}

/// Stops before a step of a task, as long as the step is possible.
#[track_caller]
pub(crate) fn turn_if(is_possible: impl Fn() -> bool) {
    stop(
        || match is_possible() {
            true => Turn::Possible,
            false => Turn::Tries,
        },
        || false,
    );
}

/// What a lane sees when it looks at its next step.
enum Turn {
    Possible,
    WouldWait(Why),
    /// It is not possible, but the lane tries.
    Tries,
}

/// Stops the running thread until it is picked. Returns whether it was.
#[track_caller]
fn stop(look: impl Fn() -> Turn, also_alone: impl Fn() -> bool) -> bool {
    if !is_directed() {
        return false;
    }
    let lane = record::me();
    let thread = record::host(lane);
    loop {
        let would_wait = match look() {
            Turn::Possible => None,
            Turn::WouldWait(why) => Some((lane, why)),
            Turn::Tries => return false,
        };
        let pause = Arc::new(Pause::here());
        let also_alone = also_alone();
        let stops = stage(|stage| {
            let stops = !stage.is_stuck && (also_alone || !stage.is_alone(thread));
            if stops {
                let state = State::Stopped {
                    pause: pause.clone(),
                    is_fresh: true,
                    would_wait,
                };
                stage.threads.insert(thread, state);
            }
            stops
        });
        if !stops {
            return false;
        }
        dispatch();
        pause.stop(|| ());
        record::resume_as(lane);
        // Otherwise it only had to look again.
        if stage(|stage| stage.picked.take_if(|picked| *picked == thread).is_some()) {
            return true;
        }
    }
}

/// A thread of the model was started.
pub(crate) fn starts(thread: LaneId) {
    stage(|stage| drop(stage.threads.insert(thread, State::Running)));
}

/// The running thread waits from now on. `unasked` wakes it without a notification, if it may be
/// woken so.
pub(crate) fn waits(thread: LaneId, unasked: Option<Arc<Pause>>) {
    stage(|stage| {
        let unasked = unasked.filter(|_| !stage.has_woken.contains(&thread));
        drop(stage.threads.insert(thread, State::Waiting(unasked)));
    });
    dispatch();
}

/// The wait of a thread is over.
pub(crate) fn continues(thread: LaneId) {
    stage(|stage| {
        if matches!(stage.threads.get(&thread), Some(State::Waiting(_))) {
            stage.threads.insert(thread, State::Running);
        }
    });
}

/// The running thread has ended; `joiners` wait for that.
pub(crate) fn ends(thread: LaneId, joiners: &[LaneId]) {
    stage(|stage| {
        stage.threads.insert(thread, State::Ended);
        for &joiner in joiners {
            stage.threads.insert(joiner, State::Running);
        }
    });
    dispatch();
}

fn stage<R: Default>(look: impl FnOnce(&mut Stage) -> R) -> R {
    STAGE.with_borrow_mut(|stage| stage.as_mut().map_or_else(R::default, look))
}

/// Lets one thread continue, if none runs.
fn dispatch() {
    let next = STAGE.with_borrow_mut(|stage| stage.as_mut().map_or(Next::Unchanged, Stage::next));
    match next {
        Next::Unchanged => {}
        Next::Continues(pause) => pause.go(),
        Next::Wakes(pause) => pause.go_unasked(),
        Next::Stopped => resume_unwind(Box::new(Stop)),
    }
}

impl Stage {
    fn next(&mut self) -> Next {
        let is_running = |state: &State| matches!(state, State::Running);
        if self.threads.values().any(is_running) {
            return Next::Unchanged;
        }
        // After a step, each stopped thread looks whether its own step is still possible.
        let is_stale = |state: &State| {
            matches!(
                state,
                State::Stopped {
                    is_fresh: false,
                    ..
                }
            )
        };
        let stale = self.threads.iter().find(|(_, state)| is_stale(state));
        if let Some((&thread, _)) = stale {
            return self.lets(thread);
        }
        let is_able = |state: &State| matches!(state, State::Stopped { would_wait, .. } if would_wait.is_none());
        let able = self.threads.iter().filter(|(_, state)| is_able(state));
        let mut able: Vec<LaneId> = able.map(|(&thread, _)| thread).collect();
        let Some(&first) = able.first() else {
            self.is_stuck = true;
            let is_stopped = |state: &State| matches!(state, State::Stopped { .. });
            let stopped = self.threads.iter().find(|(_, state)| is_stopped(state));
            return match stopped.map(|(&thread, _)| thread) {
                Some(thread) => self.lets(thread),
                None => Next::Unchanged,
            };
        };
        // No thread can rely on a spurious wake-up, so it ends no deadlock.
        let wakes = |state: &State| matches!(state, State::Waiting(Some(_)));
        let waiting = self.threads.iter().filter(|(_, state)| wakes(state));
        able.extend(waiting.map(|(&thread, _)| thread));
        let picked = self.script.picks.get(self.played.forks.len()).copied();
        let picked = picked.or(self.script.goes_on.then_some(first));
        let reads_earlier = picked.is_some_and(|picked| picked & EARLIER != 0);
        let picked = picked.map(|picked| picked & !EARLIER);
        let picked = picked.filter(|thread| able.contains(thread));
        if picked.is_some() {
            self.reads_earlier = reads_earlier;
            self.played.could_read_earlier = false;
        }
        self.played.forks.push(able);
        let Some(picked) = picked else {
            self.played.is_stopped = true;
            self.show_waits();
            return Next::Stopped;
        };
        for state in self.threads.values_mut() {
            if let State::Stopped { is_fresh, .. } = state {
                *is_fresh = false;
            }
        }
        self.picked = Some(picked);
        self.lets(picked)
    }

    /// Records what each stopped thread would wait for, for the reader of the record.
    fn show_waits(&self) {
        for state in self.threads.values() {
            if let State::Stopped {
                would_wait: Some((lane, why)),
                ..
            } = state
            {
                record::would_wait(*lane, why.id, why.how, why.at, why.stops_thread);
            }
        }
    }

    fn lets(&mut self, thread: LaneId) -> Next {
        match self.threads.insert(thread, State::Running) {
            Some(State::Stopped { pause, .. }) => Next::Continues(pause),
            Some(State::Waiting(Some(pause))) => {
                self.picked = None;
                self.has_woken.insert(thread);
                Next::Wakes(pause)
            }
            _ => Next::Unchanged,
        }
    }

    /// Whether this is the first thread, and no other one can move.
    fn is_alone(&self, thread: LaneId) -> bool {
        let has_ended =
            |(&other, state): (&LaneId, &State)| other == thread || matches!(state, State::Ended);
        thread == 0 && self.threads.iter().all(has_ended)
    }
}
