//! Tasks of a model, and the threads that run them.
//!
//! A task may wait only for types of this crate. Another wait would be neither explored nor drawn,
//! so a task that waits for something else, or is woken by it, is refused.

use crate::park::Parker;
use crate::record::{self, LaneId};
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// A task without a result, for [`join_all`].
pub type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Runs a future on the calling thread of the model until it is ready. The thread is the task's
/// lane.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let lane = record::me();
    let thread = Turns::here();
    let task = Arc::new(TaskWaker::new(lane, 0, thread.clone()));
    let waker = Waker::from(task.clone());
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return result;
        }
        task.must_be_waiting();
        while thread.next().is_none() {
            thread.parker.park();
            record::resume_as(lane);
        }
        task.queued.store(false, Relaxed);
    }
}

/// Runs named tasks on the calling thread of the model until all are ready, in the order in which
/// they are woken, as tokio's current-thread runtime does. Each task is a lane. A task that blocks
/// the thread stops all of them.
///
/// The tasks start in the given order. If another order matters, the model must give that order
/// too.
#[track_caller]
pub fn join_all<N: Into<String>>(tasks: Vec<(N, Task<'_>)>) {
    let host = record::me();
    let thread = Turns::here();
    let mut tasks: Vec<_> = tasks
        .into_iter()
        .enumerate()
        .map(|(index, (name, future))| {
            let task = Arc::new(TaskWaker::new(
                record::task_lane(name.into()),
                index,
                thread.clone(),
            ));
            task.queue();
            Some((future, task))
        })
        .collect();
    let mut left = tasks.len();
    while left > 0 {
        let Some(index) = thread.next() else {
            thread.parker.park();
            record::resume_as(host);
            continue;
        };
        let Some((future, task)) = &mut tasks[index] else {
            continue;
        };
        let lane = task.lane;
        task.queued.store(false, Relaxed);
        record::task_turn(Some(lane));
        let waker = Waker::from(task.clone());
        if future
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_ready()
        {
            // Its destructors release what it still holds, in its own name.
            tasks[index] = None;
            record::ended(lane);
            left -= 1;
        } else {
            task.must_be_waiting();
        }
        record::task_turn(None);
    }
}

/// The tasks of one thread that are ready, in the order in which they were woken.
struct Turns {
    ready: Mutex<VecDeque<usize>>,
    parker: Arc<Parker>,
}

impl Turns {
    fn here() -> Arc<Turns> {
        Arc::new(Turns {
            ready: Mutex::default(),
            parker: Parker::here(),
        })
    }

    fn next(&self) -> Option<usize> {
        self.ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }
}

struct TaskWaker {
    lane: LaneId,
    index: usize,
    thread: Arc<Turns>,
    queued: AtomicBool,
    epoch: u64,
}

impl TaskWaker {
    fn new(lane: LaneId, index: usize, thread: Arc<Turns>) -> Self {
        TaskWaker {
            lane,
            index,
            thread,
            queued: AtomicBool::new(false),
            epoch: record::epoch(),
        }
    }

    fn queue(&self) {
        if !self.queued.swap(true, Relaxed) {
            self.thread
                .ready
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push_back(self.index);
        }
    }

    /// Checks that a pending task waits for something in the record.
    #[track_caller]
    fn must_be_waiting(&self) {
        if let Some(doubt) = record::take_doubt() {
            record::refuse(doubt);
        }
        if self.queued.load(Relaxed) {
            // It was woken meanwhile, or woke itself to yield to the others.
            crate::thread::yield_now();
        } else if !record::is_waiting(self.lane) {
            record::refuse(format!(
                "`{}` waits for something that lanes does not watch (a bare tokio channel, a timer?): its schedules are \
                 not explored, and a proof would be empty. Use the types of `lanes::tokio` in models",
                record::lane_name(self.lane)
            ));
        }
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // While loom takes a failed model down, and after that, no task is left to wake.
        if std::thread::panicking() || !record::exploring() || record::epoch() != self.epoch {
            return;
        }
        record::was_woken(self.lane);
        self.queue();
        self.thread.parker.unpark();
    }
}
