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
        let mut count =
            |name, help: &str, counter: &Counter| registry.register(name, help, counter.clone());
        count(
            "websockets_opened",
            "WebSockets that were opened",
            &self.opened,
        );
        count(
            "resumed",
            "players who came back by their token",
            &self.resumed,
        );
        count(
            "ticks_told",
            "ticks told, counted for each connection",
            &self.ticks,
        );
        count(
            "pictures_told",
            "snapshots for those who had missed ticks",
            &self.pictures,
        );
        count(
            "ticks_untold",
            "ticks not told because a kernel was full",
            &self.missed,
        );
        count("bytes_told", "bytes of ticks and snapshots", &self.bytes);
        count("room_falls", "rooms that panicked", &self.falls);
        count(
            "results_lost",
            "results that the store had no place for",
            &self.lost,
        );
        count(
            "servers_found_dead",
            "other servers that this one found dead before the directory forgot them",
            &self.buried,
        );
        registry.register(
            "ends",
            "ends of connections by close code",
            self.ends.clone(),
        );
        registry.register(
            "refused",
            "connections refused before the upgrade",
            self.refused.clone(),
        );
        let mut gauge = |name, help: &str, value: u64| {
            let gauge = Gauge::<u64, AtomicU64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        };
        gauge("players", "players in all rooms", now.players);
        gauge("connections", "connections in all rooms", now.connections);
        gauge("rooms", "rooms", now.rooms);
        gauge("room_ticks", "ticks of all open rooms", now.ticks);
        gauge(
            "room_ticks_missed",
            "ticks left out by all open rooms",
            now.missed,
        );
        gauge(
            "room_tick_longest_microseconds",
            "the longest tick",
            now.longest,
        );
        gauge(
            "resident_memory_bytes",
            "memory, 0 where it cannot be asked for",
            now.resident,
        );
        gauge("results_stored", "results that were stored", now.stored);
        gauge(
            "results_unstored",
            "results that could not be stored",
            now.unstored,
        );
        gauge(
            "directory_up",
            "1: the directory of servers answers; 0: it is gone, and the games go on",
            now.directory.into(),
        );
        gauge("neighbours", "other servers that are known", now.neighbours);
        let mut text = String::new();
        encode(&mut text, &registry).expect("a String takes every text");
        text
    }
}
