//! Seats in a snapshot.

use super::{Player, Seats};
use crate::{
    admission::Admission,
    clock,
    cluster::{HeldSeats, SeatKey},
    room::default_name,
};
use rush::{
    Name, Seat,
    wire::{Seq, Token},
};
use serde::{Deserialize, Deserializer, Serialize};
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

/// A taken seat in a snapshot.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::room) struct SavedSeat {
    pub(in crate::room) seat: u16,
    name: String,
    token: [u8; 16],
    #[serde(rename = "last")]
    last_seq: u16,
    #[serde(default, rename = "line")]
    connection: Option<u64>,
    /// When the player's connection was lost, in nanoseconds of the shared clock.
    #[serde(rename = "away", deserialize_with = "clamped")]
    away_since: Option<i64>,
    /// The network of the player's newest connection. Absent in snapshots of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    network: Option<IpAddr>,
    /// Ticks that the player has played. Absent in snapshots of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    played: Option<u32>,
    /// A new player may get the seat.
    #[serde(default, skip_serializing_if = "is_false")]
    spare: bool,
    /// Until when the seat is held, in nanoseconds of the shared clock. Absent in snapshots of
    /// older programs.
    #[serde(
        default,
        rename = "excused",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "clamped"
    )]
    excused_until: Option<i64>,
}

/// A minute: what a player has played who has turned, as far as an older program has saved it.
const PLAYED: u32 = 600;

fn is_false(it: &bool) -> bool {
    !it
}

/// A number that fits, for one that was changed.
fn clamped<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let number = Option::<i128>::deserialize(from)?;
    Ok(number.map(|it| it.clamp(i64::MIN.into(), i64::MAX.into()) as i64))
}

impl SavedSeat {
    /// For how long the player had been away at `at`, in nanoseconds of the shared clock; zero for
    /// one who was connected.
    pub(in crate::room) fn away_at(&self, at: i64) -> Duration {
        let away = |since| clock::nanos_between(since, at);
        self.away_since.map_or(Duration::ZERO, away)
    }

    /// Ticks that the player has played.
    pub(in crate::room) fn played(&self) -> u32 {
        let unknown = if self.last_seq == 0 { 0 } else { PLAYED };
        self.played.unwrap_or(unknown)
    }

    /// Converts a seat of a version-1 restart file, in which the time is a duration in milliseconds
    /// before the snapshot, to a snapshot that was written at 0.
    pub(in crate::room) fn from_version_1(mut saved: Self) -> Self {
        let nanos = |millis: i64| millis.saturating_mul(-1_000_000);
        saved.away_since = saved.away_since.map(nanos);
        saved
    }
}

impl Seats {
    /// The taken seats, and those whose players left since the last tick.
    pub(in crate::room) fn save(&self) -> (Vec<SavedSeat>, Vec<u16>) {
        let players = (0..).zip(&self.players);
        let saved = players.filter_map(|(seat, player)| {
            let player = player.as_ref()?;
            Some(SavedSeat {
                seat,
                name: player.name.to_string(),
                token: player.token.0,
                last_seq: player.last_seq.0,
                connection: player.connection,
                away_since: player.away_since.map(clock::to_nanos),
                network: player.network,
                played: Some(player.played),
                spare: player.is_spare,
                excused_until: player.excused_until.map(clock::to_nanos),
            })
        });
        let leaving = self.leaving.iter().map(|seat| seat.0);
        (saved.collect(), leaving.collect())
    }

    /// The seats of a snapshot that this process continues at once: players are connected.
    #[cfg(target_os = "linux")]
    pub(in crate::room) fn restore(count: u16, saved: Vec<SavedSeat>, leaving: &[u16]) -> Self {
        let excused: Vec<_> = saved.iter().map(|it| (it.seat, it.excused_until)).collect();
        let mut seats = Self::from_saved(count, saved, leaving, |saved| {
            let since = saved.away_since.map(clock::from_nanos);
            (saved.connection, since)
        });
        for (seat, until) in excused {
            if let (Some(player), Some(until)) = (seats.player_mut(Seat(seat)), until) {
                player.excused_until = Some(clock::from_nanos(until));
                seats.is_unsettled = true;
            }
        }
        seats
    }

    /// The seats of a snapshot that was written at `at`, `ago` before `now`: every player is away.
    pub(in crate::room) fn restore_away(
        count: u16,
        saved: Vec<SavedSeat>,
        leaving: &[u16],
        (at, ago): (i64, Duration),
        now: Instant,
    ) -> Self {
        Self::from_saved(count, saved, leaving, |saved| {
            let away = ago.saturating_add(saved.away_at(at));
            // If this machine had not been started by then, the time counts from now.
            let since = now.checked_sub(away).unwrap_or(now);
            let since = (!leaving.contains(&saved.seat)).then_some(since);
            (None, since)
        })
    }

    /// Counts the seats in this process, and tells the cluster that they are held here.
    pub(in crate::room) fn register(&self, admission: &Admission, held: &HeldSeats) {
        admission.restore_seats(self.held() as u32);
        for token in self.tokens() {
            held.take(SeatKey::of(token));
        }
    }

    /// The seats of a snapshot. `presence` says which connection a player has, and since when the
    /// player is away. A seat that the room does not have is ignored.
    fn from_saved(
        count: u16,
        saved: Vec<SavedSeat>,
        leaving: &[u16],
        presence: impl Fn(&SavedSeat) -> (Option<u64>, Option<Instant>),
    ) -> Self {
        let mut seats = Self::new(count);
        for saved in saved {
            let seat = Seat(saved.seat);
            let Some(free @ None) = seats.players.get_mut(seat.index()) else {
                continue;
            };
            let (connection, away_since) = presence(&saved);
            let is_spare = saved.spare && connection.is_none();
            let token = Token(saved.token);
            if !leaving.contains(&saved.seat) {
                seats.tokens.insert(token, seat);
            }
            *free = Some(Player {
                name: Name::heard(&saved.name).unwrap_or_else(|| default_name(seat)),
                token,
                last_seq: Seq(saved.last_seq),
                connection,
                away_since,
                network: saved.network,
                played: saved.played(),
                is_spare,
                excused_until: None,
            });
            seats.taken += 1;
            seats.spare += usize::from(is_spare);
        }
        for seat in leaving.iter().map(|seat| Seat(*seat)) {
            if seats.has(seat) && !seats.leaving.contains(&seat) {
                seats.leaving.push(seat);
            }
        }
        seats
    }
}
