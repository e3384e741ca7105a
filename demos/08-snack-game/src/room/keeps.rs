//! A room that outlives its process. What is not in its snapshot yet is still in the kernel: a tick looks at what was said and takes nothing,
//! plays, writes all of it down, and only then writes to the sockets and takes what it has heard. See [`keeper`].

use super::{Room, ToRoom, state::State};
use crate::{
    house::House,
    inbound::Inbound,
    kept::Kept,
    line::Line,
    outbox::Waits,
    reader::{self, Budget},
};
use bytes::{Buf, Bytes};
use keeper::{memory::Memory, note::What, slots::Unreadable};
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    net::{RecvFlags, recv},
    time::Timespec,
};
use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
    time::Instant,
};

/// More than anybody may say in a tick.
const LOOK: usize = 16 * 1024;

/// Where a room writes down what it is.
#[derive(Debug)]
pub(crate) struct Keeps {
    kept: Arc<Kept>,
    id: u64,
    memory: Memory,
    /// The last snapshot was of a room in which nobody was: it is not written again and again.
    was_empty: bool,
    failed: bool,
}

/// What a connection says, as long as it is in the kernel.
#[derive(Debug)]
pub(super) struct Ear {
    /// So far was heard, in the kernel's count.
    pub(super) heard: u64,
    /// So far was taken out of it.
    taken: u64,
    /// What came before it was a WebSocket, and is out of the kernel: it comes first.
    pub(super) early: Bytes,
    budget: Budget,
    /// Whatever it says is not listened to any more.
    pub(super) deaf: bool,
}

impl Keeps {
    /// New memory for a room, if anybody holds it.
    pub(super) fn of(house: &Arc<House>, name: &str) -> Option<Self> {
        let kept = house.kept.as_ref()?;
        match Memory::new() {
            Ok(memory) => {
                let id = house.next_line();
                kept.room(id, name, memory.as_fd());
                Some(Self::over(kept, id, memory))
            }
            Err(error) => {
                tracing::error!(%error, "there is no memory for this room: it is not kept");
                None
            }
        }
    }

    fn over(kept: &Arc<Kept>, id: u64, memory: Memory) -> Self {
        Self {
            kept: Arc::clone(kept),
            id,
            memory,
            was_empty: false,
            failed: false,
        }
    }

    /// What another process wrote down. `None`: nothing yet.
    ///
    /// # Errors
    /// A sentence.
    pub(crate) fn read(
        kept: &Arc<Kept>,
        id: u64,
        memory: OwnedFd,
    ) -> Result<Option<(State, Self)>, String> {
        let mut memory = Memory::over(memory);
        Ok(state_in(&mut memory)?.map(|state| (state, Self::over(kept, id, memory))))
    }
}

/// Whether this program could go on from there.
///
/// # Errors
/// A sentence: it could not.
pub(crate) fn look_at(memory: OwnedFd) -> Result<(), String> {
    state_in(&mut Memory::over(memory)).map(drop)
}

/// The room that was written down there. `None`: nothing was yet.
fn state_in(memory: &mut Memory) -> Result<Option<State>, String> {
    match memory.read() {
        Ok(bytes) => State::read(&bytes).map(Some),
        Err(Unreadable::Empty) => Ok(None),
        Err(Unreadable::Torn) => Err("nothing in it is whole".to_owned()),
        Err(Unreadable::Io(error)) => Err(error.to_string()),
    }
}

impl Drop for Keeps {
    fn drop(&mut self) {
        self.kept.forget(What::ForgetRoom, self.id);
    }
}

impl Room {
    /// A tick as a transaction.
    pub(super) fn tick_kept(&mut self, now: Instant) {
        self.listen(now);
        self.tick(now);
        self.commit(now);
        // From here on a death loses nothing: the next process knows what was to be written, and what was heard.
        for guest in self.guests.iter_mut() {
            guest.outbox.seal();
            guest.outbox.flush();
            if let Some(ear) = &mut guest.ear {
                ear.take(guest.outbox.line());
            }
        }
    }

    fn listen(&mut self, now: Instant) {
        let mut look = vec![0; LOOK];
        let mut heard = Vec::new();
        for id in self.guests.ids(|_| true) {
            let Some(guest) = self.guests.get_mut(id) else {
                continue;
            };
            let line = Arc::clone(guest.outbox.line());
            let Some(ear) = &mut guest.ear else { continue };
            let end = ear.hear(&line, &mut look, &mut heard);
            for message in heard.drain(..) {
                self.apply(message, now);
            }
            if let Some(why) = end {
                self.apply(ToRoom::Gone { line: id, why }, now);
            }
        }
    }

    fn commit(&mut self, now: Instant) {
        let is_empty = self.guests.is_empty() && self.seats.taken() == 0;
        if is_empty && self.keeps.as_ref().is_some_and(|keeps| keeps.was_empty) {
            return;
        }
        let bytes = self.encode(now);
        let Some(keeps) = &mut self.keeps else { return };
        keeps.was_empty = is_empty;
        if let Err(error) = keeps.memory.write(&bytes)
            && !std::mem::replace(&mut keeps.failed, true)
        {
            // The game goes on; a crash will be noticed.
            tracing::error!(%error, "cannot write down what this room is");
        }
    }
}

impl Ear {
    /// For a connection that is held.
    pub(super) fn of(line: &Line) -> Option<(Self, Waits)> {
        let held = line.held.as_ref()?;
        let ear = Self::restored(held.base.consumed, 0, held.early.clone(), false);
        let waits = Waits {
            written: held.base.accepted,
            left: VecDeque::new(),
            begun: false,
            behind: None,
            closed: None,
        };
        Some((ear, waits))
    }

    /// Up to here it was heard, and so much of that is still to be taken.
    pub(super) fn restored(heard: u64, discard: u64, early: Bytes, deaf: bool) -> Self {
        Self {
            heard,
            taken: heard - discard,
            early,
            budget: Budget::default(),
            deaf,
        }
    }

    /// Hears all that was said as a whole; it stays where it is. Some: the connection is over.
    fn hear(
        &mut self,
        line: &Line,
        look: &mut [u8],
        heard: &mut Vec<ToRoom>,
    ) -> Option<&'static str> {
        let count = match recv(
            &line.stream,
            &mut *look,
            RecvFlags::PEEK | RecvFlags::DONTWAIT,
        ) {
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
        let mut said = self.early.clone().chain(new);
        let all = said.remaining();
        let mut inbound = Inbound::default();
        let (mut whole, mut aside) = (0, Vec::new());
        loop {
            let next = reader::say(&mut inbound, line, &mut self.budget);
            let last = next.as_ref().is_some_and(|(_, last)| *last);
            let needs_more = next.is_none();
            aside.extend(next.map(|(message, _)| message));
            if last {
                heard.append(&mut aside);
                (whole, self.deaf) = (all, true);
                break;
            }
            if !inbound.is_in_pieces() {
                // Between two messages: everything up to here can be heard, and forgotten.
                heard.append(&mut aside);
                whole = all - said.remaining() - inbound.left();
            }
            if needs_more {
                if !said.has_remaining() {
                    break;
                }
                let space = inbound.space();
                let count = space.len().min(said.remaining());
                said.copy_to_slice(&mut space[..count]);
                inbound.fill(count);
            }
        }
        let from_early = whole.min(self.early.len());
        self.early.advance(from_early);
        self.heard += (whole - from_early) as u64;
        if whole < all && !self.deaf {
            if count == look.len() {
                // As much as that and no message.
                let (code, reason) = (1009, "message too big");
                heard.push(ToRoom::Fault {
                    line: line.id,
                    code,
                    reason,
                });
                self.deaf = true;
            } else if whole == 0 && is_over(line) {
                return Some("the line ended"); // In the middle of something.
            }
        }
        None
    }

    /// What was heard is in the snapshot: it is taken out of the kernel.
    fn take(&mut self, line: &Line) {
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
