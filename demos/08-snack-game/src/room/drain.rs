//! The end of a room: it finishes its round, closes all connections and leaves a snapshot.

use super::{Room, snapshot::Snapshot};
use crate::{clock, encode};
use rush::{Phase, Seat, close::Close, wire::ToClient};
use std::{mem, time::Instant};

impl Room {
    /// Tells every client that the server restarts. The round may be played until `until`.
    pub(super) fn drain(&mut self, until: Instant) {
        self.lifecycle.drain_until = Some(until);
        let left = until.saturating_duration_since(clock::now()).as_secs();
        let notice = ToClient::Restarts {
            seconds: left as u16,
        };
        let notice = encode::binary(&notice.encode());
        for client in self.connections.iter_mut() {
            client.outbox.answer(notice.clone());
        }
    }

    /// Closes the room after the server's last tick: stores the scores, tells every client when to
    /// reconnect, and leaves a snapshot for the next process.
    ///
    /// If the round continues after the restart, its scores and its log are stored again at its
    /// end: a name appears once on a leaderboard, with its best score, and the whole log replaces
    /// the part that was stored here.
    pub(super) fn shut(&mut self, now: Instant) {
        if mem::replace(&mut self.lifecycle.closed, true) {
            return;
        }
        if self.round.is_being_played(&self.seats) {
            self.store_scores();
        }
        if self.round.world.tick() > 0 && self.round.world.phase() != Phase::Over {
            self.store_round();
        }
        for id in self.connections.ids(|_| true) {
            self.close(id, restarting(id).into(), now);
        }
        self.remove_own_bots();
        if let Some(snapshot) = self.snapshot_for_restart(now) {
            self.state.closed_rooms.push(snapshot.into());
        }
    }

    /// Removes the bots that this server has started: they end with it, and the next process starts
    /// its own. Their points stay with their teams.
    fn remove_own_bots(&mut self) {
        if self.state.options.bots > 0 {
            let is_a_bots = |seat: &Seat| self.seats.name(*seat).is_a_bots();
            for seat in self.seats.all().filter(is_a_bots).collect::<Vec<_>>() {
                self.leave(seat);
            }
        }
    }

    /// Whether all players are bots that this server has started: no person waits for the end of
    /// the round.
    pub(super) fn has_own_bots_alone(&self) -> bool {
        self.state.options.bots > 0
            && self
                .seats
                .all()
                .all(|seat| self.seats.name(seat).is_a_bots())
    }

    /// The snapshot of a room whose connections are closed. `None` if no player can come back.
    pub(super) fn snapshot_for_restart(&self, now: Instant) -> Option<Vec<u8>> {
        (self.seats_held() > 0).then(|| Snapshot::without_connections(self, now))
    }

    /// Players who may still come back. One who has left keeps the seat until the next tick.
    pub(crate) fn seats_held(&self) -> usize {
        self.seats.tokens().count()
    }
}

/// The close code that tells a client to reconnect. Each connection is given another delay, so that
/// they do not all come at once.
pub(super) fn restarting(id: u64) -> Close {
    let spread = id.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    Close::Restarting {
        retry_ms: 500 + (spread % 2_000) as u32,
    }
}
