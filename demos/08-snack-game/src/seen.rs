//! What is counted, for whoever watches over the server.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use std::sync::atomic::AtomicU64;

/// Everything that only grows.
#[derive(Debug, Default)]
pub struct Seen {
    /// WebSockets that were opened.
    pub opened: Counter,
    /// Connections that were refused before that, and why.
    pub refused: Family<Why, Counter>,
    /// Ends of connections, by their close code; 1006: without a goodbye.
    pub ends: Family<Code, Counter>,
    /// Players who came back by their token.
    pub resumed: Counter,
    /// Ticks that were told, counted for each connection.
    pub ticks: Counter,
    /// Pictures for those who had missed some.
    pub pictures: Counter,
    /// Ticks that were not told because a kernel was full.
    pub missed: Counter,
    /// Bytes of all that.
    pub bytes: Counter,
    /// Rooms that panicked.
    pub falls: Counter,
    /// Results that the store had no place for.
    pub lost: Counter,
    /// Other servers that this one found dead, before the directory forgot them.
    pub buried: Counter,
}

/// Why somebody was refused.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Why {
    /// In a word.
    pub why: &'static str,
}

/// How a connection ended.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Code {
    /// The close code.
    pub code: u32,
}

/// What is known at the moment of asking.
#[derive(Debug, Default)]
pub struct Now {
    /// Players in all rooms.
    pub players: u64,
    /// Connections in all rooms.
    pub connections: u64,
    /// Rooms.
    pub rooms: u64,
    /// Ticks of all rooms.
    pub ticks: u64,
    /// Ticks that were left out.
    pub missed: u64,
    /// The longest tick, in microseconds.
    pub longest: u64,
    /// Memory, where it can be asked for.
    pub resident: u64,
    /// Scores and rounds that were stored.
    pub stored: u64,
    /// And that could not be.
    pub unstored: u64,
    /// Whether the directory answers.
    pub directory: bool,
    /// Other servers that it knows.
    pub neighbours: u64,
}

impl Seen {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A connection ended.
    pub fn ended(&self, code: u16) {
        self.ends.get_or_create(&Code { code: code.into() }).inc();
    }

    /// Somebody was not let in.
    pub fn refuse(&self, why: &'static str) {
        self.refused.get_or_create(&Why { why }).inc();
    }

    /// One tick of one room.
    pub fn told(&self, ticks: u64, pictures: u64, missed: u64, bytes: u64) {
        self.ticks.inc_by(ticks);
        self.pictures.inc_by(pictures);
        self.missed.inc_by(missed);
        self.bytes.inc_by(bytes * (ticks + pictures));
    }

    /// As Prometheus reads it.
    pub fn text(&self, now: &Now) -> String {
        let mut registry = Registry::with_prefix("snack_rush");
        for (name, help, counter) in self.counters() {
            registry.register(name, help, counter.clone());
        }
        let ends = "ends of connections by close code";
        registry.register("ends", ends, self.ends.clone());
        let refused = "connections refused before the upgrade";
        registry.register("refused", refused, self.refused.clone());
        for (name, help, value) in now.gauges() {
            let gauge = Gauge::<u64, AtomicU64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        }
        let mut text = String::new();
        encode(&mut text, &registry).expect("a String takes every text");
        text
    }

    /// Their names, and what they are to whoever reads them.
    fn counters(&self) -> [(&'static str, &'static str, &Counter); 9] {
        [
            (
                "websockets_opened",
                "WebSockets that were opened",
                &self.opened,
            ),
            (
                "resumed",
                "players who came back by their token",
                &self.resumed,
            ),
            (
                "ticks_told",
                "ticks told, counted for each connection",
                &self.ticks,
            ),
            (
                "pictures_told",
                "snapshots for those who had missed ticks",
                &self.pictures,
            ),
            (
                "ticks_untold",
                "ticks not told because a kernel was full",
                &self.missed,
            ),
            ("bytes_told", "bytes of ticks and snapshots", &self.bytes),
            ("room_falls", "rooms that panicked", &self.falls),
            (
                "results_lost",
                "results that the store had no place for",
                &self.lost,
            ),
            (
                "servers_found_dead",
                "other servers that this one found dead before the directory forgot them",
                &self.buried,
            ),
        ]
    }
}

impl Now {
    /// The same of what is known now.
    fn gauges(&self) -> [(&'static str, &'static str, u64); 11] {
        [
            ("players", "players in all rooms", self.players),
            ("connections", "connections in all rooms", self.connections),
            ("rooms", "rooms", self.rooms),
            ("room_ticks", "ticks of all open rooms", self.ticks),
            (
                "room_ticks_missed",
                "ticks left out by all open rooms",
                self.missed,
            ),
            (
                "room_tick_longest_microseconds",
                "the longest tick",
                self.longest,
            ),
            (
                "resident_memory_bytes",
                "memory, 0 where it cannot be asked for",
                self.resident,
            ),
            ("results_stored", "results that were stored", self.stored),
            (
                "results_unstored",
                "results that could not be stored",
                self.unstored,
            ),
            (
                "directory_up",
                "1: the directory of servers answers; 0: it is gone, and the games go on",
                self.directory.into(),
            ),
            (
                "neighbours",
                "other servers that are known",
                self.neighbours,
            ),
        ]
    }
}
