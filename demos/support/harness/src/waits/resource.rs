//! What can make somebody wait, and the record of who has it and who wants it.

use super::who::{Who, task_threads};
use super::{Holder, Kind, Picture, Place, Seen, Waiter};
use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Something to wait for, on record from its creation until it is dropped.
///
/// Taking and letting go cost one lock of its own, which nobody else wants unless somebody waits or
/// looks: what is on record for the whole process is not touched.
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
    /// How many waits there were: the next one's number.
    waits: u64,
}

impl Resource {
    /// Puts a new resource on record.
    pub fn new(kind: Kind, name: impl Into<String>) -> Resource {
        let number = NUMBERS.fetch_add(1, Relaxed);
        let shared = Arc::new(Shared {
            kind,
            name: name.into().into(),
            state: Mutex::default(),
        });
        held_briefly(&ALL).insert(number, Arc::clone(&shared));
        Resource { number, shared }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// Whoever runs this line waits in `at` until the guard is dropped, and its thread with it.
    pub fn wait(&self, at: Place) -> Waiting<'_> {
        self.waits(at, true)
    }

    /// The same for a task that lets its thread go on with others.
    pub fn wait_as_task(&self, at: Place) -> Waiting<'_> {
        self.waits(at, false)
    }

    fn waits(&self, at: Place, blocks: bool) -> Waiting<'_> {
        let who = Who::here();
        let since = Instant::now();
        let mut state = held_briefly(&self.shared.state);
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

    /// Whoever runs this line has it from now on, until the guard is dropped.
    pub fn taken(&self, at: Place) -> Held<'_> {
        let who = Who::here();
        held_briefly(&self.shared.state).holder = Some(Holder { who, at });
        Held {
            shared: &self.shared,
        }
    }

    /// Whoever runs this line is the one that makes room in it: the receiver of a mailbox, for whom
    /// every sender waits while it is full. To be said whenever it turns to the mailbox, for who
    /// receives may change; that costs as much as taking a lock. It stays until somebody else says
    /// the same.
    #[track_caller]
    pub fn emptied_by_me(&self) {
        let holder = Holder {
            who: Who::here(),
            at: Location::caller(),
        };
        held_briefly(&self.shared.state).holder = Some(holder);
    }
}

impl Drop for Resource {
    fn drop(&mut self) {
        held_briefly(&ALL).remove(&self.number);
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}({})", self.shared.kind, self.shared.name)
    }
}

/// A wait that lasts until this is dropped.
#[must_use = "a wait that is not kept is over at once"]
pub struct Waiting<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = held_briefly(&self.shared.state);
        state.waiters.retain(|(number, _)| *number != self.number);
    }
}

impl fmt::Debug for Waiting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Waiting({})", self.shared.name)
    }
}

/// The fact that somebody has a resource, until this is dropped.
#[must_use = "what is not kept is let go at once"]
pub struct Held<'a> {
    shared: &'a Shared,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        held_briefly(&self.shared.state).holder = None;
    }
}

impl fmt::Debug for Held<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Held({})", self.shared.name)
    }
}

/// Looks at everything on record. Waits that are younger than `min_age` are left out: those of a
/// server that is only busy.
///
/// One resource is looked at after the other while everybody goes on, so only waits that last make
/// a picture that is true.
pub fn picture(min_age: Duration) -> Picture {
    let all: Vec<Arc<Shared>> = held_briefly(&ALL).values().cloned().collect();
    let now = Instant::now();
    let see = |shared: &Arc<Shared>| {
        let state = held_briefly(&shared.state);
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
    Picture {
        resources: all.iter().map(see).collect(),
        task_threads: task_threads(),
    }
}

/// Nobody waits for anything while holding one of these, and nobody's code runs under them.
fn held_briefly<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static ALL: Mutex<BTreeMap<u64, Arc<Shared>>> = Mutex::new(BTreeMap::new());
static NUMBERS: AtomicU64 = AtomicU64::new(0);

#[cfg(test)]
mod tests;
