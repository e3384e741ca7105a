//! Players who are away: their seats are held, kept, or given up. See [`Seats`](super::seats).

use super::{Room, seats::AwayTimes};
use crate::cluster::SeatKey;
use rush::Input;
use std::time::{Duration, Instant};

impl Room {
    /// Decides which seats of away players are held, and gives up those that are not worth keeping.
    pub(super) fn settle_away(&mut self, now: Instant) {
        let tick_ms = self.round.world.config().tick_ms;
        let settled = self.seats.settle(
            now,
            AwayTimes {
                grace: self.state.options.grace,
                tick: Duration::from_millis(tick_ms.into()),
            },
        );
        self.state.admission.free_seats(settled.released);
        for seat in settled.given_up {
            self.leave(seat);
        }
    }

    /// Gives up the seats that were kept for long enough.
    pub(super) fn free_late_seats(&mut self, now: Instant) {
        // Those who came back while the process stood still have not been let in yet.
        if self.lifecycle.awake_for(now) <= self.state.options.grace {
            return;
        }
        for seat in self.seats.late(now, self.state.options.grace) {
            self.leave(seat);
        }
    }

    /// Frees one seat that is kept for an away player, if there is one: a new player needs it. In
    /// the next tick the world plays that the one left, and then that the other joined.
    pub(super) fn evict(&mut self, now: Instant) {
        self.settle_away(now);
        let Some((seat, token)) = self.seats.evict() else {
            return;
        };
        self.state.cluster.held_seats.free(SeatKey::of(&token));
        self.round.away.retain(|(away, _)| *away != seat);
        self.round.inputs.push(Input::Leave { seat });
    }

    /// Forgets the seats of a room that has ended, unless the next process continues it.
    pub(crate) fn forget_seats(&mut self) {
        if self.lifecycle.closed || self.lifecycle.drain_until.is_some() {
            return;
        }
        for token in self.seats.tokens() {
            self.state.cluster.held_seats.free(SeatKey::of(token));
        }
        self.state.admission.free_seats(self.seats.clear());
    }
}
