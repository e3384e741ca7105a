//! What the server saw of each visit. It is logged, and stored until the page asks for it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

/// How many visits are stored. A page asks within seconds.
const STORED: usize = 256;

/// For each visit what the server saw; the oldest first.
#[derive(Default)]
pub struct Visits {
    seen: Mutex<VecDeque<(String, String)>>,
    changed: Notify,
}

/// One connection of one cause. Its server reports once how it ended. If the server drops it
/// without a report, the server panicked or was dropped itself.
pub struct Visit {
    cause: &'static str,
    id: String,
    visits: Arc<Visits>,
    reported: bool,
}

impl Visits {
    /// Begins a visit.
    pub fn begin(self: &Arc<Self>, cause: &'static str, id: &str) -> Visit {
        Visit {
            cause,
            id: id.to_owned(),
            visits: Arc::clone(self),
            reported: false,
        }
    }

    /// Waits until the server has reported what it saw of a visit. `None` after this time.
    pub async fn saw(&self, id: &str, within: Duration) -> Option<String> {
        timeout(within, async {
            loop {
                let changed = self.changed.notified();
                let mut changed = std::pin::pin!(changed);
                // Registered before the look, so that a report in between wakes this task.
                changed.as_mut().enable();
                if let Some(saw) = self.look(id) {
                    return saw;
                }
                changed.await;
            }
        })
        .await
        .ok()
    }

    fn look(&self, id: &str) -> Option<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter()
            .find(|(visit, _)| visit == id)
            .map(|(_, saw)| saw.clone())
    }

    fn store(&self, id: &str, saw: &str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() == STORED {
            seen.pop_front();
        }
        seen.push_back((id.to_owned(), saw.to_owned()));
        drop(seen);
        self.changed.notify_waiters();
    }
}

impl Visit {
    /// Reports how the connection ended, as the server saw it.
    pub fn saw(mut self, what: impl AsRef<str>) {
        self.report(what.as_ref());
    }

    fn report(&mut self, what: &str) {
        self.reported = true;
        tracing::info!(cause = self.cause, saw = what, "connection ended");
        self.visits.store(&self.id, what);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if !self.reported {
            let what = if thread::panicking() {
                "the handler panicked"
            } else {
                "the handler's task was dropped"
            };
            self.report(what);
        }
    }
}
