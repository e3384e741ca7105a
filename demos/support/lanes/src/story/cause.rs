//! Why a schedule ended badly.

use crate::record::LastPanic;
use serde::Serialize;

/// Why a schedule ended badly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "message", rename_all = "lowercase")]
pub(crate) enum Cause {
    /// No lane can continue, and at least one has not ended.
    Deadlock,
    /// An assertion failed, or something else panicked, with this message.
    Panic(String),
    /// The schedule grew longer than its bound.
    Endless,
    /// The model cannot be judged, for this reason.
    Refused(String),
}

/// Whether this file belongs to loom.
pub(crate) fn is_loom(file: &str) -> bool {
    let file = file.replace('\\', "/");
    file.contains("/loom-") && file.contains("/src/")
}

/// The message for a model that differs under the same schedule.
pub(crate) const UNDETERMINED: &str = "the model took another way than the last time it was run under the same schedule. \
     It must depend on nothing but the schedule: no clock, no chance, no `HashMap` to iterate over (a `BTreeMap` has an order), \
     no order of addresses (each run has others), nothing kept from one schedule to the next";

/// Parts of the messages that loom prints about a model. Its other messages are about loom itself,
/// when it does not recognise its own path.
const LOOMS_VERDICTS: [&str; 3] = ["leak", "ausality violation", "oncurrent"];

/// Loom counts the preemptions of a schedule in eight bits. Each preemption that a search adds is a
/// fork of its own, so only a loop that adds a fork with each round comes that far.
const COUNTERS_OVERFLOW: &str = "attempt to add with overflow";

const OVERFLOW: &str = "a thread of the model overflowed its stack: loom gives each 32 KiB, so keep big values in a `Box`";

impl Cause {
    pub(crate) fn of(panic: Option<&LastPanic>) -> Cause {
        // A deadlock of tasks is the one failure without a panic.
        let Some(panic) = panic else {
            return Cause::Refused(OVERFLOW.into());
        };
        let message = panic
            .message
            .clone()
            .unwrap_or_else(|| "a panic without words".into());
        if panic.refused {
            return Cause::Refused(message);
        }
        if !is_loom(&panic.file) {
            return Cause::Panic(message.trim().to_owned());
        }
        if message.starts_with("deadlock; threads = ") {
            Cause::Deadlock
        } else if message.starts_with("Model exceeded maximum number of branches")
            || message.contains(COUNTERS_OVERFLOW)
        {
            Cause::Endless
        } else if message.starts_with("invalid value for `LOOM_") {
            Cause::Refused(format!(
                "{message} (an environment variable that loom reads: unset it)"
            ))
        } else if LOOMS_VERDICTS.iter().any(|words| message.contains(words)) {
            Cause::Panic(format!("loom: {}", message.trim()))
        } else {
            Cause::Refused(UNDETERMINED.into())
        }
    }

    /// The cause in one word.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Cause::Deadlock => "DEADLOCK",
            Cause::Panic(_) => "PANIC",
            Cause::Endless => "NO END",
            Cause::Refused(_) => "REFUSED",
        }
    }

    /// The text of the last row, if the cause has a row.
    pub(crate) fn row(&self) -> Option<&'static str> {
        match self {
            Cause::Panic(_) => Some("panics"),
            Cause::Refused(_) => Some("cannot be judged"),
            Cause::Deadlock | Cause::Endless => None,
        }
    }

    /// The message beside the drawing.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Cause::Panic(message) | Cause::Refused(message) => Some(message),
            Cause::Endless => Some(
                "One schedule does not end: a loop that waits by spinning, or far too many steps.",
            ),
            Cause::Deadlock => None,
        }
    }
}
