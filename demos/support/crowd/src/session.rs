//! The protocol side of one connection: handles the server's messages, checks them, and plays.

mod checks;

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rush::wire::{ToClient, ToServer};

use crate::connection::Frame;
use crate::model::SharedModel;
use crate::plan::Behavior;
use crate::player::{Ending, Player, Ticket};

/// The pause after a restart whose Close names no time.
const DEFAULT_RETRY: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The first message is sent, and there is no `Welcome` yet.
    Joining,
    /// `Welcome` has arrived, and no snapshot yet.
    Welcomed,
    /// Ticks arrive.
    Joined,
}

pub(crate) struct Session<'a> {
    pub(crate) player: &'a mut Player,
    model: Arc<SharedModel>,
    state: State,
    /// The round and the tick of the last message.
    moment: (u32, u32),
    /// A resumed seat that the next snapshot must show with its points.
    resumed: Option<Ticket>,
    /// Messages to send.
    outgoing: Vec<Bytes>,
    /// When the last tick or snapshot arrived.
    last_tick: Option<Instant>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(player: &'a mut Player, model: Arc<SharedModel>) -> Self {
        Self {
            player,
            model,
            state: State::Joining,
            moment: (0, 0),
            resumed: None,
            outgoing: Vec::new(),
            last_tick: None,
        }
    }

    /// Returns the first message of the connection.
    pub(crate) fn first_message(&mut self) -> Bytes {
        match (self.player.behavior, &self.player.ticket) {
            (Behavior::Watcher, _) => ToServer::Watch.encode(),
            (_, Some(ticket)) => ToServer::Resume {
                token: ticket.token,
            }
            .encode(),
            (behavior, None) => {
                let called = self.player.shared.plan.called.as_deref();
                let kind = match behavior {
                    Behavior::Slow => "slow",
                    Behavior::Sleepy => "sleepy",
                    _ => called.unwrap_or("bot"),
                };
                let name = format!("{kind} {}", self.player.number + 1);
                ToServer::Join { name }.encode()
            }
        }
    }

    pub(crate) fn leave(&mut self) -> Bytes {
        self.player.ticket = None;
        ToServer::Leave.encode()
    }

    /// Takes the messages to send.
    pub(crate) fn take_outgoing(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.outgoing)
    }

    /// Returns whether the player stops reading now. A slow player reads until it has joined.
    pub(crate) fn stops_reading(&self) -> bool {
        self.player.behavior == Behavior::Slow && self.state == State::Joined
    }

    /// Counts the end of the connection.
    pub(crate) fn closed(&mut self, code: u16) {
        self.player.shared.metrics().closed(code);
        self.disconnected();
    }

    /// Updates the metrics, and remembers the points that a resumed session must have.
    pub(crate) fn disconnected(&mut self) {
        if self.state == State::Joining {
            return;
        }
        self.state = State::Joining;
        if let Some(ticket) = &mut self.player.ticket
            && let Some((round, player)) = self.model.lock().player(ticket.seat)
        {
            (ticket.round, ticket.points) = (round, player.points);
        }
        let mut metrics = self.player.shared.metrics();
        match self.player.behavior {
            Behavior::Watcher => metrics.watching -= 1,
            _ => metrics.seated -= 1,
        }
    }

    /// Handles one frame. Breaks if the connection is over.
    pub(crate) fn handle(&mut self, frame: Frame<'_>) -> ControlFlow<Ending> {
        match frame {
            Frame::Binary(payload) => {
                {
                    let mut metrics = self.player.shared.metrics();
                    metrics.frames += 1;
                    metrics.bytes += payload.len() as u64;
                }
                self.handle_message(payload)
            }
            Frame::Heartbeat => Continue(()),
            Frame::Close(close) => Break(self.handle_close(close)),
            Frame::Invalid(why) => self.invalid(why),
        }
    }

    fn invalid(&mut self, why: &str) -> ControlFlow<Ending> {
        {
            let mut metrics = self.player.shared.metrics();
            metrics.garbage += 1;
            metrics.last_refusal = Some(why.to_owned());
        }
        self.disconnected();
        Break(Ending::Refused)
    }

    fn handle_close(&mut self, close: Option<(u16, &str)>) -> Ending {
        let (code, reason) = close.unwrap_or((1005, ""));
        let had_joined = self.state != State::Joining;
        self.closed(code);
        let can_resume = matches!(code, 1005 | 1006 | 1011 | 1012 | 4000);
        if !can_resume {
            self.player.ticket = None;
        }
        match code {
            1012 => Ending::RetryAfter(retry_after(reason).unwrap_or(DEFAULT_RETRY)),
            1013 => {
                let mut metrics = self.player.shared.metrics();
                metrics.refused += 1;
                metrics.last_refusal = Some(reason.to_owned());
                Ending::Refused
            }
            _ if had_joined => Ending::Dropped,
            _ => Ending::Refused,
        }
    }

    fn handle_message(&mut self, payload: &[u8]) -> ControlFlow<Ending> {
        // A tick is decoded once for all clients; other messages are rare.
        let tick = if self.state == State::Joined {
            self.model.lock().recall(payload)
        } else {
            None
        };
        if let Some(tick) = tick {
            self.tick(&tick);
            return Continue(());
        }
        match ToClient::decode(payload) {
            Ok(ToClient::Delta(_)) if self.state != State::Joined => {
                self.invalid("a tick before a snapshot")
            }
            Ok(ToClient::Delta(delta)) => {
                let (tick, mismatch) = self.model.lock().tick(delta, payload);
                self.count_mismatch(mismatch);
                self.tick(&tick);
                Continue(())
            }
            Ok(ToClient::Snapshot(_)) if self.state == State::Joining => {
                self.invalid("a snapshot before a welcome")
            }
            Ok(ToClient::Snapshot(snapshot)) => {
                self.snapshot(&snapshot);
                Continue(())
            }
            Ok(ToClient::Welcome(_)) if self.state != State::Joining => {
                self.invalid("a second welcome")
            }
            Ok(ToClient::Welcome(welcome)) => {
                self.welcome(&welcome);
                Continue(())
            }
            Ok(ToClient::Restarts { .. } | ToClient::Echo(_)) => Continue(()),
            Err(_) => self.invalid("a message that is not in the protocol"),
        }
    }

    fn count_mismatch(&self, mismatch: Option<String>) {
        if let Some(what) = mismatch {
            self.player.shared.metrics().mismatch(|| what);
        }
    }
}

/// Parses the time in a close reason such as `retry in 1500 ms`.
fn retry_after(reason: &str) -> Option<Duration> {
    let number = reason
        .split_whitespace()
        .find_map(|word| word.parse().ok())?;
    Some(Duration::from_millis(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_reason_may_name_the_time_of_the_next_attempt() {
        assert_eq!(
            retry_after("retry in 1500 ms"),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(retry_after("restarting"), None);
    }
}
