//! Where a seat is free, and how a crowd that comes at once is spread.

use super::{MOST_ROOMS, Rooms};
use crate::house;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// From being told of a seat to sitting in it, as a rule.
const MOMENT: Duration = Duration::from_secs(1);

/// Seats that are free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free {
    /// Where.
    pub room: String,
    /// How many.
    pub free: u32,
}

/// Players of each room, those included who were sent there a moment ago and have yet to come: else
/// a crowd that comes at once would all be sent to the last seat of one room.
#[derive(Default)]
pub(super) struct Expected {
    since: Option<Instant>,
    rooms: BTreeMap<String, u32>,
}

impl Expected {
    /// Whoever has not come within [`MOMENT`] may not come at all.
    fn forget_the_old(&mut self, now: Instant) {
        let old = |since| now.saturating_duration_since(since) >= MOMENT;
        if self.since.is_none_or(old) {
            self.since = Some(now);
            self.rooms.clear();
        }
    }

    fn free(&self, room: &str, free: u32, seats: u32) -> u32 {
        let expected = self.rooms.get(room).copied().unwrap_or(0);
        free.min(seats.saturating_sub(expected))
    }

    fn one_more(&mut self, room: &str, taken: u32) {
        let expected = self.rooms.entry(room.to_owned()).or_default();
        *expected = taken.max(*expected) + 1;
    }
}

impl Rooms {
    /// The fullest room that has a seat, so that nobody plays alone.
    pub(super) fn seek(&mut self, room: Option<String>) -> Option<Free> {
        let house = self
            .house
            .options
            .max_players
            .saturating_sub(self.house.players());
        let seats = self.house.options.config().seats.into();
        let (room, free) = match room {
            Some(room) => match self.open.get(&room) {
                Some(open) => (room, open.desk.free()),
                None => (room, self.seats_of_one_more(seats)),
            },
            None => self.any(seats)?,
        };
        let free = free.min(house);
        (free > 0).then_some(Free { room, free })
    }

    /// A room for somebody who named none. Who is expected somewhere is no reason to turn anybody
    /// away, only to send them elsewhere.
    fn any(&mut self, seats: u32) -> Option<(String, u32)> {
        self.expected.forget_the_old(house::now());
        let rooms = self.open.iter();
        let free = rooms.map(|(name, open)| (name, open.desk.free()));
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
        self.expected.one_more(&room, seats.saturating_sub(free));
        Some((room, free))
    }

    fn seats_of_one_more(&self, seats: u32) -> u32 {
        if self.open.len() < MOST_ROOMS {
            seats
        } else {
            0
        }
    }

    /// Rooms that could be opened, by their numbers. One is opened when the first who was sent
    /// there enters.
    fn closed(&self) -> impl Iterator<Item = String> + '_ {
        let more = MOST_ROOMS.saturating_sub(self.open.len());
        let names = (1..).map(|number| format!("room-{number}"));
        let closed = names.filter(|name| !self.open.contains_key(name));
        closed.take(more)
    }
}
