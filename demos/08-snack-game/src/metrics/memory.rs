//! Shared memory, held by the supervisor, with the counts for the next worker.

use super::carried::Carried;
use crate::{admission::Admission, handover::Supervisor};
use std::{
    mem,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
};
use supervisor::snapshot::SnapshotFile;

/// Its name at the supervisor, in the place of a room's. No room can have it.
pub(crate) const CARRIER: &str = "#counts";

/// The memory of the worker that serves.
#[derive(Debug)]
pub(crate) struct Memory {
    file: SnapshotFile,
    written: Vec<u8>,
    /// Writing has failed once, and was logged.
    failed: bool,
}

impl Memory {
    /// New memory. `None` if the kernel has none: after a crash the counts begin at 0.
    pub(crate) fn new(supervisor: &Arc<Supervisor>, admission: &Admission) -> Option<Self> {
        match SnapshotFile::named("counts") {
            Ok(file) => {
                let id = admission.next_connection_id();
                supervisor.hold_snapshot(id, CARRIER, file.as_fd());
                Some(Self::over(file))
            }
            Err(error) => {
                tracing::warn!(%error, "no shared memory for the counts of the metrics: they begin at 0 after a crash");
                None
            }
        }
    }

    /// The memory of the worker before, and its counts. `None` if they cannot be read.
    pub(crate) fn take_over(memory: OwnedFd) -> Option<(Self, Carried)> {
        let mut file = SnapshotFile::from_fd(memory);
        let bytes = file.read();
        let bytes = bytes.inspect_err(|error| {
            tracing::warn!(?error, "the counts of the worker before are lost");
        });
        let carried = Carried::decode(&bytes.ok()?).inspect_err(|error| {
            tracing::warn!(%error, "the counts of the worker before are lost");
        });
        Some((Self::over(file), carried.ok()?))
    }

    fn over(file: SnapshotFile) -> Self {
        Self {
            file,
            written: Vec::new(),
            failed: false,
        }
    }

    /// Writes the counts, unless they are as before.
    pub(super) fn write(&mut self, counts: &Carried) {
        let bytes = counts.encode();
        if bytes == self.written {
            return;
        }
        match self.file.write(&bytes) {
            Ok(()) => self.written = bytes,
            Err(error) => {
                if !mem::replace(&mut self.failed, true) {
                    tracing::warn!(%error, "cannot save the counts of the metrics");
                }
            }
        }
    }
}
