//! A lock for many readers or one writer.

use crate::record::{self, Act, How, Kind, ObjectId};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A named lock that many lanes hold to read, or one to write.
pub struct RwLock<T> {
    id: ObjectId,
    inner: loom::sync::RwLock<T>,
}

/// Lets go of the lock when it is dropped.
#[must_use = "the lock is held only as long as its guard"]
pub struct RwLockReadGuard<'a, T> {
    id: ObjectId,
    lane: usize,
    inner: Option<loom::sync::RwLockReadGuard<'a, T>>,
}

/// Lets go of the lock when it is dropped.
#[must_use = "the lock is held only as long as its guard"]
pub struct RwLockWriteGuard<'a, T> {
    id: ObjectId,
    lane: usize,
    inner: Option<loom::sync::RwLockWriteGuard<'a, T>>,
}

impl<T> RwLock<T> {
    /// A free lock. The name stands in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, value: T) -> Self {
        RwLock {
            id: record::object(Kind::RwLock, name.into()),
            inner: loom::sync::RwLock::new(value),
        }
    }

    /// Waits until nobody writes, and reads.
    ///
    /// A lane that reads already is refused: the standard library may deadlock there, and loom cannot say.
    #[track_caller]
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        let at = Location::caller();
        let lane = record::wants(self.id, How::ReadLock, at);
        record::refuse_second_read(lane, self.id);
        let inner = self
            .inner
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        record::takes(lane, self.id, Act::TakeToRead, at);
        RwLockReadGuard {
            id: self.id,
            lane,
            inner: Some(inner),
        }
    }

    /// Waits until nobody reads or writes, and writes.
    #[track_caller]
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        let at = Location::caller();
        let lane = record::wants(self.id, How::Lock, at);
        let inner = self
            .inner
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        record::takes(lane, self.id, Act::TakeToWrite, at);
        RwLockWriteGuard {
            id: self.id,
            lane,
            inner: Some(inner),
        }
    }
}

/// Lets go; but while a model is taken down loom's guard would panic once more.
fn let_go<G>(lane: usize, id: ObjectId, inner: Option<G>) {
    let Some(inner) = inner else { return };
    if std::thread::panicking() {
        std::mem::forget(inner);
        return;
    }
    record::lets_go(lane, id);
    drop(inner);
}

impl<T> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        let_go(self.lane, self.id, self.inner.take());
    }
}

impl<T> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        let_go(self.lane, self.id, self.inner.take());
    }
}

impl<T> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner
            .as_ref()
            .expect("a guard has its lock until it is dropped")
    }
}

impl<T> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner
            .as_ref()
            .expect("a guard has its lock until it is dropped")
    }
}

impl<T> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner
            .as_mut()
            .expect("a guard has its lock until it is dropped")
    }
}

impl<T> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
