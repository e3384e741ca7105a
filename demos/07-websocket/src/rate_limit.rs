//! The rate limit of one connection: a token bucket.

use crate::limits::Limits;
use std::time::Instant;

/// A bucket of tokens: each message takes one, and time refills the bucket.
#[derive(Debug)]
pub(crate) struct RateLimit {
    tokens: f64,
    a_second: f64,
    burst: f64,
    refilled: Instant,
}

impl RateLimit {
    /// A full bucket.
    pub(crate) fn new(limits: &Limits, now: Instant) -> RateLimit {
        let burst = f64::from(limits.burst);
        RateLimit {
            tokens: burst,
            a_second: f64::from(limits.a_second),
            burst,
            refilled: now,
        }
    }

    /// Takes a token for one message. False: the bucket is empty.
    pub(crate) fn allows(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.refilled).as_secs_f64();
        self.refilled = now;
        self.tokens = (self.tokens + passed * self.a_second).min(self.burst);
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}
