//! Why a schedule ended badly.

use crate::record::LastPanic;
use serde::Serialize;

/// Why a schedule ended badly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "message", rename_all = "lowercase")]
pub(crate) enum Cause {
    /// Nobody can go on, and not everybody has ended.
    Deadlock,
    /// An assertion failed, or something else panicked, with this message.
    Panic(String),
    /// The schedule grew longer than its bound.
    Endless,
    /// The model cannot be judged, for this reason.
    Refused(String),
}

/// Is this file loom's own?
pub(crate) fn is_loom(file: &str) -> bool {
    let file = file.replace('\\', "/");
    file.contains("/loom-") && file.contains("/src/")
}

/// Why a model cannot be judged that is not the same under the same schedule.
pub(crate) const UNDETERMINED: &str = "the model took another way than the last time it was run under the same schedule. \
     It must depend on nothing but the schedule: no clock, no chance, no `HashMap` to iterate over (a `BTreeMap` has an order), \
     nothing kept from one schedule to the next";

/// What loom says of a model; everything else it says of itself, when it does not recognise its own way.
const LOOMS_VERDICTS: [&str; 3] = ["leak", "ausality violation", "oncurrent"];

const OVERFLOW: &str = "a thread of the model overflowed its stack: loom gives each 32 KiB, so keep big values in a `Box`";

impl Cause {
    pub(crate) fn of(panic: Option<&LastPanic>) -> Cause {
        // The one failure that is no panic.
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
        } else if message.starts_with("Model exceeded maximum number of branches") {
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

    /// The one word that says it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Cause::Deadlock => "DEADLOCK",
            Cause::Panic(_) => "PANIC",
            Cause::Endless => "NO END",
            Cause::Refused(_) => "REFUSED",
        }
    }

    /// What the last row says, if there is one for it.
    pub(crate) fn row(&self) -> Option<&'static str> {
        match self {
            Cause::Panic(_) => Some("panics"),
            Cause::Refused(_) => Some("cannot be judged"),
            Cause::Deadlock | Cause::Endless => None,
        }
    }

    /// What there is to say beside it.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Cause::Panic(message) | Cause::Refused(message) => Some(message),
            Cause::Endless => Some(
                "One schedule goes on and on: a loop that waits by spinning, or far too many steps.",
            ),
            Cause::Deadlock => None,
        }
    }
}
