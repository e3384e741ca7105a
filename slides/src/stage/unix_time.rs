//! Time that means the same to another process.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970. 0 if the system's clock is set to an earlier time.
pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX))
}
