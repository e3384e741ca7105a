//! What an exploration found.

use crate::bounds::Bounds;
use crate::failure::Failure;
use std::fmt;

/// The result of an exploration: the model holds in every schedule, or a schedule fails, or neither
/// is known because the exploration reached a cap.
#[must_use = "a verdict says nothing until it is asked: `holds()`, `deadlocks()`, `violates(…)`"]
#[derive(Debug, Clone)]
pub struct Verdict {
    pub(crate) name: String,
    pub(crate) bounds: Bounds,
    pub(crate) schedules: usize,
    pub(crate) end: End,
}

#[derive(Debug, Clone)]
pub(crate) enum End {
    Holds,
    CutShort,
    Fails(Box<Failure>),
}

impl Verdict {
    /// The number of schedules that were run. If one failed, it is the last.
    pub fn schedules(&self) -> usize {
        self.schedules
    }

    /// The schedule that failed, if there is one.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.end {
            End::Fails(failure) => Some(failure),
            End::Holds | End::CutShort => None,
        }
    }

    /// Whether the exploration reached a cap before it was complete. Then nothing is proved.
    pub fn was_cut_short(&self) -> bool {
        matches!(self.end, End::CutShort)
    }

    /// Asserts that the model holds in every schedule. Returns the number of schedules.
    ///
    /// # Panics
    /// If a schedule failed (with the drawing), or if the exploration was cut short.
    #[track_caller]
    pub fn holds(&self) -> usize {
        match &self.end {
            End::Holds => self.schedules,
            End::CutShort | End::Fails(_) => panic!("\n{self}\n"),
        }
    }

    /// Asserts that the model deadlocks. Returns the schedule.
    ///
    /// # Panics
    /// If no schedule deadlocks, or if another failure came first.
    #[track_caller]
    pub fn deadlocks(&self) -> &Failure {
        match self.failure() {
            Some(failure) if failure.is_deadlock() => failure,
            _ => panic!("\na deadlock was expected, but:\n{self}\n"),
        }
    }

    /// Asserts that a schedule panics with a message that contains `invariant`. Returns the
    /// schedule.
    ///
    /// # Panics
    /// If there is no such schedule, or if another failure came first.
    #[track_caller]
    pub fn violates(&self, invariant: &str) -> &Failure {
        match self.failure() {
            Some(failure)
                if failure
                    .panic_message()
                    .is_some_and(|message| message.contains(invariant)) =>
            {
                failure
            }
            _ => panic!("\na schedule that violates “{invariant}” was expected, but:\n{self}\n"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict {
            name,
            bounds,
            schedules,
            end,
        } = self;
        match end {
            End::Holds => write!(f, "{name}: holds in {bounds} ({schedules} of them)"),
            End::Fails(failure) => failure.fmt(f),
            End::CutShort => {
                let schedules = if *schedules == 1 {
                    "1 schedule".into()
                } else {
                    format!("{schedules} schedules")
                };
                write!(
                    f,
                    "{name}: CUT SHORT after {schedules}: no schedule failed, but not every one was run, so nothing is \
                     proved.\nMake the model smaller, bound its preemptions (`Bounds::preemptions(2)`), or raise the cap \
                     (`at_most`, `within`)."
                )
            }
        }
    }
}
