//! What the clock on the wall shows. Somebody may set it at any moment, backwards as well: it says
//! what day it is, and never how long anything took.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// This machine's clock, and by how many seconds a test has set it ahead of what it shows.
#[derive(Debug, Default)]
pub struct WallClock(AtomicI64);

impl WallClock {
    /// What it shows. Before 1970 it shows 1970.
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

    /// The day in UTC, counted from 1970: in Seoul a day begins at nine in the morning. Everybody
    /// who plays one server shares one day.
    pub fn day(&self) -> u64 {
        self.since_1970().as_secs() / 86_400
    }

    /// For tests: somebody sets the clock, so many seconds ahead of the machine's own, or behind
    /// it.
    pub fn set_ahead(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }
}
