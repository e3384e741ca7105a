//! What players say: they come, come back, turn and leave.

use super::{Room, closing::restarting, guests::Who, seats::Seated};
use crate::{cluster::SeatKey, frame};
use rush::{
    Input, Name, Seat,
    close::Close,
    name,
    wire::{Seq, Snapshot, ToClient, ToServer, Token, Welcome},
};
use std::time::Instant;

/// A round that nobody has played for so many ticks is still a new one.
const FRESH: u32 = 30;

impl Room {
    pub(super) fn said(&mut self, id: u64, what: ToServer, now: Instant) {
        let Some(guest) = self.guests.get_mut(id) else {
            return;
        };
        match (guest.who, what) {
            (Who::Nobody, _) => {} // It has not heard the goodbye yet.
            (_, ToServer::Echo(number)) => {
                let echo = ToClient::Echo(number).encode();
                guest.outbox.answer(frame::binary(&echo));
            }
            (Who::Stranger, ToServer::Join { name }) => self.join(id, &name, now),
            (Who::Stranger, ToServer::Resume { token }) => self.resume(id, &token, now),
            (Who::Stranger, ToServer::Watch) => {
                self.welcome(id, None, Token([0; 16]), Seq::default(), false);
            }
            (Who::Player(seat), ToServer::Turn { seq, dir }) => {
                if self.seats.turns(seat, seq) {
                    self.inputs.push(Input::Turn { seat, dir });
                }
            }
            (Who::Player(seat), ToServer::Leave) => {
                self.leave(seat);
                self.show_out(id, &Close::Left, now);
            }
            (_, ToServer::Leave) => self.show_out(id, &Close::Left, now),
            _ => self.show_out(id, &Close::Malformed, now),
        }
    }

    fn join(&mut self, id: u64, name: &str, now: Instant) {
        if self.drains.is_some() {
            return self.show_out(id, &restarting(id), now);
        }
        let was_empty = self.seats.taken() == 0;
        let seated = match self.house.take_seat() {
            true => self.seats.take(name::tidy(name), id).or_else(|| {
                self.house.free_seats(1);
                None
            }),
            false => None,
        };
        let Some(Seated { seat, name, token }) = seated else {
            // Two wanted the last seat. Who is too late is told where else there is one.
            let elsewhere = self.house.elsewhere().into_iter().next();
            return self.show_out(id, &Close::Full { elsewhere }, now);
        };
        self.house.held_seats.take(SeatKey::of(&token));
        // Whoever comes into an empty room gets a round of their own, and not the rest of nobody's.
        self.anew |= was_empty && self.world.tick() > FRESH;
        self.inputs.push(Input::Join { seat });
        self.welcome(id, Some((seat, name)), token, Seq::default(), false);
    }

    fn resume(&mut self, id: u64, token: &Token, now: Instant) {
        let Some(back) = self.seats.comes_back(token, id) else {
            return self.show_out(id, &Close::TokenUnknown, now);
        };
        // Also after this server was handed over: what the old one held is held by this one.
        self.house.held_seats.take(SeatKey::of(token));
        self.house.seen.resumed.inc();
        if let Some(before) = back.before {
            self.show_out(before, &Close::TakenOver, now);
        }
        if back.was_away {
            self.away.push((back.seat, false));
        }
        self.welcome(id, Some((back.seat, back.name)), *token, back.last, true);
    }

    /// In, with the newest picture: the next tick follows it.
    fn welcome(
        &mut self,
        id: u64,
        seated: Option<(Seat, Name)>,
        token: Token,
        last_seq: Seq,
        resumed: bool,
    ) {
        let Some(guest) = self.guests.get_mut(id) else {
            return;
        };
        let (seat, name) = seated.unzip();
        guest.who = seat.map_or(Who::Watcher, Who::Player);
        let welcome = Welcome {
            seat,
            token,
            last_seq,
            resumed,
            config: *self.world.config(),
            room: self.name.to_string(),
            name,
        };
        let picture = Snapshot::of(&self.world, self.house.micros(), |seat| {
            self.seats.who(seat)
        });
        guest.outbox.answer(frame::binary(&welcome.encode()));
        guest.outbox.answer(frame::binary(&picture.encode()));
    }

    /// Gives a seat up for good.
    pub(super) fn leave(&mut self, seat: Seat) {
        if let Some(token) = self.seats.leaves(seat) {
            self.house.held_seats.free(SeatKey::of(&token));
        }
        self.inputs.push(Input::Leave { seat });
    }
}
