//! The talk's clock, which the presenter starts, stops and sets to zero.

use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    /// `None` if it is stopped.
    started: Option<Instant>,
    /// What was measured before the last start.
    banked: Duration,
}

impl Stopwatch {
    /// Starts it, or stops it.
    pub(super) fn toggle(&mut self) {
        match self.started.take() {
            Some(started) => self.banked += started.elapsed(),
            None => self.started = Some(Instant::now()),
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
        self.banked + self.started.map_or(Duration::ZERO, |it| it.elapsed())
    }
}
