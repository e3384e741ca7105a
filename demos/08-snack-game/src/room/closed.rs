//! A room at closing time, as bytes: who sits where, and how far the round is, for the process that
//! is started next on the same folder.
//!
//! ```text
//! length of the head u32, head (JSON), world, log
//! ```
//! Nobody is connected any more, so there are no lines and no frames in it, as there are in what a
//! keeper holds of a room.

use super::{
    Room,
    desk::Desk,
    seats::{ClosedSeat, Seats},
};
use crate::house::{self, House};
use bytes::Bytes;
use rush::{Dir, Input, Seat, World, log::Log};
use serde::{Deserialize, Serialize};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Everything but the long things.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    name: String,
    anew: bool,
    inputs: Vec<(u8, u16)>,
    seats: Vec<ClosedSeat>,
    leaving: Vec<u16>,
    world: usize,
}

/// A room that was read.
#[derive(Debug)]
pub(crate) struct Closed {
    head: Head,
    world: World,
    log: Log,
}

impl Room {
    /// After everybody was told goodbye. `None`: nobody will come back.
    ///
    /// The players that this server brought along end with it, and the next one brings its own:
    /// they have left, and their points are their teams'. A room in which nobody else sat is
    /// forgotten.
    pub(super) fn at_closing(&mut self, now: Instant) -> Option<Bytes> {
        if self.house.options.bots > 0 {
            let is_a_bots = |seat: &Seat| self.seats.name(*seat).is_a_bots();
            for seat in self.seats.all().filter(is_a_bots).collect::<Vec<_>>() {
                self.leave(seat);
            }
        }
        self.seats.tokens().next()?;
        let (world, log) = (self.world.encode(), self.log.write());
        let (seats, leaving) = self.seats.closed(now);
        let head = Head {
            name: self.name.to_string(),
            anew: self.anew,
            // A round that begins in the very tick of the closing has heard nothing yet: what these
            // say is acknowledged already.
            inputs: self.inputs.iter().map(said).collect(),
            seats,
            leaving,
            world: world.len(),
        };
        Some(head.write(&world, &log).into())
    }

    /// Players who may still come back. Who has left sits here until the next tick.
    pub(crate) fn awaited(&self) -> usize {
        self.seats.tokens().count()
    }
}

impl Head {
    /// The whole of a room, with these behind the head.
    fn write(&self, world: &[u8], log: &[u8]) -> Vec<u8> {
        let head = serde_json::to_vec(self).expect("numbers and texts");
        let length = (head.len() as u32).to_le_bytes();
        [&length, &head[..], world, log].concat()
    }
}

impl Closed {
    /// What these bytes say.
    ///
    /// # Errors
    /// A sentence: this program cannot go on from them.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let short = || "it breaks off".to_owned();
        let (length, rest) = bytes.split_first_chunk().ok_or_else(short)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (head, rest) = rest.split_at_checked(length).ok_or_else(short)?;
        let head: Head =
            serde_json::from_slice(head).map_err(|error| format!("its head: {error}"))?;
        let (world, log) = rest.split_at_checked(head.world).ok_or_else(short)?;
        let world = World::decode(world).map_err(|error| format!("its world: {error}"))?;
        let log = Log::read(log).map_err(|error| format!("its log: {error}"))?;
        match rush::wire::is_room(&head.name) {
            true => Ok(Self { head, world, log }),
            false => Err("it has no name".to_owned()),
        }
    }

    /// The room goes on, with everybody away, `since` it was closed. It keeps its rules (seats,
    /// seconds), which its players were told. `None`: nobody's grace lasts.
    pub(crate) fn room(self, house: &Arc<House>, since: Duration) -> Option<(Room, Arc<Desk>)> {
        let (head, now) = (self.head, house::now());
        let grace = house.options.grace;
        // Durations are compared, and no instants: what a clock that was set makes of them may be
        // before all time.
        let (late, in_time): (Vec<_>, Vec<_>) = head
            .seats
            .iter()
            .filter(|closed| !head.leaving.contains(&closed.seat))
            .partition(|closed| closed.away(since) > grace);
        if in_time.is_empty() {
            return None;
        }
        let late: Vec<Seat> = late.iter().map(|closed| Seat(closed.seat)).collect();
        let seats = self.world.config().seats;
        let seats = Seats::reopened(seats, head.seats, &head.leaving, now, since);
        seats.are_taken_in(house);
        let desk = Arc::new(Desk::new(&head.name, self.world.config().seats));
        let mut room = Room {
            world: self.world,
            log: self.log,
            seats,
            inputs: head.inputs.into_iter().filter_map(meant).collect(),
            anew: head.anew,
            ..Room::new(&head.name, Arc::clone(house), Arc::clone(&desk))
        };
        for seat in late {
            room.leave(seat);
        }
        room.desk.count(room.seats.taken(), 0);
        Some((room, desk))
    }
}

#[cfg(any(test, fuzzing))]
impl Closed {
    /// A room that somebody thought of.
    #[cfg(test)]
    pub(crate) fn thought_of(world: &World, log: &Log, head: &str) -> Vec<u8> {
        let mut head: Head = serde_json::from_str(head).expect("a head");
        let world = world.encode();
        head.world = world.len();
        head.write(&world, &log.write())
    }

    /// For whoever checks with any bytes: what goes on without a house does, at whatever time.
    pub(crate) fn play(self, since: Duration) {
        let inputs: Vec<Input> = self.head.inputs.into_iter().filter_map(meant).collect();
        let (count, leaving) = (self.world.config().seats, self.head.leaving);
        let now = house::now();
        let late = |it: &ClosedSeat| it.away(since) > Duration::from_secs(30);
        let _how_many = self.head.seats.iter().filter(|it| late(it)).count();
        let seats = Seats::reopened(count, self.head.seats, &leaving, now, since);
        super::seats::check(seats, count, &inputs, self.world, self.log);
    }
}

/// An input, for another process.
pub(super) fn said(input: &Input) -> (u8, u16) {
    match *input {
        Input::Join { seat } => (0, seat.0),
        Input::Leave { seat } => (1, seat.0),
        Input::Turn { seat, dir } => (2 + dir as u8, seat.0),
    }
}

/// An input, from another process.
pub(super) fn meant((what, seat): (u8, u16)) -> Option<Input> {
    let seat = Seat(seat);
    Some(match what {
        0 => Input::Join { seat },
        1 => Input::Leave { seat },
        turn => Input::Turn {
            seat,
            dir: Dir::new(turn - 2)?,
        },
    })
}
