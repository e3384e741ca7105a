//! A lock that is busy for a while.

use lanes::thread;

/// How often other threads run while a lock is busy: more often than an answer tries that gives up
/// after a few tries.
const BUSY: usize = 12;

/// Keeps a lock busy for a while, and then drops its guard.
pub fn stays_busy<G>(guard: G) {
    for _ in 0..BUSY {
        thread::yield_now();
    }
    drop(guard);
}
