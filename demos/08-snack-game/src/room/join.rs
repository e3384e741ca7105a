//! Join: a new player takes a seat.

use super::{Room, client::Role, drain::restarting, seats::Seated};
use crate::{cluster::SeatKey, encode};
use rush::{
    Input, Name, Seat,
    close::Close,
    name,
    wire::{Seq, Snapshot, Token, Welcome},
};
use std::{net::IpAddr, time::Instant};

/// A round that has lasted at most this many ticks in an empty room counts as new.
const NEW_ROUND: u32 = 30;

impl Room {
    /// Seats a new player. The connection is closed if the room drains or no seat is free.
    pub(super) fn join(&mut self, id: u64, name: &str, now: Instant) {
        if self.lifecycle.drain_until.is_some() {
            return self.close(id, restarting(id).into(), now);
        }
        let was_empty = self.seats.taken() == 0;
        let Some(Seated { seat, name, token }) = self.seat(id, name::tidy(name), now) else {
            // Two players wanted the last seat. The second is sent to a server with a free one.
            let elsewhere = self.state.cluster.servers_with_free_seats();
            let elsewhere = elsewhere.into_iter().next();
            return self.close(id, Close::Full { elsewhere }.into(), now);
        };
        self.state.cluster.held_seats.take(SeatKey::of(&token));
        // The first player of an empty room gets a whole round, and not the rest of one without
        // players.
        self.round.restart |= was_empty && self.round.world.tick() > NEW_ROUND;
        self.round.inputs.push(Input::Join { seat });
        self.welcome(id, Some((seat, name)), token, Seq::default(), false);
    }

    /// Gives a seat to a new player: a free one, or if there is none, one that is kept for a player
    /// who is away. `None` if the room or the server is full.
    fn seat(&mut self, id: u64, name: Option<Name>, now: Instant) -> Option<Seated> {
        let network = self.network_of(id)?;
        if !self.state.admission.take_seat() {
            self.settle_away(now);
            if !self.state.admission.take_seat() {
                return None;
            }
        }
        if self.seats.is_full() {
            self.evict(now);
        }
        let seated = self.seats.take(name, id, network);
        if seated.is_none() {
            self.state.admission.free_seats(1);
        }
        seated
    }

    /// The network of a client.
    pub(super) fn network_of(&mut self, id: u64) -> Option<IpAddr> {
        let client = self.connections.get_mut(id)?;
        Some(sockets::network_of(client.outbox.connection().peer))
    }

    /// Sends a welcome and the newest snapshot of the world. The next tick continues from it.
    pub(super) fn welcome(
        &mut self,
        id: u64,
        seated: Option<(Seat, Name)>,
        token: Token,
        last_seq: Seq,
        resumed: bool,
    ) {
        let Some(client) = self.connections.get_mut(id) else {
            return;
        };
        let (seat, name) = seated.unzip();
        client.role = seat.map_or(Role::Watcher, Role::Player);
        let world = &self.round.world;
        let welcome = Welcome {
            seat,
            token,
            last_seq,
            resumed,
            config: *world.config(),
            room: self.name.to_string(),
            name,
        };
        let sent = self.state.unix_micros();
        let snapshot = Snapshot::of(world, sent, |seat| self.seats.name_and_away(seat));
        client.outbox.answer(encode::binary(&welcome.encode()));
        client.outbox.answer(encode::binary(&snapshot.encode()));
    }
}
