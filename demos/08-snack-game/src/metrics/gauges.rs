//! What is measured when Prometheus asks.

use super::{Service, process::Process};
use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder},
    metrics::{
        MetricType,
        counter::ConstCounter,
        gauge::{ConstGauge, Gauge},
    },
    registry::Registry,
};
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The commit that the program was built from, if the build names it.
const REVISION: &str = match option_env!("SNACK_RUSH_REVISION") {
    Some(revision) => revision,
    None => "unknown",
};

/// What is measured when Prometheus asks.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Seats that no new player gets: their players are here, or away for a while.
    pub players: u64,
    /// Players who are away and whose seat is kept, also while no other player needs it.
    pub players_away: u64,
    /// The most players.
    pub players_max: u64,
    /// Connections by what they do.
    pub connections: Connections,
    /// Open rooms.
    pub rooms: u64,
    /// The longest tick of the rooms that are open, in microseconds.
    pub tick_longest_micros: u64,
    /// The other servers.
    pub cluster: Cluster,
    /// Whether the server is about to end.
    pub draining: bool,
}

/// What is known of the cluster.
#[derive(Debug, Default)]
pub struct Cluster {
    /// Whether the cluster's backend answers.
    pub backend_is_up: bool,
    /// Other servers that are known.
    pub peers: u64,
}

/// How many connections are in each state. Each is in one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// They speak HTTP, or shake hands.
    pub http: u64,
    /// They are WebSockets, and have not sent their first message.
    pub joining: u64,
    /// They play, and keep up.
    pub playing: u64,
    /// They watch, and keep up.
    pub watching: u64,
    /// They play or watch, and miss ticks.
    pub slow: u64,
    /// They were sent a close frame.
    pub closing: u64,
}

/// The version of the program.
#[derive(Debug)]
pub(super) struct BuildInfo;

impl Connections {
    /// The number in each state, with the state's name.
    fn by_state(&self) -> [(&'static str, u64); 6] {
        [
            ("http", self.http),
            ("joining", self.joining),
            ("playing", self.playing),
            ("watching", self.watching),
            ("slow", self.slow),
            ("closing", self.closing),
        ]
    }

    /// Adds those of a room.
    pub(crate) fn add(&mut self, room: Self) {
        self.http += room.http;
        self.joining += room.joining;
        self.playing += room.playing;
        self.watching += room.watching;
        self.slow += room.slow;
        self.closing += room.closing;
    }
}

impl EncodeMetric for Connections {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        for (state, count) in self.by_state() {
            let labels = [("state", state)];
            ConstGauge::new(count).encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Gauge
    }
}

impl EncodeMetric for BuildInfo {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let labels = [
            ("version", env!("CARGO_PKG_VERSION")),
            ("revision", REVISION),
        ];
        ConstGauge::new(1_u64).encode(encoder.encode_family(&labels)?)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Gauge
    }
}

impl Gauges {
    /// Registers each gauge with its name and its help.
    pub(super) fn register(&self, registry: &mut Registry) {
        for (name, help, value) in [
            (
                "players",
                "Seats that no new player gets: their players are here, or will be back",
                self.players,
            ),
            (
                "players_away",
                "Players who are away and whose seat is kept, also while no other player needs it",
                self.players_away,
            ),
            (
                "players_max",
                "Seats of the server as a whole",
                self.players_max,
            ),
            ("rooms", "Open rooms", self.rooms),
            (
                "directory_up",
                "1 if the cluster's backend answers, 0 if it does not",
                self.cluster.backend_is_up.into(),
            ),
            (
                "peers",
                "Other servers of the cluster that are known",
                self.cluster.peers,
            ),
            (
                "draining",
                "1 if the server is about to end, 0 if it is not",
                self.draining.into(),
            ),
        ] {
            whole(registry, name, help, value);
        }
        let help = "Connections by what they do, each in one state";
        registry.register("connections", help, self.connections);
        let help = "Duration of the longest tick of the rooms that are open";
        let longest = self.tick_longest_micros as f64 / 1e6;
        fraction(registry, "tick_longest_seconds", help, longest);
    }
}

impl Service {
    /// Registers since when there is this server.
    pub(super) fn register(&self, registry: &mut Registry) {
        let generation = self.generation.load(Ordering::Relaxed);
        let help = "The number of this worker under its supervisor; 1 without a supervisor";
        whole(registry, "worker_generation", help, generation);
        let began = self.began_millis.load(Ordering::Relaxed) as f64 / 1e3;
        let help = "When the server began whose counts are carried on, since 1970";
        fraction(registry, "start_time_seconds", help, began);
    }
}

/// Registers the figures of this process under the names that Prometheus gives to them.
pub(super) fn register_process(registry: &mut Registry, began: Duration) {
    let help = "When this process began, since 1970";
    let began = began.as_secs_f64();
    fraction(registry, "process_start_time_seconds", help, began);
    let now = Process::now();
    if let Some(seconds) = now.cpu_seconds {
        let help = "Processor time that this process has used";
        registry.register("process_cpu_seconds", help, ConstCounter::new(seconds));
    }
    for (name, help, value) in [
        (
            "process_resident_memory_bytes",
            "Resident memory of this process",
            now.resident_bytes,
        ),
        (
            "process_virtual_memory_bytes",
            "Virtual memory of this process",
            now.virtual_bytes,
        ),
        ("process_threads", "Threads of this process", now.threads),
        (
            "process_open_fds",
            "File descriptors that this process has open",
            now.open_files,
        ),
        (
            "process_max_fds",
            "File descriptors that this process may open",
            now.max_files,
        ),
    ] {
        if let Some(value) = value {
            whole(registry, name, help, value);
        }
    }
}

fn whole(registry: &mut Registry, name: &'static str, help: &'static str, value: u64) {
    let gauge = Gauge::<u64, AtomicU64>::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn fraction(registry: &mut Registry, name: &'static str, help: &'static str, value: f64) {
    let gauge = Gauge::<f64, AtomicU64>::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}
