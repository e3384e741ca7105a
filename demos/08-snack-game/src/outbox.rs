//! The writing side of a connection, owned by its room. Nothing here ever waits.

mod backlog;

pub use backlog::Backlog;

use crate::{
    connection::Connection,
    net::{SocketRef, socket_ref},
};
use bytes::Bytes;
use std::{io, sync::Arc, time::Instant};

/// The most answers that may wait for a client. Answers beyond that are dropped: the client asked
/// for them, and does not read.
const MAX_WAITING_ANSWERS: usize = 8;

/// The same under a supervisor, where frames are written once a tick: as many answers as a client
/// may ask for between two ticks.
const MAX_ANSWERS_A_TICK: usize = 80;

/// The frames for one connection.
#[derive(Debug)]
pub struct Outbox {
    connection: Arc<Connection>,
    /// `None` while the kernel takes every frame at once, which is nearly always: a room walks over
    /// all outboxes in each tick, so they are small.
    backlog: Option<Box<Backlog>>,
}

/// What one connection was sent in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The tick, like everyone else.
    Tick,
    /// The newest snapshot, in place of the ticks that it missed.
    Snapshot,
    /// Nothing: the kernel's buffer is full.
    Nothing,
}

impl Outbox {
    /// An empty outbox.
    pub fn new(connection: Arc<Connection>) -> Self {
        Self {
            connection,
            backlog: None,
        }
    }

    /// An outbox that continues with the `backlog` of an earlier process, or begins with an empty
    /// one under a supervisor.
    pub fn with_backlog(connection: Arc<Connection>, backlog: Backlog) -> Self {
        Self {
            connection,
            backlog: Some(Box::new(backlog)),
        }
    }

    /// The connection.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// The frames that the kernel did not take. `None` if it has taken all.
    pub fn backlog(&self) -> Option<&Backlog> {
        self.backlog.as_deref()
    }

    /// Whether the kernel has taken everything so far, and the connection stays open.
    pub fn keeps_up(&self) -> bool {
        self.backlog.is_none()
    }

    /// When the first of the missed ticks was left out. `None` if none is missing.
    pub fn behind_since(&self) -> Option<Instant> {
        self.backlog.as_ref()?.behind_since
    }

    /// Bytes that the kernel did not take.
    pub fn waiting_bytes(&self) -> usize {
        self.backlog.as_ref().map_or(0, |backlog| backlog.bytes())
    }

    /// When the close frame was queued.
    pub fn closed_at(&self) -> Option<Instant> {
        self.backlog.as_ref()?.closed_at
    }

    /// Sends an answer. It is dropped if too many answers wait.
    pub fn answer(&mut self, frame: Bytes) {
        let accepts = |backlog: &Backlog| {
            let most = match backlog.is_supervised() {
                true => MAX_ANSWERS_A_TICK,
                false => MAX_WAITING_ANSWERS,
            };
            backlog.closed_at.is_none() && backlog.frames.len() < most
        };
        if self.backlog.as_deref().is_none_or(accepts) {
            self.push(frame);
        }
    }

    /// The socket, if the connection [keeps up](Self::keeps_up). The caller sends a tick to it and
    /// passes the result to [`record_sent`](Self::record_sent).
    pub fn socket(&self) -> Option<SocketRef<'_>> {
        self.keeps_up().then(|| socket_ref(&self.connection.stream))
    }

    /// Records the result of sending a tick straight to the [`socket`](Self::socket).
    pub fn record_sent(&mut self, tick: &Bytes, result: io::Result<usize>) -> Sent {
        if !result.as_ref().is_ok_and(|&count| count == tick.len()) {
            let mut backlog = Backlog::default();
            let rest = backlog.record_write(&self.connection, tick.clone(), result);
            backlog.frames.extend(rest);
            self.backlog = Some(Box::new(backlog));
        }
        Sent::Tick
    }

    /// Sends a tick. If earlier ticks were left out it sends a snapshot instead, and if the kernel
    /// takes nothing it leaves this tick out, too.
    pub fn send_tick(
        &mut self,
        tick: &Bytes,
        snapshot: impl FnOnce() -> Bytes,
        now: Instant,
    ) -> Sent {
        if !self.flush() {
            let backlog = self.backlog.get_or_insert_default();
            backlog.behind_since.get_or_insert(now);
            return Sent::Nothing;
        }
        let backlog = self.backlog.as_mut();
        let behind_since = backlog.and_then(|backlog| backlog.behind_since.take());
        let (frame, sent) = match behind_since {
            None => (tick.clone(), Sent::Tick),
            Some(_) => (snapshot(), Sent::Snapshot),
        };
        self.push(frame);
        sent
    }

    /// Sends a close frame. Frames of which no byte was written are dropped, so that the client
    /// reads the close frame next.
    pub fn close(&mut self, frame: Bytes, now: Instant) {
        if self.closed_at().is_none() {
            let backlog = self.backlog.get_or_insert_default();
            backlog.drop_unbegun();
            backlog.closed_at = Some(now);
            self.push(frame);
        }
    }

    /// Writes what the kernel takes now. `true` if nothing is left that may be written.
    pub fn flush(&mut self) -> bool {
        let Some(backlog) = &mut self.backlog else {
            return true;
        };
        let all = backlog.flush(&self.connection);
        if backlog.is_done() {
            self.backlog = None;
        }
        all
    }

    /// Allows all waiting frames to be written: they are part of a snapshot now.
    pub fn seal(&mut self) {
        if let Some(backlog) = &mut self.backlog {
            backlog.seal();
        }
    }

    fn push(&mut self, frame: Bytes) {
        self.backlog.get_or_insert_default().frames.push_back(frame);
        self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outbox_without_a_backlog_is_two_words() {
        assert_eq!(size_of::<Outbox>(), 2 * size_of::<usize>());
    }
}
