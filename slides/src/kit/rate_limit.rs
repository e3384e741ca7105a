//! Rate limits: how many bytes may leave in a second.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// What may leave at once after a pause: timers are not more exact than this.
const BURST: Duration = Duration::from_millis(20);

/// A rate that all its users share. Each is let through in the order in which it asked.
#[derive(Debug)]
pub(super) struct Pace {
    bytes_per_second: u32,
    /// When the next piece may leave.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(bytes_per_second: u32) -> Pace {
        Pace {
            bytes_per_second,
            next: Mutex::new(None),
        }
    }

    /// Waits until `bytes` may leave.
    pub(super) async fn wait(&self, bytes: usize) {
        sleep_until(self.reserve(bytes, Instant::now())).await;
    }

    /// When these bytes may leave; the time that they take is then taken.
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
    fn pieces_leave_at_the_rate_and_a_pause_earns_no_more_than_a_burst() {
        let pace = Pace::new(1000);
        let began = Instant::now() + Duration::from_secs(9);
        let ms = |at: Instant| (at + BURST - began).as_millis();
        assert_eq!(ms(pace.reserve(500, began)), 0);
        assert_eq!(ms(pace.reserve(500, began)), 500);
        assert_eq!(ms(pace.reserve(1, began)), 1000);
        let later = began + Duration::from_secs(60);
        assert_eq!(ms(pace.reserve(500, later)), 60_000);
        assert_eq!(ms(pace.reserve(1, later)), 60_500);
    }
}
