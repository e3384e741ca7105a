//! tokio's mutex, with a name and with a record of its holder and its waiters.

use crate::watched::watched;
use harness::wait_graph::{Held, Kind, Resource};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A lock with a name, for tasks. A task that waits for it does not block its thread.
pub struct Mutex<T: ?Sized> {
    resource: Resource,
    value: tokio::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    /// Creates a lock called `name` around `value`.
    pub fn new(name: impl Into<String>, value: T) -> Mutex<T> {
        Mutex {
            resource: Resource::new(Kind::AsyncLock, name),
            value: tokio::sync::Mutex::new(value),
        }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Takes the lock. Waiting tasks get it in order of arrival.
    ///
    /// It is not an `async fn`, because `#[track_caller]` has no effect on those: the caller's line
    /// is recorded at the call, and the lock is taken when the future is awaited.
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        let at = Location::caller();
        async move {
            let value = watched(&self.resource, at, self.value.lock()).await;
            MutexGuard {
                held: self.resource.taken(at),
                value,
            }
        }
    }
}

impl<T: ?Sized> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Mutex({})", self.resource.name())
    }
}

/// Holds the lock until it is dropped. It may be held across an `.await` and move to another
/// thread: nothing stops a task from waiting for a slow phone while it holds the room's lock.
///
/// ```
/// fn spawn(work: impl Send) {}
/// # async {
/// let room = harness_tokio::Mutex::new("room", 0);
/// spawn(room.lock().await);
/// # };
/// ```
#[must_use = "the lock is released when this is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    // Dropped first, so that the record is cleared while the lock is still held.
    #[expect(dead_code, reason = "it is kept to be dropped")]
    held: Held<'a>,
    value: tokio::sync::MutexGuard<'a, T>,
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
