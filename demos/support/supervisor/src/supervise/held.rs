//! The file descriptors that the supervisor holds, and how a worker receives them.

use crate::ipc::{Channel, Kind, Message};
use std::{
    collections::BTreeMap,
    io,
    os::fd::{AsFd, OwnedFd},
};

/// A room's snapshot or a player's socket, with the room's name.
#[derive(Debug)]
struct Held {
    room: String,
    fd: OwnedFd,
}

#[derive(Debug)]
pub(super) struct HeldDescriptors {
    listener: OwnedFd,
    snapshots: BTreeMap<u64, Held>,
    connections: BTreeMap<u64, Held>,
}

impl HeldDescriptors {
    pub(super) fn new(listener: OwnedFd) -> Self {
        Self {
            listener,
            snapshots: BTreeMap::new(),
            connections: BTreeMap::new(),
        }
    }

    /// Whether no room is open.
    pub(super) fn has_no_room(&self) -> bool {
        self.snapshots.is_empty()
    }

    /// Stores or closes a descriptor, as the worker that serves asks. Ignores other messages.
    pub(super) fn update(&mut self, message: Message, fd: Option<OwnedFd>) {
        let Message { kind, id, name } = message;
        match (kind, fd) {
            (Kind::Snapshot, Some(fd)) => {
                self.snapshots.insert(id, Held { room: name, fd });
            }
            (Kind::Connection, Some(fd)) => {
                self.connections.insert(id, Held { room: name, fd });
            }
            (Kind::ForgetSnapshot, _) => drop(self.snapshots.remove(&id)),
            (Kind::ForgetConnection, _) => drop(self.connections.remove(&id)),
            _ => {}
        }
    }

    /// Sends a worker the snapshots and, with [`Kind::Serve`], all descriptors; then `then`, which
    /// says what to do with them.
    pub(super) fn send_to(
        &self,
        channel: &Channel,
        then: Kind,
        workers_before: u64,
    ) -> io::Result<()> {
        for (id, Held { room, fd }) in &self.snapshots {
            let message = Message::named(Kind::Snapshot, *id, room);
            channel.send(&message, Some(fd.as_fd()))?;
        }
        if then == Kind::Serve {
            channel.send(&Kind::Listener.into(), Some(self.listener.as_fd()))?;
            for (id, Held { room, fd }) in &self.connections {
                let message = Message::named(Kind::Connection, *id, room);
                channel.send(&message, Some(fd.as_fd()))?;
            }
        }
        channel.send(&Message::with_id(then, workers_before), None)
    }
}
