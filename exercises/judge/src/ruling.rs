//! What the child reports to the runner, one line of JSON each.

use serde::{Deserialize, Serialize};

/// One line of the child's report. The last one counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// This promise is being checked. If no line follows, the answer hung at this promise.
    Looking {
        /// The promise, a sentence.
        promise: String,
    },
    /// Every promise is kept.
    Green {
        /// Each promise, and how it was checked.
        kept: Vec<String>,
    },
    /// A promise is broken.
    Red {
        /// The promise, a sentence.
        promise: String,
        /// One word for the reason: what a wrong answer states in its first comment.
        reason: String,
        /// The lines of the answer at which its threads were last, as `file:line`.
        places: Vec<String>,
        /// The drawing as text, or the message if there is no drawing.
        story: String,
        /// A sentence about the mistake; empty if the judge does not know it.
        advice: String,
    },
}
