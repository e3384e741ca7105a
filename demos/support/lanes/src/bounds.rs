//! The bounds of an exploration.

use crate::memory::Memory;
use crate::spurious::Spurious;
use std::fmt;
use std::time::Duration;

/// The bounds of an exploration: which schedules belong to the proof, and when to stop.
///
/// The bound on preemptions is part of what is proved. The caps are not: an exploration that
/// reaches a cap is [cut short](crate::Verdict::was_cut_short), and has proved nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub(crate) preemptions: Option<usize>,
    pub(crate) schedules: usize,
    pub(crate) time: Duration,
    pub(crate) steps: usize,
    /// Whether an attempt to lock is a step of its own. Then every lock and unlock must be a step
    /// too, which adds schedules; so this is set only for models that try locks.
    pub(crate) attempts: bool,
    /// Which chances for a spurious event become one.
    pub(crate) spurious: Spurious,
    /// How strict atomics are.
    pub(crate) memory: Memory,
}

impl Bounds {
    /// Every schedule.
    pub fn exhaustive() -> Bounds {
        Bounds {
            preemptions: None,
            schedules: 2_000_000,
            time: Duration::from_secs(120),
            steps: 5_000,
            attempts: false,
            spurious: Spurious::Never,
            memory: Memory::Loom,
        }
    }

    /// Every schedule with at most `n` preemptions: switches away from a thread that could have
    /// continued.
    ///
    /// Nearly all known concurrency bugs need no more than 2.
    pub fn preemptions(n: usize) -> Bounds {
        Bounds {
            preemptions: Some(n),
            ..Bounds::exhaustive()
        }
    }

    /// Stops, without a proof, after `n` schedules. The default is 2,000,000.
    pub fn at_most(self, n: usize) -> Bounds {
        Bounds {
            schedules: n.max(1),
            ..self
        }
    }

    /// Stops, without a proof, after this time. The default is two minutes.
    pub fn within(self, time: Duration) -> Bounds {
        Bounds { time, ..self }
    }

    /// Treats a schedule that is longer than `n` branches as one that never ends. The default is
    /// 5,000.
    pub fn steps(self, n: usize) -> Bounds {
        Bounds {
            steps: n.max(1),
            ..self
        }
    }

    /// Whether every schedule belongs to the proof, with any number of preemptions.
    pub fn have_every_schedule(&self) -> bool {
        self.preemptions.is_none()
    }

    /// The search in words: `an exhaustive search`, `a search with at most 2 preemptions`.
    pub(crate) fn search(&self) -> String {
        match self.preemptions {
            None => "an exhaustive search".into(),
            Some(_) => self.to_string().replacen("every schedule", "a search", 1),
        }
    }
}

/// The proved schedules in words: `every schedule`, `every schedule with at most 2 preemptions`.
impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.preemptions {
            None => write!(f, "every schedule"),
            Some(0) => write!(f, "every schedule without preemption"),
            Some(1) => write!(f, "every schedule with at most 1 preemption"),
            Some(n) => write!(f, "every schedule with at most {n} preemptions"),
        }
    }
}
