//! The talk's clock, which the presenter starts, stops and sets to zero.

use super::unix_time::unix_ms;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    /// `None` if it is stopped.
    started: Option<Started>,
    /// What was measured before the last start.
    banked: Duration,
}

/// The same moment on two clocks: one that never jumps, and one that another process can read.
#[derive(Clone, Copy, Debug)]
struct Started {
    at: Instant,
    unix_ms: u64,
}

impl Started {
    fn now() -> Started {
        Started {
            at: Instant::now(),
            unix_ms: unix_ms(),
        }
    }
}

/// The clock for the next stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    banked_ms: u64,
    /// When it was started; `None` if it is stopped.
    runs_since_unix_ms: Option<u64>,
}

impl Stopwatch {
    /// Starts it, or stops it.
    pub(super) fn toggle(&mut self) {
        match self.started.take() {
            Some(started) => self.banked += started.at.elapsed(),
            None => self.started = Some(Started::now()),
        }
    }

    /// Stops it at zero.
    pub(super) fn reset(&mut self) {
        *self = Stopwatch::default();
    }

    pub(super) fn runs(&self) -> bool {
        self.started.is_some()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.banked + self.started.map_or(Duration::ZERO, |it| it.at.elapsed())
    }

    pub(super) fn save(&self) -> Saved {
        Saved {
            banked_ms: u64::try_from(self.banked.as_millis()).unwrap_or(u64::MAX),
            runs_since_unix_ms: self.started.map(|it| it.unix_ms),
        }
    }

    /// A clock that ran continues: the talk's time passed while there was no stage, too.
    pub(super) fn restore(&mut self, saved: Saved) {
        let missed = saved
            .runs_since_unix_ms
            .map_or(0, |since| unix_ms().saturating_sub(since));
        self.banked = Duration::from_millis(saved.banked_ms.saturating_add(missed));
        self.started = saved.runs_since_unix_ms.map(|_| Started::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restored(banked_ms: u64, runs_since_unix_ms: Option<u64>) -> Stopwatch {
        let mut clock = Stopwatch::default();
        clock.restore(Saved {
            banked_ms,
            runs_since_unix_ms,
        });
        clock
    }

    #[test]
    fn a_clock_that_ran_counts_the_time_without_a_stage_and_one_that_stood_does_not() {
        let stood = restored(90_000, None);
        assert_eq!(stood.elapsed(), Duration::from_secs(90));
        assert!(!stood.runs());
        // This thread may stand still between any two lines, so its time since here counts.
        let (began, began_unix_ms) = (Instant::now(), unix_ms());
        // A second for two clocks that do not go at exactly the same speed.
        let at_most = |seconds: u64| Duration::from_secs(seconds + 1) + began.elapsed();
        let ran = restored(1_000, Some(began_unix_ms - 60_000));
        assert!(ran.runs());
        assert!(ran.elapsed() >= Duration::from_secs(61));
        assert!(ran.elapsed() < at_most(61));
        // Saved again, it is the same time.
        let again = ran.save();
        assert!(again.banked_ms >= 61_000 && again.runs_since_unix_ms >= Some(began_unix_ms));
        // The system's clock was set back.
        let early = restored(5_000, Some(u64::MAX));
        assert!(early.elapsed() < at_most(5));
    }
}
