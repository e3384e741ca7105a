//! Locks, condition variables and atomics whose every use is recorded.
//!
//! They are those of the running program with a name in front: `Mutex::new("room", room)`. As there, a lock is not
//! poisoned by a panic (a panic ends the model).

pub mod atomic;
mod condvar;
pub mod mpsc;
mod mutex;
mod rwlock;

pub use condvar::Condvar;
pub use mutex::{Mutex, MutexGuard};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The standard library's own: loom's counts references so strictly that a failing model would panic once more while it
/// is taken down, and what is shared through it is guarded by the other types of this module.
pub use std::sync::Arc;
