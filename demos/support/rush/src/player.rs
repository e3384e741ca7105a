//! Players and seats.

use crate::{Cell, Dir, Team};

/// A place in a room, counted from 0. A player keeps it while away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(pub u16);

impl Seat {
    /// The index into a table with one row per seat.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A player in the arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Player {
    /// The player's cell.
    pub cell: Cell,
    /// The player's direction.
    pub dir: Dir,
    /// The player's team.
    pub team: Team,
    /// The points of this round.
    pub points: u16,
}
