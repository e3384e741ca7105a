//! What one phone says, handed to its room. The only task that a connection has, and a small one:
//! thousands of them do nothing at all.

mod budget;

pub(crate) use budget::Budget;
pub use budget::{MESSAGES_A_SECOND, MESSAGES_AT_ONCE};

use crate::{
    inbound::{Inbound, Said},
    line::Line,
    room::ToRoom,
};
use bytes::{Buf, Bytes};
use rush::wire::ToServer;
use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    sync::Arc,
};
use tokio::sync::mpsc::{Permit, Sender, error::TrySendError};

/// Reads a connection to its end. The room is told of whatever it says, and at last that it is
/// gone. `early`: what was read before.
pub fn listen(
    line: Arc<Line>,
    early: Bytes,
    room: Sender<ToRoom>,
) -> impl Future<Output = ()> + Send {
    let unheard = Unheard::of(early);
    // What is named here lies in the task of each connection for as long as it lasts.
    async move {
        let why = hear_all(&line, unheard, &room).await;
        if let Some(place) = place(&room).await {
            place.send(ToRoom::Gone { line: line.id, why });
        }
    }
}

/// Why there is no more to hear.
async fn hear_all(
    line: &Line,
    mut unheard: Option<Box<Unheard>>,
    room: &Sender<ToRoom>,
) -> &'static str {
    let mut budget = Budget::default();
    loop {
        match fill(line, &mut unheard).await {
            Ok(0) => return "the line ended",
            Ok(_) => {}
            Err(error) => return name_of(&error),
        }
        loop {
            // A place in the inbox first: so no message lies in this task while it waits. The room
            // is never waited for by a player's phone, but by this task: that is what makes the
            // inbox bounded.
            let Some(place) = place(room).await else {
                line.hang_up(); // The room has gone, and everybody was told.
                return "the room had closed";
            };
            let Some(Heard { message, last }) = hear(&mut unheard, line, &mut budget) else {
                break;
            };
            place.send(message);
            if last {
                return to_the_end(line).await;
            }
        }
    }
}

/// Waits for a place in the room's inbox; `None`: the room has gone.
async fn place(room: &Sender<ToRoom>) -> Option<Permit<'_, ToRoom>> {
    match room.try_reserve() {
        Ok(place) => Some(place),
        // In a box, because it is rare, and each connection's task would be as large as if it
        // always waited.
        Err(TrySendError::Full(())) => Box::pin(room.reserve()).await.ok(),
        Err(TrySendError::Closed(())) => None,
    }
}

/// What was read and not yet heard: between two messages nothing, and then it takes no memory.
#[derive(Debug, Default)]
struct Unheard {
    inbound: Inbound,
    early: Bytes,
}

impl Unheard {
    fn of(early: Bytes) -> Option<Box<Self>> {
        let inbound = Inbound::default();
        (!early.is_empty()).then(|| Box::new(Self { inbound, early }))
    }

    /// Moves what was read early to where it is understood. So many bytes.
    fn draw(&mut self) -> usize {
        let space = self.inbound.space();
        let count = space.len().min(self.early.len());
        self.early.copy_to_slice(&mut space[..count]);
        self.inbound.fill(count);
        count
    }

    fn is_nothing(&self) -> bool {
        self.early.is_empty() && self.inbound.is_between()
    }
}

/// What was said, in the room's words.
pub(crate) struct Heard {
    pub(crate) message: ToRoom,
    /// Whatever follows is not listened to.
    pub(crate) last: bool,
}

/// The next thing that was said. `None`: more has to be read.
fn hear(unheard: &mut Option<Box<Unheard>>, line: &Line, budget: &mut Budget) -> Option<Heard> {
    let heard = next(&mut unheard.as_mut()?.inbound, line, budget);
    if heard.is_none() {
        unheard.take_if(|unheard| unheard.is_nothing());
    }
    heard
}

/// The next thing that was said. `None`: more has to be filled in.
pub(crate) fn next(inbound: &mut Inbound, line: &Line, budget: &mut Budget) -> Option<Heard> {
    let id = line.id;
    let fault = |code, reason| Heard {
        message: ToRoom::Fault {
            line: id,
            code,
            reason,
        },
        last: true,
    };
    let said = match inbound.hear() {
        Ok(said) => said?,
        Err(wrong) => return Some(fault(wrong.code(), wrong.reason())),
    };
    if !budget.spend(line.hears()) {
        return Some(fault(1008, "too many messages"));
    }
    let (message, last) = match said {
        Said::Binary(message) => match ToServer::decode(&message) {
            Ok(what) => (ToRoom::Said { line: id, what }, false),
            Err(_) => return Some(fault(4001, "malformed or out of turn")),
        },
        Said::Ping(payload) => {
            let payload = Bytes::copy_from_slice(&payload);
            (ToRoom::Ping { line: id, payload }, false)
        }
        Said::Pong => return next(inbound, line, budget),
        Said::Close(code) => (ToRoom::Goodbye { line: id, code }, true),
    };
    Some(Heard { message, last })
}

/// Waits for bytes, and puts them where the next frame is understood. 0 of them: the connection has
/// ended, by either side.
async fn fill(line: &Line, unheard: &mut Option<Box<Unheard>>) -> io::Result<usize> {
    loop {
        if let Some(count @ 1..) = unheard.as_mut().map(|unheard| unheard.draw()) {
            return Ok(count);
        }
        if !poll_fn(|context| line.poll_readable(context)).await? {
            return Ok(0);
        }
        match read(line, unheard) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            done => return done,
        }
    }
}

fn read(line: &Line, unheard: &mut Option<Box<Unheard>>) -> io::Result<usize> {
    let inbound = &mut unheard.get_or_insert_default().inbound;
    let read = line.stream.try_read(inbound.space());
    inbound.fill(*read.as_ref().unwrap_or(&0));
    unheard.take_if(|unheard| unheard.is_nothing());
    read
}

/// Reads what nobody listens to any more: a socket that is closed with bytes unread is reset, and
/// its browser may lose the goodbye. The room hangs up when this takes too long.
async fn to_the_end(line: &Line) -> &'static str {
    loop {
        match poll_fn(|context| line.poll_readable(context)).await {
            Ok(true) => {}
            Ok(false) => return "read to the end",
            Err(error) => return name_of(&error),
        }
        match discard(line) {
            Ok(0) => return "read to the end",
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return name_of(&error),
        }
    }
}

/// No `async fn`, so that the bytes lie on the stack and not in every connection's task.
fn discard(line: &Line) -> io::Result<usize> {
    line.stream.try_read(&mut [0; 4096])
}

/// How a line ended, in words.
pub(crate) fn name_of(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::ConnectionReset => "the line was reset",
        ErrorKind::TimedOut => "nobody acknowledged",
        ErrorKind::BrokenPipe => "the pipe broke",
        _ => "the line broke",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a call of this function would put into its task.
    fn size_of_future<A, B, C, F>(_: impl Fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_connection_that_says_nothing_costs_little() {
        let size = size_of_future(listen);
        assert!(size <= 160, "the task of each connection has {size} bytes");
    }
}
