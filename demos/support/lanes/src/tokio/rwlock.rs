//! Tokio's async lock for many readers or one writer.

use super::gated::{Door, Gated};
use crate::record::{self, Act, How, Kind, Place};
use ::tokio::sync::TryLockError;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A named async lock that many tasks hold to read, or one to write.
pub struct RwLock<T> {
    door: Door,
    inner: ::tokio::sync::RwLock<T>,
}

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

const HELD: &str = "a guard has its lock until it is dropped";

guard!(RwLockReadGuard);
guard!(RwLockWriteGuard);

impl<T> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect(HELD)
    }
}

macro_rules! take {
    ($(#[$doc:meta])* $wait:ident, $(#[$doc_of_try:meta])* $try:ident, $guard:ident, $how:expr, $act:expr) => {
        $(#[$doc])*
        #[track_caller]
        pub fn $wait(&self) -> impl Future<Output = $guard<'_, T>> {
            let at = Location::caller();
            async move {
                let why = self.door.why($how, at);
                let mut lane = 0;
                let taken = Gated::new(&self.door, self.inner.$wait(), why, |_| {
                    lane = self.taken($act, at)
                });
                let inner = Some(taken.await);
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
                    lane: self.taken($act, at),
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

impl<T> RwLock<T> {
    /// Creates a free lock. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, value: T) -> Self {
        RwLock {
            door: Door::new(Kind::RwLock, name.into()),
            inner: ::tokio::sync::RwLock::new(value),
        }
    }

    take!(
        /// Reads. While another task writes, or waits to write, the task waits.
        read,
        /// Reads, if no task writes or waits to write.
        ///
        /// # Errors
        /// If one does.
        try_read, RwLockReadGuard, How::ReadLock, Act::TakeToRead
    );
    take!(
        /// Writes. While another task reads or writes, the task waits.
        write,
        /// Writes, if no task reads or writes.
        ///
        /// # Errors
        /// If one does.
        try_write, RwLockWriteGuard, How::Lock, Act::TakeToWrite
    );

    /// Returns the value. The caller owns the lock, so it is not shared.
    pub fn into_inner(self) -> T {
        self.inner.into_inner()
    }

    /// A reference to the value. The caller borrows the lock alone.
    pub fn get_mut(&mut self) -> &mut T {
        self.inner.get_mut()
    }

    #[track_caller]
    fn taken(&self, act: Act, at: Place) -> usize {
        let lane = record::me();
        record::takes(lane, self.door.id, act, at);
        lane
    }
}

impl<T> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").finish_non_exhaustive()
    }
}
