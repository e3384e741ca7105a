//! How a thread of the model waits.

use crate::director;
use crate::gate::Gate;
use crate::pause::Pause;
use crate::record::{self, Act, How, LaneId, ObjectId, Place};
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
    fn park_for_notification(&self) -> bool {
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

/// The wait of a lane for a notification at an object.
pub(crate) struct NotificationWait {
    lane: LaneId,
    id: ObjectId,
    at: Place,
    ticket: u64,
}

impl NotificationWait {
    /// Records that the lane begins to wait.
    #[track_caller]
    pub(crate) fn begin(lane: LaneId, id: ObjectId, at: Place) -> Self {
        let ticket = record::waits(lane, Some(id), How::Notification, at, true);
        NotificationWait {
            lane,
            id,
            at,
            ticket,
        }
    }

    /// Waits until `parker` is woken.
    pub(crate) fn until_notified(self, parker: &Parker) {
        parker.park();
        record::resume_as(self.lane);
        record::finish_waiting(self.lane, self.ticket);
    }

    /// The same, but the wait may also end without a notification: at once if `is_unasked`, or
    /// later if a reader picks that. Then `leave` removes the parker from the state behind `gate`.
    /// It returns false if the parker is not there, because a notification came first.
    #[track_caller]
    pub(crate) fn until_notified_or_unasked<T>(
        self,
        parker: &Parker,
        gate: &Gate<T>,
        is_unasked: bool,
        leave: impl FnOnce(&mut T) -> bool,
    ) {
        let wakes = |state: &mut T| {
            record::finish_waiting(self.lane, self.ticket);
            if leave(state) {
                record::step(Act::WakeUnasked, self.id, Some(self.at));
            }
        };
        if is_unasked {
            gate.step(wakes);
        } else if parker.park_for_notification() {
            record::resume_as(self.lane);
            gate.quietly(wakes);
        } else {
            record::resume_as(self.lane);
            record::finish_waiting(self.lane, self.ticket);
        }
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
