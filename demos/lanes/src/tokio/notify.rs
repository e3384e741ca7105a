//! Tokio's way to wake a task that waits for news.

use super::gated::{Door, Gated};
use crate::record::{self, Act, How, Kind};
use crate::waiting::Why;
use std::fmt;
use std::panic::Location;

/// A named place to wait for news, of tokio's.
pub struct Notify {
    door: Door,
    inner: ::tokio::sync::Notify,
}

impl Notify {
    /// Nobody waits at it. The name stands in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        Notify {
            door: Door::new(Kind::Condvar, name.into()),
            inner: ::tokio::sync::Notify::new(),
        }
    }

    /// Ready when somebody notifies; at once if somebody has called `notify_one` while nobody waited.
    #[track_caller]
    pub fn notified(&self) -> impl Future<Output = ()> {
        let why = Why {
            id: self.door.id,
            how: How::Notification,
            at: Location::caller(),
            stops_thread: false,
        };
        // That it was asked for is a step too: `notify_waiters` reaches those who have asked, polled or not.
        let future = self.door.step(|| self.inner.notified());
        Gated::new(&self.door, future, why, |()| ())
    }

    /// Wakes whoever waits longest; or, if nobody waits, the next one who would.
    #[track_caller]
    pub fn notify_one(&self) {
        let at = Location::caller();
        self.door.step(|| {
            record::step(Act::NotifyOne, self.door.id, Some(at));
            self.inner.notify_one();
        });
    }

    /// Wakes everybody who waits, and nobody who comes later.
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
