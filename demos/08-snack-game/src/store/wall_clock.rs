//! The wall clock. It can be set at any moment, also backwards: it says what day it is, and never
//! how long anything took.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// This machine's clock, plus the seconds by which a test has set it ahead.
#[derive(Debug, Default)]
pub struct WallClock(AtomicI64);

impl WallClock {
    /// The time since 1970; zero if the clock shows an earlier time.
    pub fn since_1970(&self) -> Duration {
        #[cfg(test)]
        if let Some(simulated) = turmoil::since_epoch() {
            return simulated;
        }
        let ahead = self.0.load(Ordering::Relaxed);
        let shown = SystemTime::now().duration_since(UNIX_EPOCH);
        let shown = shown.unwrap_or_default();
        let by = Duration::from_secs(ahead.unsigned_abs());
        match ahead {
            0.. => shown.saturating_add(by),
            _ => shown.saturating_sub(by),
        }
    }

    /// The day in UTC, counted from 1970. All players of a server share one day; in Seoul it begins
    /// at nine in the morning.
    pub fn day(&self) -> u64 {
        self.since_1970().as_secs() / 86_400
    }

    /// Sets the clock this many seconds ahead of the machine's own, or behind it; for tests.
    pub fn set_ahead(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }
}
