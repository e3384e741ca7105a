//! Who is not heard, and since when: what a server finds out by itself while no directory tells it
//! anything.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Two looks that are further apart say nothing of the time between them.
const APART: Duration = Duration::from_secs(30);

/// The servers that were looked for in vain. Nobody waits for anything while holding the lock.
#[derive(Debug, Default)]
pub(super) struct MissedProbes(Mutex<BTreeMap<String, Missed>>);

/// The first and the last of several looks in vain.
#[derive(Clone, Copy, Debug)]
struct Missed {
    since: Instant,
    last: Instant,
}

impl MissedProbes {
    /// It was looked for in vain once more. For how long that has been so: by the look before, and
    /// by this one.
    pub(super) fn missed(&self, url: &str, now: Instant) -> [Duration; 2] {
        let mut all = self.all();
        all.retain(|_, it| now.saturating_duration_since(it.last) <= APART);
        let first = Missed {
            since: now,
            last: now,
        };
        let it = all.entry(url.to_owned()).or_insert(first);
        let before = it.last.saturating_duration_since(it.since);
        it.last = it.last.max(now);
        [before, it.last.saturating_duration_since(it.since)]
    }

    /// It is there.
    pub(super) fn is_there(&self, url: &str) {
        self.all().remove(url);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Missed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_absence_counts_from_the_first_look_in_vain_and_ends_with_a_word() {
        let (all, now) = (MissedProbes::default(), Instant::now());
        assert_eq!(all.missed("http://a", now), [Duration::ZERO; 2]);
        assert_eq!(
            all.missed("http://a", now + 4 * SECOND),
            [Duration::ZERO, 4 * SECOND]
        );
        assert_eq!(
            all.missed("http://b", now + 4 * SECOND),
            [Duration::ZERO; 2]
        );
        assert_eq!(
            all.missed("http://a", now + 9 * SECOND),
            [4 * SECOND, 9 * SECOND]
        );
        all.is_there("http://a");
        assert_eq!(
            all.missed("http://a", now + 10 * SECOND),
            [Duration::ZERO; 2]
        );
    }

    #[test]
    fn two_looks_that_are_far_apart_are_no_absence() {
        let (all, now) = (MissedProbes::default(), Instant::now());
        all.missed("http://a", now);
        assert_eq!(all.missed("http://a", now + APART), [Duration::ZERO, APART]);
        let later = now + 2 * APART + SECOND;
        assert_eq!(all.missed("http://a", later), [Duration::ZERO; 2]);
    }
}
