//! The way this crate locks a [`std::sync::Mutex`].

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after a holder has panicked: the data behind the locks of this crate is valid
/// between any two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
