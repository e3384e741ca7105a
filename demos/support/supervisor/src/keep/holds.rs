//! What a keeper holds, so that it is not lost with a worker; and how the next one is given it.

use crate::note::{Note, Way, What};
use std::{
    collections::BTreeMap,
    io,
    os::fd::{AsFd, OwnedFd},
};

/// A room's memory or a player's socket, and the room's name.
#[derive(Debug)]
struct Held {
    name: String,
    fd: OwnedFd,
}

#[derive(Debug)]
pub(super) struct Holds {
    listener: OwnedFd,
    rooms: BTreeMap<u64, Held>,
    lines: BTreeMap<u64, Held>,
}

impl Holds {
    /// The listener, and nothing else yet.
    pub(super) fn only(listener: OwnedFd) -> Self {
        Self {
            listener,
            rooms: BTreeMap::new(),
            lines: BTreeMap::new(),
        }
    }

    /// Whether no room was ever open, or none is any more.
    pub(super) fn has_no_room(&self) -> bool {
        self.rooms.is_empty()
    }

    /// What the worker that serves says of what is to be held. The rest is nothing to hold.
    pub(super) fn hear(&mut self, note: Note, fd: Option<OwnedFd>) {
        let Note { what, id, name } = note;
        match (what, fd) {
            (What::Room, Some(fd)) => drop(self.rooms.insert(id, Held { name, fd })),
            (What::Line, Some(fd)) => drop(self.lines.insert(id, Held { name, fd })),
            (What::ForgetRoom, _) => drop(self.rooms.remove(&id)),
            (What::ForgetLine, _) => drop(self.lines.remove(&id)),
            _ => {}
        }
    }

    /// Gives a worker the rooms' memories, and, when it is to serve, everything; and says what to
    /// do with it. There were as many workers before it.
    pub(super) fn give(&self, way: &Way, then: What, before: u64) -> io::Result<()> {
        for (id, room) in &self.rooms {
            let note = Note::named(What::Room, *id, &room.name);
            way.send(&note, Some(room.fd.as_fd()))?;
        }
        if then == What::Go {
            way.send(&What::Listener.into(), Some(self.listener.as_fd()))?;
            for (id, line) in &self.lines {
                let note = Note::named(What::Line, *id, &line.name);
                way.send(&note, Some(line.fd.as_fd()))?;
            }
        }
        way.send(&Note::about(then, before), None)
    }
}
