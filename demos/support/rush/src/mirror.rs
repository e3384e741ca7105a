//! A client's picture of the room.

use std::collections::BTreeMap;
use std::fmt;

use crate::wire::{Delta, Seated, Snapshot};
use crate::{Cell, Config, Kind, Phase, Player, Seat, Team};

/// A room as its clients see it: a [`Snapshot`] and every [`Delta`] since.
///
/// It equals the world after every tick, or knows that it does not: then it shows nothing until the
/// next snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    config: Config,
    seen: Option<Seen>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    round: u32,
    tick: u32,
    phase: Phase,
    kept: [u32; Team::COUNT],
    players: BTreeMap<Seat, Seated>,
    snacks: BTreeMap<Cell, Kind>,
}

/// How a mirror used a delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is the next tick.
    Next,
    /// The snapshot contained this tick already.
    Old,
}

/// Why a mirror shows nothing until the next snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// There was no snapshot yet, or none since an error.
    Blank,
    /// Ticks are missing.
    Gap {
        /// The last round and tick that it knew.
        after: (u32, u32),
        /// The round and tick that it received.
        heard: (u32, u32),
    },
    /// The message is impossible: it names a seat or a snack that does not exist, or one that
    /// exists already. One side has a mistake in its program.
    Contradiction(&'static str),
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("no snapshot yet"),
            Self::Gap { after, heard } => write!(
                f,
                "round {} tick {} came after round {} tick {}",
                heard.0, heard.1, after.0, after.1
            ),
            Self::Contradiction(what) => write!(f, "{what} contradicts what was seen before"),
        }
    }
}

impl std::error::Error for Lost {}

impl Mirror {
    /// Creates an empty mirror. `config` is in the welcome.
    pub fn new(config: Config) -> Self {
        Self { config, seen: None }
    }

    /// Replaces the whole picture.
    pub fn snapshot(&mut self, snapshot: &Snapshot) -> Result<(), Lost> {
        self.seen = None;
        let arena = &self.config;
        let inside = |cell: Cell| cell.is_in(arena);
        if !snapshot
            .players
            .iter()
            .all(|it| it.seat.0 < arena.seats && inside(it.player.cell))
        {
            return Err(Lost::Contradiction("a player"));
        }
        if snapshot.snacks.len() != usize::from(arena.snacks)
            || !snapshot.snacks.iter().all(|it| inside(it.0))
        {
            return Err(Lost::Contradiction("a snack"));
        }
        if snapshot.phase != Phase::of(snapshot.tick, arena) {
            return Err(Lost::Contradiction("the phase"));
        }
        self.seen = Some(Seen {
            round: snapshot.round,
            tick: snapshot.tick,
            phase: snapshot.phase,
            kept: snapshot.kept,
            players: snapshot
                .players
                .iter()
                .map(|it| (it.seat, it.clone()))
                .collect(),
            snacks: snapshot.snacks.iter().copied().collect(),
        });
        Ok(())
    }

    /// Applies one tick. After an error the mirror is blank.
    pub fn delta(&mut self, delta: &Delta) -> Result<Heard, Lost> {
        let seen = self.seen.as_mut().ok_or(Lost::Blank)?;
        let after = (seen.round, seen.tick);
        let heard = (delta.round, delta.tick);
        if heard <= after {
            return Ok(Heard::Old);
        }
        let followed = if heard == (after.0, after.1.saturating_add(1)) {
            seen.follow(delta, &self.config)
        } else {
            Err(Lost::Gap { after, heard })
        };
        if followed.is_err() {
            self.seen = None;
        }
        followed.map(|()| Heard::Next)
    }

    /// Whether it needs a snapshot.
    pub fn is_blank(&self) -> bool {
        self.seen.is_none()
    }

    /// The picture as a snapshot. `None` if the mirror is blank.
    pub fn picture(&self) -> Option<Snapshot> {
        let seen = self.seen.as_ref()?;
        Some(Snapshot {
            sent: 0,
            round: seen.round,
            tick: seen.tick,
            phase: seen.phase,
            kept: seen.kept,
            players: seen.players.values().cloned().collect(),
            snacks: seen
                .snacks
                .iter()
                .map(|(&cell, &kind)| (cell, kind))
                .collect(),
        })
    }

    /// The room's parameters.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The round and the tick of the picture.
    pub fn now(&self) -> Option<(u32, u32)> {
        self.seen.as_ref().map(|seen| (seen.round, seen.tick))
    }

    /// The phase of that tick.
    pub fn phase(&self) -> Option<Phase> {
        self.seen.as_ref().map(|seen| seen.phase)
    }

    /// All players, by seat.
    pub fn players(&self) -> impl Iterator<Item = &Seated> {
        self.seen.iter().flat_map(|seen| seen.players.values())
    }

    /// The player at this seat.
    pub fn player(&self, seat: Seat) -> Option<&Seated> {
        self.seen.as_ref()?.players.get(&seat)
    }

    /// The snacks, row by row.
    pub fn snacks(&self) -> impl Iterator<Item = (Cell, Kind)> {
        let snacks = self.seen.iter().flat_map(|seen| &seen.snacks);
        snacks.map(|(&cell, &kind)| (cell, kind))
    }

    /// The points of each team, including those of players who left.
    pub fn team_points(&self) -> [u32; Team::COUNT] {
        let kept = self
            .seen
            .as_ref()
            .map_or([0; Team::COUNT], |seen| seen.kept);
        self.players().fold(kept, |mut sums, it| {
            let sum = &mut sums[it.player.team.index()];
            *sum = sum.saturating_add(u32::from(it.player.points));
            sums
        })
    }
}

impl Seen {
    /// Applies the changes in the order of a tick in the world.
    fn follow(&mut self, delta: &Delta, arena: &Config) -> Result<(), Lost> {
        self.tick = delta.tick;
        self.phase = delta.phase;
        if delta.phase != Phase::of(delta.tick, arena) {
            return Err(Lost::Contradiction("the phase"));
        }
        self.leave(delta)?;
        self.turn(delta)?;
        if delta.phase == Phase::Playing {
            for it in self.players.values_mut() {
                it.player.cell = it.player.cell.next(it.player.dir, arena);
            }
        }
        self.eat(delta)?;
        self.spawn(delta, arena)?;
        self.join(delta, arena)?;
        for (seat, away) in &delta.away {
            let seated = self.players.get_mut(seat);
            seated.ok_or(Lost::Contradiction("who is away"))?.away = *away;
        }
        Ok(())
    }

    /// The points of a player who leaves stay with the team.
    fn leave(&mut self, delta: &Delta) -> Result<(), Lost> {
        for seat in &delta.left {
            let left = self.players.remove(seat);
            let left = left.ok_or(Lost::Contradiction("who left"))?.player;
            let kept = &mut self.kept[left.team.index()];
            *kept = kept.saturating_add(u32::from(left.points));
        }
        Ok(())
    }

    fn turn(&mut self, delta: &Delta) -> Result<(), Lost> {
        for it in &delta.turned {
            let mut joined = delta.joined.iter();
            match self.players.get_mut(&it.seat) {
                Some(seated) => seated.player.dir = it.dir,
                None if joined.any(|new| (new.seat, new.dir) == (it.seat, it.dir)) => {}
                None => return Err(Lost::Contradiction("who turned")),
            }
        }
        Ok(())
    }

    fn eat(&mut self, delta: &Delta) -> Result<(), Lost> {
        for (cell, seat) in &delta.eaten {
            let kind = self.snacks.remove(cell);
            let kind = kind.ok_or(Lost::Contradiction("what was eaten"))?;
            let eater = self.players.get_mut(seat);
            let eater = eater.filter(|eater| eater.player.cell == *cell);
            let eater = eater.ok_or(Lost::Contradiction("who ate"))?;
            eater.player.points = eater.player.points.saturating_add(kind.points());
        }
        Ok(())
    }

    /// Each eaten snack is replaced by another one.
    fn spawn(&mut self, delta: &Delta, arena: &Config) -> Result<(), Lost> {
        for &(cell, kind) in &delta.spawned {
            if !cell.is_in(arena) || self.snacks.insert(cell, kind).is_some() {
                return Err(Lost::Contradiction("a new snack"));
            }
        }
        match self.snacks.len() == usize::from(arena.snacks) {
            true => Ok(()),
            false => Err(Lost::Contradiction("the number of snacks")),
        }
    }

    fn join(&mut self, delta: &Delta, arena: &Config) -> Result<(), Lost> {
        for it in &delta.joined {
            let seated = Seated {
                seat: it.seat,
                player: Player {
                    cell: it.cell,
                    dir: it.dir,
                    team: it.team,
                    points: 0,
                },
                away: false,
                name: it.name.clone(),
            };
            let fits = it.seat.0 < arena.seats && it.cell.is_in(arena);
            if !fits || self.players.insert(it.seat, seated).is_some() {
                return Err(Lost::Contradiction("who joined"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
