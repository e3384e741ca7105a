//! Recovery of a room that panicked: other rooms are not affected, and its players keep their
//! seats.

use super::Room;
use crate::cluster::SeatKey;
use rush::close::Close;
use std::time::Instant;

impl Room {
    /// Recovers from a panic: closes all connections, keeps the seats, and begins a round in which
    /// nothing is left of the one that panicked. If the last panic is less than a grace period ago
    /// the seats are freed, too.
    pub fn recover(&mut self, now: Instant) {
        self.state.metrics.rooms.panics.inc();
        self.seats.excuse(now + self.state.options.grace);
        for id in self.connections.ids(|_| true) {
            self.close(id, Close::RoomFell.into(), now);
        }
        let (admission, held) = (&self.state.admission, &self.state.cluster.held_seats);
        let before = self.lifecycle.last_panic.replace(now);
        if before.is_some_and(|before| now - before < self.state.options.grace) {
            for token in self.seats.tokens() {
                held.free(SeatKey::of(token));
            }
            admission.free_seats(self.seats.clear());
        }
        // Players who left are in no world that could play their leaving.
        admission.free_seats(self.seats.free_left());
        self.round.recover(&self.seats);
    }
}
