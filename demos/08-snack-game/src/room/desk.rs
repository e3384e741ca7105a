//! What others may know of a room without asking it: numbers that it writes down as it goes.

use serde::Serialize;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The upper ends of a tick's histogram, in microseconds.
const MICROS: [u64; 12] = [
    50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, u64::MAX,
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
    busy: Mutex<Instant>,
}

/// Somebody who does not keep up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slow {
    /// Their connection.
    pub line: u64,
    /// Their name, unless they watch.
    pub player: Option<String>,
    /// For so long.
    pub millis: u64,
}

/// How a room's ticks were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ticks {
    /// So many.
    pub count: u64,
    /// So many were left out because the room, or the machine, was too busy.
    pub missed: u64,
    /// The longest took so many microseconds.
    pub longest_micros: u64,
    /// The latest began so many microseconds after it was due.
    pub latest_micros: u64,
    /// How many took up to so many microseconds; the last of these is without a limit.
    pub histogram: Vec<(u64, u64)>,
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
            busy: Mutex::new(Instant::now()),
        }
    }

    pub(super) fn count(&self, taken: usize, guests: usize) {
        let before = self.taken.swap(taken as u32, Ordering::AcqRel)
            + self.guests.swap(guests as u32, Ordering::AcqRel);
        if before > 0 && taken + guests == 0 {
            *lock(&self.busy) = Instant::now();
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

    pub(super) fn slow(&self, slow: Vec<Slow>) {
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

    /// Connections fit beside the players': of those who come back before their old line is missed, and of those who look on.
    pub fn has_standing_room(&self) -> bool {
        self.guests() < u32::from(self.seats) * 5 / 4 + 32
    }

    /// For how long nobody has been there.
    pub fn empty_for(&self) -> Duration {
        match self.taken() + self.guests() {
            0 => lock(&self.busy).elapsed(),
            _ => Duration::ZERO,
        }
    }

    /// Who was behind at the last look.
    pub fn who_is_slow(&self) -> Vec<Slow> {
        lock(&self.slow).clone()
    }

    /// How the ticks were.
    pub fn ticks(&self) -> Ticks {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        Ticks {
            count: load(&self.ticks),
            missed: load(&self.missed),
            longest_micros: load(&self.longest),
            latest_micros: load(&self.latest),
            histogram: MICROS.into_iter().zip(self.histogram.iter().map(load)).collect(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
