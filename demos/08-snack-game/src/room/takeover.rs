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
        let Some(network) = self.network_of(id) else {
            return;
        };
        // A spare seat is not counted: another player may have taken the server's last place.
        if self.seats.is_spare(token) && !self.state.admission.take_seat() {
            let elsewhere = self.state.cluster.servers_with_free_seats();
            let elsewhere = elsewhere.into_iter().next();
            return self.close(id, Close::Full { elsewhere }.into(), now);
        }
        let Some(back) = self.seats.resume(token, id, network) else {
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
