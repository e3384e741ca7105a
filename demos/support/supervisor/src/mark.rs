//! What is still to be done for a connection whose process died: told by what it had written down,
//! and by what the kernel counts.
//!
//! The rule: what is not in a snapshot yet is still in the kernel. Nothing is written to a socket
//! before the snapshot in which it waits is whole, and nothing is taken out of one before the
//! snapshot in which it was heard is. So a death at any moment leaves the kernel between two
//! positions that the newest snapshot knows: some of what waits is out, some of what was heard is
//! out.

use crate::counts::Counts;

/// A connection, in a snapshot, in the kernel's own positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// So far was written when the snapshot was.
    pub written: u64,
    /// So many bytes wait behind that.
    pub waiting: u64,
    /// So far was heard: what came up to here has had its effect.
    pub heard: u64,
}

/// What is to be done before a connection goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// So many of the bytes that wait are out already.
    pub skip: u64,
    /// So many bytes are to be taken out of the kernel: they have had their effect.
    pub discard: u64,
}

impl Mark {
    /// `None`: the snapshot is not of this connection, or somebody broke the rule.
    pub fn rest(&self, counts: Counts) -> Option<Rest> {
        let skip = counts.accepted.checked_sub(self.written)?;
        let discard = self.heard.checked_sub(counts.consumed)?;
        (skip <= self.waiting).then_some(Rest { skip, discard })
    }
}
