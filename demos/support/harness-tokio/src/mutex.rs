//! tokio's mutex, which knows its name, its holder and who waits for it.

use crate::watched::watched;
use harness::wait_graph::{Held, Kind, Resource};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A lock with a name, for tasks: who waits for it lets the thread go on with others.
pub struct Mutex<T: ?Sized> {
    resource: Resource,
    value: tokio::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    /// A lock called `name` around `value`.
    pub fn new(name: impl Into<String>, value: T) -> Mutex<T> {
        Mutex {
            resource: Resource::new(Kind::AsyncLock, name),
            value: tokio::sync::Mutex::new(value),
        }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Takes the lock when it is this task's turn. Who asked first is served first.
    ///
    /// No `async fn`, because those do not know their caller: the line is noted when this is
    /// called, the lock taken when it is awaited.
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

/// The lock, as long as this lives. It may be kept across an `.await` and move to another thread:
/// nothing stops a task that waits for a slow phone with the room in its hands.
///
/// ```
/// fn spawn(work: impl Send) {}
/// # async {
/// let room = harness_tokio::Mutex::new("room", 0);
/// spawn(room.lock().await);
/// # };
/// ```
#[must_use = "a guard that is not kept lets go at once"]
pub struct MutexGuard<'a, T: ?Sized> {
    // Dropped first: the record is cleared while the lock is still ours.
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
