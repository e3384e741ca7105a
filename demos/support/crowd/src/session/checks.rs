//! The checks of the messages that a client receives in a room.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rush::wire::{Snapshot, ToServer, Welcome};
use rush::{Phase, Seat};

use super::{Session, State};
use crate::metrics::Metrics;
use crate::model::Tick;
use crate::plan::Behavior;
use crate::player::{Player, Ticket};

impl Session<'_> {
    /// Handles `Welcome`: a new or a resumed seat, or none for a watcher.
    pub(super) fn welcome(&mut self, welcome: &Welcome) {
        self.player.half_open = None;
        self.state = State::Welcomed;
        let mismatch = self.model.lock().check_config(welcome.config);
        self.count_mismatch(mismatch);
        let mut metrics = self.player.shared.metrics();
        if self.player.behavior == Behavior::Watcher {
            metrics.watching += 1;
            return;
        }
        metrics.seated += 1;
        let Some(seat) = welcome.seat else {
            metrics.mismatch(|| "a player has no seat".to_owned());
            return;
        };
        if let Some(since) = self.player.disconnected.take() {
            let times = match self.player.ticket {
                Some(_) => &mut metrics.resume_times,
                None => {
                    metrics.reseated += 1;
                    &mut metrics.reseat_times
                }
            };
            Metrics::record(times, since.elapsed().as_micros());
        }
        drop(metrics);
        let before = self.player.ticket;
        if let Some(ticket) = before {
            self.resume(ticket, seat, welcome);
        }
        self.player.ticket = Some(Ticket {
            token: welcome.token,
            seat,
            round: before.map_or(0, |ticket| ticket.round),
            points: before.map_or(0, |ticket| ticket.points),
        });
    }

    /// Checks that a resumed session has the same seat, and sends again the turns that are not
    /// acknowledged.
    fn resume(&mut self, ticket: Ticket, seat: Seat, welcome: &Welcome) {
        let resumed = self
            .player
            .turns
            .resume(welcome.last_seq, Instant::now())
            .filter(|_| welcome.resumed && ticket.seat == seat);
        let mut metrics = self.player.shared.metrics();
        let Some((latencies, again)) = resumed else {
            metrics.failed_resumes += 1;
            self.player.turns = Default::default();
            return;
        };
        metrics.turns_acked += latencies.len() as u64;
        self.resumed = Some(ticket);
        self.outgoing.extend(again.iter().map(|turn| {
            let (seq, dir) = (turn.seq, turn.dir);
            ToServer::Turn { seq, dir }.encode()
        }));
    }

    /// Records the interval since the last tick. Slow players are left out: they read late.
    fn record_interval(&mut self) {
        let now = Instant::now();
        if let Some(before) = self.last_tick.replace(now)
            && self.player.behavior != Behavior::Slow
        {
            let mut metrics = self.player.shared.metrics();
            Metrics::record(&mut metrics.tick_intervals, (now - before).as_micros());
        }
    }

    /// Handles a snapshot: the first message of a round, or one that makes up for missed ticks.
    pub(super) fn snapshot(&mut self, snapshot: &Snapshot) {
        self.record_interval();
        let mismatch = self.model.lock().snapshot(snapshot);
        self.count_mismatch(mismatch);
        if snapshot.round != self.moment.0 {
            self.player.steering.new_round();
        }
        let mut metrics = self.player.shared.metrics();
        if self.state == State::Joined && snapshot.round == self.moment.0 {
            let skipped = u64::from(snapshot.tick.saturating_sub(self.moment.1));
            if self.player.behavior == Behavior::Slow {
                metrics.slow_catch_ups += 1;
            } else {
                metrics.catch_ups += 1;
                metrics.missed += skipped;
            }
        }
        self.moment = (snapshot.round, snapshot.tick);
        self.state = State::Joined;
        let Some(ticket) = self.resumed.take() else {
            return;
        };
        let complete = snapshot
            .players
            .iter()
            .find(|player| player.seat == ticket.seat)
            .is_some_and(|player| {
                snapshot.round != ticket.round || player.player.points >= ticket.points
            });
        if complete {
            metrics.resumed += 1;
        } else {
            metrics.failed_resumes += 1;
        }
    }

    /// Handles a tick.
    pub(super) fn tick(&mut self, tick: &Tick) {
        self.record_interval();
        let delta = &tick.delta;
        let mut metrics = self.player.shared.metrics();
        metrics.deltas += 1;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_micros();
        // Slow players read late, so their latency says nothing about the server.
        if self.player.behavior != Behavior::Slow {
            Metrics::record(
                &mut metrics.latency,
                now.saturating_sub(u128::from(delta.sent)),
            );
        }
        if (delta.round, delta.tick) != (self.moment.0, self.moment.1 + 1) {
            let skipped = delta.tick.wrapping_sub(self.moment.1).wrapping_sub(1);
            if delta.round == self.moment.0 && skipped < u32::MAX / 2 {
                metrics.gaps += 1;
                metrics.missed += u64::from(skipped);
            } else {
                let moment = self.moment;
                metrics.mismatch(|| {
                    format!(
                        "round {} tick {} directly after round {} tick {}",
                        delta.round, delta.tick, moment.0, moment.1
                    )
                });
            }
        }
        self.moment = (delta.round, delta.tick);
        let Some(seat) = self.player.ticket.map(|ticket| ticket.seat) else {
            return;
        };
        let now = Instant::now();
        metrics.snacks += tick.eaten(seat);
        if let Some(turned) = tick.turned(seat) {
            let acked = self.player.turns.acked(turned.seq, turned.dir, now);
            metrics.turns_acked += acked.latencies.len() as u64;
            if let Some(ticks) = acked.ticks {
                self.player.steering.measured(ticks);
            }
            for latency in acked.latencies {
                Metrics::record(&mut metrics.turn_latency, latency.as_micros());
            }
            metrics.turns_doubled += u64::from(acked.doubled);
            if acked.wrong_direction {
                metrics.mismatch(|| format!("{turned:?} is not the direction that was sent"));
            }
        }
        metrics.turns_lost += self.player.turns.tick(now);
        drop(metrics);
        if delta.phase == Phase::Playing {
            self.play(seat);
        }
    }

    /// Steers, except for a slow player, who sees only what was.
    fn play(&mut self, seat: Seat) {
        if self.player.behavior == Behavior::Slow {
            return;
        }
        let Player {
            steering, turns, ..
        } = &mut *self.player;
        let turn = self
            .model
            .lock()
            .steer(seat, steering, turns.unacknowledged());
        if let Some(dir) = turn {
            let seq = turns.send(dir, Instant::now());
            self.outgoing.push(ToServer::Turn { seq, dir }.encode());
            self.player.shared.metrics().turns_sent += 1;
        }
    }
}
