//! A mutex.

use crate::gate::Gate;
use crate::park;
use crate::record::{self, Act, How, Kind, ObjectId, Place};
use crate::waiting::Why;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::PoisonError;
use std::task::{Poll, Waker};

/// A named lock that one lane holds at a time.
pub struct Mutex<T> {
    id: ObjectId,
    inner: Inner<T>,
}

/// Loom's lock, or a separate implementation in a model that tries locks: loom lets a `try_lock`
/// wait, and misses some that fail.
enum Inner<T> {
    Loom(loom::sync::Mutex<T>),
    /// The value. It is never contended, because the turn is taken first.
    Turns {
        turn: Gate<Turn>,
        value: std::sync::Mutex<T>,
    },
}

#[derive(Default)]
struct Turn {
    is_taken: bool,
    waiting: Vec<Waker>,
}

/// Releases the lock when it is dropped.
#[must_use = "the lock is held only as long as its guard"]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    lane: usize,
    inner: Option<Held<'a, T>>,
}

enum Held<'a, T> {
    Loom(loom::sync::MutexGuard<'a, T>),
    Turns(std::sync::MutexGuard<'a, T>),
}

impl<T> Mutex<T> {
    /// Creates a free lock. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, value: T) -> Self {
        let id = record::object(Kind::Mutex, name.into());
        let inner = if record::watches_attempts() {
            Inner::Turns {
                turn: Gate::new(Turn::default()),
                value: std::sync::Mutex::new(value),
            }
        } else {
            Inner::Loom(loom::sync::Mutex::new(value))
        };
        Mutex { id, inner }
    }

    /// Waits until the lock is free, and takes it.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.lock_at(Location::caller())
    }

    #[track_caller]
    pub(super) fn lock_at(&self, at: Place) -> MutexGuard<'_, T> {
        let lane = record::wants(self.id, How::Lock, at);
        let held = match &self.inner {
            Inner::Loom(mutex) => {
                let held = mutex.lock().unwrap_or_else(PoisonError::into_inner);
                record::takes(lane, self.id, Act::Take, at);
                Held::Loom(held)
            }
            Inner::Turns { turn, value } => {
                let why = Why {
                    id: self.id,
                    how: How::Lock,
                    at,
                    stops_thread: true,
                };
                park::until(|waker| {
                    turn.attempt(why, |turn| {
                        if turn.is_taken {
                            turn.waiting.push(waker.clone());
                            return Poll::Pending;
                        }
                        turn.is_taken = true;
                        record::takes(lane, self.id, Act::Take, at);
                        Poll::Ready(())
                    })
                });
                Held::Turns(value.lock().unwrap_or_else(PoisonError::into_inner))
            }
        };
        MutexGuard {
            mutex: self,
            lane,
            inner: Some(held),
        }
    }

    /// Takes the lock if it is free.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let at = Location::caller();
        let lane = record::me();
        let Inner::Turns { turn, value } = &self.inner else {
            record::attempts();
        };
        turn.step(|turn| {
            if turn.is_taken {
                record::step(Act::FindTaken, self.id, Some(at));
                return None;
            }
            turn.is_taken = true;
            record::takes(lane, self.id, Act::Take, at);
            Some(())
        })?;
        let held = value.lock().unwrap_or_else(PoisonError::into_inner);
        Some(MutexGuard {
            mutex: self,
            lane,
            inner: Some(Held::Turns(held)),
        })
    }

    /// Returns the value. The caller owns the lock, so it is not shared.
    pub fn into_inner(self) -> T {
        match self.inner {
            Inner::Loom(mutex) => mutex.into_inner().unwrap_or_else(PoisonError::into_inner),
            Inner::Turns { value, .. } => {
                value.into_inner().unwrap_or_else(PoisonError::into_inner)
            }
        }
    }

    /// A reference to the value. The caller borrows the lock alone.
    pub fn get_mut(&mut self) -> &mut T {
        match &mut self.inner {
            Inner::Loom(mutex) => mutex.get_mut().unwrap_or_else(PoisonError::into_inner),
            Inner::Turns { value, .. } => value.get_mut().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

impl<'a, T> MutexGuard<'a, T> {
    /// Releases the lock, for a wait that takes it again.
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
            // Loom's schedule is over, and dropping its guard would panic again.
            std::mem::forget(inner);
            return;
        }
        let Inner::Turns { turn, .. } = &self.mutex.inner else {
            record::lets_go(self.lane, self.mutex.id);
            drop(inner);
            return;
        };
        drop(inner);
        turn.last_step(|turn| {
            turn.is_taken = false;
            record::lets_go(self.lane, self.mutex.id);
            turn.waiting.drain(..).for_each(Waker::wake);
        });
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.inner {
            Some(Held::Loom(held)) => held,
            Some(Held::Turns(held)) => held,
            None => unreachable!("a guard has its lock until it is dropped"),
        }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        match &mut self.inner {
            Some(Held::Loom(held)) => held,
            Some(Held::Turns(held)) => held,
            None => unreachable!("a guard has its lock until it is dropped"),
        }
    }
}

/// Shows the value, like the standard library's lock. A lock that a lane holds is shown without it,
/// so a thread may show a lock that it holds itself.
impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !record::is_possible(self.id, How::Lock) {
            return f.debug_struct("Mutex").finish_non_exhaustive();
        }
        let value = self.lock();
        f.debug_tuple("Mutex").field(&*value).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
