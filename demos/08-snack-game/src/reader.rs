//! What one phone says, handed to its room. The only task that a connection has, and a small one: thousands of them do nothing at all.

use crate::{
    inbound::{Fault, Inbound, Said},
    line::Line,
    room::ToRoom,
};
use bytes::{Buf, Bytes};
use rush::wire::ToServer;
use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    sync::Arc,
    time::Instant,
};
use tokio::sync::mpsc;

/// Messages that may come at once, pings among them: more than a hand can mean.
pub const MESSAGES_AT_ONCE: u16 = 80;

/// And as many each second after that.
pub const MESSAGES_A_SECOND: u16 = 40;

/// Reads a connection to its end. The room is told of whatever it says, and at last that it is gone.
pub async fn listen(line: Arc<Line>, mut early: Bytes, room: mpsc::Sender<ToRoom>) {
    let mut inbound = Inbound::default();
    let mut budget = Budget::new();
    let why = loop {
        // What is said is put in the room's words before anything is waited for, so that little lies in this task while it waits.
        let (message, last) = match hear(&mut inbound, &line, &mut budget) {
            Some(heard) => heard,
            None => match fill(&line, &mut early, &mut inbound).await {
                Ok(0) => break "the line ended",
                Ok(_) => continue,
                Err(error) => break name_of(&error),
            },
        };
        // The room is never waited for by a player's phone, but by this task: that is what makes the inbox bounded.
        if room.send(message).await.is_err() {
            line.hang_up(); // The room has gone, and everybody was told.
            break "the room had closed";
        }
        if last {
            break to_the_end(&line).await;
        }
    };
    let _unless_gone = room.send(ToRoom::Gone { line: line.id, why }).await;
}

/// What was said, in the room's words, and whether it is the last thing that is listened to.
fn hear(inbound: &mut Inbound, line: &Line, budget: &mut Budget) -> Option<(ToRoom, bool)> {
    let id = line.id;
    let fault = |code, reason| {
        (
            ToRoom::Fault {
                line: id,
                code,
                reason,
            },
            true,
        )
    };
    let said = match inbound.hear() {
        Ok(said) => said?,
        Err(wrong) => return Some(fault(wrong.code(), Fault::reason(wrong))),
    };
    line.hears();
    if !budget.spend(Instant::now()) {
        return Some(fault(1008, "too many messages"));
    }
    Some(match said {
        Said::Binary(message) => match ToServer::decode(&message) {
            Ok(what) => (ToRoom::Said { line: id, what }, false),
            Err(_) => fault(4001, "malformed or out of turn"),
        },
        Said::Ping(payload) => {
            let payload = Bytes::copy_from_slice(&payload);
            (ToRoom::Ping { line: id, payload }, false)
        }
        Said::Pong => return hear(inbound, line, budget),
        Said::Close(code) => (ToRoom::Goodbye { line: id, code }, true),
    })
}

/// Waits for bytes, and puts them where the next frame is understood.
async fn fill(line: &Line, early: &mut Bytes, inbound: &mut Inbound) -> io::Result<usize> {
    if early.has_remaining() {
        let space = inbound.space();
        let count = space.len().min(early.len());
        early.copy_to_slice(&mut space[..count]);
        inbound.fill(count);
        return Ok(count);
    }
    loop {
        poll_fn(|context| line.stream.poll_read_ready(context)).await?;
        match line.stream.try_read(inbound.space()) {
            Ok(count) => {
                inbound.fill(count);
                return Ok(count);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads what nobody listens to any more: a socket that is closed with bytes unread is reset, and its browser may lose the goodbye.
/// The room hangs up when this takes too long.
async fn to_the_end(line: &Line) -> &'static str {
    loop {
        if let Err(error) = poll_fn(|context| line.stream.poll_read_ready(context)).await {
            return name_of(&error);
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

fn name_of(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::ConnectionReset => "the line was reset",
        ErrorKind::TimedOut => "nobody acknowledged",
        ErrorKind::BrokenPipe => "the pipe broke",
        _ => "the line broke",
    }
}

/// A bucket of messages, refilled by the clock.
#[derive(Debug)]
struct Budget {
    left: u16,
    since: Instant,
}

impl Budget {
    fn new() -> Self {
        Self {
            left: MESSAGES_AT_ONCE,
            since: Instant::now(),
        }
    }

    fn spend(&mut self, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.since).as_millis();
        let earned = elapsed * u128::from(MESSAGES_A_SECOND) / 1_000;
        if earned > 0 {
            self.left = MESSAGES_AT_ONCE.min(self.left.saturating_add(earned.min(1_000) as u16));
            self.since = now;
        }
        self.left
            .checked_sub(1)
            .map(|left| self.left = left)
            .is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// What a call of this function would put into its task.
    fn size_of_future<A, B, C, F>(_: impl Fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_connection_that_says_nothing_costs_little() {
        let size = size_of_future(listen);
        assert!(size <= 640, "the task of each connection has {size} bytes");
    }

    #[test]
    fn a_hand_is_never_too_fast_and_a_flood_is() {
        let start = Instant::now();
        let mut hand = Budget {
            left: MESSAGES_AT_ONCE,
            since: start,
        };
        assert!((0..10_000).all(|n| hand.spend(start + Duration::from_millis(30 * n))));
        let mut flood = Budget {
            left: MESSAGES_AT_ONCE,
            since: start,
        };
        let passed = (0..10_000)
            .filter(|n| flood.spend(start + Duration::from_micros(100 * n)))
            .count();
        assert!((100..=125).contains(&passed), "{passed} in a second");
    }
}
