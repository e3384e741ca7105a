//! The deadline of a phase of the handover. Time in which the supervisor itself stood still does
//! not count: the worker stood still, too, or was not heard.
//!
//! The deadline is divided into short parts. By how much one ended late does not count if that is
//! more than a busy machine explains, so a freeze is noticed wherever in the deadline it is. The
//! part itself counts in any case, so the deadline passes on a machine that is always late, too.

use std::time::{Duration, Instant};

/// How long a new worker may take to check the snapshots, and an old one to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// The length of a part. A part that ends later than by this means that the supervisor stood still.
const PART: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(super) struct Deadline {
    /// When the part that runs ends.
    part_ends: Instant,
    /// How much time is left, with the part that runs.
    left: Duration,
}

impl Deadline {
    /// A deadline that begins to run now.
    pub(super) fn from(now: Instant) -> Self {
        Self {
            part_ends: now + PART,
            left: PATIENCE,
        }
    }

    /// When to look whether it [has passed](Self::has_passed).
    pub(super) fn at(&self) -> Instant {
        self.part_ends
    }

    /// Whether the worker has let it pass. If so, it runs again from now on.
    pub(super) fn has_passed(&mut self, now: Instant) -> bool {
        let Some(late) = now.checked_duration_since(self.part_ends) else {
            return false;
        };
        self.part_ends = now + PART;
        let busy = if late <= PART { late } else { Duration::ZERO };
        self.left = self.left.saturating_sub(PART + busy);
        let has_passed = self.left.is_zero();
        if has_passed {
            *self = Self::from(now);
        }
        has_passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long the supervisor was awake until the deadline passed, if it stood still for `freeze`
    /// after `begins`, and is usually late by `late`.
    fn awake_until_passed(begins: Duration, freeze: Duration, late: Duration) -> Duration {
        let start = Instant::now();
        let (mut now, mut frozen) = (start, Duration::ZERO);
        let mut deadline = Deadline::from(start);
        loop {
            let mut next = deadline.at() + late;
            if frozen.is_zero() && next > start + begins {
                next = next.max(start + begins + freeze);
                frozen = freeze;
            }
            assert!(next > now, "it waits");
            now = next;
            if deadline.has_passed(now) {
                return now - start - frozen;
            }
        }
    }

    #[test]
    fn a_worker_has_the_whole_time_whenever_the_machine_stands_still() {
        let millis = Duration::from_millis;
        for late in [0, 3, 100].map(millis) {
            for begins in (0..=9_990).step_by(90).map(millis) {
                for freeze in [0, 10, 300, 1_100, 1_900, 2_100, 8_900, 35_000].map(millis) {
                    let awake = awake_until_passed(begins, freeze, late);
                    assert!(
                        awake + 2 * PART >= PATIENCE && awake <= PATIENCE + 2 * PART,
                        "awake for {awake:?}, froze after {begins:?} for {freeze:?}, late {late:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_silent_worker_is_noticed_on_a_machine_that_is_always_late() {
        let mut now = Instant::now();
        let mut deadline = Deadline::from(now);
        let looks = PATIENCE.as_millis() / PART.as_millis();
        let passed = (0..looks).filter(|_| {
            now = deadline.at() + 4 * PART;
            deadline.has_passed(now)
        });
        assert_eq!(passed.count(), 1);
    }

    #[test]
    fn a_worker_that_is_silent_is_noticed_on_a_busy_machine_and_then_the_next_phase_has_its_time() {
        let mut deadline = Deadline::from(Instant::now());
        for _ in 0..2 {
            let begins = deadline.at() - PART;
            let mut now = begins;
            while !deadline.has_passed(now) {
                now = deadline.at() + PART;
            }
            assert!((now - begins).abs_diff(PATIENCE) < 2 * PART);
            assert_eq!(deadline.at(), now + PART, "for what follows");
        }
    }
}
