//! How a promise was broken, for a judge that wants to know which mistake it sees.

use lanes::Failure;

/// How a promise was broken.
#[derive(Clone, Debug)]
pub struct Broken {
    pub(crate) kind: Kind,
    /// What was said: an assertion's words, or why there is no verdict.
    pub(crate) message: String,
    pub(crate) failure: Option<Box<Failure>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Deadlock,
    Panic,
    Endless,
    Refused,
    CutShort,
    Never,
    Late,
}

impl Broken {
    /// Did everybody wait in the end?
    pub fn is_deadlock(&self) -> bool {
        self.kind == Kind::Deadlock
    }

    /// Did a panic say this?
    pub fn says(&self, words: &str) -> bool {
        self.kind == Kind::Panic && self.message.contains(words)
    }

    /// Did one schedule go on and on?
    pub fn is_endless(&self) -> bool {
        self.kind == Kind::Endless
    }

    /// Was there no schedule that shows what at least one must show?
    pub fn is_never(&self) -> bool {
        self.kind == Kind::Never
    }

    /// Was the clock's patience over?
    pub fn is_late(&self) -> bool {
        self.kind == Kind::Late
    }

    /// The rows of the drawing, such as `ann takes tray`; none if there is no drawing.
    pub fn steps(&self) -> Vec<String> {
        self.failure
            .as_ref()
            .map(|failure| failure.steps())
            .unwrap_or_default()
    }

    /// Does a row of the drawing contain these words?
    pub fn shows(&self, words: &str) -> bool {
        self.steps().iter().any(|step| step.contains(words))
    }

    /// The lanes that wait for each other in a ring.
    pub fn cycle(&self) -> Vec<String> {
        self.failure
            .as_ref()
            .map(|failure| failure.cycle())
            .unwrap_or_default()
    }

    /// The reason if no `if_broken` knows a better one.
    pub(crate) fn reason(&self) -> &'static str {
        match self.kind {
            Kind::Deadlock => "deadlock",
            Kind::Panic => "panic",
            Kind::Endless => "endless",
            Kind::Refused => "refused",
            Kind::CutShort => "cut-short",
            Kind::Never => "never",
            Kind::Late => "late",
        }
    }

    /// What there is to say if no `if_broken` knows better.
    pub(crate) fn advice(&self) -> &'static str {
        match self.kind {
            Kind::Endless => {
                "A loop goes round and round until another thread does something. In one schedule that thread never gets its turn. \
                 Wait for something that wakes you: a lock, a condition variable, a channel."
            }
            Kind::CutShort => {
                "The judge gave up: your answer has so many schedules that they were not all tried, so nothing is proved. It \
                 probably does far more steps than the exercise asks for."
            }
            Kind::Deadlock | Kind::Panic | Kind::Refused | Kind::Never | Kind::Late => "",
        }
    }
}
