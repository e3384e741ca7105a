//! Tokio's async lock for many readers or one writer.

use super::gated::{Door, Gated};
use super::locks::{HELD, guard, take, taken};
use crate::record::{self, Act, How, Kind};
use ::tokio::sync::TryLockError;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A named async lock that many tasks hold to read, or one to write.
pub struct RwLock<T> {
    door: Door,
    inner: ::tokio::sync::RwLock<T>,
}

guard!(RwLockReadGuard);
guard!(RwLockWriteGuard);

impl<T> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect(HELD)
    }
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
}

impl<T> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").finish_non_exhaustive()
    }
}
