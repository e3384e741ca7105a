//! The stage gives up on a client that is too slow. On a busy machine a test may be that client.

use std::time::{Duration, Instant};

/// How long the stage reads what was on its way to it after a Close frame; `src/web/socket.rs` has
/// it. A client that sends more later gets a reset.
pub(crate) const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// When no further attempt is made.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Repeats an attempt that fails, if it took at least as long as the stage waits: then this test or
/// the stage stood still, and the stage was right to give up.
#[track_caller]
pub(crate) fn unless_too_slow<T>(
    stage_waits: Duration,
    mut attempt: impl FnMut() -> Result<T, String>,
) -> T {
    let until = Instant::now() + TIMEOUT;
    loop {
        let began = Instant::now();
        match attempt() {
            Ok(value) => return value,
            Err(why) => {
                let took = began.elapsed();
                assert!(took >= stage_waits, "after {took:?}: {why}");
                assert!(Instant::now() < until, "also without a hurry: {why}");
            }
        }
    }
}
