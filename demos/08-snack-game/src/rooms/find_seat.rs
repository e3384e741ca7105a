//! Finds a free seat, and spreads players who come at the same time over the rooms.

use super::{MOST_ROOMS, Rooms};
use crate::clock;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// How long a client usually needs to take the seat that was found for it.
const USUAL_DELAY: Duration = Duration::from_secs(1);

/// Free seats in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSeats {
    /// The room's name.
    pub room: String,
    /// How many.
    pub free: u32,
}

/// The number of players in each room, with those who were sent there a moment ago and have not
/// joined yet. Without them, all players who come at the same time would be sent to the last seat
/// of one room.
#[derive(Default)]
pub(super) struct Expected {
    since: Option<Instant>,
    rooms: BTreeMap<String, u32>,
}

impl Expected {
    /// Forgets players who have not joined within [`USUAL_DELAY`]: they may not come at all.
    fn forget_old(&mut self, now: Instant) {
        let old = |since| now.saturating_duration_since(since) >= USUAL_DELAY;
        if self.since.is_none_or(old) {
            self.since = Some(now);
            self.rooms.clear();
        }
    }

    fn free(&self, room: &str, free: u32, seats: u32) -> u32 {
        let expected = self.rooms.get(room).copied().unwrap_or(0);
        free.min(seats.saturating_sub(expected))
    }

    fn add(&mut self, room: &str, taken: u32) {
        let expected = self.rooms.entry(room.to_owned()).or_default();
        *expected = taken.max(*expected) + 1;
    }
}

impl Rooms {
    /// The fullest room with a free seat, so that players meet each other.
    pub(super) fn find_seat(&mut self, room: Option<String>) -> Option<FreeSeats> {
        let in_server = self.state.admission.free();
        let seats = self.state.options.config().seats.into();
        let (room, free) = match room {
            Some(room) => match self.open.get(&room) {
                Some(open) => (room, open.stats.free()),
                None => (room, self.seats_of_new_room(seats)),
            },
            None => self.any(seats)?,
        };
        let free = free.min(in_server);
        (free > 0).then_some(FreeSeats { room, free })
    }

    /// A room for a player who named none. Expected players are a reason to send the next one to
    /// another room, but not to turn the next one away.
    fn any(&mut self, seats: u32) -> Option<(String, u32)> {
        self.expected.forget_old(clock::now());
        let rooms = self.open.iter();
        let free = rooms.map(|(name, open)| (name, open.stats.free()));
        let free: Vec<_> = free.filter(|(_, free)| *free > 0).collect();
        let expected = &self.expected;
        let unclaimed = free.iter().filter_map(|&(name, free)| {
            let left = expected.free(name, free, seats);
            (left > 0).then_some((left, name, free))
        });
        let (room, free) = if let Some((_, room, free)) = unclaimed.min_by_key(|(left, ..)| *left) {
            (room.clone(), free)
        } else if let Some(room) = self.closed().find(|it| expected.free(it, seats, seats) > 0) {
            (room, seats)
        } else if let Some(&(room, free)) = free.iter().min_by_key(|(_, free)| *free) {
            (room.clone(), free)
        } else {
            (self.closed().next()?, seats)
        };
        self.expected.add(&room, seats.saturating_sub(free));
        Some((room, free))
    }

    fn seats_of_new_room(&self, seats: u32) -> u32 {
        match self.open.len() < MOST_ROOMS || self.longest_idle().is_some() {
            true => seats,
            false => 0,
        }
    }

    /// Names of rooms that could be opened. Such a room is opened when its first client enters.
    fn closed(&self) -> impl Iterator<Item = String> + '_ {
        let idle = usize::from(self.longest_idle().is_some());
        let more = MOST_ROOMS.saturating_sub(self.open.len()).max(idle);
        let names = (1..).map(|number| format!("room-{number}"));
        let closed = names.filter(|name| !self.open.contains_key(name));
        closed.take(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_who_were_sent_to_a_room_count_until_they_have_had_time_to_join() {
        let (mut expected, now) = (Expected::default(), clock::now());
        expected.forget_old(now);
        assert_eq!(expected.free("hall", 3, 10), 3);
        expected.add("hall", 7);
        expected.add("hall", 7);
        assert_eq!(expected.free("hall", 3, 10), 1);
        assert_eq!(expected.free("hall", 0, 10), 0, "others were faster");
        assert_eq!(expected.free("other", 3, 10), 3);
        expected.add("hall", 9); // Both have joined.
        assert_eq!(expected.free("hall", 1, 10), 0);
        expected.add("hall", 10);
        assert_eq!(expected.free("hall", 1, 10), 0, "not below none");
        let just = Duration::from_millis(1);
        expected.forget_old(now + USUAL_DELAY - just);
        assert_eq!(expected.free("hall", 1, 10), 0);
        expected.forget_old(now + USUAL_DELAY);
        assert_eq!(expected.free("hall", 1, 10), 1, "they do not come any more");
        expected.add("hall", 9);
        expected.forget_old(now + USUAL_DELAY + just);
        assert_eq!(
            expected.free("hall", 1, 10),
            0,
            "from then on the time counts anew"
        );
    }
}
