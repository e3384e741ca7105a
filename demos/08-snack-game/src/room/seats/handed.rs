//! Seats on their way to another process: with whoever sits there, while a keeper holds their
//! lines; with everybody away, after a closing.

use super::{Place, Seats};
use crate::{cluster::SeatKey, house::House, room::nobody};
use rush::{
    Name, Seat,
    wire::{Seq, Token},
};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// A place in a snapshot.
#[cfg(target_os = "linux")]
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::room) struct KeptSeat {
    seat: u16,
    name: String,
    token: [u8; 16],
    last: u16,
    line: Option<u64>,
    away: Option<i64>,
}

/// A place that nobody sits at, for the next process.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::room) struct ClosedSeat {
    pub(in crate::room) seat: u16,
    name: String,
    token: [u8; 16],
    last: u16,
    /// For so many milliseconds, when it was closed.
    away: u64,
}

impl ClosedSeat {
    /// For how long its owner has been away, if it was closed so long ago.
    pub(in crate::room) fn away(&self, ago: Duration) -> Duration {
        ago.saturating_add(Duration::from_millis(self.away))
    }
}

impl Seats {
    /// For the snapshot: whoever has a seat, and who is leaving it.
    #[cfg(target_os = "linux")]
    pub(in crate::room) fn kept(&self) -> (Vec<KeptSeat>, Vec<u16>) {
        self.each(|seat, place| KeptSeat {
            seat,
            name: place.name.to_string(),
            token: place.token.0,
            last: place.last.0,
            line: place.line,
            away: place.away.map(crate::kept::nanos),
        })
    }

    /// From the snapshot.
    #[cfg(target_os = "linux")]
    pub(in crate::room) fn restored(count: u16, kept: Vec<KeptSeat>, leaving: &[u16]) -> Self {
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

    /// For the next process, everybody is away: whoever has a seat, and who is leaving it.
    pub(in crate::room) fn closed(&self, now: Instant) -> (Vec<ClosedSeat>, Vec<u16>) {
        let away = |since| now.saturating_duration_since(since).as_millis() as u64;
        self.each(|seat, place| ClosedSeat {
            seat,
            name: place.name.to_string(),
            token: place.token.0,
            last: place.last.0,
            away: place.away.map_or(0, away),
        })
    }

    /// As they were closed, so long ago.
    pub(in crate::room) fn reopened(
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

    /// In this process, too, each of them is one of its house's seats, and the other servers shall
    /// know that it is here.
    pub(in crate::room) fn are_taken_in(&self, house: &House) {
        house.take_seats_again(self.taken as u32);
        for token in self.tokens() {
            house.held_seats.take(SeatKey::of(token));
        }
    }

    /// For another process: each place that is somebody's, and who is leaving theirs.
    fn each<T>(&self, told: impl Fn(u16, &Place) -> T) -> (Vec<T>, Vec<u16>) {
        let places = (0..).zip(&self.places);
        let taken = places.filter_map(|(seat, place)| Some(told(seat, place.as_ref()?)));
        let leaving = self.leaving.iter().map(|seat| seat.0);
        (taken.collect(), leaving.collect())
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
}

/// A name from another process.
fn heard(name: &str, seat: u16) -> Name {
    Name::heard(name).unwrap_or_else(|| nobody(Seat(seat)))
}
