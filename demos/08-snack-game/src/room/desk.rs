//! What others may know of a room without asking it: numbers that it writes down as it goes.

use crate::house::{lock, now};
use serde::Serialize;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The upper ends of a tick's histogram, in microseconds.
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

/// A room's numbers.
#[derive(Debug)]
pub struct Desk {
    /// The room's name.
    pub name: Arc<str>,
    /// Its seats.
    pub seats: u16,
    taken: AtomicU32,
    guests: AtomicU32,
    ticks: AtomicU64,
    missed: AtomicU64,
    longest: AtomicU64,
    latest: AtomicU64,
    histogram: [AtomicU64; MICROS.len()],
    slow: Mutex<Vec<Slow>>,
    now: Mutex<Now>,
    busy: Mutex<Instant>,
}

/// Somebody who does not keep up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slow {
    /// Their connection.
    pub line: u64,
    /// Their name, unless they watch.
    pub name: Option<String>,
    /// Their seat; 65535 for somebody who watches.
    pub seat: u16,
    /// Ticks that they were not told.
    pub behind_ticks: u64,
    /// What waits for them here, beside what waits in the kernel.
    pub buffered_bytes: usize,
}

/// How a room's ticks were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ticks {
    /// So many.
    pub count: u64,
    /// So many were left out because the room, or the machine, was too busy.
    pub missed: u64,
    /// The latest began so many microseconds after it was due.
    pub latest: u64,
    /// Half of them took no longer, in microseconds.
    pub p50: u64,
    /// Of a hundred, one took longer.
    pub p99: u64,
    /// None took longer.
    pub max: u64,
    /// How many took up to so many microseconds.
    pub buckets: Vec<Bucket>,
}

/// A column of the histogram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// None: however long.
    pub up_to: Option<u64>,
    /// Ticks.
    pub count: u64,
}

/// What a room writes down after each tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Now {
    /// The round's number.
    pub round: u32,
    /// The tick's number.
    pub tick: u32,
    /// 0: they play; 1 and 2: the podium.
    pub phase: u8,
    /// Bytes that were told since the room was opened.
    #[serde(skip)]
    pub bytes: u64,
    /// Bytes a second, of late.
    pub bytes_per_second: u64,
    /// Snapshots for those who were behind.
    pub caught_up: u64,
    /// Those who stayed behind.
    pub shown_out: u64,
}

impl Desk {
    /// For a room that is empty.
    pub fn new(name: &str, seats: u16) -> Self {
        Self {
            name: name.into(),
            seats,
            taken: AtomicU32::new(0),
            guests: AtomicU32::new(0),
            ticks: AtomicU64::new(0),
            missed: AtomicU64::new(0),
            longest: AtomicU64::new(0),
            latest: AtomicU64::new(0),
            histogram: [const { AtomicU64::new(0) }; MICROS.len()],
            slow: Mutex::default(),
            now: Mutex::default(),
            busy: Mutex::new(now()),
        }
    }

    pub(super) fn count(&self, taken: usize, guests: usize) {
        let before = self.taken.swap(taken as u32, Ordering::AcqRel)
            + self.guests.swap(guests as u32, Ordering::AcqRel);
        if before > 0 && taken + guests == 0 {
            *lock(&self.busy) = now();
        }
    }

    pub(super) fn ticked(&self, late: Duration, took: Duration, period: Duration) {
        let (took, late) = (took.as_micros() as u64, late.as_micros() as u64);
        let missed = late / (period.as_micros() as u64).max(1);
        self.ticks.fetch_add(1, Ordering::Relaxed);
        self.missed.fetch_add(missed, Ordering::Relaxed);
        self.longest.fetch_max(took, Ordering::Relaxed);
        self.latest.fetch_max(late, Ordering::Relaxed);
        self.histogram[MICROS.partition_point(|&end| end < took)].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn look(&self, now: Now, slow: Vec<Slow>) {
        *lock(&self.now) = now;
        *lock(&self.slow) = slow;
    }

    /// Seats that are taken.
    pub fn taken(&self) -> u32 {
        self.taken.load(Ordering::Acquire)
    }

    /// Connections.
    pub fn guests(&self) -> u32 {
        self.guests.load(Ordering::Acquire)
    }

    /// Seats that are free.
    pub fn free(&self) -> u32 {
        u32::from(self.seats).saturating_sub(self.taken())
    }

    /// Connections fit beside the players': of those who come back before their old line is missed,
    /// and of those who look on.
    pub fn has_standing_room(&self) -> bool {
        self.guests() < u32::from(self.seats) * 5 / 4 + 32
    }

    /// For how long nobody has been there.
    pub fn empty_for(&self) -> Duration {
        match self.taken() + self.guests() {
            0 => now() - *lock(&self.busy),
            _ => Duration::ZERO,
        }
    }

    /// Who was behind at the last look, a second ago at most.
    pub fn who_is_slow(&self) -> Vec<Slow> {
        lock(&self.slow).clone()
    }

    /// What there was at the last look.
    pub fn now(&self) -> Now {
        *lock(&self.now)
    }

    /// How the ticks were.
    pub fn ticks(&self) -> Ticks {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let counts = self.histogram.each_ref().map(load);
        let (count, max): (u64, u64) = (counts.iter().sum(), load(&self.longest));
        // As exact as the histogram is: the upper end of the column, or the longest there was.
        let percentile = |percent: u64| {
            let (all, mut sum): (u64, u64) = (count, 0);
            let column = counts.iter().position(|in_column| {
                sum += in_column;
                sum * 100 >= percent * all
            });
            column.map_or(max, |column| MICROS[column].min(max))
        };
        let columns = MICROS.iter().zip(counts);
        Ticks {
            count,
            missed: load(&self.missed),
            latest: load(&self.latest),
            p50: percentile(50),
            p99: percentile(99),
            max,
            buckets: columns
                .map(|(&up_to, count)| Bucket {
                    up_to: (up_to < u64::MAX).then_some(up_to),
                    count,
                })
                .collect(),
        }
    }
}
