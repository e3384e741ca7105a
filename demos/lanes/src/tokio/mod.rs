//! The real locks and channels of tokio, under loom's schedules.
//!
//! Loom does not see into tokio. So each of these stands behind a gate, and every poll, every attempt and every drop
//! passes it as one step, which loom orders against the others. What is proved is the code that runs.
//!
//! Inside of a model use `select! { biased; … }`: the other one rolls dice.

mod gated;
pub mod mpsc;
mod mutex;
mod notify;
pub mod oneshot;

pub use mutex::{Mutex, MutexGuard};
pub use notify::Notify;

use std::time::Duration;

/// Waits for `it`. There is no time in a model, so it never gives up: a phone that takes too long is one that
/// hangs up.
pub async fn within<T>(_patience: Duration, it: impl Future<Output = T>) -> T {
    it.await
}
