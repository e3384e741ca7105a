//! What tokio's locks have in common.

use super::gated::Door;
use crate::record::{self, Act, Place};

pub(super) const HELD: &str = "a guard has its lock until it is dropped";

/// Records that the running lane takes the lock. Returns the lane.
#[track_caller]
pub(super) fn taken(door: &Door, act: Act, at: Place) -> usize {
    let lane = record::me();
    record::takes(lane, door.id, act, at);
    lane
}

/// Defines a guard around tokio's own.
macro_rules! guard {
    ($guard:ident) => {
        /// Releases the lock when it is dropped.
        #[must_use = "the lock is held only as long as its guard"]
        pub struct $guard<'a, T> {
            door: &'a Door,
            lane: usize,
            inner: Option<::tokio::sync::$guard<'a, T>>,
        }

        impl<T> Drop for $guard<'_, T> {
            fn drop(&mut self) {
                let inner = self.inner.take();
                self.door.last_step(|| {
                    record::lets_go(self.lane, self.door.id);
                    drop(inner);
                });
            }
        }

        impl<T> Deref for $guard<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                self.inner.as_ref().expect(HELD)
            }
        }

        impl<T: fmt::Debug> fmt::Debug for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}

/// Defines a method that waits for a lock, and one that does not wait.
macro_rules! take {
    ($(#[$doc:meta])* $wait:ident, $(#[$doc_of_try:meta])* $try:ident, $guard:ident, $how:expr, $act:expr) => {
        $(#[$doc])*
        #[track_caller]
        pub fn $wait(&self) -> impl Future<Output = $guard<'_, T>> {
            let at = Location::caller();
            async move {
                let why = self.door.why($how, at);
                let mut lane = 0;
                let future = Gated::new(&self.door, self.inner.$wait(), why, |_| {
                    lane = taken(&self.door, $act, at)
                });
                let inner = Some(future.await);
                $guard {
                    door: &self.door,
                    lane,
                    inner,
                }
            }
        }

        $(#[$doc_of_try])*
        #[track_caller]
        pub fn $try(&self) -> Result<$guard<'_, T>, TryLockError> {
            let at = Location::caller();
            self.door.step(|| match self.inner.$try() {
                Ok(inner) => Ok($guard {
                    door: &self.door,
                    lane: taken(&self.door, $act, at),
                    inner: Some(inner),
                }),
                Err(error) => {
                    record::step(Act::FindTaken, self.door.id, Some(at));
                    Err(error)
                }
            })
        }
    };
}

pub(super) use {guard, take};
