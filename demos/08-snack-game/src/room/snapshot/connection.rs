//! A connection in a snapshot.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
#[cfg(target_os = "linux")]
use {
    crate::{
        clock,
        close_cause::CloseCause,
        connection::Connection,
        outbox::{Backlog, Outbox},
        room::{
            client::{Client, Role},
            peek_reader::PeekReader,
        },
    },
    rush::Seat,
    std::{
        collections::HashMap,
        sync::Arc,
        time::{Duration, Instant},
    },
    supervisor::resume::{Checkpoint, Resume},
};

/// The seat of a watcher.
#[cfg(target_os = "linux")]
const WATCHER: u16 = u16::MAX;

/// A connection in a snapshot. The names in the file are older than those of the fields.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::room) struct SavedConnection {
    id: u64,
    /// The player's seat, or [`WATCHER`]; `None` for a client that is new or closing.
    #[serde(rename = "who")]
    seat: Option<u16>,
    #[serde(rename = "stranger")]
    is_new: bool,
    /// The client's IP address: behind a proxy its socket does not tell. `None` in a snapshot of a
    /// program that did not write it.
    #[serde(default)]
    client: Option<IpAddr>,
    /// The cause of its end: the code and the reason.
    #[serde(rename = "ended")]
    cause: Option<(u16, String)>,
    /// Milliseconds since it was opened.
    age: u64,
    /// Milliseconds since something was last received.
    silent: u64,
    /// Bytes written, as the kernel counts them.
    written: u64,
    #[serde(rename = "begun")]
    partly_written: bool,
    #[serde(rename = "behind")]
    behind_since: Option<i64>,
    #[serde(rename = "closed")]
    closed_at: Option<i64>,
    /// The backlog: the indexes of frames, and how many of the last bytes of each are left.
    #[serde(rename = "left")]
    frames: Vec<(usize, usize)>,
    /// Bytes received and applied, as the kernel counts them.
    #[serde(rename = "heard")]
    applied: u64,
    early: Vec<u8>,
    /// Whatever the client sends is ignored.
    #[serde(rename = "deaf")]
    ignored: bool,
}

impl SavedConnection {
    /// Whether all frames of its backlog are among these.
    pub(super) fn has_frames(&self, frames: &[Bytes]) -> bool {
        let mut left = self.frames.iter();
        left.all(|(at, length)| frames.get(*at).is_some_and(|frame| *length <= frame.len()))
    }
}

/// A connection of an earlier process, with which its socket is found.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(crate) struct SavedPosition {
    pub(crate) id: u64,
    /// The client's IP address. `None`: that of its socket.
    pub(crate) client: Option<IpAddr>,
    /// Its age when the snapshot was written.
    pub(crate) age: Duration,
    /// The time since something was last received, when the snapshot was written.
    pub(crate) silent: Duration,
    /// Bytes written, waiting and applied.
    pub(crate) checkpoint: Checkpoint,
}

#[cfg(target_os = "linux")]
impl SavedConnection {
    /// A client's connection. `None` if the supervisor does not hold it.
    pub(super) fn of(client: &Client, frames: &mut Frames, now: Instant) -> Option<Self> {
        let reader = client.peek_reader.as_ref()?;
        let backlog = client.outbox.backlog()?;
        let written = backlog.written()?;
        let left = backlog.frames.iter();
        let left = left.map(|frame| (frames.index_of(frame), frame.len()));
        let connection = client.outbox.connection();
        let cause = client.cause.as_ref();
        Some(Self {
            id: client.id,
            seat: match client.role {
                Role::Player(seat) => Some(seat.0),
                Role::Watcher => Some(WATCHER),
                Role::New | Role::Closing => None,
            },
            is_new: client.role == Role::New,
            client: Some(connection.peer),
            cause: cause.map(|cause| (cause.code(), cause.reason().into_owned())),
            age: connection.age(now).as_millis() as u64,
            silent: connection.silent_for(now).as_millis() as u64,
            written,
            partly_written: backlog.partly_written,
            behind_since: backlog.behind_since.map(clock::to_nanos),
            closed_at: backlog.closed_at.map(clock::to_nanos),
            frames: left.collect(),
            applied: reader.applied,
            early: reader.early.to_vec(),
            ignored: reader.ignored,
        })
    }

    /// With what its socket is found.
    pub(in crate::room) fn position(&self) -> SavedPosition {
        SavedPosition {
            id: self.id,
            client: self.client,
            age: Duration::from_millis(self.age),
            silent: Duration::from_millis(self.silent),
            checkpoint: Checkpoint {
                written: self.written,
                pending: self.frames.iter().map(|(_, length)| *length as u64).sum(),
                applied: self.applied,
            },
        }
    }

    /// What it was to the room.
    pub(in crate::room) fn role(&self) -> Role {
        match self.seat {
            Some(WATCHER) => Role::Watcher,
            Some(seat) => Role::Player(Seat(seat)),
            None if self.is_new => Role::New,
            None => Role::Closing,
        }
    }

    /// Continues on its socket, after what the kernel did meanwhile.
    pub(in crate::room) fn restore(
        self,
        connection: Connection,
        done: Resume,
        frames: &[Bytes],
    ) -> Client {
        let role = self.role();
        let left = self.frames.iter().map(|(at, length)| {
            let frame = &frames[*at];
            frame.slice(frame.len() - length..)
        });
        let mut backlog = Backlog::supervised(self.written, left.collect());
        backlog.partly_written = self.partly_written;
        backlog.behind_since = self.behind_since.map(clock::from_nanos);
        backlog.closed_at = self.closed_at.map(clock::from_nanos);
        backlog.skip(done.skip);
        let reader =
            PeekReader::restore(self.applied, done.discard, self.early.into(), self.ignored);
        let cause = self.cause.map(|(code, reason)| CloseCause::Restored {
            code,
            reason: reason.into_boxed_str(),
        });
        Client {
            id: self.id,
            outbox: Outbox::with_backlog(Arc::new(connection), backlog),
            role,
            cause: cause.map(Box::new),
            peek_reader: Some(Box::new(reader)),
        }
    }
}

/// The frames of a snapshot: one that waits for several connections is among them once.
#[cfg(target_os = "linux")]
#[derive(Default)]
pub(super) struct Frames {
    all: Vec<Bytes>,
    /// The index of each frame by the address of its end: what is left of a frame ends where the
    /// frame ends.
    by_end: HashMap<usize, usize>,
}

#[cfg(target_os = "linux")]
impl Frames {
    /// The index of the frame that `left` is the rest of.
    fn index_of(&mut self, left: &Bytes) -> usize {
        let end = left.as_ptr() as usize + left.len();
        let at = *self.by_end.entry(end).or_insert_with(|| {
            self.all.push(left.clone());
            self.all.len() - 1
        });
        if self.all[at].len() < left.len() {
            self.all[at] = left.clone();
        }
        at
    }

    pub(super) fn all(self) -> Vec<Bytes> {
        self.all
    }
}
