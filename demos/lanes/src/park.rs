//! How a thread of the model waits.
//!
//! Loom's `unpark` makes a blocked thread go on whatever it is blocked in, a lock or a join too, which breaks the model.
//! So a thread is only unparked while it is parked right here; a wake that comes early is remembered.

use crate::record;
use loom::thread::Thread;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Poll, Wake, Waker};

/// The thread that made it, to be woken. (The flags are no shared memory of the model: its threads run one at a time.)
pub(crate) struct Parker {
    thread: Thread,
    parked: AtomicBool,
    woken: AtomicBool,
}

impl Parker {
    pub(crate) fn here() -> Arc<Parker> {
        Arc::new(Parker {
            thread: loom::thread::current(),
            parked: AtomicBool::new(false),
            woken: AtomicBool::new(false),
        })
    }

    /// Waits until woken; at once if that has happened since the last time.
    pub(crate) fn park(&self) {
        while !self.woken.swap(false, Relaxed) {
            self.parked.store(true, Relaxed);
            loom::thread::park();
        }
    }

    pub(crate) fn unpark(&self) {
        // While a model is taken down there is no thread left to wake.
        if std::thread::panicking() {
            return;
        }
        self.woken.store(true, Relaxed);
        if self.parked.swap(false, Relaxed) {
            self.thread.unpark();
        }
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.unpark();
    }
}

/// Tries until it is ready, and stops the running thread in between: `attempt` leaves the waker with whoever ends the wait.
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
