//! Who has which seat, and the tokens that bring them back to it.

#[cfg(any(test, fuzzing))]
mod check;
mod handed;

#[cfg(any(test, fuzzing))]
pub(super) use check::check;
pub(super) use handed::ClosedSeat;
#[cfg(target_os = "linux")]
pub(super) use handed::KeptSeat;

use super::nobody;
use crate::house::random;
use rush::{
    Name, Seat,
    wire::{Seq, Token},
};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// All seats of a room. Each is somebody's until the world has heard that they left.
#[derive(Debug)]
pub(super) struct Seats {
    places: Vec<Option<Place>>,
    /// Looked up by a hash with a secret key: how long it takes says nothing about the tokens that
    /// there are.
    tokens: HashMap<Token, Seat>,
    /// Those who left, until the world has heard of it.
    leaving: Vec<Seat>,
    taken: usize,
}

/// One of them, while it is somebody's.
#[derive(Debug)]
struct Place {
    name: Name,
    token: Token,
    /// The last of their turns that was applied.
    last: Seq,
    line: Option<u64>,
    /// Without a connection since then.
    away: Option<Instant>,
}

/// Somebody who has just sat down.
pub(super) struct Seated {
    pub(super) seat: Seat,
    pub(super) name: Name,
    pub(super) token: Token,
}

/// Somebody who is back.
pub(super) struct Back {
    pub(super) seat: Seat,
    pub(super) name: Name,
    pub(super) last: Seq,
    /// The connection that they had until now.
    pub(super) before: Option<u64>,
    pub(super) was_away: bool,
}

impl Seats {
    pub(super) fn new(count: u16) -> Self {
        Self {
            places: (0..count).map(|_| None).collect(),
            tokens: HashMap::new(),
            leaving: Vec::new(),
            taken: 0,
        }
    }

    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Seat> {
        let places = (0..).map(Seat).zip(&self.places);
        places.filter_map(|(seat, place)| place.as_ref().map(|_| seat))
    }

    pub(super) fn has(&self, seat: Seat) -> bool {
        self.place(seat).is_some()
    }

    pub(super) fn name(&self, seat: Seat) -> Name {
        let place = self.place(seat);
        place.map_or_else(|| nobody(seat), |place| place.name.clone())
    }

    pub(super) fn last(&self, seat: Seat) -> Seq {
        self.place(seat).map_or(Seq::default(), |place| place.last)
    }

    /// For the picture: the name, and whether its owner is away.
    pub(super) fn who(&self, seat: Seat) -> (Name, bool) {
        let away = self.place(seat).is_some_and(|place| place.away.is_some());
        (self.name(seat), away)
    }

    /// Takes the first free seat.
    pub(super) fn take(&mut self, name: Option<Name>, line: u64) -> Option<Seated> {
        let free = self.places.iter().position(Option::is_none)?;
        let seat = Seat(free as u16);
        let (name, token) = (name.unwrap_or_else(|| nobody(seat)), Token(random()));
        self.tokens.insert(token, seat);
        self.places[free] = Some(Place {
            name: name.clone(),
            token,
            last: Seq::default(),
            line: Some(line),
            away: None,
        });
        self.taken += 1;
        Some(Seated { seat, name, token })
    }

    /// Whoever has the token is back, over this connection.
    pub(super) fn comes_back(&mut self, token: &Token, line: u64) -> Option<Back> {
        let seat = *self.tokens.get(token)?;
        let place = self.place_mut(seat)?;
        Some(Back {
            seat,
            name: place.name.clone(),
            last: place.last,
            before: place.line.replace(line),
            was_away: place.away.take().is_some(),
        })
    }

    /// Whether this turn is to be applied: it is newer than the last one, however often it was
    /// sent.
    pub(super) fn turns(&mut self, seat: Seat, seq: Seq) -> bool {
        self.place_mut(seat).is_some_and(|place| {
            let newer = seq.is_newer_than(place.last);
            if newer {
                place.last = seq;
            }
            newer
        })
    }

    /// The connection is gone. True: it was this player's, and not one that was taken over.
    pub(super) fn goes_away(&mut self, seat: Seat, line: u64, now: Instant) -> bool {
        self.place_mut(seat).is_some_and(|place| {
            let theirs = place.line == Some(line);
            if theirs {
                (place.line, place.away) = (None, Some(now));
            }
            theirs
        })
    }

    /// Gives a seat up. Its token, which is worth nothing from here on; the seat is taken until the
    /// world has heard.
    pub(super) fn leaves(&mut self, seat: Seat) -> Option<Token> {
        let place = self.place_mut(seat)?;
        (place.line, place.away) = (None, None);
        let token = place.token;
        self.tokens.remove(&token);
        self.leaving.push(seat);
        Some(token)
    }

    /// Whose grace is over.
    pub(super) fn late(&self, now: Instant, grace: Duration) -> Vec<Seat> {
        let over = |place: &Place| {
            let away = |since| now.saturating_duration_since(since) > grace;
            place.away.is_some_and(away)
        };
        let late = |seat: &Seat| self.place(*seat).is_some_and(over);
        self.all().filter(late).collect()
    }

    /// The world has heard who left: their seats are free. How many.
    pub(super) fn settle(&mut self) -> u32 {
        let gone = self.leaving.len();
        for seat in self.leaving.drain(..) {
            self.places[seat.index()] = None;
        }
        self.taken -= gone;
        gone as u32
    }

    /// What brings people back to their seats.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.keys()
    }

    /// Forgets everybody. How many.
    pub(super) fn clear(&mut self) -> u32 {
        let taken = self.taken;
        *self = Self::new(self.places.len() as u16);
        taken as u32
    }

    fn place(&self, seat: Seat) -> Option<&Place> {
        self.places.get(seat.index())?.as_ref()
    }

    fn place_mut(&mut self, seat: Seat) -> Option<&mut Place> {
        self.places.get_mut(seat.index())?.as_mut()
    }
}
