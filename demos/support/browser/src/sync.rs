//! The lock that the page and its connection share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes the lock. If a failed test poisoned it, its data is still valid.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
