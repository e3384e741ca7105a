//! The counters of the whole process: requests, replies, players, heartbeats.

use crate::wait_graph::{Who, rename};
use lock::lock;
use snack::Name;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

/// Counts a request as pending until the guard is dropped. Then it counts as answered.
pub fn asked() -> Asked {
    COUNTERS.asked(Instant::now())
}

/// Counts a player as seated until the guard is dropped. Until then, the current thread, or the
/// current task within [`named`](crate::named), has the player's name.
pub fn seated(name: &Name) -> Seated {
    COUNTERS.players.fetch_add(1, Relaxed);
    let mine: Arc<str> = name.as_str().into();
    Seated {
        before: rename(Arc::clone(&mine)),
        mine,
    }
}

/// Records one heartbeat, which must not depend on the room. After the first one, a missing
/// heartbeat is shown, and is a freeze if no player gets a reply either.
pub fn beat() {
    COUNTERS.last_beat.store(millis(began().elapsed()), Relaxed);
}

/// A pending request.
#[must_use = "the request counts as answered when this is dropped"]
pub struct Asked {
    number: u64,
    counters: &'static Counters,
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.counters.answered(self.number, Instant::now());
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Asked({})", self.number)
    }
}

/// A seated player.
#[derive(Debug)]
#[must_use = "the player counts as gone when this is dropped"]
pub struct Seated {
    mine: Arc<str>,
    before: Option<Arc<str>>,
}

impl Drop for Seated {
    fn drop(&mut self) {
        COUNTERS.players.fetch_sub(1, Relaxed);
        // It may be dropped on another thread, which must keep its own name.
        if let Some(before) = self.before.take()
            && Arc::ptr_eq(&Who::here().name, &self.mine)
        {
            rename(before);
        }
    }
}

/// The counters at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    /// Requests answered since the start.
    pub(crate) replies: u64,
    /// When the last reply was sent.
    pub(crate) last_reply: Option<Instant>,
    /// Requests that were read and are not answered yet.
    pub(crate) unanswered: usize,
    /// The oldest of those: when it was read, and the name of its thread or task.
    pub(crate) oldest: Option<(Instant, Arc<str>)>,
    /// Seated players.
    pub(crate) players: usize,
    /// The time of the last heartbeat. `None` if there never was one.
    pub(crate) last_beat: Option<Instant>,
}

/// Reads all counters.
pub(crate) fn counts() -> Counts {
    COUNTERS.counts()
}

struct Counters {
    requests: Mutex<Requests>,
    players: AtomicUsize,
    /// Milliseconds since [`began`], plus one. 0 stands for never.
    last_beat: AtomicU64,
}

struct Requests {
    /// By number, so the first is the oldest.
    open: BTreeMap<u64, (Instant, Arc<str>)>,
    asked: u64,
    replies: u64,
    last_reply: Option<Instant>,
}

impl Counters {
    const fn new() -> Counters {
        Counters {
            requests: Mutex::new(Requests {
                open: BTreeMap::new(),
                asked: 0,
                replies: 0,
                last_reply: None,
            }),
            players: AtomicUsize::new(0),
            last_beat: AtomicU64::new(0),
        }
    }

    fn asked(&'static self, now: Instant) -> Asked {
        let who = Who::here().name;
        let mut requests = self.requests();
        let number = requests.asked;
        requests.asked += 1;
        requests.open.insert(number, (now, who));
        Asked {
            number,
            counters: self,
        }
    }

    fn answered(&self, number: u64, now: Instant) {
        let mut requests = self.requests();
        requests.open.remove(&number);
        requests.replies += 1;
        // Another thread may have recorded a later reply already.
        requests.last_reply = requests.last_reply.max(Some(now));
    }

    fn counts(&self) -> Counts {
        let last_beat = self.last_beat.load(Relaxed).checked_sub(1);
        let requests = self.requests();
        Counts {
            replies: requests.replies,
            last_reply: requests.last_reply,
            unanswered: requests.open.len(),
            oldest: requests.open.values().next().cloned(),
            players: self.players.load(Relaxed),
            last_beat: last_beat.map(|beat| began() + Duration::from_millis(beat)),
        }
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        lock(&self.requests)
    }
}

static COUNTERS: Counters = Counters::new();

/// The time of the first heartbeat, from which the others are counted.
fn began() -> Instant {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    *BEGAN.get_or_init(Instant::now)
}

/// Milliseconds plus one, because 0 stands for never.
fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX - 1) + 1
}

#[cfg(test)]
mod tests;
