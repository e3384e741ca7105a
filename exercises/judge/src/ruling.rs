//! What the child says to the runner, a line of JSON each.

use serde::{Deserialize, Serialize};

/// One line of the child's report. The last one counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// This promise is being looked at: should nothing follow, it is the one at which the answer hung.
    Looking {
        /// The promise, a sentence.
        promise: String,
    },
    /// Every promise is kept.
    Green {
        /// Each promise, and how that is known.
        kept: Vec<String>,
    },
    /// A promise is broken.
    Red {
        /// The promise, a sentence.
        promise: String,
        /// One word for why: what a wrong answer states at its top.
        reason: String,
        /// The lines of the answer at which its threads were last, `file:line`.
        places: Vec<String>,
        /// The drawing, in lines; empty if there is none.
        story: String,
        /// A sentence about the mistake, if it is a known one.
        advice: String,
    },
}
