//! Who has which seat, and the tokens that bring them back to it.

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
    /// Looked up by a hash with a secret key: how long it takes says nothing about the tokens that there are.
    tokens: HashMap<Token, Seat>,
    /// Those who left, until the world has heard of it.
    leaving: Vec<Seat>,
    taken: usize,
}

#[derive(Debug)]
struct Place {
    name: Name,
    token: Token,
    last: Seq,
    line: Option<u64>,
    /// Without a connection since then.
    away: Option<Instant>,
}

/// A place in a snapshot.
#[cfg(target_os = "linux")]
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct KeptSeat {
    seat: u16,
    name: String,
    token: [u8; 16],
    last: u16,
    line: Option<u64>,
    away: Option<i64>,
}

/// A place that nobody sits at, for the next process.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct ClosedSeat {
    pub(super) seat: u16,
    name: String,
    token: [u8; 16],
    last: u16,
    /// For so many milliseconds, when it was closed.
    away: u64,
}

impl ClosedSeat {
    /// For how long its owner has been away, if it was closed so long ago.
    pub(super) fn away(&self, ago: Duration) -> Duration {
        ago.saturating_add(Duration::from_millis(self.away))
    }
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
    pub(super) fn take(&mut self, name: Option<Name>, line: u64) -> Option<(Seat, Name, Token)> {
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
        Some((seat, name, token))
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

    /// Whether this turn is to be applied: it is newer than the last one, however often it was sent.
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

    /// Gives a seat up. Its token, which is worth nothing from here on; the seat is taken until the world has heard.
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

    /// For the snapshot: whoever has a seat, and who is leaving it.
    #[cfg(target_os = "linux")]
    pub(super) fn kept(&self) -> (Vec<KeptSeat>, Vec<u16>) {
        let kept = |(seat, place): (u16, &Option<Place>)| {
            let place = place.as_ref()?;
            Some(KeptSeat {
                seat,
                name: place.name.to_string(),
                token: place.token.0,
                last: place.last.0,
                line: place.line,
                away: place.away.map(crate::kept::nanos),
            })
        };
        let leaving = self.leaving.iter().map(|seat| seat.0).collect();
        ((0..).zip(&self.places).filter_map(kept).collect(), leaving)
    }

    /// From the snapshot.
    #[cfg(target_os = "linux")]
    pub(super) fn restored(count: u16, kept: Vec<KeptSeat>, leaving: &[u16]) -> Self {
        let places = kept.into_iter().map(|kept| {
            let place = Place {
                name: heard(&kept.name, kept.seat),
                token: Token(kept.token),
                last: Seq(kept.last),
                line: kept.line,
                away: kept.away.map(crate::kept::instant),
            };
            (Seat(kept.seat), place)
        });
        Self::with(count, places, leaving)
    }

    /// For the next process: everybody is away.
    pub(super) fn closed(&self, now: Instant) -> (Vec<ClosedSeat>, Vec<u16>) {
        let closed = |(seat, place): (u16, &Option<Place>)| {
            let place = place.as_ref()?;
            let away = |since| now.saturating_duration_since(since).as_millis() as u64;
            Some(ClosedSeat {
                seat,
                name: place.name.to_string(),
                token: place.token.0,
                last: place.last.0,
                away: place.away.map_or(0, away),
            })
        };
        let leaving = self.leaving.iter().map(|seat| seat.0).collect();
        (
            (0..).zip(&self.places).filter_map(closed).collect(),
            leaving,
        )
    }

    /// As they were closed, so long ago.
    pub(super) fn reopened(
        count: u16,
        closed: Vec<ClosedSeat>,
        leaving: &[u16],
        now: Instant,
        ago: Duration,
    ) -> Self {
        let places = closed.into_iter().map(|closed| {
            let away = closed.away(ago);
            let place = Place {
                name: heard(&closed.name, closed.seat),
                token: Token(closed.token),
                last: Seq(closed.last),
                line: None,
                // Where no time was before this machine was started, it counts from now.
                away: Some(now.checked_sub(away).unwrap_or(now))
                    .filter(|_| !leaving.contains(&closed.seat)),
            };
            (Seat(closed.seat), place)
        });
        Self::with(count, places, leaving)
    }

    /// From another process. A seat that the room does not have is nobody's.
    fn with(count: u16, places: impl Iterator<Item = (Seat, Place)>, leaving: &[u16]) -> Self {
        let mut seats = Self::new(count);
        for (seat, place) in places {
            let Some(free @ None) = seats.places.get_mut(seat.index()) else {
                continue;
            };
            if !leaving.contains(&seat.0) {
                seats.tokens.insert(place.token, seat);
            }
            *free = Some(place);
            seats.taken += 1;
        }
        for seat in leaving.iter().map(|seat| Seat(*seat)) {
            if seats.has(seat) && !seats.leaving.contains(&seat) {
                seats.leaving.push(seat);
            }
        }
        seats
    }

    fn place(&self, seat: Seat) -> Option<&Place> {
        self.places.get(seat.index())?.as_ref()
    }

    fn place_mut(&mut self, seat: Seat) -> Option<&mut Place> {
        self.places.get_mut(seat.index())?.as_mut()
    }
}

/// A name from another process.
fn heard(name: &str, seat: u16) -> Name {
    Name::heard(name).unwrap_or_else(|| nobody(Seat(seat)))
}

/// For whoever checks with any bytes: seats from another process are this room's, and go on with its world until the last one has left.
#[cfg(any(test, fuzzing))]
pub(super) fn check(
    mut seats: Seats,
    count: u16,
    inputs: &[rush::Input],
    mut world: rush::World,
    mut log: rush::log::Log,
) {
    assert!(seats.taken() <= count.into());
    world.step(inputs);
    log.record(inputs, |seat| seats.name(seat), &world);
    seats.settle();
    assert_eq!(seats.taken(), seats.all().count());
    for seat in seats.all().collect::<Vec<_>>() {
        seats.leaves(seat);
    }
    assert_eq!(seats.tokens().count(), 0, "a token of nobody");
    seats.settle();
    assert_eq!(seats.taken(), 0);
}
