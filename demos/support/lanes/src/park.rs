//! How a thread of the model waits.
//!
//! Loom's `unpark` makes a blocked thread continue even if it is blocked in a lock or a join, which
//! breaks the model. So a thread is unparked only while it is parked here; an early wake-up is
//! remembered.

use crate::director;
use crate::record::{self, LaneId};
use loom::thread::Thread;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Poll, Wake, Waker};

/// Wakes the thread that created it. The flags are not shared memory of the model, because its
/// threads run one at a time.
pub(crate) struct Parker {
    thread: Thread,
    lane: LaneId,
    parked: AtomicBool,
    woken: AtomicBool,
}

impl Parker {
    pub(crate) fn here() -> Arc<Parker> {
        Arc::new(Parker {
            thread: loom::thread::current(),
            lane: record::host(record::me()),
            parked: AtomicBool::new(false),
            woken: AtomicBool::new(false),
        })
    }

    /// Waits until the thread is woken. Returns at once if it was woken since the last call.
    pub(crate) fn park(&self) {
        while !self.woken.swap(false, Relaxed) {
            self.parked.store(true, Relaxed);
            director::waits(self.lane);
            loom::thread::park();
        }
    }

    /// Stops before a step until the director says [`go`](Self::go). It is no wait of the model.
    pub(crate) fn stop(&self) {
        while !self.woken.swap(false, Relaxed) {
            self.parked.store(true, Relaxed);
            loom::thread::park();
        }
    }

    /// Ends a [`stop`](Self::stop), now or before it begins.
    pub(crate) fn go(&self) {
        self.woken.store(true, Relaxed);
        if self.parked.swap(false, Relaxed) {
            self.thread.unpark();
        }
    }

    pub(crate) fn unpark(&self) {
        // While loom takes a failed model down, no thread is left to wake.
        if std::thread::panicking() {
            return;
        }
        if self.parked.load(Relaxed) {
            director::continues(self.lane);
        }
        self.go();
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.unpark();
    }
}

/// Calls `attempt` until it is ready, and parks the running thread in between. `attempt` passes the
/// waker to the lane that can end the wait.
#[track_caller]
pub(crate) fn until<R>(mut attempt: impl FnMut(&Waker) -> Poll<R>) -> R {
    let lane = record::me();
    let parker = Parker::here();
    let waker = Waker::from(parker.clone());
    loop {
        if let Poll::Ready(result) = attempt(&waker) {
            return result;
        }
        parker.park();
        record::resume_as(lane);
    }
}
