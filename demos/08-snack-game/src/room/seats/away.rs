//! Seats of players who are away: which are held for them, and which a new player gets if the room
//! is full.
//!
//! A seat is worth what was played on it. While its player is away it is *held* for as long as the
//! player has played, at most for the grace period; a seat that was never played is not held at
//! all. After that it is *spare*: it is kept while no other player needs it. So a script that
//! joins, drops and joins again blocks no seat, and a phone that was offline for minutes in a room
//! with free seats has its seat and its points.
//!
//! All phones of a hall may have one address. So the limit for each address counts the seats of
//! players who are away, and never those of players who are here. After a restart or a panic the
//! seat of each player of before is held for the whole grace period: that they are away is the
//! server's doing.

use super::{Player, Seats};
use rush::{Seat, wire::Token};
use std::{
    cmp::Reverse,
    net::IpAddr,
    time::{Duration, Instant},
};

/// One part in this many of a room's seats may be held for away players of one address. Those who
/// have played longest come first.
const SHARE: usize = 4;

/// Beyond that share, the seats of players who have played for less than this are not kept for
/// long: for [`KEPT_TIMES`] as long as they have played.
const HARDLY_PLAYED: Duration = Duration::from_secs(10);

const KEPT_TIMES: u32 = 3;

/// For how long the seat of a player who has played is kept at most. By then the player will not
/// come back.
const KEPT: Duration = Duration::from_secs(3_600);

/// The times that decide about away seats.
#[derive(Clone, Copy, Debug)]
pub(in crate::room) struct AwayTimes {
    /// The grace period: the longest time for which a seat is held.
    pub(in crate::room) grace: Duration,
    /// The time between two ticks.
    pub(in crate::room) tick: Duration,
}

/// What [`Seats::settle`] has found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::room) struct Settled {
    /// How many seats are not held any more.
    pub(in crate::room) released: u32,
    /// Seats that are not worth keeping.
    pub(in crate::room) given_up: Vec<Seat>,
}

/// A player who is away. In the order of `network`, and then of their worth, the best first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Away {
    network: Option<IpAddr>,
    played: Reverse<u32>,
    since: Reverse<Instant>,
    seat: Seat,
}

impl AwayTimes {
    fn played(&self, player: &Player) -> Duration {
        self.tick.saturating_mul(player.played)
    }

    /// For how long the seat is held.
    fn held(&self, player: &Player) -> Duration {
        self.played(player).min(self.grace)
    }
}

/// For how long a seat is kept if no other player needs it. `played` in ticks.
pub(in crate::room) fn kept(played: u32, grace: Duration) -> Duration {
    match played {
        0 => grace,
        _ => grace.max(KEPT),
    }
}

impl Seats {
    /// The seats that are taken and not spare: those of players who are here, and those that are
    /// held.
    pub(in crate::room) fn held(&self) -> usize {
        self.taken - self.spare
    }

    /// Seats that are kept while no other player needs them.
    pub(in crate::room) fn spare(&self) -> usize {
        self.spare
    }

    /// Whether the seat with this token is spare.
    pub(in crate::room) fn is_spare(&self, token: &Token) -> bool {
        let seat = self.tokens.get(token);
        let player = seat.and_then(|seat| self.player(*seat));
        player.is_some_and(|player| player.is_spare)
    }

    /// Whether a player has gone away since the seats were settled.
    pub(in crate::room) fn is_unsettled(&self) -> bool {
        self.is_unsettled
    }

    /// Counts a played tick for each player who is here and has turned at least once.
    pub(in crate::room) fn count_played(&mut self) {
        for player in self.players.iter_mut().flatten() {
            if player.connection.is_some() && player.played > 0 {
                player.played = player.played.saturating_add(1);
            }
        }
    }

    /// Holds the seats that are taken now until then, whenever their players are away: the server
    /// has closed the connections. Seats that are taken later are not excused.
    pub(in crate::room) fn excuse(&mut self, until: Instant) {
        for player in self.players.iter_mut().flatten() {
            player.excused_until = Some(until);
        }
        self.is_unsettled = true;
    }

    /// Makes an away seat spare that was never played. `false` if it is held.
    pub(in crate::room) fn release_unplayed(&mut self, seat: Seat) -> bool {
        let player = self.player_mut(seat).filter(|player| {
            let is_away = player.away_since.is_some() && player.excused_until.is_none();
            is_away && player.played == 0 && !player.is_spare
        });
        let Some(player) = player else {
            return false;
        };
        player.is_spare = true;
        self.spare += 1;
        true
    }

    /// Decides which away seats are held from now on. One that was released is not held again.
    pub(in crate::room) fn settle(&mut self, now: Instant, times: AwayTimes) -> Settled {
        self.is_unsettled = false;
        for player in self.players.iter_mut().flatten() {
            player.excused_until = player.excused_until.filter(|until| now < *until);
            self.is_unsettled |= player.excused_until.is_some();
        }
        let share = (self.players.len() / SHARE).max(1);
        let mut settled = Settled::default();
        for of_one in self
            .away()
            .chunk_by(|one, next| one.network == next.network)
        {
            for (rank, away) in of_one.iter().enumerate() {
                let Some(player) = self.player_mut(away.seat) else {
                    continue;
                };
                if player.excused_until.is_some() {
                    continue;
                }
                // An older program did not save the address.
                let within = rank < share || away.network.is_none();
                let time = now.saturating_duration_since(away.since.0);
                let played = times.played(player);
                if !within && played < HARDLY_PLAYED && time >= played * KEPT_TIMES {
                    settled.given_up.push(away.seat);
                } else if !(player.is_spare || within && time < times.held(player)) {
                    player.is_spare = true;
                    self.spare += 1;
                    settled.released += 1;
                }
            }
        }
        settled
    }

    /// The seats that were kept for long enough. `grace` is the grace period.
    pub(in crate::room) fn late(&self, now: Instant, grace: Duration) -> Vec<Seat> {
        let is_late = |player: &Player| {
            let kept = kept(player.played, grace);
            let over = |since| now.saturating_duration_since(since) > kept;
            player.away_since.is_some_and(over)
        };
        let late = |seat: &Seat| self.player(*seat).is_some_and(is_late);
        self.all().filter(late).collect()
    }

    /// Frees the spare seat that is worth least: the least played one, and of equals the one whose
    /// player has been away longest. It is free at once, and its token is worthless. `None` if no
    /// seat is spare.
    pub(in crate::room) fn evict(&mut self) -> Option<(Seat, Token)> {
        let spare = |seat: &Seat| self.player(*seat).is_some_and(|player| player.is_spare);
        let mut away = self.away();
        away.retain(|away| spare(&away.seat));
        let seat = away
            .iter()
            .max_by_key(|away| (away.played, away.since))?
            .seat;
        let player = self.players.get_mut(seat.index())?.take()?;
        self.tokens.remove(&player.token);
        self.taken -= 1;
        self.spare -= 1;
        Some((seat, player.token))
    }

    fn away(&self) -> Vec<Away> {
        let away = (0..)
            .map(Seat)
            .zip(&self.players)
            .filter_map(|(seat, player)| {
                let player = player.as_ref()?;
                Some(Away {
                    network: player.network,
                    played: Reverse(player.played),
                    since: Reverse(player.away_since?),
                    seat,
                })
            });
        let mut away: Vec<Away> = away.collect();
        away.sort_unstable();
        away
    }
}
