//! Tokio's `Notify`: wakes tasks that wait for an event.

use super::gated::{Door, Gated};
use crate::record::{self, Act, How, Kind};
use std::fmt;
use std::panic::Location;

/// A named `Notify`.
pub struct Notify {
    door: Door,
    inner: ::tokio::sync::Notify,
}

impl Notify {
    /// Creates a `Notify`. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        Notify {
            door: Door::new(Kind::Condvar, name.into()),
            inner: ::tokio::sync::Notify::new(),
        }
    }

    /// Waits for a notification. Ready at once if `notify_one` was called while no task waited.
    #[track_caller]
    pub fn notified(&self) -> impl Future<Output = ()> {
        let why = self.door.why(How::Notification, Location::caller());
        // The call is a step too, because `notify_waiters` reaches each future created before,
        // polled or not.
        let future = self.door.step(|| self.inner.notified());
        Gated::new(&self.door, future, why, |()| ())
    }

    /// Wakes the task that has waited longest. If no task waits, the next one will not wait.
    #[track_caller]
    pub fn notify_one(&self) {
        let at = Location::caller();
        self.door.step(|| {
            record::step(Act::NotifyOne, self.door.id, Some(at));
            self.inner.notify_one();
        });
    }

    /// Wakes the task that began to wait last. If no task waits, the next one will not wait.
    #[track_caller]
    pub fn notify_last(&self) {
        let at = Location::caller();
        self.door.step(|| {
            record::step(Act::NotifyOne, self.door.id, Some(at));
            self.inner.notify_last();
        });
    }

    /// Wakes all tasks that wait now, and none that wait later.
    #[track_caller]
    pub fn notify_waiters(&self) {
        let at = Location::caller();
        self.door.step(|| {
            record::step(Act::NotifyAll, self.door.id, Some(at));
            self.inner.notify_waiters();
        });
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notify").finish_non_exhaustive()
    }
}
