//! A room under a supervisor outlives its process. A tick is a transaction: it peeks at what
//! clients sent and leaves it in the kernel, plays, writes a snapshot, and only then writes to the
//! sockets and takes what it has applied. So whatever is not in the newest snapshot is still in the
//! kernel. See [`supervisor`].

use super::{Room, Snapshot, ToRoom, snapshot::SnapshotError};
use crate::{admission::Admission, clock, handover::Supervisor};
use std::{
    mem,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
    time::Instant,
};
use supervisor::{double_buffer::ReadError, snapshot::SnapshotFile};

/// Connections between two looks at the clock.
const GROUP: usize = 32;

/// The most bytes that are peeked at: more than a client may send in a tick.
const PEEK: usize = 16 * 1024;

/// Shared memory, held by the supervisor as well, into which a room writes its snapshots.
#[derive(Debug)]
pub(crate) struct SnapshotMemory {
    supervisor: Arc<Supervisor>,
    id: u64,
    memory: SnapshotFile,
    /// The last snapshot was of an empty room, which is not written again in every tick.
    was_empty: bool,
    /// Writing has failed once, and was logged.
    failed: bool,
}

impl SnapshotMemory {
    /// New memory for a room. `None` if the kernel has none; the room then ends with its process.
    pub(super) fn new(
        supervisor: &Arc<Supervisor>,
        admission: &Admission,
        room: &str,
    ) -> Option<Self> {
        match SnapshotFile::new() {
            Ok(memory) => {
                let id = admission.next_connection_id();
                supervisor.hold_snapshot(id, room, memory.as_fd());
                Some(Self::over(supervisor, id, memory))
            }
            Err(error) => {
                tracing::error!(%error, "no shared memory for the room's snapshots: a crash will end it");
                None
            }
        }
    }

    fn over(supervisor: &Arc<Supervisor>, id: u64, memory: SnapshotFile) -> Self {
        Self {
            supervisor: Arc::clone(supervisor),
            id,
            memory,
            was_empty: false,
            failed: false,
        }
    }

    /// Reads the snapshot that an earlier process wrote. `None` if it has not written one yet.
    ///
    /// # Errors
    /// This program cannot continue from the snapshot.
    pub(crate) fn read(
        supervisor: &Arc<Supervisor>,
        id: u64,
        memory: OwnedFd,
    ) -> Result<Option<(Snapshot, Self)>, SnapshotError> {
        let mut memory = SnapshotFile::from_fd(memory);
        let snapshot = snapshot_in(&mut memory)?;
        Ok(snapshot.map(|snapshot| (snapshot, Self::over(supervisor, id, memory))))
    }
}

/// Checks that this program could continue from the snapshot in `memory`.
///
/// # Errors
/// It could not.
pub(crate) fn check_snapshot(memory: OwnedFd) -> Result<(), SnapshotError> {
    snapshot_in(&mut SnapshotFile::from_fd(memory)).map(drop)
}

/// The snapshot in `memory`. `None` if none was written yet.
fn snapshot_in(memory: &mut SnapshotFile) -> Result<Option<Snapshot>, SnapshotError> {
    match memory.read() {
        Ok(bytes) => Snapshot::read(&bytes).map(Some),
        Err(ReadError::Empty) => Ok(None),
        Err(ReadError::Torn) => Err(SnapshotError::Torn),
        Err(ReadError::Io(error)) => Err(SnapshotError::Io(error)),
    }
}

impl Drop for SnapshotMemory {
    fn drop(&mut self) {
        self.supervisor.forget_snapshot(self.id);
    }
}

impl Room {
    /// A tick as a transaction.
    pub(super) fn tick_supervised(&mut self, now: Instant) {
        self.peek(now);
        self.tick(now);
        self.write_snapshot(now);
        // From here on a crash loses nothing: the next process knows what has to be written, and
        // what was applied.
        let due = self.lifecycle.tick_due.unwrap_or(now);
        let delivery = &self.state.metrics.sent.delivery;
        for group in self.connections.chunks_mut(GROUP) {
            let mut delivered = 0;
            for client in group {
                let waits = client.is_in() && client.outbox.waiting_bytes() > 0;
                client.outbox.seal();
                delivered += u64::from(client.outbox.flush() && waits);
                if let Some(reader) = &mut client.peek_reader {
                    reader.take(client.outbox.connection());
                }
            }
            let took = clock::now().saturating_duration_since(due);
            delivery.observe_many(took, delivered);
        }
    }

    /// Applies what all clients sent, and leaves it in the kernel.
    fn peek(&mut self, now: Instant) {
        let mut buffer = vec![0; PEEK];
        let mut messages = Vec::new();
        for id in self.connections.ids(|_| true) {
            let Some(client) = self.connections.get_mut(id) else {
                continue;
            };
            let connection = Arc::clone(client.outbox.connection());
            let Some(reader) = &mut client.peek_reader else {
                continue;
            };
            let end = reader.peek(&connection, &mut buffer, &mut messages);
            for message in messages.drain(..) {
                self.apply(message, now);
            }
            if let Some(found) = end {
                self.apply(ToRoom::Gone { id, found }, now);
            }
        }
    }

    fn write_snapshot(&mut self, now: Instant) {
        let is_empty = self.is_empty();
        let snapshots = self.snapshots.as_ref();
        if is_empty && snapshots.is_some_and(|snapshots| snapshots.was_empty) {
            return;
        }
        let bytes = Snapshot::with_connections(self, now);
        let Some(snapshots) = &mut self.snapshots else {
            return;
        };
        snapshots.was_empty = is_empty;
        if let Err(error) = snapshots.memory.write(&bytes)
            && !mem::replace(&mut snapshots.failed, true)
        {
            // The game continues; a crash would end the connections.
            tracing::error!(%error, "cannot write the room's snapshot");
        }
    }
}
