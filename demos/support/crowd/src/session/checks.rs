//! What is told to somebody in a room, and what must hold of it.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rush::wire::{Snapshot, ToServer, Welcome};
use rush::{Phase, Seat};

use super::{Guest, Standing};
use crate::lifecycle::Ticket;
use crate::metrics::Seen;
use crate::model::Told;
use crate::plan::Manners;

impl Guest<'_> {
    /// In, or back: with a seat, unless it looks on.
    pub(super) fn welcome(&mut self, welcome: &Welcome) {
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
        drop(seen);
        let before = self.person.ticket;
        if let Some(ticket) = before {
            self.is_back(ticket, seat, welcome);
        }
        self.person.ticket = Some(Ticket {
            token: welcome.token,
            seat,
            round: before.map_or(0, |ticket| ticket.round),
            points: before.map_or(0, |ticket| ticket.points),
        });
    }

    /// Came with a ticket: the seat has to be the same, and what was said and not acknowledged is
    /// said again.
    fn is_back(&mut self, ticket: Ticket, seat: Seat, welcome: &Welcome) {
        let resumed = self
            .person
            .turns
            .resume(welcome.last_seq, Instant::now())
            .filter(|_| welcome.resumed && ticket.seat == seat);
        let mut seen = self.person.square.seen();
        let Some((waits, again)) = resumed else {
            seen.robbed += 1;
            self.person.turns = Default::default();
            return;
        };
        seen.turns_acked += waits.len() as u64;
        self.checks = Some(ticket);
        self.words.extend(again.iter().map(|turn| {
            let (seq, dir) = (turn.seq, turn.dir);
            ToServer::Turn { seq, dir }.encode()
        }));
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

    /// A picture of everything: the first, or one that makes up for what was missed.
    pub(super) fn snapshot(&mut self, snapshot: &Snapshot) {
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

    /// The tick behind the last one.
    pub(super) fn tick(&mut self, told: &Told) {
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
