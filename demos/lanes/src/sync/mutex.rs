//! A lock that one lane holds at a time.

use crate::gate::Gate;
use crate::record::{self, Act, How, Kind, ObjectId, Place};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A named lock that one lane holds at a time.
pub struct Mutex<T> {
    id: ObjectId,
    /// Whether it is taken, for those who only try: loom's own `try_lock` misses that. Only in models that try.
    is_taken: Option<Gate<bool>>,
    inner: loom::sync::Mutex<T>,
}

/// Lets go of the lock when it is dropped.
#[must_use = "the lock is held only as long as its guard"]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    lane: usize,
    inner: Option<loom::sync::MutexGuard<'a, T>>,
}

impl<T> Mutex<T> {
    /// A free lock. The name stands in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, value: T) -> Self {
        Mutex {
            id: record::object(Kind::Mutex, name.into()),
            is_taken: record::watches_attempts().then(|| Gate::new(false)),
            inner: loom::sync::Mutex::new(value),
        }
    }

    /// Waits until nobody holds the lock, and takes it.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.lock_at(Location::caller())
    }

    #[track_caller]
    pub(super) fn lock_at(&self, at: Place) -> MutexGuard<'_, T> {
        let lane = record::wants(self.id, How::Lock, at);
        let inner = self
            .inner
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(is_taken) = &self.is_taken {
            is_taken.step(|is_taken| *is_taken = true);
        }
        record::takes(lane, self.id, Act::Take, at);
        MutexGuard {
            mutex: self,
            lane,
            inner: Some(inner),
        }
    }

    /// Takes the lock if nobody holds it.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let at = Location::caller();
        let lane = record::me();
        record::attempts();
        let is_free = self
            .is_taken
            .as_ref()
            .is_none_or(|is_taken| is_taken.step(|is_taken| !*is_taken));
        let inner = is_free.then(|| self.inner.try_lock());
        record::resume_as(lane);
        match inner {
            Some(Ok(inner)) => {
                if let Some(is_taken) = &self.is_taken {
                    is_taken.step(|is_taken| *is_taken = true);
                }
                record::takes(lane, self.id, Act::Take, at);
                Some(MutexGuard {
                    mutex: self,
                    lane,
                    inner: Some(inner),
                })
            }
            None | Some(Err(_)) => {
                record::step(Act::FindTaken, self.id, Some(at));
                None
            }
        }
    }

    /// The value, when nobody can share it any more.
    pub fn into_inner(self) -> T {
        self.inner
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The value, while nobody shares it.
    pub fn get_mut(&mut self) -> &mut T {
        self.inner
            .get_mut()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl<'a, T> MutexGuard<'a, T> {
    /// Lets go, for a wait that takes the lock again.
    pub(super) fn release(self) -> &'a Mutex<T> {
        self.mutex
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else {
            return;
        };
        if std::thread::panicking() {
            // Loom's schedule is over: its guard would panic once more.
            std::mem::forget(inner);
            return;
        }
        record::lets_go(self.lane, self.mutex.id);
        if let Some(is_taken) = &self.mutex.is_taken {
            is_taken.step(|is_taken| *is_taken = false);
        }
        drop(inner);
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

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
