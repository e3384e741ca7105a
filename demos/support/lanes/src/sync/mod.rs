//! Locks, condition variables and atomics that record every use.
//!
//! They have the interface of the running program's types with a name in front:
//! `Mutex::new("room", room)`. A panic does not poison a lock (a panic ends the model).

pub mod atomic;
mod barrier;
mod condvar;
pub mod mpsc;
mod mutex;
mod once;
mod rwlock;

pub use barrier::{Barrier, BarrierWaitResult};
pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{Mutex, MutexGuard};
pub use once::{LazyLock, Once, OnceLock};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The standard library's own. Loom's counts references so strictly that a failing model would
/// panic again while it is taken down. The other types of this module guard what is shared through
/// it.
pub use std::sync::{Arc, Weak};
