//! std's mutex, which knows its name, its holder and who waits for it.

use crate::waits::{Held, Kind, Place, Resource};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{self, PoisonError, TryLockError};

/// A lock with a name.
///
/// It is never poisoned. A player's thread that panics with the room in its hands would otherwise
/// take every other player down one by one, each with a panic of its own; the room's rules keep it
/// consistent at every line where a guard lives. parking_lot decides the same.
pub struct Mutex<T: ?Sized> {
    resource: Resource,
    value: sync::Mutex<T>,
}

impl<T> Mutex<T> {
    /// A lock called `name` around `value`.
    pub fn new(name: impl Into<String>, value: T) -> Mutex<T> {
        Mutex {
            resource: Resource::new(Kind::Lock, name),
            value: sync::Mutex::new(value),
        }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Takes the lock, and stands still until it can.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let at = Location::caller();
        let value = match self.value.try_lock() {
            Ok(value) => value,
            Err(TryLockError::Poisoned(value)) => value.into_inner(),
            Err(TryLockError::WouldBlock) => self.wait(at),
        };
        // Somebody may have come to wait in the meantime: for a moment the record knows of a wait
        // for a lock that nobody holds.
        MutexGuard {
            held: self.resource.taken(at),
            value,
        }
    }

    #[cold]
    fn wait(&self, at: Place) -> sync::MutexGuard<'_, T> {
        let _waiting = self.resource.wait(at);
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: ?Sized> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Mutex({})", self.resource.name())
    }
}

/// The lock, as long as this lives.
///
/// It must be let go on the thread that took it, and is not `Send`, as std's is not. So a future
/// that keeps one across an `.await` cannot be spawned onto a runtime of many threads: the compiler
/// refuses step 4 there. On one thread it lets it pass, and that thread stands still.
///
/// ```compile_fail,E0277
/// fn spawn(work: impl Send) {}
/// let room = harness::sync::Mutex::new("room", 0);
/// spawn(room.lock());
/// ```
#[must_use = "a guard that is not kept lets go at once"]
pub struct MutexGuard<'a, T: ?Sized> {
    // Dropped first: the record is cleared while the lock is still ours.
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
    use crate::waits::{Seen, i_am, picture};
    use std::sync::Arc;
    use std::thread;
    use std::time::{Duration, Instant};

    fn find(name: &str) -> Seen {
        let mut all = picture(Duration::ZERO).resources.into_iter();
        all.find(|seen| &*seen.name == name).unwrap()
    }

    /// Looks until `seen` pleases, for ten seconds at most.
    fn wait_until(name: &str, pleases: impl Fn(&Seen) -> bool) -> Seen {
        let begun = Instant::now();
        loop {
            let seen = find(name);
            if pleases(&seen) {
                return seen;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{seen:?}");
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
    fn a_holder_that_panics_poisons_nobody() {
        let room = Arc::new(Mutex::new("a room that saw a panic", 7));
        let guest = Arc::clone(&room);
        let panicked = thread::spawn(move || {
            let _guard = guest.lock();
            panic!("on purpose");
        });
        assert!(panicked.join().is_err());
        assert_eq!(*room.lock(), 7);
    }
}
