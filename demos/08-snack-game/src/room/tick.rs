//! A tick: the world moves one step, and every client is sent the same bytes, encoded once.

use super::{
    Room,
    client::{Client, Role},
    stats::{Present, SlowClient},
};
use crate::{clock, encode, outbox::Sent};
use bytes::Bytes;
use rush::{
    Happened, Phase,
    close::Close,
    wire::{Delta, Snapshot, WATCHING},
};
use std::{array, cell::OnceCell, io, mem, time::Instant};

/// Ticks between two checks of what changes slowly.
const CHECK_EVERY: u64 = 10;

/// Clients whose sockets are looked up together.
const GROUP: usize = 32;

impl Room {
    /// Plays the next tick and sends it to every client. Never waits.
    pub(super) fn tick(&mut self, now: Instant) {
        self.lifecycle.beats = self.lifecycle.beats.wrapping_add(1);
        if self.lifecycle.closed {
            self.check_clients(now); // The next process may continue the round.
        } else if !self.waits(now) {
            let happened = self.step();
            self.broadcast(happened, now);
            self.check_clients(now);
        }
        self.count();
        let is_over = |until| {
            now >= until
                || !self.round.is_being_played(&self.seats)
                || self.is_empty()
                || self.has_own_bots_alone()
        };
        if self.lifecycle.drain_until.is_some_and(is_over) {
            self.shut(now);
        }
    }

    /// Whether the round waits, because the room is empty. Checks the seats first: their time also
    /// passes while the round waits.
    fn waits(&mut self, now: Instant) -> bool {
        let checks = self.lifecycle.beats.is_multiple_of(CHECK_EVERY);
        if checks || self.seats.is_unsettled() {
            self.settle_away(now);
        }
        if checks {
            self.free_late_seats(now);
        }
        let waits = self.is_empty();
        if checks && !waits {
            self.publish_stats(now);
        }
        waits
    }

    /// Whether there are no players and no watchers. Seats may be kept for players who were here.
    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty() && self.seats.held() == 0 && !self.seats.has_leaving()
    }

    /// Moves the world one step. `None` if a new round began instead.
    fn step(&mut self) -> Option<Happened> {
        let round = &mut self.round;
        let before = round.world.phase();
        if round.restart || before == Phase::Over {
            round.begin_next(&self.seats);
            return None;
        }
        let inputs = mem::take(&mut round.inputs);
        let happened = round.world.step(&inputs);
        self.seats.count_played();
        let name = |seat| self.seats.name(seat);
        round.log.record(&inputs, name, &round.world);
        self.state.admission.free_seats(self.seats.free_left());
        if before == Phase::Playing && happened.phase != Phase::Playing {
            round.won_on = Some(self.state.store.wall().day());
            self.store_scores();
        }
        if happened.phase == Phase::Over {
            self.store_round();
        }
        Some(happened)
    }

    /// Sends the tick to every client that keeps up, a snapshot to one that missed some, and
    /// nothing to one whose kernel buffer is full.
    fn broadcast(&mut self, happened: Option<Happened>, now: Instant) {
        let sent = self.state.unix_micros();
        let away = mem::take(&mut self.round.away);
        let (world, seats) = (&self.round.world, &self.seats);
        let drawn = OnceCell::new();
        let snapshot = || -> Bytes {
            let draw = || Snapshot::of(world, sent, |it| seats.name_and_away(it)).encode();
            drawn.get_or_init(|| encode::binary(&draw())).clone()
        };
        let tick = match happened {
            // The first snapshot of a round says who is away.
            None => snapshot(),
            Some(happened) => {
                let away = away
                    .into_iter()
                    .filter(|(it, _)| world.player(*it).is_some());
                let (name, seq) = (|it| seats.name(it), |it| seats.last_seq(it));
                encode::binary(&Delta::of(&happened, sent, name, seq, away).encode())
            }
        };
        let metrics = &self.state.metrics;
        let due = self.lifecycle.tick_due.unwrap_or(now);
        let (mut ticks, mut snapshots, mut skipped) = (0, 0, 0);
        for group in self.connections.chunks_mut(GROUP) {
            let results = send(group, &tick);
            let mut delivered = 0;
            for (client, result) in group.iter_mut().zip(results) {
                let behind_since = client.outbox.behind_since();
                let sent = match result {
                    Some(result) => client.outbox.record_sent(&tick, result),
                    None if client.is_in() => client.outbox.send_tick(&tick, snapshot, now),
                    None => continue,
                };
                match sent {
                    Sent::Tick => ticks += 1,
                    Sent::Snapshot => snapshots += 1,
                    Sent::Nothing => skipped += 1,
                }
                if let (Sent::Snapshot, Some(since)) = (sent, behind_since) {
                    let behind = now.saturating_duration_since(since);
                    metrics.sent.behind.observe(behind);
                }
                delivered += u64::from(client.outbox.keeps_up());
            }
            let took = clock::now().saturating_duration_since(due);
            metrics.sent.delivery.observe_many(took, delivered);
        }
        let length = tick.len() as u64;
        self.stats.totals.bytes += (ticks + snapshots) * length;
        self.stats.totals.caught_up += snapshots;
        metrics.tick_sent(ticks, snapshots, skipped, length);
    }

    /// Checks the deadlines of the clients whose turn it is.
    fn check_clients(&mut self, now: Instant) {
        let beats = self.lifecycle.beats;
        let awake = self.lifecycle.awake_for(now);
        for id in self.connections.ids(|client| client.is_due(beats)) {
            let client = self.connections.get_mut(id);
            let close = client.and_then(|it| it.check(&self.state.options, beats, now, awake));
            if let Some(close) = close {
                self.stats.totals.closed_behind += u64::from(close == Close::TooFarBehind);
                self.close(id, close.into(), now);
            }
        }
    }

    fn publish_stats(&mut self, now: Instant) {
        let world = &self.round.world;
        let tick_ms = u64::from(world.config().tick_ms);
        let slow = self.connections.iter().filter_map(|client| {
            let since = client.outbox.behind_since()?;
            let seat = match client.role {
                Role::Player(seat) => Some(seat),
                _ => None,
            };
            let millis = now.saturating_duration_since(since).as_millis() as u64;
            Some(SlowClient {
                connection: client.id,
                name: seat.map(|seat| self.seats.name(seat).to_string()),
                seat: seat.map_or(WATCHING, |seat| seat.0),
                behind_ticks: millis / tick_ms,
                buffered_bytes: client.outbox.waiting_bytes(),
            })
        });
        let slow = slow.collect();
        let mut present = Present::default();
        for client in self.connections.iter() {
            let states = &mut present.connections;
            *match client.role {
                Role::Closing => &mut states.closing,
                Role::New => &mut states.joining,
                _ if client.outbox.behind_since().is_some() => &mut states.slow,
                Role::Player(_) => &mut states.playing,
                Role::Watcher => &mut states.watching,
            } += 1;
            present.away += u32::from(matches!(client.role, Role::Player(_)));
        }
        // Each player who is not away is on one of the connections.
        present.away = (self.seats.taken() as u32).saturating_sub(present.away);
        let totals = &mut self.stats.totals;
        (totals.round, totals.tick) = (world.round(), world.tick());
        totals.phase = world.phase() as u8;
        self.stats.publish(slow, present);
    }
}

/// Sends a tick to each of these clients that keeps up. `None` for the others.
///
/// Since the last tick the kernel has used megabytes of memory, and none of this is in a cache any
/// more. So all sockets are looked up before the first byte is sent: their cache misses overlap,
/// where otherwise each call would wait for its own.
fn send(group: &[Client], tick: &Bytes) -> [Option<io::Result<usize>>; GROUP] {
    let sockets: [_; GROUP] = array::from_fn(|at| {
        let client = group.get(at).filter(|client| client.is_in());
        client.and_then(|client| client.outbox.socket())
    });
    sockets.map(|socket| socket.map(|socket| socket.send(tick)))
}
