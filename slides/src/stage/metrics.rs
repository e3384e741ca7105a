//! The stage's own mailboxes, counted while they are used: a few atomics a message.

use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    time::Instant,
};

/// What went through the stage.
#[derive(Debug)]
pub(crate) struct Traffic {
    began: Instant,
    handled: AtomicU64,
    waiting: AtomicUsize,
    most_waiting: AtomicUsize,
    states: AtomicU64,
    /// States that were delivered to phones, and those that were overtaken by a newer one on the
    /// way.
    delivered: AtomicU64,
    overtaken: AtomicU64,
    shown_out: AtomicU64,
    refused: AtomicU64,
    dropped: AtomicU64,
}

impl Traffic {
    pub(crate) fn new() -> Traffic {
        Traffic {
            began: Instant::now(),
            handled: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            most_waiting: AtomicUsize::new(0),
            states: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            overtaken: AtomicU64::new(0),
            shown_out: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// A message was handled while so many waited.
    pub(crate) fn handled(&self, waiting: usize) {
        self.handled.fetch_add(1, Relaxed);
        self.waiting.store(waiting, Relaxed);
        self.most_waiting.fetch_max(waiting, Relaxed);
    }

    /// A new state was shown to the phones; what number it has.
    pub(crate) fn shows(&self) -> u64 {
        self.states.fetch_add(1, Relaxed) + 1
    }

    /// A phone was handed a state, so many after the one before.
    pub(crate) fn delivered(&self, steps: u64) {
        self.delivered.fetch_add(1, Relaxed);
        self.overtaken.fetch_add(steps.saturating_sub(1), Relaxed);
    }

    /// A phone that did not read was shown out.
    pub(crate) fn shown_out(&self) {
        self.shown_out.fetch_add(1, Relaxed);
    }

    /// A phone or a stranger was refused at the door.
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    /// A phone's message was dropped, because the inbox was full.
    pub(crate) fn dropped(&self) {
        self.dropped.fetch_add(1, Relaxed);
    }

    pub(crate) fn states(&self) -> u64 {
        self.states.load(Relaxed)
    }

    pub(crate) fn json(&self, inbox: usize, phones: usize) -> Value {
        let of = |number: &AtomicU64| number.load(Relaxed);
        json!({
            "seconds": self.began.elapsed().as_secs(),
            "inbox": inbox, "waiting": self.waiting.load(Relaxed), "most": self.most_waiting.load(Relaxed),
            "handled": of(&self.handled), "states": of(&self.states), "phones": phones,
            "delivered": of(&self.delivered), "overtaken": of(&self.overtaken), "shownOut": of(&self.shown_out),
            "refused": of(&self.refused), "dropped": of(&self.dropped),
        })
    }
}
