//! Reads what a client sent in two steps: it peeks at the bytes before the snapshot, and takes them
//! out of the kernel after it.

use crate::{
    close_cause::{CloseCause, ReadEnd},
    connection::Connection,
    decode::{DecodeError, Decoder},
    outbox::Backlog,
    reader::{self, MESSAGES},
    room::inbox::ToRoom,
};
use bytes::{Buf, Bytes};
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    net::{RecvFlags, recv},
    time::Timespec,
};
use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    os::fd::AsFd,
};
use web_server::TokenBucket;

/// How far a connection was read. Positions are in bytes, as the kernel counts them.
#[derive(Debug)]
pub(in crate::room) struct PeekReader {
    /// Everything before this position was applied.
    pub(in crate::room) applied: u64,
    /// Everything before this position was taken out of the kernel.
    taken: u64,
    /// What the client sent before the handshake was over. It is out of the kernel, and comes
    /// first.
    pub(in crate::room) early: Bytes,
    rate_limit: TokenBucket,
    /// Whatever the client sends is ignored.
    pub(in crate::room) ignored: bool,
}

impl PeekReader {
    /// A reader and a backlog for a connection that the supervisor holds. `None` for any other.
    pub(in crate::room) fn new(connection: &Connection) -> Option<(Self, Backlog)> {
        let socket = connection.supervised.as_ref()?;
        let reader = Self::restore(socket.base.consumed, 0, socket.early.clone(), false);
        let backlog = Backlog::supervised(socket.base.accepted, VecDeque::new());
        Some((reader, backlog))
    }

    /// A reader that has applied everything before `applied`, of which `discard` bytes are still in
    /// the kernel.
    pub(in crate::room) fn restore(
        applied: u64,
        discard: u64,
        early: Bytes,
        ignored: bool,
    ) -> Self {
        Self {
            applied,
            taken: applied - discard,
            early,
            rate_limit: TokenBucket::new(MESSAGES, 0),
            ignored,
        }
    }

    /// Adds all complete messages to `messages`, and leaves their bytes in the kernel. `Some` if
    /// the connection has ended.
    pub(super) fn peek(
        &mut self,
        connection: &Connection,
        buffer: &mut [u8],
        messages: &mut Vec<ToRoom>,
    ) -> Option<ReadEnd> {
        let peek = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        let count = match recv(&connection.stream, &mut *buffer, peek) {
            Ok((0, _)) => return Some(ReadEnd::Closed),
            Ok((count, _)) => count,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(error) => return Some((&io::Error::from(error)).into()),
        };
        // Bytes that were applied and could not be taken yet come first.
        let before = (self.applied - self.taken) as usize;
        let new = buffer[..count].get(before..).unwrap_or_default();
        if self.ignored {
            self.applied += new.len() as u64;
            return (new.is_empty() && is_over(connection)).then_some(ReadEnd::Drained);
        }
        if new.is_empty() && self.early.is_empty() {
            return None;
        }
        let all = self.early.len() + new.len();
        let parsed = self.parse(new, connection, messages);
        let from_early = parsed.min(self.early.len());
        self.early.advance(from_early);
        self.applied += (parsed - from_early) as u64;
        if parsed < all && !self.ignored {
            if count == buffer.len() {
                // A full buffer without a complete message.
                let (id, cause) = (connection.id, CloseCause::Decode(DecodeError::TooBig));
                messages.push(ToRoom::Failed { id, cause });
                self.ignored = true;
            } else if parsed == 0 && is_over(connection) {
                return Some(ReadEnd::Closed); // In the middle of a message.
            }
        }
        None
    }

    /// Parses the early bytes and the `new` ones behind them. Returns how many of both belong to
    /// complete messages, and need not be parsed again.
    fn parse(&mut self, new: &[u8], connection: &Connection, messages: &mut Vec<ToRoom>) -> usize {
        let mut unparsed = self.early.clone().chain(new);
        let all = unparsed.remaining();
        let mut decoder = Decoder::default();
        // A control frame between the fragments of a message counts when the message is complete,
        // for an incomplete message is parsed again from its beginning.
        let (mut complete, mut pending) = (0, Vec::new());
        loop {
            let next = reader::next_message(&mut decoder, connection, &mut self.rate_limit);
            let needs_more = next.is_none();
            let last = next.as_ref().is_some_and(|next| next.last);
            pending.extend(next.map(|next| next.message));
            if last {
                messages.append(&mut pending);
                self.ignored = true;
                return all;
            }
            if !decoder.is_fragmented() {
                // Between two messages.
                messages.append(&mut pending);
                complete = all - unparsed.remaining() - decoder.unparsed();
            }
            if needs_more {
                if !unparsed.has_remaining() {
                    return complete;
                }
                let space = decoder.space();
                let count = space.len().min(unparsed.remaining());
                unparsed.copy_to_slice(&mut space[..count]);
                decoder.fill(count);
            }
        }
    }

    /// Takes out of the kernel what was applied: the snapshot contains it.
    pub(super) fn take(&mut self, connection: &Connection) {
        let mut bytes = [0; 4_096];
        while self.taken < self.applied {
            let most = bytes.len().min((self.applied - self.taken) as usize);
            match recv(&connection.stream, &mut bytes[..most], RecvFlags::DONTWAIT) {
                Ok((0, _)) => return, // The connection has ended; the next peek finds it.
                Ok((count, _)) => self.taken += count as u64,
                Err(Errno::INTR) => {}
                Err(error) => {
                    let error = io::Error::from(error);
                    if error.kind() != ErrorKind::WouldBlock {
                        tracing::debug!(id = connection.id, %error, "read failed");
                    }
                    return;
                }
            }
        }
    }
}

/// Whether the client has closed its side: nothing follows what is in the kernel.
fn is_over(connection: &Connection) -> bool {
    let mut fds = [PollFd::from_borrowed_fd(
        connection.stream.as_fd(),
        PollFlags::RDHUP,
    )];
    let at_once = Timespec::default();
    let _asked_again_at_the_next_tick = poll(&mut fds, Some(&at_once));
    fds[0]
        .revents()
        .intersects(PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR)
}
