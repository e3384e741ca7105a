//! std's mutex, with a name and with a record of its holder and its waiters.

use crate::wait_graph::{Held, Kind, Place, Resource};
use lock::lock;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{self, TryLockError};

/// A lock with a name.
///
/// It is never poisoned. Otherwise, a player's thread that panics while it holds the room's lock
/// would make every other player's thread panic, too. The room's rules keep the room consistent at
/// every line where a guard lives. parking_lot decides the same.
pub struct Mutex<T: ?Sized> {
    resource: Resource,
    value: sync::Mutex<T>,
}

impl<T> Mutex<T> {
    /// Creates a lock called `name` around `value`.
    pub fn new(name: impl Into<String>, value: T) -> Mutex<T> {
        Mutex {
            resource: Resource::new(Kind::Lock, name),
            value: sync::Mutex::new(value),
        }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Takes the lock. Blocks the thread until the lock is free.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let at = Location::caller();
        let value = match self.value.try_lock() {
            Ok(value) => value,
            Err(TryLockError::Poisoned(value)) => value.into_inner(),
            Err(TryLockError::WouldBlock) => self.wait(at),
        };
        // Another thread may have started to wait in the meantime: for a moment the record shows a
        // wait for a lock without a holder.
        MutexGuard {
            held: self.resource.taken(at),
            value,
        }
    }

    #[cold]
    fn wait(&self, at: Place) -> sync::MutexGuard<'_, T> {
        let _waiting = self.resource.wait(at);
        lock(&self.value)
    }
}

impl<T: ?Sized> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Mutex({})", self.resource.name())
    }
}

/// Holds the lock until it is dropped.
///
/// It must be dropped on the thread that took the lock, so it is not `Send`, like std's. Therefore
/// a future that holds one across an `.await` cannot be spawned on a runtime with many threads: the
/// compiler rejects step 4 there. On a runtime with one thread the compiler accepts it, and that
/// thread blocks.
///
/// ```compile_fail,E0277
/// fn spawn(work: impl Send) {}
/// let room = harness::sync::Mutex::new("room", 0);
/// spawn(room.lock());
/// ```
#[must_use = "the lock is released when this is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    // Dropped first, so that the record is cleared while the lock is still held.
    #[expect(dead_code, reason = "it is kept to be dropped")]
    held: Held<'a>,
    value: sync::MutexGuard<'a, T>,
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.value.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait_graph::{Seen, i_am, snapshot};
    use std::sync::Arc;
    use std::thread;
    use std::time::{Duration, Instant};

    fn find(name: &str) -> Seen {
        let mut all = snapshot(Duration::ZERO).resources.into_iter();
        all.find(|seen| &*seen.name == name).unwrap()
    }

    /// Waits until the lock's record satisfies `pleases`, for at most a minute.
    fn wait_until(name: &str, pleases: impl Fn(&Seen) -> bool) -> Seen {
        let begun = Instant::now();
        loop {
            let seen = find(name);
            if pleases(&seen) {
                return seen;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{seen:?}");
            thread::yield_now();
        }
    }

    #[test]
    fn holder_and_waiter_are_known_by_name_and_line() {
        let room = Arc::new(Mutex::new("a room with a waiter", 0));
        i_am("ann");
        let guard = room.lock();
        let taken = line!() - 1;
        let bob = thread::spawn({
            let room = Arc::clone(&room);
            move || {
                i_am("bob");
                *room.lock() += 1;
            }
        });
        let seen = wait_until("a room with a waiter", |seen| !seen.waiters.is_empty());
        let holder = seen.holder.unwrap();
        assert_eq!((&*holder.who.name, holder.at.line()), ("ann", taken));
        assert!(holder.at.file().ends_with("mutex.rs"));
        assert_eq!(&*seen.waiters[0].who.name, "bob");
        drop(guard);
        bob.join().unwrap();
        let seen = find("a room with a waiter");
        assert!(seen.holder.is_none() && seen.waiters.is_empty());
        assert_eq!(*room.lock(), 1);
    }

    #[test]
    fn a_holder_that_panics_does_not_poison_the_lock() {
        let room = Arc::new(Mutex::new("a room that saw a panic", 7));
        let other = Arc::clone(&room);
        let panicked = thread::spawn(move || {
            let _guard = other.lock();
            panic!("on purpose");
        });
        assert!(panicked.join().is_err());
        assert_eq!(*room.lock(), 7);
    }
}
