//! The record of one schedule: lanes, the objects they touch, their steps, and what each lane waits for right now.

use super::{Act, How, Kind, Value};
use std::cell::RefCell;
use std::panic::Location;

/// A lane's number in its schedule; 0 is the model's own first thread.
pub(crate) type LaneId = usize;
/// The line of the program under test that asked for a step.
pub(crate) type Place = &'static Location<'static>;

thread_local! {
    static TAPE: RefCell<Tape> = RefCell::default();
}

/// Looks at the record of the schedule that runs on this operating system thread.
pub(crate) fn tape<R>(look: impl FnOnce(&mut Tape) -> R) -> R {
    TAPE.with_borrow_mut(look)
}

/// Whose code runs now: for the panic hook, which must not panic.
pub(super) fn current() -> LaneId {
    TAPE.with(|tape| tape.try_borrow().map_or(0, |tape| tape.current))
}

/// One schedule's record.
#[derive(Default)]
pub(crate) struct Tape {
    /// A number that no other schedule has, so that an object of another one is known.
    pub(super) epoch: u64,
    pub(crate) lanes: Vec<Lane>,
    pub(super) threads: Vec<Thread>,
    pub(crate) objects: Vec<Object>,
    pub(crate) steps: Vec<Step>,
    /// Whose code runs now. Kept for the panic hook, which cannot ask loom.
    pub(super) current: LaneId,
    /// How many gates are open on this stack: whoever wakes a task must do it from within one.
    pub(super) gates: usize,
    /// The first thing that makes this record untrustworthy.
    pub(super) doubt: Option<String>,
    pub(super) tickets: u64,
}

/// A thread of the model, or a task on one.
#[derive(Default)]
pub(crate) struct Lane {
    pub(crate) name: String,
    /// The lane of the thread that polls this one, if this is a task.
    pub(crate) host: Option<LaneId>,
    pub(crate) ended: bool,
    /// What it waited for has happened; it has not had its turn since.
    pub(crate) woken: bool,
    pub(crate) waits: Vec<Wait>,
}

/// Which of loom's threads works for which lane.
pub(super) struct Thread {
    pub(super) id: loom::thread::ThreadId,
    pub(super) lane: LaneId,
    pub(super) task: Option<LaneId>,
}

/// What a lane waits for.
#[derive(Clone)]
pub(crate) struct Wait {
    pub(super) ticket: u64,
    pub(crate) object: Option<usize>,
    pub(crate) how: How,
    pub(crate) at: Option<Place>,
    /// The step that shows it; none while the lane could still go on.
    pub(crate) step: Option<usize>,
    /// Does it stop the whole thread, with all the tasks on it?
    pub(crate) stops_thread: bool,
}

impl Wait {
    /// The wait of a task that could go on, but for another task that stops their thread.
    pub(crate) fn for_turn(blocker: LaneId) -> Wait {
        Wait {
            ticket: 0,
            object: None,
            how: How::Turn(blocker),
            at: None,
            step: None,
            stops_thread: false,
        }
    }
}

/// What lanes take, fill or wait for.
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// Who holds it, since which step.
    pub(crate) holders: Vec<(LaneId, usize)>,
    /// Who stands in line for it (a fair lock hands itself to the first).
    pub(crate) queue: Vec<LaneId>,
    pub(crate) readers: Vec<LaneId>,
    pub(crate) writers: Vec<LaneId>,
    /// Of an atomic: what was stored last.
    pub(super) latest: Option<Value>,
}

/// Which end of a pipe a lane uses.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    Reader,
    Writer,
}

/// One row of the record.
pub(crate) struct Step {
    pub(crate) lane: LaneId,
    pub(crate) act: Act,
    pub(crate) object: Option<usize>,
    pub(crate) at: Option<Place>,
    /// The words that were written or read.
    pub(crate) said: Option<Box<str>>,
}

/// Names an object within one schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ObjectId {
    pub(super) epoch: u64,
    pub(super) index: usize,
}

impl Tape {
    /// The object, if it is one of this schedule.
    pub(super) fn own(&self, id: ObjectId) -> Option<usize> {
        (id.epoch == self.epoch).then_some(id.index)
    }

    /// Adds a row, and tells its index.
    pub(super) fn push(
        &mut self,
        lane: LaneId,
        act: Act,
        object: Option<usize>,
        at: Option<Place>,
    ) -> usize {
        self.steps.push(Step {
            lane,
            act,
            object,
            at,
            said: None,
        });
        self.steps.len() - 1
    }

    /// Is somebody in the way of this wait for a lock?
    fn is_stuck(&self, wait: &Wait) -> bool {
        let Some(object) = wait.object.map(|index| &self.objects[index]) else {
            return false;
        };
        match wait.how {
            How::Lock => !object.holders.is_empty(),
            How::ReadLock => object
                .holders
                .iter()
                .any(|&(_, step)| self.steps[step].act != Act::TakeToRead),
            _ => false,
        }
    }

    /// Shows the waits for `object` that somebody is in the way of by now.
    pub(super) fn show_waits(&mut self, object: usize) {
        for lane in 0..self.lanes.len() {
            for index in 0..self.lanes[lane].waits.len() {
                let wait = &self.lanes[lane].waits[index];
                if wait.object == Some(object) && wait.step.is_none() && self.is_stuck(wait) {
                    let (how, at) = (wait.how, wait.at);
                    let step = self.push(lane, Act::Wait(how), Some(object), at);
                    self.lanes[lane].waits[index].step = Some(step);
                }
            }
        }
    }
}
