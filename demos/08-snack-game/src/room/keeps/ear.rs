//! What a connection says, as long as it is in the kernel: looked at before the snapshot, taken out
//! after it.

use crate::{
    inbound::Inbound,
    line::Line,
    outbox::Waits,
    reader::{self, Budget},
    room::ToRoom,
};
use bytes::{Buf, Bytes};
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    net::{RecvFlags, recv},
    time::Timespec,
};
use std::{
    io::{self, ErrorKind},
    os::fd::AsFd,
};

/// How far a connection was heard.
#[derive(Debug)]
pub(in crate::room) struct Ear {
    /// So far was heard, in the kernel's count.
    pub(in crate::room) heard: u64,
    /// So far was taken out of it.
    taken: u64,
    /// What came before it was a WebSocket, and is out of the kernel: it comes first.
    pub(in crate::room) early: Bytes,
    budget: Budget,
    /// Whatever it says is not listened to any more.
    pub(in crate::room) deaf: bool,
}

impl Ear {
    /// For a connection that is held.
    pub(in crate::room) fn of(line: &Line) -> Option<(Self, Waits)> {
        let held = line.held.as_ref()?;
        let ear = Self::restored(held.base.consumed, 0, held.early.clone(), false);
        Some((ear, Waits::nothing(held.base.accepted)))
    }

    /// Up to here it was heard, and so much of that is still to be taken.
    pub(in crate::room) fn restored(heard: u64, discard: u64, early: Bytes, deaf: bool) -> Self {
        Self {
            heard,
            taken: heard - discard,
            early,
            budget: Budget::default(),
            deaf,
        }
    }

    /// Hears all that was said as a whole; it stays where it is. Some: the connection is over.
    pub(super) fn hear(
        &mut self,
        line: &Line,
        look: &mut [u8],
        heard: &mut Vec<ToRoom>,
    ) -> Option<&'static str> {
        let look_and_leave = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        let count = match recv(&line.stream, &mut *look, look_and_leave) {
            Ok((0, _)) => return Some("the line ended"),
            Ok((count, _)) => count,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(error) => return Some(reader::name_of(&io::Error::from(error))),
        };
        // What was heard before and could not be taken yet lies in front.
        let before = (self.heard - self.taken) as usize;
        let new = look[..count].get(before..).unwrap_or_default();
        if self.deaf {
            self.heard += new.len() as u64;
            return (new.is_empty() && is_over(line)).then_some("read to the end");
        }
        if new.is_empty() && self.early.is_empty() {
            return None;
        }
        let all = self.early.len() + new.len();
        let whole = self.understand(new, line, heard);
        let from_early = whole.min(self.early.len());
        self.early.advance(from_early);
        self.heard += (whole - from_early) as u64;
        if whole < all && !self.deaf {
            if count == look.len() {
                // As much as that and no message.
                let (line, code, reason) = (line.id, 1009, "message too big");
                heard.push(ToRoom::Fault { line, code, reason });
                self.deaf = true;
            } else if whole == 0 && is_over(line) {
                return Some("the line ended"); // In the middle of something.
            }
        }
        None
    }

    /// What came early and what is `new` behind it, message by message. So many bytes of both are
    /// heard, and can be forgotten.
    fn understand(&mut self, new: &[u8], line: &Line, heard: &mut Vec<ToRoom>) -> usize {
        let mut said = self.early.clone().chain(new);
        let all = said.remaining();
        let mut inbound = Inbound::default();
        // What is said between the pieces of a message is heard with its end, for from its
        // beginning it is heard again.
        let (mut whole, mut aside) = (0, Vec::new());
        loop {
            let next = reader::next(&mut inbound, line, &mut self.budget);
            let needs_more = next.is_none();
            let last = next.as_ref().is_some_and(|next| next.last);
            aside.extend(next.map(|next| next.message));
            if last {
                heard.append(&mut aside);
                self.deaf = true;
                return all;
            }
            if !inbound.is_in_pieces() {
                // Between two messages: everything up to here can be heard, and forgotten.
                heard.append(&mut aside);
                whole = all - said.remaining() - inbound.left();
            }
            if needs_more {
                if !said.has_remaining() {
                    return whole;
                }
                let space = inbound.space();
                let count = space.len().min(said.remaining());
                said.copy_to_slice(&mut space[..count]);
                inbound.fill(count);
            }
        }
    }

    /// What was heard is in the snapshot: it is taken out of the kernel.
    pub(super) fn take(&mut self, line: &Line) {
        let mut bin = [0; 4_096];
        while self.taken < self.heard {
            let most = bin.len().min((self.heard - self.taken) as usize);
            match recv(&line.stream, &mut bin[..most], RecvFlags::DONTWAIT) {
                Ok((0, _)) => return, // It broke; that is found when it is listened to.
                Ok((count, _)) => self.taken += count as u64,
                Err(Errno::INTR) => {}
                Err(error) => {
                    let error = io::Error::from(error);
                    if error.kind() != ErrorKind::WouldBlock {
                        tracing::debug!(line = line.id, %error, "cannot be read");
                    }
                    return;
                }
            }
        }
    }
}

/// Nothing comes behind what is there.
fn is_over(line: &Line) -> bool {
    let mut fds = [PollFd::from_borrowed_fd(
        line.stream.as_fd(),
        PollFlags::RDHUP,
    )];
    let at_once = Timespec::default();
    let _asked_again_at_the_next_tick = poll(&mut fds, Some(&at_once));
    fds[0]
        .revents()
        .intersects(PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR)
}
