//! The judge's terms, explained when a learner meets them first.

use serde::{Deserialize, Serialize};

/// A term that a verdict may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Term {
    Schedule,
    Preemption,
    /// `every schedule: 1`
    OneSchedule,
    PausedClock,
}

impl Term {
    const ALL: [Term; 4] = [
        Term::Schedule,
        Term::Preemption,
        Term::OneSchedule,
        Term::PausedClock,
    ];

    /// Returns the terms that this text uses.
    pub(crate) fn in_text(text: &str) -> impl Iterator<Item = Term> + '_ {
        let uses = move |term: &Term| match term {
            Term::Schedule => text.contains("schedule"),
            Term::Preemption => text.contains("preemption"),
            Term::OneSchedule => text.contains("schedule: 1)") || text.contains("s: 1)"),
            Term::PausedClock => text.contains("paused clock"),
        };
        Term::ALL.into_iter().filter(uses)
    }

    /// Returns a sentence or two that explain the term.
    pub(crate) fn explained(self) -> &'static str {
        match self {
            Term::Schedule => {
                "Schedule: an order in which the steps of all threads can happen. The judge runs \
                 your code in one schedule after the other; an exhaustive search runs every one."
            }
            Term::Preemption => {
                "Preemption: a thread that could go on is stopped, and another one runs. Nearly \
                 every bug shows with two or three of them, so where there are too many schedules \
                 the judge tries all with at most that many."
            }
            Term::OneSchedule => {
                "Only 1 schedule: there is only one order. A single thread runs, or each thread \
                 waits for another one."
            }
            Term::PausedClock => {
                "Paused clock: tokio's clock stands still while a task has work, and jumps when all \
                 of them wait. So an hour takes no time, and each run gives the same result."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_of_a_verdict_are_found() {
        let terms = |text| Term::in_text(text).collect::<Vec<_>>();
        use Term::{OneSchedule, Preemption, Schedule};
        assert_eq!(terms("It eats. (every schedule: 12)"), [Schedule]);
        assert_eq!(terms("(every schedule: 1)"), [Schedule, OneSchedule]);
        assert_eq!(
            terms("(every schedule with at most 3 preemptions: 1)"),
            [Schedule, Preemption, OneSchedule]
        );
        assert_eq!(terms("a `loop {}`"), []);
    }
}
