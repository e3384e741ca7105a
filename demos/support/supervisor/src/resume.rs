//! Where a connection continues after its process died: computed from its last snapshot and the
//! kernel's counters.
//!
//! The rule: what is not in a snapshot yet is still in the kernel. A worker writes to a socket only
//! after the snapshot that holds those bytes as pending is complete; it removes bytes from a socket
//! only after the snapshot in which they have had their effect is complete. So whenever a worker
//! dies, the kernel stands between two positions that the newest snapshot knows: some of the
//! pending bytes are written, some of the applied bytes are removed.

use crate::tcp_info::Counters;

/// A connection's positions in a snapshot, in the kernel's own byte counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Bytes that had been written.
    pub written: u64,
    /// Bytes that were to be written next.
    pub pending: u64,
    /// Bytes received that had had their effect.
    pub applied: u64,
}

/// What to do before a connection continues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resume {
    /// How many of the pending bytes are written already.
    pub skip: u64,
    /// How many bytes to read from the kernel and ignore: they have had their effect.
    pub discard: u64,
}

impl Checkpoint {
    /// Compares the snapshot with the kernel. `None` if the snapshot belongs to another connection,
    /// or if the worker broke the rule.
    pub fn resume(&self, counters: Counters) -> Option<Resume> {
        let skip = counters.accepted.checked_sub(self.written)?;
        let discard = self.applied.checked_sub(counters.consumed)?;
        (skip <= self.pending).then_some(Resume { skip, discard })
    }
}
