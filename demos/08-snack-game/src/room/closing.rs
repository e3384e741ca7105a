//! Closing time: a round may go on for a while, then everybody is told when to come back.

use super::Room;
use crate::{frame, house};
use rush::{Phase, close::Close, wire::ToClient};
use std::{mem, time::Instant};

impl Room {
    /// Everybody is told that the server ends; the round may go on until then.
    pub(super) fn drain(&mut self, until: Instant) {
        self.drains = Some(until);
        let left = until.saturating_duration_since(house::now()).as_secs();
        let notice = ToClient::Restarts {
            seconds: left as u16,
        };
        let notice = frame::binary(&notice.encode());
        for guest in self.guests.iter_mut() {
            guest.outbox.answer(notice.clone());
        }
    }

    /// Somebody would miss the rest of it.
    pub(super) fn has_a_round_to_end(&self) -> bool {
        self.world.phase() == Phase::Playing && self.world.tick() > 0 && self.seats.taken() > 0
    }

    /// The last tick of a server: what was won is stored, everybody is told when to come back, and
    /// to whom they come back is left behind.
    ///
    /// Should the round go on after the restart, it is stored again when it is over: on a board a
    /// name stands once with its best, and the whole of a round takes the place of the part that
    /// was stored here.
    pub(super) fn close(&mut self, now: Instant) {
        if mem::replace(&mut self.closed, true) {
            return;
        }
        if self.has_a_round_to_end() {
            self.store_scores();
        }
        if self.world.tick() > 0 && self.world.phase() != Phase::Over {
            self.store_round();
        }
        for id in self.guests.ids(|_| true) {
            self.show_out(id, &restarting(id), now);
        }
        if let Some(room) = self.at_closing(now) {
            self.house.leave_behind(room);
        }
    }
}

/// Whoever is told to come back is told when, each a little later than another: they would all come
/// at once.
pub(super) fn restarting(id: u64) -> Close {
    let spread = id.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    Close::Restarting {
        retry_ms: 500 + (spread % 2_000) as u32,
    }
}
