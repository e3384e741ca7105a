//! How far an exploration goes.

use std::fmt;
use std::time::Duration;

/// How far an exploration goes: which schedules belong to the proof, and when to stop trying.
///
/// The bound on preemptions is part of what is proved. The caps are not: an exploration that hits one
/// is [cut short](crate::Verdict::was_cut_short), and has proved nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub(crate) preemptions: Option<usize>,
    pub(crate) schedules: usize,
    pub(crate) time: Duration,
    pub(crate) steps: usize,
    /// Is it a step to find a lock taken? Then so is every taking and letting go, which costs schedules; so only in models
    /// that try locks.
    pub(crate) attempts: bool,
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
        }
    }

    /// Every schedule in which at most `n` times a thread is interrupted that could have gone on.
    ///
    /// Nearly all known concurrency bugs need no more than 2.
    pub fn preemptions(n: usize) -> Bounds {
        Bounds {
            preemptions: Some(n),
            ..Bounds::exhaustive()
        }
    }

    /// Gives up, without a proof, after `n` schedules (2,000,000 unless told).
    pub fn at_most(self, n: usize) -> Bounds {
        Bounds {
            schedules: n.max(1),
            ..self
        }
    }

    /// Gives up, without a proof, after this time (two minutes unless told).
    pub fn within(self, time: Duration) -> Bounds {
        Bounds { time, ..self }
    }

    /// A schedule longer than `n` branches (5,000 unless told) counts as one that never ends.
    pub fn steps(self, n: usize) -> Bounds {
        Bounds {
            steps: n.max(1),
            ..self
        }
    }

    /// `an exhaustive search`, `a search with at most 2 preemptions`.
    pub(crate) fn search(&self) -> String {
        match self.preemptions {
            None => "an exhaustive search".into(),
            Some(_) => self.to_string().replacen("every schedule", "a search", 1),
        }
    }
}

/// `every schedule`, `every schedule with at most 2 preemptions`.
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
