//! Tokio's async mutex.

use super::gated::{Door, Gated};
use crate::record::{self, Act, How, Kind, Place};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A named async mutex.
pub struct Mutex<T> {
    door: Door,
    inner: ::tokio::sync::Mutex<T>,
}

/// Releases the lock when it is dropped.
#[must_use = "the lock is held only as long as its guard"]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    lane: usize,
    inner: Option<::tokio::sync::MutexGuard<'a, T>>,
}

impl<T> Mutex<T> {
    /// Creates a free lock. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, value: T) -> Self {
        Mutex {
            door: Door::new(Kind::Mutex, name.into()),
            inner: ::tokio::sync::Mutex::new(value),
        }
    }

    /// Takes the lock. While another task holds it, the task waits, but not its thread.
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        let at = Location::caller();
        async move {
            let why = self.door.why(How::Lock, at);
            let mut lane = 0;
            let taken = Gated::new(&self.door, self.inner.lock(), why, |_| {
                lane = self.taken(at)
            });
            let inner = Some(taken.await);
            MutexGuard {
                mutex: self,
                lane,
                inner,
            }
        }
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    /// If another task holds it.
    #[track_caller]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, ::tokio::sync::TryLockError> {
        let at = Location::caller();
        self.door.step(|| match self.inner.try_lock() {
            Ok(inner) => Ok(MutexGuard {
                mutex: self,
                lane: self.taken(at),
                inner: Some(inner),
            }),
            Err(error) => {
                record::step(Act::FindTaken, self.door.id, Some(at));
                Err(error)
            }
        })
    }

    #[track_caller]
    fn taken(&self, at: Place) -> usize {
        let lane = record::me();
        record::takes(lane, self.door.id, Act::Take, at);
        lane
    }

    /// Returns the value. The caller owns the lock, so it is not shared.
    pub fn into_inner(self) -> T {
        self.inner.into_inner()
    }

    /// A reference to the value. The caller borrows the lock alone.
    pub fn get_mut(&mut self) -> &mut T {
        self.inner.get_mut()
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.mutex.door.last_step(|| {
            record::lets_go(self.lane, self.mutex.door.id);
            drop(inner);
        });
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner
            .as_ref()
            .expect("a guard has its lock until it is dropped")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner
            .as_mut()
            .expect("a guard has its lock until it is dropped")
    }
}

/// Shows the value, like tokio's own lock, unless a task holds it.
impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.door.step(|| match self.inner.try_lock() {
            Ok(value) => f.debug_tuple("Mutex").field(&*value).finish(),
            Err(_) => f.debug_struct("Mutex").finish_non_exhaustive(),
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
