//! A room: one task that owns its world and its seats, and writes each tick straight to its
//! sockets. It waits for none of them.

mod away;
mod client;
mod connections;
mod drain;
pub(crate) mod inbox;
mod join;
mod lifecycle;
mod messages;
#[cfg_attr(not(target_os = "linux"), path = "room/no_peek_reader.rs")]
mod peek_reader;
mod recover;
mod restore;
mod results;
mod round;
mod seats;
pub(crate) mod snapshot;
mod stats;
#[cfg_attr(not(target_os = "linux"), path = "room/unsupervised.rs")]
mod supervised;
mod takeover;
#[cfg(test)]
mod tests;
mod tick;

pub use inbox::{INBOX, ToRoom};
pub(crate) use snapshot::Snapshot;
pub use stats::{Bucket, SlowClient, Stats, TickStats, Totals};
pub(crate) use supervised::SnapshotMemory;
#[cfg(target_os = "linux")]
pub(crate) use {
    restore::Handover,
    snapshot::{SavedPosition, SnapshotError},
    supervised::check_snapshot,
};

use crate::{clock, server_state::ServerState};
use connections::Connections;
use lifecycle::Lifecycle;
use round::Round;
use rush::{Name, Seat};
use seats::Seats;
use stats::Recorder;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    select,
    sync::mpsc,
    time::{MissedTickBehavior, interval_at},
};

/// The most messages that are taken out of the inbox at once. Between two batches a tick may run.
const BATCH: usize = 128;

/// A room and everything in it.
#[derive(Debug)]
pub struct Room {
    name: Arc<str>,
    state: Arc<ServerState>,
    round: Round,
    seats: Seats,
    connections: Connections,
    lifecycle: Lifecycle,
    stats: Recorder,
    /// Where the room writes a snapshot after every tick, before any client is sent that tick.
    /// `None` without a supervisor.
    snapshots: Option<SnapshotMemory>,
}

impl Room {
    /// An empty room.
    pub fn new(name: &str, state: Arc<ServerState>, stats: Arc<Stats>) -> Self {
        let config = state.options.config();
        let snapshots = state.supervisor.as_ref();
        Self {
            name: name.into(),
            round: Round::new(config),
            seats: Seats::new(config.seats),
            connections: Connections::default(),
            lifecycle: Lifecycle::default(),
            stats: Recorder::new(stats),
            snapshots: snapshots.and_then(|it| SnapshotMemory::new(it, &state.admission, name)),
            state,
        }
    }

    /// Serves until no sender of its inbox is left, or another process takes over.
    pub async fn run(&mut self, inbox: &mut mpsc::Receiver<ToRoom>) {
        let period = Duration::from_millis(self.round.world.config().tick_ms.into());
        let first = self.lifecycle.next_tick.take().unwrap_or_else(clock::now);
        let mut ticks = interval_at(first.into(), period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut batch = Vec::new();
        // The inbox has no sender any more, but under a supervisor the room reads its sockets.
        let mut inbox_closed = false;
        loop {
            // The only place where the room waits, and it waits for everything at once.
            select! {
                biased;
                due = ticks.tick() => {
                    let start = clock::now();
                    let late = start.saturating_duration_since(due.into_std());
                    self.lifecycle.tick_due = Some(due.into_std());
                    self.tick_was_late(late, start);
                    match self.snapshots {
                        None => self.tick(start),
                        Some(_) => self.tick_supervised(start),
                    }
                    let took = start.elapsed();
                    let missed = self.stats.record_tick(late, took, period);
                    self.state.metrics.tick_played(took, missed);
                    if self.lifecycle.handing_over || (inbox_closed && self.connections.is_empty()) {
                        return;
                    }
                }
                count = inbox.recv_many(&mut batch, BATCH), if !inbox_closed => {
                    if count == 0 && (self.snapshots.is_none() || self.connections.is_empty()) {
                        return;
                    }
                    inbox_closed = count == 0;
                    let now = clock::now();
                    batch.drain(..).for_each(|message| self.apply(message, now));
                }
            }
        }
    }

    /// Applies one message. Not an `async fn`: it cannot wait.
    ///
    /// # Panics
    /// On [`ToRoom::Panic`].
    pub fn apply(&mut self, message: ToRoom, now: Instant) {
        match message {
            ToRoom::Connected { connection, refuse } => self.connect(connection, refuse, now),
            ToRoom::Message { id, message } => self.receive(id, message, now),
            ToRoom::Ping { id, payload } => self.answer_ping(id, &payload),
            ToRoom::Failed { id, cause } => self.close(id, cause, now),
            ToRoom::CloseFrame { id, code } => self.answer_close(id, code, now),
            ToRoom::Gone { id, found } => self.disconnect(id, found, now),
            ToRoom::Drain { until } => self.drain(until),
            ToRoom::HandOver => self.lifecycle.handing_over = true,
            ToRoom::Panic => panic!("asked to panic"),
        }
        self.count();
    }

    /// Whether another process takes over the room.
    pub fn is_handed_over(&self) -> bool {
        self.lifecycle.handing_over
    }

    /// Publishes how many seats are taken, how many of them a new player would get, and how many
    /// clients are connected.
    fn count(&self) {
        let connected = self.connections.len();
        let (held, spare) = (self.seats.held(), self.seats.spare());
        self.stats.published.count(held, spare, connected);
    }
}

/// The name of a player who has not chosen one.
fn default_name(seat: Seat) -> Name {
    Name::guest(seat.0.wrapping_add(1))
}
