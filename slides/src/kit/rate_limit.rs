//! A rate limit in bytes per second. It is no token bucket: it refuses nothing, and several tasks
//! wait in the order in which they asked.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// How much may be sent at once after a pause, as a time. Timers are not more exact than this.
const BURST: Duration = Duration::from_millis(20);

/// A rate that several tasks share. They are served in the order in which they ask.
#[derive(Debug)]
pub(super) struct RateLimit {
    bytes_per_second: u32,
    /// When the next bytes may be sent.
    next: Mutex<Option<Instant>>,
}

impl RateLimit {
    pub(super) fn new(bytes_per_second: u32) -> RateLimit {
        RateLimit {
            bytes_per_second,
            next: Mutex::new(None),
        }
    }

    /// Waits until this number of bytes may be sent.
    pub(super) async fn wait(&self, bytes: usize) {
        sleep_until(self.reserve(bytes, Instant::now())).await;
    }

    /// Reserves time for the bytes, and returns when they may be sent.
    fn reserve(&self, bytes: usize, now: Instant) -> Instant {
        let takes = Duration::from_secs(1).mul_f64(bytes as f64 / f64::from(self.bytes_per_second));
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = now.checked_sub(BURST).unwrap_or(now);
        let at = next.map_or(earliest, |next| next.max(earliest));
        *next = Some(at + takes);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_sent_at_the_rate_and_a_pause_allows_only_a_burst() {
        let limit = RateLimit::new(1000);
        let began = Instant::now() + Duration::from_secs(9);
        let ms = |at: Instant| (at + BURST - began).as_millis();
        assert_eq!(ms(limit.reserve(500, began)), 0);
        assert_eq!(ms(limit.reserve(500, began)), 500);
        assert_eq!(ms(limit.reserve(1, began)), 1000);
        let later = began + Duration::from_secs(60);
        assert_eq!(ms(limit.reserve(500, later)), 60_000);
        assert_eq!(ms(limit.reserve(1, later)), 60_500);
    }
}
