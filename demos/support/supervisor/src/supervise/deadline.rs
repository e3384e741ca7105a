//! The deadline of a phase of the handover. Time in which the supervisor itself stood still does
//! not count: the worker stood still, too, or was not heard.

use std::time::{Duration, Instant};

/// How long a new worker may take to check the snapshots, and an old one to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// A deadline that is noticed so late means that the supervisor itself stood still.
const STOOD_STILL: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// A deadline that begins to run now.
    pub(super) fn from(now: Instant) -> Self {
        Self(now + PATIENCE)
    }

    /// When to look whether it [has passed](Self::has_passed).
    pub(super) fn at(&self) -> Instant {
        self.0
    }

    /// Whether the worker has let it pass. In any case it runs again from now on.
    pub(super) fn has_passed(&mut self, now: Instant) -> bool {
        let late = now.checked_duration_since(self.0);
        *self = Self::from(now);
        late.is_some_and(|late| late <= STOOD_STILL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freeze_of_the_machine_is_not_the_workers_doing() {
        let now = Instant::now();
        let mut deadline = Deadline::from(now);
        assert_eq!(deadline.at(), now + PATIENCE);
        let frozen = now + Duration::from_secs(35);
        assert!(!deadline.has_passed(frozen), "nobody could answer");
        assert_eq!(deadline.at(), frozen + PATIENCE, "it begins again");
        let busy = deadline.at() + Duration::from_millis(500);
        assert!(deadline.has_passed(busy), "the worker is silent");
        assert_eq!(deadline.at(), busy + PATIENCE, "for what follows");
    }
}
