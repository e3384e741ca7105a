//! Somebody in a room: understands what is told, checks it, and plays.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use rush::wire::{Snapshot, ToClient, ToServer, Welcome};
use rush::{Cell, Phase, Seat};

use crate::ground::{Ground, Told};
use crate::life::{Person, Ticket};
use crate::line::Frame;
use crate::plan::Manners;
use crate::seen::Seen;
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

    fn welcome(&mut self, welcome: &Welcome) {
        self.person.limbo = None;
        self.standing = Standing::Welcome;
        let contradiction = self.ground.picture().agree(welcome.config);
        self.contradicts(contradiction);
        let mut seen = self.person.square.seen();
        if self.person.manners == Manners::Watcher {
            seen.watching += 1;
            return;
        }
        seen.seated += 1;
        let Some(seat) = welcome.seat else {
            seen.contradiction(|| "a player was given no seat".to_owned());
            return;
        };
        if let Some(lost) = self.person.lost.take() {
            let waits = match self.person.ticket {
                Some(_) => &mut seen.returns,
                None => {
                    seen.moved += 1;
                    &mut seen.moves
                }
            };
            Seen::waited(waits, lost.elapsed().as_micros());
        }
        match self.person.ticket {
            None => {
                self.person.ticket = Some(Ticket {
                    token: welcome.token,
                    seat,
                    round: 0,
                    points: 0,
                });
            }
            Some(ticket) => {
                let now = Instant::now();
                match self.person.turns.resume(welcome.last_seq, now) {
                    Some((waits, again)) if welcome.resumed && ticket.seat == seat => {
                        seen.turns_acked += waits.len() as u64;
                        self.checks = Some(ticket);
                        let again = again.iter().map(|turn| {
                            ToServer::Turn {
                                seq: turn.seq,
                                dir: turn.dir,
                            }
                            .encode()
                        });
                        self.words.extend(again);
                    }
                    _ => {
                        seen.robbed += 1;
                        self.person.turns = Default::default();
                    }
                }
                self.person.ticket = Some(Ticket {
                    token: welcome.token,
                    seat,
                    ..ticket
                });
            }
        }
    }

    /// How long it was since the last one. What a slow one reads late says nothing of the server.
    fn beat(&mut self) {
        let now = Instant::now();
        if let Some(before) = self.heard.replace(now)
            && self.person.manners != Manners::Slow
        {
            let mut seen = self.person.square.seen();
            Seen::waited(&mut seen.apart, (now - before).as_micros());
        }
    }

    fn snapshot(&mut self, snapshot: &Snapshot) {
        self.beat();
        let contradiction = self.ground.picture().snapshot(snapshot);
        self.contradicts(contradiction);
        let mut seen = self.person.square.seen();
        if self.standing == Standing::In && snapshot.round == self.place.0 {
            let skipped = u64::from(snapshot.tick.saturating_sub(self.place.1));
            if self.person.manners == Manners::Slow {
                seen.slow_catch_ups += 1;
            } else {
                seen.catch_ups += 1;
                seen.missed += skipped;
            }
        }
        self.place = (snapshot.round, snapshot.tick);
        self.standing = Standing::In;
        let Some(ticket) = self.checks.take() else {
            return;
        };
        let kept = snapshot
            .players
            .iter()
            .find(|player| player.seat == ticket.seat)
            .is_some_and(|player| {
                snapshot.round != ticket.round || player.player.points >= ticket.points
            });
        if kept {
            seen.resumed += 1;
        } else {
            seen.robbed += 1;
        }
    }

    fn tick(&mut self, told: &Told) {
        self.beat();
        let delta = &told.delta;
        let mut seen = self.person.square.seen();
        seen.deltas += 1;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_micros();
        // What a slow one reads late says nothing of the server.
        if self.person.manners != Manners::Slow {
            Seen::waited(
                &mut seen.latency,
                now.saturating_sub(u128::from(delta.sent)),
            );
        }
        if (delta.round, delta.tick) != (self.place.0, self.place.1 + 1) {
            let skipped = delta.tick.wrapping_sub(self.place.1).wrapping_sub(1);
            if delta.round == self.place.0 && skipped < u32::MAX / 2 {
                seen.gaps += 1;
                seen.missed += u64::from(skipped);
            } else {
                let place = self.place;
                seen.contradiction(|| {
                    format!(
                        "round {} tick {} right after round {} tick {}",
                        delta.round, delta.tick, place.0, place.1
                    )
                });
            }
        }
        self.place = (delta.round, delta.tick);
        let Some(seat) = self.person.ticket.map(|ticket| ticket.seat) else {
            return;
        };
        let now = Instant::now();
        seen.snacks += told.eaten(seat);
        if let Some(turned) = told.turned(seat) {
            let acked = self.person.turns.acked(turned.seq, turned.dir, now);
            seen.turns_acked += acked.waits.len() as u64;
            for wait in acked.waits {
                Seen::waited(&mut seen.acks, wait.as_micros());
            }
            seen.turns_doubled += u64::from(acked.doubled);
            if acked.twisted {
                seen.contradiction(|| format!("{turned:?} was not said like that"));
            }
        }
        seen.turns_lost += self.person.turns.tick(now);
        drop(seen);
        if delta.phase == Phase::Playing {
            self.play(seat);
        }
    }

    /// Turns towards the nearest snack, if it is time for a turn.
    fn play(&mut self, seat: Seat) {
        self.ticks_since_turn = self.ticks_since_turn.saturating_add(1);
        let pace = self.person.square.plan.turns_per_second;
        let due = self.ticks_since_turn as f32 * pace >= 10.0;
        if pace <= 0.0 || !due || self.person.manners == Manners::Slow {
            return;
        }
        let turn = self.ground.picture().steer(seat, &mut self.target);
        if let Some(dir) = turn {
            self.ticks_since_turn = 0;
            let seq = self.person.turns.say(dir, Instant::now());
            self.words.push(ToServer::Turn { seq, dir }.encode());
            self.person.square.seen().turns_said += 1;
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
