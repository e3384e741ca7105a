//! Metrics of the stage's own queues, for the slide that shows them. Each message costs a few
//! atomic operations.

use super::replies::Replies;
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    time::Instant,
};

/// Counters of the inbox and of the phones.
#[derive(Debug)]
pub(crate) struct Metrics {
    started: Instant,
    inbox: Inbox,
    phones: Phones,
    pub(crate) replies: Replies,
}

#[derive(Debug, Default)]
struct Inbox {
    handled: AtomicU64,
    waiting: AtomicUsize,
    most_waiting: AtomicUsize,
    /// Votes that were dropped because the inbox was full.
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct Phones {
    /// States that were shown to the phones; the number of the newest one.
    states: AtomicU64,
    /// States that phones took.
    delivered: AtomicU64,
    /// States that phones skipped, because a newer one was there.
    overtaken: AtomicU64,
    /// Phones that were disconnected because they did not read.
    disconnected: AtomicU64,
    /// Connections that were refused.
    refused: AtomicU64,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        Metrics {
            started: Instant::now(),
            inbox: Inbox::default(),
            phones: Phones::default(),
            replies: Replies::default(),
        }
    }

    /// Counts a message, and records how many still wait.
    pub(crate) fn handled(&self, waiting: usize) {
        self.inbox.handled.fetch_add(1, Relaxed);
        self.inbox.waiting.store(waiting, Relaxed);
        self.inbox.most_waiting.fetch_max(waiting, Relaxed);
    }

    /// Counts a vote that was dropped because the inbox was full.
    pub(crate) fn dropped(&self) {
        self.inbox.dropped.fetch_add(1, Relaxed);
    }

    /// Counts a new state for the phones.
    pub(crate) fn shown(&self) {
        self.phones.states.fetch_add(1, Relaxed);
    }

    /// The number of the newest state for the phones.
    pub(crate) fn states(&self) -> u64 {
        self.phones.states.load(Relaxed)
    }

    /// Counts a state that a phone took. It is `steps` after the one that the phone had.
    pub(crate) fn delivered(&self, steps: u64) {
        self.phones.delivered.fetch_add(1, Relaxed);
        let overtaken = steps.saturating_sub(1);
        self.phones.overtaken.fetch_add(overtaken, Relaxed);
    }

    /// Counts a phone that was disconnected because it did not read.
    pub(crate) fn disconnected(&self) {
        self.phones.disconnected.fetch_add(1, Relaxed);
    }

    /// Counts a connection that was refused.
    pub(crate) fn refused(&self) {
        self.phones.refused.fetch_add(1, Relaxed);
    }

    pub(crate) fn json(&self, inbox_size: usize, phones: usize) -> Value {
        let of = |number: &AtomicU64| number.load(Relaxed);
        json!({
            "seconds": self.started.elapsed().as_secs(),
            "inbox": inbox_size, "handled": of(&self.inbox.handled),
            "waiting": self.inbox.waiting.load(Relaxed), "most": self.inbox.most_waiting.load(Relaxed),
            "dropped": of(&self.inbox.dropped),
            "phones": phones, "states": of(&self.phones.states),
            "delivered": of(&self.phones.delivered), "overtaken": of(&self.phones.overtaken),
            "disconnected": of(&self.phones.disconnected), "refused": of(&self.phones.refused),
        })
    }
}
