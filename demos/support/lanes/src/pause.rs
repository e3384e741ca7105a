//! Stops a thread of the model until another thread lets it go on.

use loom::thread::Thread;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Stops the thread that created it. A `go` that comes early is remembered.
///
/// Loom's `unpark` makes a blocked thread continue even if it is blocked in a lock or a join, which
/// breaks the model. So a thread is unparked only while it is parked here. The flags are not shared
/// memory of the model, because its threads run one at a time.
pub(crate) struct Pause {
    thread: Thread,
    is_stopped: AtomicBool,
    may_go: AtomicBool,
    /// Whether it went on although it was not notified.
    is_unasked: AtomicBool,
}

impl Pause {
    pub(crate) fn here() -> Pause {
        Pause {
            thread: loom::thread::current(),
            is_stopped: AtomicBool::new(false),
            may_go: AtomicBool::new(false),
            is_unasked: AtomicBool::new(false),
        }
    }

    /// Stops until [`go`](Self::go). `first` is called each time before the thread stops.
    pub(crate) fn stop(&self, mut first: impl FnMut()) {
        while !self.may_go.swap(false, Relaxed) {
            self.is_stopped.store(true, Relaxed);
            first();
            loom::thread::park();
        }
    }

    /// Whether the thread stands still here.
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Relaxed)
    }

    /// Ends a stop that waits for a notification, without one.
    pub(crate) fn go_unasked(&self) {
        self.is_unasked.store(true, Relaxed);
        self.go();
    }

    /// Whether the latest stop ended without the notification that it waited for.
    pub(crate) fn is_unasked(&self) -> bool {
        self.is_unasked.load(Relaxed)
    }

    /// Ends a stop, now or before it begins.
    pub(crate) fn go(&self) {
        self.may_go.store(true, Relaxed);
        if self.is_stopped.swap(false, Relaxed) {
            self.thread.unpark();
        }
    }
}
