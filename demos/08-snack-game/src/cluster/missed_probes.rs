//! For how long peers have failed their probes. Used while the backend is unreachable and no
//! heartbeat can be seen.

use crate::sync::lock;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

/// Two probes further apart than this say nothing about the time between them.
const MAX_GAP: Duration = Duration::from_secs(30);

/// Peers that failed their last probe, by URL. No method waits while it holds the lock.
#[derive(Debug, Default)]
pub(super) struct MissedProbes(Mutex<BTreeMap<String, Missed>>);

/// The first and the last of several failed probes in a row.
#[derive(Clone, Copy, Debug)]
struct Missed {
    first: Instant,
    last: Instant,
}

impl MissedProbes {
    /// Records a failed probe. Returns for how long the peer has failed its probes: as of the
    /// previous probe, and as of this one.
    pub(super) fn record(&self, url: &str, now: Instant) -> [Duration; 2] {
        let mut all = self.all();
        all.retain(|_, it| now.saturating_duration_since(it.last) <= MAX_GAP);
        let missed = all.entry(url.to_owned()).or_insert(Missed {
            first: now,
            last: now,
        });
        let before = missed.last.saturating_duration_since(missed.first);
        missed.last = missed.last.max(now);
        [before, missed.last.saturating_duration_since(missed.first)]
    }

    /// Records a successful probe.
    pub(super) fn clear(&self, url: &str) {
        self.all().remove(url);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Missed>> {
        lock(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn time_counts_from_the_first_failed_probe_until_a_successful_one() {
        let (all, now) = (MissedProbes::default(), Instant::now());
        let at = |seconds| now + seconds * SECOND;
        assert_eq!(all.record("http://a", now), [Duration::ZERO; 2]);
        assert_eq!(all.record("http://a", at(4)), [Duration::ZERO, 4 * SECOND]);
        assert_eq!(all.record("http://b", at(4)), [Duration::ZERO; 2]);
        assert_eq!(all.record("http://a", at(9)), [4 * SECOND, 9 * SECOND]);
        all.clear("http://a");
        assert_eq!(all.record("http://a", at(10)), [Duration::ZERO; 2]);
    }

    #[test]
    fn probes_that_are_far_apart_do_not_add_up() {
        let (all, now) = (MissedProbes::default(), Instant::now());
        all.record("http://a", now);
        assert_eq!(
            all.record("http://a", now + MAX_GAP),
            [Duration::ZERO, MAX_GAP]
        );
        let later = now + 2 * MAX_GAP + SECOND;
        assert_eq!(all.record("http://a", later), [Duration::ZERO; 2]);
    }
}
