//! How a thread of the model waits.

use crate::director;
use crate::pause::Pause;
use crate::record::{self, LaneId};
use std::sync::Arc;
use std::task::{Poll, Wake, Waker};

/// Wakes the thread that created it. An early wake-up is remembered.
pub(crate) struct Parker {
    lane: LaneId,
    pause: Arc<Pause>,
}

impl Parker {
    pub(crate) fn here() -> Arc<Parker> {
        Arc::new(Parker {
            lane: record::host(record::me()),
            pause: Arc::new(Pause::here()),
        })
    }

    /// Waits until the thread is woken. Returns at once if it was woken since the last call.
    pub(crate) fn park(&self) {
        self.pause.stop(|| director::waits(self.lane, None));
    }

    /// The same for a wait that may end without a notification, if a reader picks that. Returns
    /// whether it did.
    pub(crate) fn park_for_notification(&self) -> bool {
        self.pause
            .stop(|| director::waits(self.lane, Some(self.pause.clone())));
        self.pause.is_unasked()
    }

    pub(crate) fn unpark(&self) {
        // While loom takes a failed model down, no thread is left to wake.
        if std::thread::panicking() {
            return;
        }
        if self.pause.is_stopped() {
            director::continues(self.lane);
        }
        self.pause.go();
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
