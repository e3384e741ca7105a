//! A lock for many readers or one writer. It prefers writers, as the standard library's does on
//! most systems.
//!
//! One thread cannot read loom's own lock twice. It can read this one twice, and waits for ever if
//! a writer came in between.

use crate::gate::Gate;
use crate::park;
use crate::record::{self, Act, How, Kind, ObjectId, Place};
use crate::waiting::{Waiting, Why};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::PoisonError;
use std::task::{Poll, Waker};

/// A named lock that many lanes hold to read, or one to write. It prefers writers: while a lane
/// waits to write, no other lane begins to read.
pub struct RwLock<T> {
    id: ObjectId,
    turn: Gate<Turn>,
    /// The value. It is never contended, because the turn is taken first.
    value: std::sync::RwLock<T>,
}

/// The lanes that hold the lock and the lanes that wait.
#[derive(Default)]
struct Turn {
    readers: usize,
    is_written: bool,
    writers_waiting: usize,
    waiting: Vec<Waker>,
}

impl Turn {
    fn wake(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }
}

/// Releases the lock when it is dropped.
#[must_use = "the lock is held only as long as its guard"]
pub struct RwLockReadGuard<'a, T> {
    lock: &'a RwLock<T>,
    lane: usize,
    inner: Option<std::sync::RwLockReadGuard<'a, T>>,
}

/// Releases the lock when it is dropped.
#[must_use = "the lock is held only as long as its guard"]
pub struct RwLockWriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    lane: usize,
    inner: Option<std::sync::RwLockWriteGuard<'a, T>>,
}

impl<T> RwLock<T> {
    /// Creates a free lock. The name appears in drawings.
    #[track_caller]
    pub fn new(name: impl Into<String>, value: T) -> Self {
        RwLock {
            id: record::object(Kind::RwLock, name.into()),
            turn: Gate::new(Turn::default()),
            value: std::sync::RwLock::new(value),
        }
    }

    /// Waits until no lane writes or waits to write, and reads.
    ///
    /// A lane that already reads may wait for ever: for a writer that waits for that lane.
    #[track_caller]
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        let at = Location::caller();
        let mut waiting = self.waiting(How::ReadLock, at);
        let lane = park::until(|waker| {
            self.turn.attempt(waiting.why(), |turn| {
                if turn.is_written || turn.writers_waiting > 0 {
                    turn.waiting.push(waker.clone());
                    waiting.begin();
                    return Poll::Pending;
                }
                turn.readers += 1;
                Poll::Ready(self.taken(&mut waiting, Act::TakeToRead, at))
            })
        });
        self.reading(lane)
    }

    /// Reads, if no lane writes or waits to write.
    #[track_caller]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        let at = Location::caller();
        let lane = self.turn.step(|turn| {
            if turn.is_written || turn.writers_waiting > 0 {
                record::step(Act::FindTaken, self.id, Some(at));
                return None;
            }
            turn.readers += 1;
            Some(self.taken(&mut self.waiting(How::ReadLock, at), Act::TakeToRead, at))
        })?;
        Some(self.reading(lane))
    }

    /// Waits until no lane reads or writes, and writes.
    #[track_caller]
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        let at = Location::caller();
        let mut waiting = self.waiting(How::Lock, at);
        let mut is_waiting = false;
        let lane = park::until(|waker| {
            let (why, is_queued) = (waiting.why(), is_waiting);
            let attempt = |turn: &mut Turn| {
                if turn.is_written || turn.readers > 0 {
                    turn.writers_waiting += usize::from(!std::mem::replace(&mut is_waiting, true));
                    turn.waiting.push(waker.clone());
                    waiting.begin();
                    return Poll::Pending;
                }
                turn.writers_waiting -= usize::from(is_waiting);
                turn.is_written = true;
                Poll::Ready(self.taken(&mut waiting, Act::TakeToWrite, at))
            };
            // To begin to wait is a step too: readers notice it.
            match is_queued {
                false => self.turn.step(attempt),
                true => self.turn.attempt(why, attempt),
            }
        });
        self.writing(lane)
    }

    /// Writes, if no lane reads or writes.
    #[track_caller]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        let at = Location::caller();
        let lane = self.turn.step(|turn| {
            if turn.is_written || turn.readers > 0 {
                record::step(Act::FindTaken, self.id, Some(at));
                return None;
            }
            turn.is_written = true;
            Some(self.taken(&mut self.waiting(How::Lock, at), Act::TakeToWrite, at))
        })?;
        Some(self.writing(lane))
    }

    /// Returns the value. The caller owns the lock, so it is not shared.
    pub fn into_inner(self) -> T {
        self.value
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A reference to the value. The caller borrows the lock alone.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self, how: How, at: Place) -> Waiting {
        Waiting::new(Why {
            id: self.id,
            how,
            at,
            stops_thread: true,
        })
    }

    #[track_caller]
    fn taken(&self, waiting: &mut Waiting, act: Act, at: Place) -> usize {
        waiting.end();
        let lane = record::me();
        record::takes(lane, self.id, act, at);
        lane
    }

    fn reading(&self, lane: usize) -> RwLockReadGuard<'_, T> {
        let inner = self.value.try_read();
        let inner = Some(inner.unwrap_or_else(|_| panic!("it is this lane's turn to read")));
        RwLockReadGuard {
            lock: self,
            lane,
            inner,
        }
    }

    fn writing(&self, lane: usize) -> RwLockWriteGuard<'_, T> {
        let inner = self.value.try_write();
        let inner = Some(inner.unwrap_or_else(|_| panic!("it is this lane's turn to write")));
        RwLockWriteGuard {
            lock: self,
            lane,
            inner,
        }
    }

    fn lets_go(&self, lane: usize, change: impl FnOnce(&mut Turn)) {
        self.turn.last_step(|turn| {
            change(turn);
            record::lets_go(lane, self.id);
            turn.wake();
        });
    }
}

impl<T> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.lock.lets_go(self.lane, |turn| {
            drop(inner);
            turn.readers -= 1;
        });
    }
}

impl<T> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.lock.lets_go(self.lane, |turn| {
            drop(inner);
            turn.is_written = false;
        });
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
