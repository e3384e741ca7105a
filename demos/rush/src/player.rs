//! Who plays.

use crate::{Cell, Dir, Team};

/// A place in a room, counted from 0. It stays somebody's while they are away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(pub u16);

impl Seat {
    /// For a table with a row a seat.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Somebody who runs through the arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Player {
    /// Where they are.
    pub cell: Cell,
    /// Where they are heading.
    pub dir: Dir,
    /// For whom.
    pub team: Team,
    /// What they ate in this round.
    pub points: u16,
}
