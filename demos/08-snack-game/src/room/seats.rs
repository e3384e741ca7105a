//! The seats of a room, and the tokens with which their players come back.

mod away;
#[cfg(any(test, fuzzing))]
mod check;
mod snapshot;
#[cfg(test)]
mod tests;

#[cfg(any(test, fuzzing))]
pub(super) use check::check;
pub(super) use {
    away::{AwayTimes, kept},
    snapshot::SavedSeat,
};

use super::default_name;
use crate::rng::random;
use rush::{
    Name, Seat,
    wire::{Seq, Token},
};
use std::{collections::HashMap, mem, net::IpAddr, time::Instant};

/// All seats of a room. A seat stays taken until the world has played that its player left.
#[derive(Debug)]
pub(super) struct Seats {
    players: Vec<Option<Player>>,
    /// The standard `HashMap` has a secret key, so the time of a lookup tells an attacker nothing
    /// about the tokens in it.
    tokens: HashMap<Token, Seat>,
    /// Seats whose players left since the last tick.
    leaving: Vec<Seat>,
    taken: usize,
    /// How many of the taken seats are spare.
    spare: usize,
    /// A player has gone away since the seats were settled.
    is_unsettled: bool,
}

/// The player on a seat.
#[derive(Debug)]
struct Player {
    name: Name,
    token: Token,
    /// The number of the last turn that was applied.
    last_seq: Seq,
    /// The player's connection, if there is one.
    connection: Option<u64>,
    /// When the connection was lost. `None` while there is one.
    away_since: Option<Instant>,
    /// The network of the player's newest connection. `None` if an older program did not save it.
    network: Option<IpAddr>,
    /// Ticks since the first turn that was accepted, without those while the player was away.
    played: u32,
    /// A new player may get the seat. Only while the player is away.
    is_spare: bool,
    /// Until then the seat is held while the player is away: the server itself has closed the
    /// connection, and the player is on the way back.
    excused_until: Option<Instant>,
}

/// A player who has taken a seat.
pub(super) struct Seated {
    pub(super) seat: Seat,
    pub(super) name: Name,
    pub(super) token: Token,
}

/// A player who has come back.
pub(super) struct Back {
    pub(super) seat: Seat,
    pub(super) name: Name,
    pub(super) last: Seq,
    /// The connection that the player had until now.
    pub(super) before: Option<u64>,
    pub(super) was_away: bool,
}

impl Seats {
    pub(super) fn new(count: u16) -> Self {
        Self {
            players: (0..count).map(|_| None).collect(),
            tokens: HashMap::new(),
            leaving: Vec::new(),
            taken: 0,
            spare: 0,
            is_unsettled: false,
        }
    }

    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Whether players have left since the last tick.
    pub(super) fn has_leaving(&self) -> bool {
        !self.leaving.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.taken == self.players.len()
    }

    /// The seats that are taken.
    pub(super) fn all(&self) -> impl Iterator<Item = Seat> {
        let players = (0..).map(Seat).zip(&self.players);
        players.filter_map(|(seat, player)| player.as_ref().map(|_| seat))
    }

    pub(super) fn has(&self, seat: Seat) -> bool {
        self.player(seat).is_some()
    }

    pub(super) fn name(&self, seat: Seat) -> Name {
        let player = self.player(seat);
        player.map_or_else(|| default_name(seat), |player| player.name.clone())
    }

    /// The number of the last turn that was applied.
    pub(super) fn last_seq(&self, seat: Seat) -> Seq {
        let player = self.player(seat);
        player.map_or(Seq::default(), |player| player.last_seq)
    }

    /// The player's name, and whether the player is away.
    pub(super) fn name_and_away(&self, seat: Seat) -> (Name, bool) {
        let away = |player: &Player| player.away_since.is_some();
        (self.name(seat), self.player(seat).is_some_and(away))
    }

    /// Gives the first free seat to a new player. `None` if there is no free seat.
    pub(super) fn take(
        &mut self,
        name: Option<Name>,
        connection: u64,
        network: IpAddr,
    ) -> Option<Seated> {
        let free = self.players.iter().position(Option::is_none)?;
        let seat = Seat(free as u16);
        let name = name.unwrap_or_else(|| default_name(seat));
        let token = Token(random());
        self.tokens.insert(token, seat);
        self.players[free] = Some(Player {
            name: name.clone(),
            token,
            last_seq: Seq::default(),
            connection: Some(connection),
            away_since: None,
            network: Some(network),
            played: 0,
            is_spare: false,
            excused_until: None,
        });
        self.taken += 1;
        Some(Seated { seat, name, token })
    }

    /// Gives the seat with this token to another connection. `None` if the token is unknown.
    pub(super) fn resume(
        &mut self,
        token: &Token,
        connection: u64,
        network: IpAddr,
    ) -> Option<Back> {
        let seat = *self.tokens.get(token)?;
        let player = self.players.get_mut(seat.index())?.as_mut()?;
        player.network = Some(network);
        if mem::take(&mut player.is_spare) {
            self.spare -= 1;
        }
        Some(Back {
            seat,
            name: player.name.clone(),
            last: player.last_seq,
            before: player.connection.replace(connection),
            was_away: player.away_since.take().is_some(),
        })
    }

    /// Whether a turn must be applied: it is newer than the last one. A client may send a turn
    /// several times.
    pub(super) fn accept_turn(&mut self, seat: Seat, seq: Seq) -> bool {
        self.player_mut(seat).is_some_and(|player| {
            let newer = seq.is_newer_than(player.last_seq);
            if newer {
                player.last_seq = seq;
                player.played = player.played.max(1);
            }
            newer
        })
    }

    /// Marks a player as away, if `connection` is the player's. `false` if another connection has
    /// taken the seat over.
    pub(super) fn disconnect(&mut self, seat: Seat, connection: u64, now: Instant) -> bool {
        let theirs = self.player_mut(seat).is_some_and(|player| {
            let theirs = player.connection == Some(connection);
            if theirs {
                (player.connection, player.away_since) = (None, Some(now));
            }
            theirs
        });
        self.is_unsettled |= theirs;
        theirs
    }

    /// Gives a seat up, and returns its token, which is worthless from here on. The seat stays
    /// taken until the world has played that the player left.
    pub(super) fn leave(&mut self, seat: Seat) -> Option<Token> {
        let player = self.player_mut(seat)?;
        (player.connection, player.away_since) = (None, None);
        let token = player.token;
        self.tokens.remove(&token);
        self.leaving.push(seat);
        Some(token)
    }

    /// Frees the seats of players who left, and returns how many of them were not spare.
    pub(super) fn free_left(&mut self) -> u32 {
        let before = self.held();
        for seat in mem::take(&mut self.leaving) {
            if let Some(player) = self.players[seat.index()].take() {
                self.taken -= 1;
                self.spare -= usize::from(player.is_spare);
            }
        }
        (before - self.held()) as u32
    }

    /// The tokens that are worth a seat.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.keys()
    }

    /// Frees all seats, and returns how many were taken and not spare.
    pub(super) fn clear(&mut self) -> u32 {
        let held = self.held();
        *self = Self::new(self.players.len() as u16);
        held as u32
    }

    fn player(&self, seat: Seat) -> Option<&Player> {
        self.players.get(seat.index())?.as_ref()
    }

    fn player_mut(&mut self, seat: Seat) -> Option<&mut Player> {
        self.players.get_mut(seat.index())?.as_mut()
    }
}
