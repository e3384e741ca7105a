//! Metrics for Prometheus.

mod close_label;

use crate::{close_cause::CloseCause, refusal::Refusal};
use close_label::CloseLabel;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::Gauge,
    },
    registry::Registry,
};
use std::sync::atomic::AtomicU64;

/// The counters, which the server's tasks increment as they go.
#[derive(Debug, Default)]
pub struct Metrics {
    /// WebSockets that were opened.
    pub opened: Counter,
    /// Connections that were refused before the upgrade, by reason.
    pub refused: Family<Reason, Counter>,
    /// Connections that ended, by close code; 1006 if there was no close frame, `other` for a code
    /// that only the client knows.
    pub ends: Family<Code, Counter>,
    /// Players who came back with their token.
    pub resumed: Counter,
    /// Ticks, counted once for each connection that was sent one.
    pub ticks_sent: Counter,
    /// Snapshots that were sent in place of missed ticks.
    pub snapshots_sent: Counter,
    /// Ticks that a connection was not sent because its kernel buffer was full.
    pub ticks_skipped: Counter,
    /// Bytes of ticks and snapshots.
    pub sent_bytes: Counter,
    /// Rooms that panicked.
    pub room_panics: Counter,
    /// Results that were dropped because the store's queue was full.
    pub results_lost: Counter,
    /// Servers of the cluster that this one found dead before their TTL expired.
    pub servers_found_dead: Counter,
}

/// The label of a refused connection.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Reason {
    /// The reason.
    pub why: Refusal,
}

/// The label of a connection that ended.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Code {
    /// The close code.
    pub code: CloseLabel,
}

/// What is measured when Prometheus asks.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Players in all rooms.
    pub players: u64,
    /// Connections in all rooms.
    pub connections: u64,
    /// The ticks of all open rooms.
    pub rooms: RoomTicks,
    /// Resident memory in bytes; 0 where it is unknown.
    pub resident_bytes: u64,
    /// Scores and rounds that were stored.
    pub results_stored: u64,
    /// Scores and rounds that could not be stored.
    pub results_failed: u64,
    /// Whether the cluster's backend answers.
    pub directory_up: bool,
    /// Other servers that are known.
    pub peers: u64,
}

/// The sum of the open rooms' tick statistics.
#[derive(Debug, Default)]
pub struct RoomTicks {
    /// Open rooms.
    pub rooms: u64,
    /// Ticks played.
    pub count: u64,
    /// Ticks left out.
    pub missed: u64,
    /// The longest tick, in microseconds.
    pub longest_micros: u64,
}

impl Metrics {
    /// Counts a connection that ended.
    pub fn connection_ended(&self, cause: &CloseCause) {
        let code = CloseLabel::of(cause);
        self.ends.get_or_create(&Code { code }).inc();
    }

    /// Counts a connection that was refused.
    pub fn refuse(&self, why: Refusal) {
        self.refused.get_or_create(&Reason { why }).inc();
    }

    /// Counts one tick of one room: the connections that were sent the tick, a snapshot, or
    /// nothing, and the tick's length in bytes.
    pub fn tick_sent(&self, ticks: u64, snapshots: u64, skipped: u64, bytes: u64) {
        self.ticks_sent.inc_by(ticks);
        self.snapshots_sent.inc_by(snapshots);
        self.ticks_skipped.inc_by(skipped);
        self.sent_bytes.inc_by(bytes * (ticks + snapshots));
    }

    /// All metrics in the OpenMetrics text format.
    ///
    /// # Panics
    /// Never: a `String` takes every text.
    pub fn encode(&self, gauges: &Gauges) -> String {
        let mut registry = Registry::with_prefix("snack_rush");
        for (name, help, counter) in self.counters() {
            registry.register(name, help, counter.clone());
        }
        let ends = "Connections that ended, by close code";
        registry.register("ends", ends, self.ends.clone());
        let refused = "Connections refused before the upgrade, by reason";
        registry.register("refused", refused, self.refused.clone());
        for (name, help, value) in [
            (
                "results_stored",
                "Scores and rounds that were stored",
                gauges.results_stored,
            ),
            (
                "results_failed",
                "Scores and rounds that could not be stored",
                gauges.results_failed,
            ),
        ] {
            registry.register(name, help, ConstCounter::new(value));
        }
        for (name, help, value) in gauges.all() {
            let gauge = Gauge::<u64, AtomicU64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        }
        let longest = Gauge::<f64, AtomicU64>::default();
        longest.set(gauges.rooms.longest_micros as f64 / 1e6);
        let help = "Duration of the longest tick of the rooms that are open";
        registry.register("room_tick_longest_seconds", help, longest);
        let mut text = String::new();
        encode(&mut text, &registry).expect("a String takes every text");
        text
    }

    /// Each counter with its name, to which `_total` is appended, and its help.
    fn counters(&self) -> [(&'static str, &'static str, &Counter); 9] {
        [
            (
                "websockets_opened",
                "WebSockets that were opened",
                &self.opened,
            ),
            (
                "resumed",
                "Players who came back with their token",
                &self.resumed,
            ),
            (
                "ticks_sent",
                "Ticks sent, counted once for each connection",
                &self.ticks_sent,
            ),
            (
                "snapshots_sent",
                "Snapshots sent in place of missed ticks",
                &self.snapshots_sent,
            ),
            (
                "ticks_skipped",
                "Ticks not sent because a connection's kernel buffer was full",
                &self.ticks_skipped,
            ),
            (
                "sent_bytes",
                "Bytes of ticks and snapshots sent",
                &self.sent_bytes,
            ),
            ("room_panics", "Rooms that panicked", &self.room_panics),
            (
                "results_lost",
                "Results dropped because the store's queue was full",
                &self.results_lost,
            ),
            (
                "servers_found_dead",
                "Servers of the cluster found dead before their TTL expired",
                &self.servers_found_dead,
            ),
        ]
    }
}

impl Gauges {
    /// Each gauge of a whole number with its name and its help.
    fn all(&self) -> [(&'static str, &'static str, u64); 8] {
        [
            ("players", "Players in all rooms", self.players),
            ("connections", "Connections in all rooms", self.connections),
            ("rooms", "Open rooms", self.rooms.rooms),
            (
                "room_ticks",
                "Ticks played by the rooms that are open",
                self.rooms.count,
            ),
            (
                "room_ticks_missed",
                "Ticks left out by the rooms that are open",
                self.rooms.missed,
            ),
            (
                "resident_memory_bytes",
                "Resident memory, 0 where it is unknown",
                self.resident_bytes,
            ),
            (
                "directory_up",
                "1 if the cluster's backend answers, 0 if it does not",
                self.directory_up.into(),
            ),
            (
                "peers",
                "Other servers of the cluster that are known",
                self.peers,
            ),
        ]
    }
}
