//! Tokio's real locks and channels, under loom's schedules.
//!
//! Loom cannot see into tokio. So each of these types is behind a gate: every poll, every attempt
//! and every drop is one step, which loom orders against the others. What is proved is the code
//! that runs.
//!
//! Inside of a model use `select! { biased; … }`: without `biased` it picks a branch at random.

pub mod broadcast;
mod channel;
mod gated;
mod locks;
pub mod mpsc;
mod mutex;
mod notify;
pub mod oneshot;
mod rwlock;
mod semaphore;
pub mod watch;

pub use mutex::{Mutex, MutexGuard};
pub use notify::Notify;
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
pub use semaphore::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Tokio's own errors.
pub use ::tokio::sync::{AcquireError, TryAcquireError, TryLockError};

use std::time::Duration;

/// Waits for `it`. A model has no time, so this never times out; a phone that takes too long is
/// modelled as one that hangs up.
pub async fn within<T>(_patience: Duration, it: impl Future<Output = T>) -> T {
    it.await
}
