//! What becomes of a room that panicked: no other room notices, and nobody in it loses their seat.

use super::Room;
use crate::{cluster::SeatKey, house::random};
use rush::{Input, World, close::Close, log::Log};
use std::time::Instant;

impl Room {
    /// After a panic: everybody is told and hung up on, what they had is kept for them, and a round
    /// begins in which nothing is left of the one that made it fall. Should it fall again at once,
    /// nothing is kept.
    pub fn fell(&mut self, now: Instant) {
        self.house.seen.falls.inc();
        for id in self.guests.ids(|_| true) {
            self.show_out(id, &Close::RoomFell, now);
        }
        let before = self.fell.replace(now);
        if before.is_some_and(|before| now - before < self.house.options.grace) {
            for token in self.seats.tokens() {
                self.house.held_seats.free(SeatKey::of(token));
            }
            self.house.free_seats(self.seats.clear());
        }
        // The world in which they were is gone, and nobody is left to hear that they left it.
        self.house.free_seats(self.seats.settle());
        self.inputs.clear();
        self.away.clear();
        let stay = self
            .world
            .players()
            .filter(|(seat, _)| self.seats.has(*seat));
        let stay: Vec<_> = stay.map(|(seat, player)| (seat, player.team)).collect();
        let (config, round) = (*self.world.config(), self.world.round().wrapping_add(1));
        self.world = World::new(config, u64::from_le_bytes(random()), round, stay);
        // Whoever came in the tick that fell is in no world yet.
        let fresh = self
            .seats
            .all()
            .filter(|seat| self.world.player(*seat).is_none());
        self.inputs.extend(fresh.map(|seat| Input::Join { seat }));
        self.log = Log::of(&self.world, |seat| self.seats.name(seat));
        (self.won, self.anew) = (None, false);
    }
}
