//! Tokio's async mutex.

use super::gated::{Door, Gated};
use super::locks::{HELD, guard, take, taken};
use crate::record::{self, Act, How, Kind};
use ::tokio::sync::TryLockError;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A named async mutex.
pub struct Mutex<T> {
    door: Door,
    inner: ::tokio::sync::Mutex<T>,
}

guard!(MutexGuard);

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect(HELD)
    }
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

    take!(
        /// Takes the lock. While another task holds it, the task waits, but not its thread.
        lock,
        /// Takes the lock if it is free.
        ///
        /// # Errors
        /// If another task holds it.
        try_lock, MutexGuard, How::Lock, Act::Take
    );

    /// Returns the value. The caller owns the lock, so it is not shared.
    pub fn into_inner(self) -> T {
        self.inner.into_inner()
    }

    /// A reference to the value. The caller borrows the lock alone.
    pub fn get_mut(&mut self) -> &mut T {
        self.inner.get_mut()
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
