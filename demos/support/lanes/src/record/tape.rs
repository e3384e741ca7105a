//! The record of one schedule: lanes, the objects they use, their steps, and what each lane waits
//! for right now.

use super::views::{self, Views};
use super::{Act, How, Kind, Value};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::panic::Location;

/// A lane's number in its schedule; 0 is the model's own first thread.
pub(crate) type LaneId = usize;
/// The line of the program under test that asked for a step.
pub(crate) type Place = &'static Location<'static>;

thread_local! {
    static TAPE: RefCell<Tape> = RefCell::default();
}

/// Gives access to the record of the schedule that runs on this operating system thread.
pub(crate) fn tape<R>(look: impl FnOnce(&mut Tape) -> R) -> R {
    TAPE.with_borrow_mut(look)
}

/// The lane that runs now, for the panic hook, which must not panic.
pub(super) fn current() -> LaneId {
    TAPE.with(|tape| tape.try_borrow().map_or(0, |tape| tape.current))
}

/// One schedule's record.
#[derive(Default)]
pub(crate) struct Tape {
    /// The number of the schedule, by which an object of another schedule is recognised.
    pub(super) epoch: u64,
    pub(crate) lanes: Vec<Lane>,
    pub(super) threads: Vec<Thread>,
    pub(crate) objects: Vec<Object>,
    pub(crate) steps: Vec<Step>,
    /// The lane that runs now. Kept for the panic hook, which cannot ask loom.
    pub(super) current: LaneId,
    /// The number of open gates on this stack. A task must be woken from within a gate.
    pub(super) gates: usize,
    /// The first reason to distrust this record.
    pub(super) doubt: Option<String>,
    /// The addresses that atomics held, in the order in which they appeared.
    pub(super) addresses: Vec<usize>,
    /// The values with which the next atomics begin, in place of their own.
    pub(super) beginnings: VecDeque<u64>,
    /// Whether a read of an atomic may be impossible.
    pub(super) doubt_of_reads: Doubt,
    pub(super) tickets: u64,
    /// Which values a load may read, while a schedule is picked.
    pub(super) views: Views,
}

/// A thread of the model, or a task on one.
#[derive(Default)]
pub(crate) struct Lane {
    pub(crate) name: String,
    /// The lane of the thread that polls this one, if this is a task.
    pub(crate) host: Option<LaneId>,
    pub(crate) ended: bool,
    /// Whether its wait is over but it has not run since.
    pub(crate) woken: bool,
    /// How many chances for a spurious event it has had.
    pub(super) chances: usize,
    pub(crate) waits: Vec<Wait>,
}

/// The lane that each of loom's threads works for.
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
    /// The step that shows the wait. `None` while the lane could still continue.
    pub(crate) step: Option<usize>,
    /// Whether the whole thread waits, with all tasks on it.
    pub(crate) stops_thread: bool,
}

impl Wait {
    /// The wait of a task that is ready, while another task blocks their thread.
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

    pub(crate) fn is_for_turn(&self) -> bool {
        matches!(self.how, How::Turn(_))
    }
}

/// An object that lanes take, fill or wait for.
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// The lanes that hold it, each with the step at which it took it.
    pub(crate) holders: Vec<(LaneId, usize)>,
    /// The lanes that wait for it, in order of arrival. A fair lock passes to the first.
    pub(crate) queue: Vec<LaneId>,
    pub(crate) readers: Vec<LaneId>,
    pub(crate) writers: Vec<LaneId>,
    pub(super) atomic: Atomic,
    pub(super) level: Level,
}

/// What is doubtful in a schedule that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doubt {
    #[default]
    None,
    /// An atomic was written by plain stores and read-modify-writes, and a read of it did not see
    /// the latest of them.
    Mixed,
    /// A `SeqCst` load read an old value.
    SeqCst,
}

/// What was done to an atomic.
#[derive(Default)]
pub(super) struct Atomic {
    /// The latest value.
    pub(super) latest: Option<Value>,
    /// Whether a plain store has replaced its first value.
    pub(super) is_stored: bool,
    /// Whether a read-modify-write has.
    pub(super) is_changed: bool,
}

/// How full a pipe is, as far as the rows of the record tell.
#[derive(Default)]
pub(super) struct Level {
    /// `None` if it is unbounded.
    pub(super) capacity: Option<usize>,
    pub(super) messages: usize,
    /// Places that are reserved for messages to come.
    pub(super) reserved: usize,
    /// Whether one end is gone or closed.
    pub(super) is_closed: bool,
}

/// The end of a pipe that a lane uses.
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
    /// The object's index, if it belongs to this schedule.
    pub(super) fn own(&self, id: ObjectId) -> Option<usize> {
        (id.epoch == self.epoch).then_some(id.index)
    }

    /// Adds a row and returns its index.
    pub(super) fn push(
        &mut self,
        lane: LaneId,
        act: Act,
        object: Option<usize>,
        at: Option<Place>,
    ) -> usize {
        if let Some(object) = object {
            let level = &mut self.objects[object].level;
            match act {
                Act::Write => level.messages += 1,
                Act::Read => level.messages = level.messages.saturating_sub(1),
                Act::Close | Act::HangUp => level.is_closed = true,
                _ => {}
            }
        }
        let kind = object.map(|object| self.objects[object].kind);
        if crate::directed::is_directed() && views::is_told_by_its_row(kind) {
            let thread = self.lanes[lane].host.unwrap_or(lane);
            self.views.passes(thread, act, object);
        }
        self.steps.push(Step {
            lane,
            act,
            object,
            at,
            said: None,
        });
        self.steps.len() - 1
    }

    /// Whether another lane blocks this wait for a lock.
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

    /// Shows the waits for `object` that are blocked by now.
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
