//! Stand-ins where there is no supervisor: it needs Linux.

use super::Room;
use crate::{admission::Admission, connection::Connection, handover::Supervisor, outbox::Backlog};
use std::{sync::Arc, time::Instant};

/// No value: only Linux has a supervisor.
#[derive(Debug)]
pub(crate) enum SnapshotMemory {}

/// No value: only Linux has a supervisor.
#[derive(Debug)]
pub(super) enum PeekReader {}

impl SnapshotMemory {
    pub(super) fn new(_: &Arc<Supervisor>, _: &Admission, _: &str) -> Option<Self> {
        None
    }
}

impl PeekReader {
    pub(super) fn new(_: &Connection) -> Option<(Self, Backlog)> {
        None
    }
}

impl Room {
    pub(super) fn tick_supervised(&mut self, now: Instant) {
        self.tick(now);
    }
}
