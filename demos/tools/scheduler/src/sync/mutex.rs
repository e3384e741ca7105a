//! A lock that is taken in one step, and released without one.

use crate::gate::{Action, Handle, State, new_object};
use std::{
    ops::{Deref, DerefMut},
    panic::Location,
    sync::{MutexGuard, PoisonError},
};

/// A named lock.
pub(crate) struct Mutex<T> {
    handle: Handle,
    /// The value. It is never contended, because the gate admits one thread at a time.
    value: std::sync::Mutex<T>,
}

/// Releases the lock when it is dropped.
pub(crate) struct Guard<'a, T> {
    handle: &'a Handle,
    value: Option<MutexGuard<'a, T>>,
}

impl<T> Mutex<T> {
    /// Creates a free lock.
    pub(crate) fn new(name: impl Into<String>, value: T) -> Mutex<T> {
        let free = State::Lock { holder: None };
        Mutex {
            handle: new_object(name.into(), free),
            value: std::sync::Mutex::new(value),
        }
    }

    /// Waits until the lock is free, and takes it.
    #[track_caller]
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        let at = Location::caller();
        // From here on the state names the holder, so the gate admits no other thread.
        self.handle.step(Action::Lock, at, |_| ());
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        Guard {
            handle: &self.handle,
            value: Some(value),
        }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // The value is released first, so that the next holder finds it free.
        self.value = None;
        self.handle.state(|state| {
            if let State::Lock { holder } = state {
                *holder = None;
            }
        });
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("held until it is dropped")
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("held until it is dropped")
    }
}
