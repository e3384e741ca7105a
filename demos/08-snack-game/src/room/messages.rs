//! What a client's message does.

use super::{Room, client::Role};
use crate::{cluster::SeatKey, encode};
use rush::{
    Input, Seat,
    close::Close,
    wire::{Seq, ToClient, ToServer, Token},
};
use std::time::Instant;

impl Room {
    /// Applies a client's message. One that is not allowed now closes the connection.
    pub(super) fn receive(&mut self, id: u64, message: ToServer, now: Instant) {
        let Some(client) = self.connections.get_mut(id) else {
            return;
        };
        match (client.role, message) {
            (Role::Closing, _) => {} // It has not read the close frame yet.
            (_, ToServer::Echo(number)) => {
                let echo = ToClient::Echo(number).encode();
                client.outbox.answer(encode::binary(&echo));
            }
            (Role::New, ToServer::Join { name }) => self.join(id, &name, now),
            (Role::New, ToServer::Resume { token }) => self.resume(id, &token, now),
            (Role::New, ToServer::Watch) => {
                self.welcome(id, None, Token([0; 16]), Seq::default(), false);
            }
            (Role::Player(seat), ToServer::Turn { seq, dir }) => {
                if self.seats.accept_turn(seat, seq) {
                    self.round.inputs.push(Input::Turn { seat, dir });
                }
            }
            (Role::Player(seat), ToServer::Leave) => {
                self.leave(seat);
                self.close(id, Close::Left.into(), now);
            }
            (_, ToServer::Leave) => self.close(id, Close::Left.into(), now),
            _ => self.close(id, Close::Malformed.into(), now),
        }
    }

    /// Gives a seat up for good.
    pub(super) fn leave(&mut self, seat: Seat) {
        if let Some(token) = self.seats.leave(seat) {
            self.state.cluster.held_seats.free(SeatKey::of(&token));
        }
        self.round.inputs.push(Input::Leave { seat });
    }
}
