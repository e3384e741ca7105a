//! What the whole process counts: requests, replies, players, heartbeats.

use crate::waits::{Who, rename};
use snack::Name;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A request is being answered from now on, until the guard is dropped: then it counts as a reply.
pub fn asked() -> Asked {
    TALLY.asked(Instant::now())
}

/// A player is in from now on, until the guard is dropped. As long, whoever runs this line goes by
/// its name: the thread, or the task within [`named`](crate::named).
pub fn seated(name: &Name) -> Seated {
    TALLY.players.fetch_add(1, Relaxed);
    let mine: Arc<str> = name.as_str().into();
    Seated {
        before: rename(Arc::clone(&mine)),
        mine,
    }
}

/// One beat of a heart that does not depend on the room. After the first, its silence is told, and
/// is a freeze if nobody has a reply either.
pub fn beat() {
    TALLY.last_beat.store(millis(began().elapsed()), Relaxed);
}

/// A request that is being answered.
#[must_use = "a request that is not kept is answered at once"]
pub struct Asked {
    number: u64,
    tally: &'static Tally,
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.tally.answered(self.number, Instant::now());
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Asked({})", self.number)
    }
}

/// A player that is in.
#[derive(Debug)]
#[must_use = "a seat that is not kept is left at once"]
pub struct Seated {
    mine: Arc<str>,
    before: Option<Arc<str>>,
}

impl Drop for Seated {
    fn drop(&mut self) {
        TALLY.players.fetch_sub(1, Relaxed);
        // It may be dropped elsewhere than it was made, and nobody there shall lose its name.
        if let Some(before) = self.before.take()
            && Arc::ptr_eq(&Who::here().name, &self.mine)
        {
            rename(before);
        }
    }
}

/// What is counted, at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    /// Requests answered since the start.
    pub(crate) replies: u64,
    /// When the last of them was.
    pub(crate) last_reply: Option<Instant>,
    /// Requests that were read and are not answered.
    pub(crate) unanswered: usize,
    /// The oldest of those: when it was read, and by whom.
    pub(crate) oldest: Option<(Instant, Arc<str>)>,
    /// Players that are in.
    pub(crate) players: usize,
    /// When the heart beat last. None: it never began.
    pub(crate) last_beat: Option<Instant>,
}

/// Looks once.
pub(crate) fn counts() -> Counts {
    TALLY.counts()
}

struct Tally {
    requests: Mutex<Requests>,
    players: AtomicUsize,
    /// Milliseconds since [`began`], plus one; 0: never.
    last_beat: AtomicU64,
}

struct Requests {
    /// By number, so the oldest is the first.
    open: BTreeMap<u64, (Instant, Arc<str>)>,
    asked: u64,
    replies: u64,
    last_reply: Option<Instant>,
}

impl Tally {
    const fn new() -> Tally {
        Tally {
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
            tally: self,
        }
    }

    fn answered(&self, number: u64, now: Instant) {
        let mut requests = self.requests();
        requests.open.remove(&number);
        requests.replies += 1;
        // Another thread's later reply may have come here first.
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
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

static TALLY: Tally = Tally::new();

/// When the first beat was, as far as this clock is concerned.
fn began() -> Instant {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    *BEGAN.get_or_init(Instant::now)
}

/// Never 0, which says: never.
fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX - 1) + 1
}

#[cfg(test)]
mod tests;
