//! Seat takeover: a player comes back with the token of their seat, perhaps while the old
//! connection is still open.

use super::Room;
use crate::cluster::SeatKey;
use rush::{close::Close, wire::Token};
use std::time::Instant;

impl Room {
    /// Gives the seat with this token to the connection `id`, and closes the connection that had it
    /// before. An unknown token closes the new one.
    pub(super) fn resume(&mut self, id: u64, token: &Token, now: Instant) {
        let Some(back) = self.seats.resume(token, id) else {
            return self.close(id, Close::TokenUnknown.into(), now);
        };
        // Also after another server's seats were restored here: this server holds them now.
        self.state.cluster.held_seats.take(SeatKey::of(token));
        self.state.metrics.connections.resumed.inc();
        if let Some(before) = back.before {
            self.close(before, Close::TakenOver.into(), now);
        }
        if back.was_away {
            self.round.away.push((back.seat, false));
        }
        self.welcome(id, Some((back.seat, back.name)), *token, back.last, true);
    }
}
