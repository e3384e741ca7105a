//! A lock that is taken in one step, and let go without one.

use crate::gate::{Act, Handle, State, thing};
use std::{
    ops::{Deref, DerefMut},
    panic::Location,
    sync::{MutexGuard, PoisonError},
};

/// A named lock.
pub(crate) struct Mutex<T> {
    handle: Handle,
    /// Never contended: who takes it has been let through the gate.
    value: std::sync::Mutex<T>,
}

/// Lets go of the lock when it is dropped.
pub(crate) struct Guard<'a, T> {
    handle: &'a Handle,
    value: Option<MutexGuard<'a, T>>,
}

impl<T> Mutex<T> {
    /// A free lock.
    pub(crate) fn new(name: impl Into<String>, value: T) -> Mutex<T> {
        let free = State::Lock { holder: None };
        Mutex {
            handle: thing(name.into(), free),
            value: std::sync::Mutex::new(value),
        }
    }

    /// Waits until nobody holds the lock, and takes it.
    #[track_caller]
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        let at = Location::caller();
        // The state says who holds it from here on, so nobody else is let through.
        self.handle.step(Act::Lock, at, |_| ());
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        Guard {
            handle: &self.handle,
            value: Some(value),
        }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // The value first: whoever is let through next finds it free.
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
