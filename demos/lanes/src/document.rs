//! A failure as JSON. The README describes it field by field; `VERSION` counts its changes.

use crate::story::Story;
use serde::{Deserialize, Serialize};

/// Readers should refuse what they do not know.
pub(crate) const VERSION: u32 = 1;

/// What is written.
#[derive(Serialize)]
pub(crate) struct Written<'a> {
    pub(crate) version: u32,
    pub(crate) name: &'a str,
    pub(crate) preemptions: Option<usize>,
    pub(crate) schedule: usize,
    /// Was an attempt to lock a step of its own? Left out if not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) attempts: bool,
    #[serde(flatten)]
    pub(crate) story: &'a Story,
    /// Where loom goes at each fork; only in a file that is to be replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<serde_json::Value>,
}

/// What is read again.
#[derive(Deserialize)]
pub(crate) struct Read {
    pub(crate) version: u32,
    pub(crate) name: String,
    pub(crate) preemptions: Option<usize>,
    pub(crate) schedule: usize,
    #[serde(default)]
    pub(crate) attempts: bool,
    pub(crate) path: Option<serde_json::Value>,
}
