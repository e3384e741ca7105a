//! Statistics that a room publishes. Other tasks read them without a message.

use crate::{clock::now, metrics, sync::lock};
use serde::Serialize;
use std::{
    mem,
    ops::Deref,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Upper bounds of the histogram's buckets, in microseconds.
const MICROS: [u64; 12] = [
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    u64::MAX,
];

/// A room's published statistics.
#[derive(Debug)]
pub struct Stats {
    /// The room's name.
    pub name: Arc<str>,
    /// The number of its seats.
    pub seats: u16,
    taken: AtomicU32,
    spare: AtomicU32,
    connections: AtomicU32,
    tick_times: TickTimes,
    slow: Mutex<Vec<SlowClient>>,
    present: Mutex<Present>,
    totals: Mutex<Totals>,
    /// When the room was last in use.
    last_used: Mutex<Instant>,
}

/// Who is in a room, by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Present {
    /// The connections.
    pub connections: metrics::Connections,
    /// Players whose connection has ended.
    pub away: u32,
}

/// How long the ticks of a room took.
#[derive(Debug)]
struct TickTimes {
    missed: AtomicU64,
    /// The longest tick, in microseconds.
    longest: AtomicU64,
    /// The longest delay between a tick's due time and its start, in microseconds.
    latest: AtomicU64,
    histogram: [AtomicU64; MICROS.len()],
}

/// A client that does not keep up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlowClient {
    /// Its connection's number.
    #[serde(rename = "line")]
    pub connection: u64,
    /// The player's name; `None` for a watcher.
    pub name: Option<String>,
    /// The player's seat; 65535 for a watcher.
    pub seat: u16,
    /// Ticks that it was not sent.
    pub behind_ticks: u64,
    /// Bytes of its backlog, without those in the kernel.
    pub buffered_bytes: usize,
}

/// A summary of a room's ticks. Times are in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TickStats {
    /// Ticks played.
    pub count: u64,
    /// Ticks left out because the room, or the machine, was too busy.
    pub missed: u64,
    /// The longest delay between a tick's due time and its start.
    pub latest: u64,
    /// The median duration.
    pub p50: u64,
    /// The 99th percentile of the duration.
    pub p99: u64,
    /// The longest duration.
    pub max: u64,
    /// The histogram of durations.
    pub buckets: Vec<Bucket>,
}

/// A bucket of the histogram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// Its upper bound in microseconds; `None` for the last bucket.
    pub up_to: Option<u64>,
    /// The number of ticks in it.
    pub count: u64,
}

/// What a room has sent, and how far its round is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// The round's number.
    pub round: u32,
    /// The tick's number in the round.
    pub tick: u32,
    /// 0 while the round is played, 1 or 2 on the podium.
    pub phase: u8,
    /// Bytes sent since the room was opened.
    #[serde(skip)]
    pub bytes: u64,
    /// Bytes sent in the last second.
    pub bytes_per_second: u64,
    /// Snapshots sent in place of missed ticks.
    pub caught_up: u64,
    /// Clients closed because they stayed behind.
    #[serde(rename = "shown_out")]
    pub closed_behind: u64,
}

/// The room's own side of its statistics.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) published: Arc<Stats>,
    pub(super) totals: Totals,
    /// The bytes that had been sent when the totals were last published.
    published_bytes: u64,
}

impl Recorder {
    pub(super) fn new(published: Arc<Stats>) -> Self {
        Self {
            published,
            totals: Totals::default(),
            published_bytes: 0,
        }
    }

    /// Publishes the totals, once a second, who is slow, and who is in which state.
    pub(super) fn publish(&mut self, slow: Vec<SlowClient>, present: Present) {
        *lock(&self.published.present) = present;
        let bytes = self.totals.bytes;
        self.totals.bytes_per_second = bytes - mem::replace(&mut self.published_bytes, bytes);
        *lock(&self.published.totals) = self.totals;
        *lock(&self.published.slow) = slow;
    }
}

impl Deref for Recorder {
    type Target = Stats;

    fn deref(&self) -> &Stats {
        &self.published
    }
}

impl Stats {
    /// Statistics of an empty room.
    pub fn new(name: &str, seats: u16) -> Self {
        Self {
            name: name.into(),
            seats,
            taken: AtomicU32::new(0),
            spare: AtomicU32::new(0),
            connections: AtomicU32::new(0),
            tick_times: TickTimes {
                missed: AtomicU64::new(0),
                longest: AtomicU64::new(0),
                latest: AtomicU64::new(0),
                histogram: [const { AtomicU64::new(0) }; MICROS.len()],
            },
            slow: Mutex::default(),
            present: Mutex::default(),
            totals: Mutex::default(),
            last_used: Mutex::new(now()),
        }
    }

    pub(super) fn count(&self, taken: usize, spare: usize, connections: usize) {
        self.spare.store(spare as u32, Ordering::Release);
        let before = self.taken.swap(taken as u32, Ordering::AcqRel)
            + self.connections.swap(connections as u32, Ordering::AcqRel);
        if before > 0 && taken + connections == 0 {
            *lock(&self.last_used) = now();
        }
    }

    /// Records a tick that began `late` after its due time and took `took`. Returns how many ticks
    /// were left out before it.
    pub(super) fn record_tick(&self, late: Duration, took: Duration, period: Duration) -> u64 {
        let (took, late) = (took.as_micros() as u64, late.as_micros() as u64);
        let missed = late / (period.as_micros() as u64).max(1);
        let times = &self.tick_times;
        times.missed.fetch_add(missed, Ordering::Relaxed);
        times.longest.fetch_max(took, Ordering::Relaxed);
        times.latest.fetch_max(late, Ordering::Relaxed);
        let bucket = MICROS.partition_point(|&end| end < took);
        times.histogram[bucket].fetch_add(1, Ordering::Relaxed);
        missed
    }

    /// Seats that are taken, without those that a new player would get.
    pub fn taken(&self) -> u32 {
        self.taken.load(Ordering::Acquire)
    }

    /// Whether seats are kept for players who are away, though a new player would get them.
    pub fn keeps_seats(&self) -> bool {
        self.spare.load(Ordering::Acquire) > 0
    }

    /// Open connections.
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::Acquire)
    }

    /// Seats that are free.
    pub fn free(&self) -> u32 {
        u32::from(self.seats).saturating_sub(self.taken())
    }

    /// Whether one more connection fits. There are more connections than seats: of watchers, and of
    /// players who reconnect before their old connection is known to be gone.
    pub fn accepts_connections(&self) -> bool {
        self.connections() < u32::from(self.seats) * 5 / 4 + 32
    }

    /// The time since the last player or connection left; zero if one is here.
    pub fn empty_for(&self) -> Duration {
        match self.taken() + self.connections() {
            0 => now() - *lock(&self.last_used),
            _ => Duration::ZERO,
        }
    }

    /// The clients that did not keep up, at most a second ago.
    pub fn slow(&self) -> Vec<SlowClient> {
        lock(&self.slow).clone()
    }

    /// Who is in the room by state, at most a second old.
    pub fn present(&self) -> Present {
        match self.taken() + self.connections() {
            0 => Present::default(), // An empty room publishes nothing.
            _ => *lock(&self.present),
        }
    }

    /// The totals, at most a second old.
    pub fn totals(&self) -> Totals {
        *lock(&self.totals)
    }

    /// A summary of all ticks.
    pub fn ticks(&self) -> TickStats {
        let times = &self.tick_times;
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let counts = times.histogram.each_ref().map(load);
        let (count, max): (u64, u64) = (counts.iter().sum(), load(&times.longest));
        // As exact as the histogram: the upper bound of the bucket, or the longest tick.
        let percentile = |percent: u64| {
            let (all, mut sum): (u64, u64) = (count, 0);
            let bucket = counts.iter().position(|in_bucket| {
                sum += in_bucket;
                sum * 100 >= percent * all
            });
            bucket.map_or(max, |bucket| MICROS[bucket].min(max))
        };
        let buckets = MICROS.iter().zip(counts);
        TickStats {
            count,
            missed: load(&times.missed),
            latest: load(&times.latest),
            p50: percentile(50),
            p99: percentile(99),
            max,
            buckets: buckets
                .map(|(&up_to, count)| Bucket {
                    up_to: (up_to < u64::MAX).then_some(up_to),
                    count,
                })
                .collect(),
        }
    }
}
