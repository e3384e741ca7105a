//! A resource: one thing to wait for, with the record of its holder and its waiters.

use super::actor::{Who, task_threads};
use super::{Holder, Kind, Place, Seen, WaitGraph, Waiter};
use lock::lock;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// One thing to wait for. It is registered from its creation until it is dropped.
///
/// Each change locks this resource's own record, for a few instructions. The registry of the whole
/// process is not touched, so threads that use different resources do not contend.
pub struct Resource {
    number: u64,
    shared: Arc<Shared>,
}

struct Shared {
    kind: Kind,
    name: Arc<str>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    holder: Option<Holder>,
    waiters: Vec<(u64, Waiter)>,
    /// The number of waits so far, which is the next one's number.
    waits: u64,
}

impl Resource {
    /// Registers a new resource.
    pub fn new(kind: Kind, name: impl Into<String>) -> Resource {
        let number = NUMBERS.fetch_add(1, Relaxed);
        let shared = Arc::new(Shared {
            kind,
            name: name.into().into(),
            state: Mutex::default(),
        });
        lock(&ALL).insert(number, Arc::clone(&shared));
        Resource { number, shared }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// Records that the current thread or task waits at `at`, and blocks its thread, until the
    /// guard is dropped.
    pub fn wait(&self, at: Place) -> Waiting<'_> {
        self.waits(at, true)
    }

    /// Records that the current task waits at `at`, without blocking its thread, until the guard is
    /// dropped.
    pub fn wait_as_task(&self, at: Place) -> Waiting<'_> {
        self.waits(at, false)
    }

    fn waits(&self, at: Place, blocks: bool) -> Waiting<'_> {
        let who = Who::here();
        let since = Instant::now();
        let mut state = lock(&self.shared.state);
        let number = state.waits;
        state.waits += 1;
        let waiter = Waiter {
            who,
            at,
            since,
            blocks,
        };
        state.waiters.push((number, waiter));
        Waiting {
            shared: &self.shared,
            number,
        }
    }

    /// Records the current thread or task as the holder, until the guard is dropped.
    pub fn taken(&self, at: Place) -> Held<'_> {
        let who = Who::here();
        lock(&self.shared.state).holder = Some(Holder { who, at });
        Held {
            shared: &self.shared,
        }
    }

    /// Records the current thread or task as the receiver of this mailbox: every sender waits for
    /// it while the mailbox is full. Call this at every receive, because the receiver may change.
    /// It costs as much as taking a lock, and holds until another receiver calls it.
    #[track_caller]
    pub fn emptied_by_me(&self) {
        let holder = Holder {
            who: Who::here(),
            at: Location::caller(),
        };
        lock(&self.shared.state).holder = Some(holder);
    }
}

impl Drop for Resource {
    fn drop(&mut self) {
        lock(&ALL).remove(&self.number);
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}({})", self.shared.kind, self.shared.name)
    }
}

/// A recorded wait, which ends when this is dropped.
#[must_use = "the wait ends when this is dropped"]
pub struct Waiting<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.shared.state);
        state.waiters.retain(|(number, _)| *number != self.number);
    }
}

impl fmt::Debug for Waiting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Waiting({})", self.shared.name)
    }
}

/// A recorded hold, which ends when this is dropped.
#[must_use = "the hold ends when this is dropped"]
pub struct Held<'a> {
    shared: &'a Shared,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        lock(&self.shared.state).holder = None;
    }
}

impl fmt::Debug for Held<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Held({})", self.shared.name)
    }
}

/// Reads all resources into a graph, without the waits that are younger than `min_age`: a busy
/// server has those, too.
///
/// It reads one resource after the other while the threads run, so the graph is correct only for
/// waits that last.
pub fn snapshot(min_age: Duration) -> WaitGraph {
    let all: Vec<Arc<Shared>> = lock(&ALL).values().cloned().collect();
    let now = Instant::now();
    let see = |shared: &Arc<Shared>| {
        let state = lock(&shared.state);
        let old = |waiter: &&Waiter| now.saturating_duration_since(waiter.since) >= min_age;
        Seen {
            kind: shared.kind,
            name: Arc::clone(&shared.name),
            holder: state.holder.clone(),
            waiters: (state.waiters.iter().map(|(_, waiter)| waiter))
                .filter(old)
                .cloned()
                .collect(),
        }
    };
    WaitGraph {
        resources: all.iter().map(see).collect(),
        task_threads: task_threads(),
    }
}

static ALL: Mutex<BTreeMap<u64, Arc<Shared>>> = Mutex::new(BTreeMap::new());
static NUMBERS: AtomicU64 = AtomicU64::new(0);

#[cfg(test)]
mod tests;
