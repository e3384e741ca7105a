//! What the server saw of each visit: logged, and kept for the page to ask for.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

/// Visits that are remembered. A page asks within seconds.
const REMEMBERED: usize = 256;

/// What was seen, by visit; the oldest first.
#[derive(Default)]
pub struct Visits {
    seen: Mutex<VecDeque<(String, String)>>,
    changed: Notify,
}

/// One connection of one cause, as its server knows it. It has one thing to say; who drops it
/// silently died.
pub struct Visit {
    cause: &'static str,
    id: String,
    visits: Arc<Visits>,
    said: bool,
}

impl Visits {
    /// A visit begins.
    pub fn begin(self: &Arc<Self>, cause: &'static str, id: &str) -> Visit {
        Visit {
            cause,
            id: id.to_owned(),
            visits: Arc::clone(self),
            said: false,
        }
    }

    /// What the server saw of a visit, as soon as it has seen it. `None`: not within this time.
    pub async fn saw(&self, id: &str, within: Duration) -> Option<String> {
        timeout(within, async {
            loop {
                let changed = self.changed.notified();
                let mut changed = std::pin::pin!(changed);
                // Listened to before it is looked at: what is seen in between wakes us.
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

    fn note(&self, id: &str, saw: &str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() == REMEMBERED {
            seen.pop_front();
        }
        seen.push_back((id.to_owned(), saw.to_owned()));
        drop(seen);
        self.changed.notify_waiters();
    }
}

impl Visit {
    /// This is how it ended, as the server saw it.
    pub fn saw(mut self, what: impl AsRef<str>) {
        self.say(what.as_ref());
    }

    fn say(&mut self, what: &str) {
        self.said = true;
        tracing::info!(cause = self.cause, saw = what, "a connection has ended");
        self.visits.note(&self.id, what);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if !self.said {
            let what = if thread::panicking() {
                "the handler panicked"
            } else {
                "the handler's task was dropped"
            };
            self.say(what);
        }
    }
}
