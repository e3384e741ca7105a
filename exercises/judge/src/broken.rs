//! How a promise was broken.

use lanes::Failure;

/// How a promise was broken.
#[derive(Clone, Debug)]
pub struct Broken {
    pub(crate) kind: Kind,
    /// The message of an assertion, or the reason why there is no verdict.
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
    /// Whether all threads waited in the end.
    pub fn is_deadlock(&self) -> bool {
        self.kind == Kind::Deadlock
    }

    /// Whether a panic's message contains these words.
    pub fn says(&self, words: &str) -> bool {
        self.kind == Kind::Panic && self.message.contains(words)
    }

    /// Whether one schedule never ended.
    pub fn is_endless(&self) -> bool {
        self.kind == Kind::Endless
    }

    /// Whether no schedule shows what at least one must show.
    pub fn is_never(&self) -> bool {
        self.kind == Kind::Never
    }

    /// Whether the time limit was reached.
    pub fn is_late(&self) -> bool {
        self.kind == Kind::Late
    }

    /// Returns the rows of the drawing, such as `ann takes tray`; empty if there is no drawing.
    pub fn steps(&self) -> Vec<String> {
        self.failure
            .as_ref()
            .map(|failure| failure.steps())
            .unwrap_or_default()
    }

    /// Whether a row of the drawing contains these words.
    pub fn shows(&self, words: &str) -> bool {
        self.steps().iter().any(|step| step.contains(words))
    }

    /// Returns the lanes of the wait cycle.
    pub fn cycle(&self) -> Vec<String> {
        self.failure
            .as_ref()
            .map(|failure| failure.cycle())
            .unwrap_or_default()
    }

    /// Returns the reason if no `if_broken` matches.
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

    /// Returns the advice if no `if_broken` matches.
    pub(crate) fn advice(&self) -> &'static str {
        match self.kind {
            Kind::Endless => {
                "One schedule does not end. If a loop asks again and again whether something has \
                 changed, let it wait for something that wakes its thread instead: a lock, a \
                 condition variable, a channel."
            }
            Kind::CutShort => {
                "The judge gave up: your answer has too many schedules to try them all, so nothing \
                 is proved. It probably does far more steps than the exercise asks for."
            }
            Kind::Deadlock | Kind::Panic | Kind::Refused | Kind::Never | Kind::Late => "",
        }
    }
}
