//! Somebody in a room: understands what is told, checks it, and plays.

mod checks;

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rush::Cell;
use rush::wire::{ToClient, ToServer};

use crate::connection::Frame;
use crate::lifecycle::{Person, Ticket};
use crate::model::Ground;
use crate::plan::Manners;
use crate::visit::Parting;

/// After a close code that names no time.
const SOON: Duration = Duration::from_millis(500);

/// How far somebody has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Has said hello.
    Waiting,
    /// Has a seat, and no picture yet.
    Welcome,
    In,
}

pub(crate) struct Guest<'a> {
    pub(crate) person: &'a mut Person,
    ground: Arc<Ground>,
    standing: Standing,
    /// The round and the tick of the last that was told.
    place: (u32, u32),
    /// Came by token, and has yet to see whether all is still there.
    checks: Option<Ticket>,
    ticks_since_turn: u32,
    target: Option<Cell>,
    words: Vec<Bytes>,
    /// When the last tick, or snapshot, was heard.
    heard: Option<Instant>,
}

impl<'a> Guest<'a> {
    pub(crate) fn new(person: &'a mut Person, ground: Arc<Ground>) -> Self {
        Self {
            person,
            ground,
            standing: Standing::Waiting,
            place: (0, 0),
            checks: None,
            ticks_since_turn: 0,
            target: None,
            words: Vec::new(),
            heard: None,
        }
    }

    /// The first word.
    pub(crate) fn hello(&mut self) -> Bytes {
        match (self.person.manners, &self.person.ticket) {
            (Manners::Watcher, _) => ToServer::Watch.encode(),
            (_, Some(ticket)) => ToServer::Resume {
                token: ticket.token,
            }
            .encode(),
            (manners, None) => {
                let called = self.person.square.plan.called.as_deref();
                let kind = match manners {
                    Manners::Slow => "slow",
                    Manners::Sleepy => "sleepy",
                    _ => called.unwrap_or("bot"),
                };
                let name = format!("{kind} {}", self.person.number + 1);
                ToServer::Join { name }.encode()
            }
        }
    }

    pub(crate) fn leave(&mut self) -> Bytes {
        self.person.ticket = None;
        ToServer::Leave.encode()
    }

    /// What there is to say now.
    pub(crate) fn words(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.words)
    }

    /// A slow one reads until it is in, and then no more.
    pub(crate) fn looks_away(&self) -> bool {
        self.person.manners == Manners::Slow && self.standing == Standing::In
    }

    /// The line has ended.
    pub(crate) fn ended(&mut self, code: u16) {
        self.person.square.seen().closed(code);
        self.gone();
    }

    /// Nobody is here any more.
    pub(crate) fn gone(&mut self) {
        if self.standing == Standing::Waiting {
            return;
        }
        self.standing = Standing::Waiting;
        if let Some(ticket) = &mut self.person.ticket
            && let Some((round, player)) = self.ground.picture().player(ticket.seat)
        {
            (ticket.round, ticket.points) = (round, player.points);
        }
        let mut seen = self.person.square.seen();
        match self.person.manners {
            Manners::Watcher => seen.watching -= 1,
            _ => seen.seated -= 1,
        }
    }

    pub(crate) fn takes(&mut self, frame: Frame<'_>) -> ControlFlow<Parting> {
        match frame {
            Frame::Binary(payload) => {
                {
                    let mut seen = self.person.square.seen();
                    seen.frames += 1;
                    seen.bytes += payload.len() as u64;
                }
                self.hears(payload)
            }
            Frame::Pulse => Continue(()),
            Frame::Close(close) => Break(self.closed(close)),
            Frame::Garbage(why) => self.garbage(why),
        }
    }

    fn garbage(&mut self, why: &str) -> ControlFlow<Parting> {
        {
            let mut seen = self.person.square.seen();
            seen.garbage += 1;
            seen.last_refusal = Some(why.to_owned());
        }
        self.gone();
        Break(Parting::Refused)
    }

    fn closed(&mut self, close: Option<(u16, &str)>) -> Parting {
        let (code, reason) = close.unwrap_or((1005, ""));
        let was_in = self.standing != Standing::Waiting;
        self.ended(code);
        let comes_back = matches!(code, 1005 | 1006 | 1011 | 1012 | 4000);
        if !comes_back {
            self.person.ticket = None;
        }
        match code {
            1012 => Parting::Told(wait_in(reason).unwrap_or(SOON)),
            1013 => {
                let mut seen = self.person.square.seen();
                seen.refused += 1;
                seen.last_refusal = Some(reason.to_owned());
                Parting::Refused
            }
            _ if was_in => Parting::Dropped,
            _ => Parting::Refused,
        }
    }

    fn hears(&mut self, payload: &[u8]) -> ControlFlow<Parting> {
        // A tick is understood once for everybody; all else is rare.
        let told = if self.standing == Standing::In {
            self.ground.picture().recall(payload)
        } else {
            None
        };
        if let Some(told) = told {
            self.tick(&told);
            return Continue(());
        }
        match ToClient::decode(payload) {
            Ok(ToClient::Delta(_)) if self.standing != Standing::In => {
                self.garbage("a tick before a snapshot")
            }
            Ok(ToClient::Delta(delta)) => {
                let (told, contradiction) = self.ground.picture().tick(delta, payload);
                self.contradicts(contradiction);
                self.tick(&told);
                Continue(())
            }
            Ok(ToClient::Snapshot(_)) if self.standing == Standing::Waiting => {
                self.garbage("a snapshot before a welcome")
            }
            Ok(ToClient::Snapshot(snapshot)) => {
                self.snapshot(&snapshot);
                Continue(())
            }
            Ok(ToClient::Welcome(_)) if self.standing != Standing::Waiting => {
                self.garbage("welcome, twice")
            }
            Ok(ToClient::Welcome(welcome)) => {
                self.welcome(&welcome);
                Continue(())
            }
            Ok(ToClient::Restarts { .. } | ToClient::Echo(_)) => Continue(()),
            Err(_) => self.garbage("a message that is none of the protocol's"),
        }
    }

    fn contradicts(&self, contradiction: Option<String>) {
        if let Some(what) = contradiction {
            self.person.square.seen().contradiction(|| what);
        }
    }
}

/// `retry in 1500 ms`
fn wait_in(reason: &str) -> Option<Duration> {
    let number = reason
        .split_whitespace()
        .find_map(|word| word.parse().ok())?;
    Some(Duration::from_millis(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_may_say_when_to_come_back() {
        assert_eq!(
            wait_in("retry in 1500 ms"),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(wait_in("restarting"), None);
    }
}
