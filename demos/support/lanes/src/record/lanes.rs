//! Which lane is running.

use super::tape::{Lane, LaneId, Place, Tape, Thread, tape};
use super::{Act, How, exploring, refuse};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Begins a new schedule; the caller is its first thread.
pub(crate) fn begin() {
    static EPOCHS: AtomicU64 = AtomicU64::new(1);
    super::goes_on();
    let epoch = EPOCHS.fetch_add(1, Relaxed);
    tape(|tape| {
        *tape = Tape {
            epoch,
            ..Tape::default()
        };
        tape.lanes.push(Lane {
            name: "main".into(),
            ..Lane::default()
        });
    });
    thread_starts(0);
}

/// The number of this schedule. No other schedule has it.
pub(crate) fn epoch() -> u64 {
    tape(|tape| tape.epoch)
}

/// The lane that is running. Refuses an operation outside of a model, or while a model is taken
/// down.
#[track_caller]
pub(crate) fn me() -> LaneId {
    if !exploring() {
        outside("a type of `lanes` was used");
    }
    if std::thread::panicking() {
        super::abandon();
    }
    super::goes_on();
    let id = loom::thread::current().id();
    tape(|tape| {
        if let Some(thread) = tape.threads.iter().find(|thread| thread.id == id) {
            tape.current = thread.task.unwrap_or(thread.lane);
        }
        tape.current
    })
}

/// Says why the operation cannot work here.
#[track_caller]
pub(crate) fn outside(what: &str) -> ! {
    panic!(
        "{what} outside of a model: the types of `lanes` live only inside `lanes::explore(…)`, on the model's own threads.\n\
         In a unit test, put this code into the model; a test of the real program belongs into `tests/`."
    )
}

/// Adds a lane of this name, which [`thread_starts`] will run.
#[track_caller]
pub(crate) fn child(name: String, at: Place) -> LaneId {
    let lane = me();
    let threads = tape(|tape| tape.lanes.iter().filter(|lane| lane.host.is_none()).count());
    if threads >= loom::MAX_THREADS {
        let room = loom::MAX_THREADS - 1;
        refuse(format!(
            "a model has room for {room} threads beside its own, and `{name}` would be one more"
        ));
    }
    tape(|tape| {
        let child = tape.lanes.len();
        tape.lanes.push(Lane {
            name,
            ..Lane::default()
        });
        tape.push(lane, Act::Start(child), None, Some(at));
        child
    })
}

/// The lane of the thread that runs this lane: its own, unless it is a task.
pub(crate) fn host(lane: LaneId) -> LaneId {
    tape(|tape| tape.lanes[lane].host.unwrap_or(lane))
}

/// The threads that wait for the end of this lane.
pub(crate) fn joiners(lane: LaneId) -> Vec<LaneId> {
    tape(|tape| {
        let waits = |other: &LaneId| {
            let mut waits = tape.lanes[*other].waits.iter();
            waits.any(|wait| wait.how == How::End(lane))
        };
        let waiting = (0..tape.lanes.len()).filter(waits);
        waiting
            .map(|other| tape.lanes[other].host.unwrap_or(other))
            .collect()
    })
}

/// Adds a lane for a task of the running thread.
#[track_caller]
pub(crate) fn task_lane(name: String) -> LaneId {
    let host = me();
    tape(|tape| {
        tape.lanes.push(Lane {
            name,
            host: Some(host),
            ..Lane::default()
        });
        tape.lanes.len() - 1
    })
}

/// Assigns the lane to the calling thread of the model.
pub(crate) fn thread_starts(lane: LaneId) {
    let id = loom::thread::current().id();
    tape(|tape| {
        tape.threads.push(Thread {
            id,
            lane,
            task: None,
        });
        tape.current = lane;
    });
}

/// From now on the running thread works for this task (or for itself, if `None`).
pub(crate) fn task_turn(task: Option<LaneId>) {
    let id = loom::thread::current().id();
    tape(|tape| {
        if let Some(thread) = tape.threads.iter_mut().find(|thread| thread.id == id) {
            thread.task = task;
            tape.current = task.unwrap_or(thread.lane);
        }
        if let Some(task) = task {
            tape.lanes[task].woken = false;
        }
    });
}

/// Marks the lane as running, after other lanes may have run.
pub(crate) fn resume_as(lane: LaneId) {
    tape(|tape| tape.current = lane);
}

/// Counts one more chance of the lane for a spurious event, and returns its number, from 0.
pub(crate) fn next_chance(lane: LaneId) -> usize {
    tape(|tape| {
        let chances = &mut tape.lanes[lane].chances;
        *chances += 1;
        *chances - 1
    })
}

/// Marks the lane as ended.
pub(crate) fn ended(lane: LaneId) {
    tape(|tape| tape.lanes[lane].ended = true);
}

/// Whether the lane has ended.
pub(crate) fn has_ended(lane: LaneId) -> bool {
    tape(|tape| tape.lanes[lane].ended)
}

/// Records that the lane has joined the other one.
pub(crate) fn joined(lane: LaneId, other: LaneId, at: Place) {
    tape(|tape| {
        tape.current = lane;
        tape.push(lane, Act::Joined(other), None, Some(at));
    });
}

/// Gives the lane another name.
pub(crate) fn rename(lane: LaneId, name: String) {
    tape(|tape| tape.lanes[lane].name = name);
}

pub(crate) fn lane_name(lane: LaneId) -> String {
    tape(|tape| tape.lanes[lane].name.clone())
}
