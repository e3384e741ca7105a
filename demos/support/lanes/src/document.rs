//! A failure as JSON. The README describes it field by field; `VERSION` counts its changes.

use crate::memory::Memory;
use crate::spurious::Spurious;
use crate::story::Story;
use serde::{Deserialize, Serialize};

/// The version of the format. A reader refuses a version that it does not know.
pub(crate) const VERSION: u32 = 1;

/// The document as it is written.
#[derive(Serialize)]
pub(crate) struct Written<'a> {
    pub(crate) version: u32,
    pub(crate) name: &'a str,
    pub(crate) preemptions: Option<usize>,
    pub(crate) schedule: usize,
    /// Whether an attempt to lock is a step of its own. Left out if false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) attempts: bool,
    /// The spurious events of the schedule. Left out if there are none.
    #[serde(skip_serializing_if = "Spurious::is_never")]
    pub(crate) spurious: Spurious,
    /// How strict atomics are. Left out if they are as loom has them.
    #[serde(skip_serializing_if = "Memory::is_looms")]
    pub(crate) memory: Memory,
    #[serde(flatten)]
    pub(crate) story: &'a Story,
    /// Loom's choice at each fork. Present only in a file that can be replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<serde_json::Value>,
}

/// The parts of the document that a replay reads.
#[derive(Deserialize)]
pub(crate) struct Read {
    pub(crate) version: u32,
    pub(crate) name: String,
    pub(crate) preemptions: Option<usize>,
    pub(crate) schedule: usize,
    #[serde(default)]
    pub(crate) attempts: bool,
    #[serde(default)]
    pub(crate) spurious: Spurious,
    #[serde(default)]
    pub(crate) memory: Memory,
    pub(crate) path: Option<serde_json::Value>,
}
