//! Metrics for Prometheus: counters and histograms that the server's tasks increment as they go,
//! and gauges that are measured when Prometheus asks.
//!
//! **A counter never falls** while a supervisor runs: the next worker continues with the counts of
//! the one before (`carried`), and what was shown to anyone is saved before it is shown. The
//! figures of the process itself (`process_*`) begin anew with each worker, as their start time
//! does.

mod by_label;
pub(crate) mod carried;
mod carrier;
mod close_label;
mod exposition;
mod gauges;
mod histogram;
#[cfg_attr(not(target_os = "linux"), path = "metrics/no_memory.rs")]
mod memory;
mod process;

pub use by_label::ByLabel;
pub use exposition::Format;
pub use gauges::{Cluster, Connections, Gauges};
pub use histogram::Histogram;
#[cfg(target_os = "linux")]
pub(crate) use memory::CARRIER;
pub(crate) use memory::Memory;
pub(crate) use process::resident_memory;

use crate::{close_cause::CloseCause, refusal::Refusal, store::Store};
use carrier::Carrier;
use close_label::CloseLabel;
use prometheus_client::metrics::counter::Counter;
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Upper bounds for the duration of a tick, in microseconds. A tick must end within 100 ms.
const TICK: &[u64] = &[
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000,
];

/// Upper bounds for the time until the kernel has a tick's frame, in microseconds.
const DELIVERY: &[u64] = &[
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
];

/// Upper bounds for how long a client was behind, in microseconds.
const BEHIND: &[u64] = &[
    100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

/// All counters and histograms.
#[derive(Debug)]
pub struct Metrics {
    /// About connections.
    pub connections: ConnectionMetrics,
    /// About what clients are sent.
    pub sent: SentMetrics,
    /// About rooms.
    pub rooms: RoomMetrics,
    /// About results.
    pub results: ResultMetrics,
    /// Servers of the cluster that this one found dead before their TTL expired.
    pub servers_found_dead: Counter,
    /// About the log.
    pub(crate) log: LogMetrics,
    /// Since when there is this server, and how often it was restarted.
    pub(crate) service: Service,
    carrier: Mutex<Carrier>,
}

/// Counters of connections.
#[derive(Debug)]
pub struct ConnectionMetrics {
    /// Connections that speak HTTP now. A gauge.
    pub http: Open,
    /// WebSockets that were opened.
    pub opened: Counter,
    /// Connections that were refused before the upgrade, by reason.
    pub refused: ByLabel,
    /// Connections that ended, by close code; 1006 if there was no close frame, `other` for a code
    /// that only the client knows.
    pub ends: ByLabel,
    /// Players who came back with their token.
    pub resumed: Counter,
}

/// Counters of what clients are sent.
#[derive(Debug)]
pub struct SentMetrics {
    /// Ticks, counted once for each connection that was sent one.
    pub ticks: Counter,
    /// Snapshots that were sent in place of missed ticks.
    pub snapshots: Counter,
    /// Ticks that a connection was not sent because its kernel buffer was full.
    pub skipped: Counter,
    /// Bytes of ticks and snapshots.
    pub bytes: Counter,
    /// The time from a tick's due time until the kernel had its frame, for each connection.
    pub delivery: Histogram,
    /// How long a connection was behind until it was sent a snapshot.
    pub behind: Histogram,
}

/// Counters of rooms.
#[derive(Debug)]
pub struct RoomMetrics {
    /// How long each tick took.
    pub tick_duration: Histogram,
    /// Ticks that were left out because the room, or the machine, was too busy.
    pub ticks_missed: Counter,
    /// Rooms that panicked.
    pub panics: Counter,
}

/// Counters of results.
#[derive(Debug, Default)]
pub struct ResultMetrics {
    /// Scores and rounds that were stored.
    pub stored: Counter,
    /// Scores and rounds that could not be stored.
    pub failed: Counter,
    /// Results that were dropped because the store's queue was full.
    pub lost: Counter,
}

/// The counter of the log.
#[derive(Debug, Default)]
pub(crate) struct LogMetrics {
    lines_dropped: Counter,
    /// The part of it that this process has dropped.
    of_this_process: AtomicU64,
}

/// The life of the server across restarts.
#[derive(Debug)]
pub(crate) struct Service {
    /// When this process began, since 1970.
    process_began: Duration,
    /// When the first process began whose counts are carried on, in milliseconds since 1970.
    began_millis: AtomicU64,
    /// The number of this worker under its supervisor; 1 for the first, and without a supervisor.
    generation: AtomicU64,
    /// Processes that continued from the one before, by what had ended that one.
    restarts: ByLabel,
}

/// How many of something are open now.
#[derive(Clone, Debug, Default)]
pub struct Open(std::sync::Arc<AtomicU64>);

/// One that is open. Dropping it closes it.
#[derive(Debug)]
pub struct Opened(Open);

impl Default for Metrics {
    fn default() -> Self {
        Self {
            connections: ConnectionMetrics {
                http: Open::default(),
                opened: Counter::default(),
                refused: ByLabel::new("why", Refusal::LABELS),
                ends: ByLabel::new("code", &[]),
                resumed: Counter::default(),
            },
            sent: SentMetrics {
                ticks: Counter::default(),
                snapshots: Counter::default(),
                skipped: Counter::default(),
                bytes: Counter::default(),
                delivery: Histogram::new(DELIVERY),
                behind: Histogram::new(BEHIND),
            },
            rooms: RoomMetrics {
                tick_duration: Histogram::new(TICK),
                ticks_missed: Counter::default(),
                panics: Counter::default(),
            },
            results: ResultMetrics::default(),
            servers_found_dead: Counter::default(),
            log: LogMetrics::default(),
            service: Service::new(Duration::ZERO),
            carrier: Mutex::default(),
        }
    }
}

impl Metrics {
    /// Counters of a server with this store.
    pub fn new(store: &Store) -> Self {
        let (stored, failed) = store.counters();
        Self {
            results: ResultMetrics {
                stored,
                failed,
                lost: Counter::default(),
            },
            service: Service::new(store.wall().since_1970()),
            ..Self::default()
        }
    }

    /// Counts a connection that ended.
    pub fn connection_ended(&self, cause: &CloseCause) {
        self.connections.ends.inc(CloseLabel::of(cause).text());
    }

    /// Counts a connection that was refused.
    pub fn refuse(&self, why: Refusal) {
        self.connections.refused.inc(why.label());
    }

    /// Counts one tick of one room: the connections that were sent the tick, a snapshot, or
    /// nothing, and the tick's length in bytes.
    pub fn tick_sent(&self, ticks: u64, snapshots: u64, skipped: u64, bytes: u64) {
        self.sent.ticks.inc_by(ticks);
        self.sent.snapshots.inc_by(snapshots);
        self.sent.skipped.inc_by(skipped);
        self.sent.bytes.inc_by(bytes * (ticks + snapshots));
    }

    /// Counts a tick that was played, and those that were left out before it.
    pub(crate) fn tick_played(&self, took: Duration, missed: u64) {
        self.rooms.tick_duration.observe(took);
        self.rooms.ticks_missed.inc_by(missed);
    }

    /// The answer to Prometheus. `None` once another process continues with these counts: it may
    /// have shown greater ones already.
    pub(crate) fn scrape(&self, gauges: &Gauges, format: Format) -> Option<String> {
        let text = self.encode(gauges, format);
        // What is saved is at least what the text shows.
        self.save().then_some(text)
    }

    /// All metrics as text.
    ///
    /// # Panics
    /// Never: a `String` takes every text.
    pub fn encode(&self, gauges: &Gauges, format: Format) -> String {
        let mut registry = prometheus_client::registry::Registry::default();
        let ours = registry.sub_registry_with_prefix("snack_rush");
        for (name, help, counter) in self.counters() {
            ours.register(name, help, counter.clone());
        }
        for (name, help, counter) in self.counters_by_label() {
            ours.register(name, help, counter.clone());
        }
        for (name, help, histogram) in self.histograms() {
            ours.register(name, help, histogram.clone());
        }
        gauges.register(ours);
        self.service.register(ours);
        ours.register(
            "build_info",
            "The version of the program; always 1",
            gauges::BuildInfo,
        );
        gauges::register_process(&mut registry, self.service.process_began);
        exposition::encode(&registry, format)
    }

    /// Each counter with its name, to which `_total` is appended, and its help.
    fn counters(&self) -> [(&'static str, &'static str, &Counter); 13] {
        let Self {
            connections,
            sent,
            rooms,
            results,
            ..
        } = self;
        [
            (
                "websockets_opened",
                "WebSockets that were opened",
                &connections.opened,
            ),
            (
                "resumed",
                "Players who came back with their token",
                &connections.resumed,
            ),
            (
                "ticks_sent",
                "Ticks sent, counted once for each connection",
                &sent.ticks,
            ),
            (
                "snapshots_sent",
                "Snapshots sent in place of missed ticks",
                &sent.snapshots,
            ),
            (
                "ticks_skipped",
                "Ticks not sent because a connection's kernel buffer was full",
                &sent.skipped,
            ),
            (
                "sent_bytes",
                "Bytes of ticks and snapshots sent",
                &sent.bytes,
            ),
            (
                "ticks_missed",
                "Ticks left out because a room or the machine was too busy",
                &rooms.ticks_missed,
            ),
            ("room_panics", "Rooms that panicked", &rooms.panics),
            (
                "results_stored",
                "Scores and rounds that were stored",
                &results.stored,
            ),
            (
                "results_failed",
                "Scores and rounds that could not be stored",
                &results.failed,
            ),
            (
                "results_lost",
                "Results dropped because the store's queue was full",
                &results.lost,
            ),
            (
                "servers_found_dead",
                "Servers of the cluster found dead before their TTL expired",
                &self.servers_found_dead,
            ),
            (
                "log_lines_dropped",
                "Lines of the log and of the output dropped because their reader was too slow",
                self.log.lines_dropped(),
            ),
        ]
    }

    /// Each counter with a label, with its name and its help.
    fn counters_by_label(&self) -> [(&'static str, &'static str, &ByLabel); 3] {
        [
            (
                "ends",
                "Connections that ended, by close code",
                &self.connections.ends,
            ),
            (
                "refused",
                "Connections refused before the upgrade, by reason",
                &self.connections.refused,
            ),
            (
                "restarts",
                "Processes that continued from the one before, by what had ended that one",
                &self.service.restarts,
            ),
        ]
    }

    /// Each histogram with its name and its help.
    fn histograms(&self) -> [(&'static str, &'static str, &Histogram); 3] {
        [
            (
                "tick_duration_seconds",
                "How long each tick of a room took",
                &self.rooms.tick_duration,
            ),
            (
                "delivery_seconds",
                "Time from a tick's due time until the kernel had its frame, for each connection",
                &self.sent.delivery,
            ),
            (
                "behind_seconds",
                "How long a connection missed ticks until it was sent a snapshot",
                &self.sent.behind,
            ),
        ]
    }
}

impl LogMetrics {
    /// The counter, with what the output has dropped by now.
    fn lines_dropped(&self) -> &Counter {
        let now = output::dropped_lines();
        let before = self.of_this_process.fetch_max(now, Ordering::Relaxed);
        self.lines_dropped.inc_by(now.saturating_sub(before));
        &self.lines_dropped
    }
}

impl Service {
    /// The first worker of a server, which begins now.
    fn new(now: Duration) -> Self {
        Self {
            process_began: now,
            began_millis: AtomicU64::new(now.as_millis() as u64),
            generation: AtomicU64::new(1),
            restarts: ByLabel::new("after", &carried::CAUSES),
        }
    }
}

impl Open {
    /// One more.
    pub fn open(&self) -> Opened {
        self.0.fetch_add(1, Ordering::Relaxed);
        Opened(self.clone())
    }

    /// How many are open.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
