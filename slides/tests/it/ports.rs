//! The demos' ports. A demo has one fixed port, so the tests that start it take turns.

use std::{
    net::TcpListener,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long the demo of an earlier test may take to end.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A port of step 1 to 8: 7001 to 7008.
static PORTS: [Mutex<()>; 8] = [const { Mutex::new(()) }; 8];

/// Waits until no other test uses the port of this step, and reserves it. A test that needs several
/// reserves the lowest first.
#[track_caller]
pub(crate) fn reserve(step: usize) -> MutexGuard<'static, ()> {
    let reserved = PORTS[step - 1]
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    // The test before has killed its stage, whose demo ends a moment later.
    wait_until_free(step);
    reserved
}

/// Waits until no program listens on the port of this step.
#[track_caller]
pub(crate) fn wait_until_free(step: usize) {
    let port = 7000 + u16::try_from(step).expect("a step");
    let until = Instant::now() + TIMEOUT;
    while is_taken(port) {
        assert!(Instant::now() < until, "port {port} is still taken");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Whether a program listens on this port.
pub(crate) fn is_taken(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_err()
}
