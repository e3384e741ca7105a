//! The demos' ports. A demo has one fixed port, so the tests that start it take turns.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A port of step 1 to 8: 7001 to 7008.
static PORTS: [Mutex<()>; 8] = [const { Mutex::new(()) }; 8];

/// Waits until no other test uses the port of this step, and reserves it.
pub(crate) fn reserve(step: usize) -> MutexGuard<'static, ()> {
    // A test that failed has killed its stage, so the port is free.
    PORTS[step - 1]
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}
