//! The arena: a grid whose edges meet.

use crate::Config;

/// A place in the arena; `y` grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cell {
    /// The column, from the left.
    pub x: u8,
    /// The row, from the top.
    pub y: u8,
}

/// Cells are ordered row by row, as a text is read.
impl Ord for Cell {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.y, self.x).cmp(&(other.y, other.x))
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The direction of a player.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Dir {
    /// Towards row 0.
    #[default]
    Up = 0,
    /// Away from column 0.
    Right = 1,
    /// Away from row 0.
    Down = 2,
    /// Towards column 0.
    Left = 3,
}

impl Dir {
    /// All four, by number.
    pub const ALL: [Dir; 4] = [Dir::Up, Dir::Right, Dir::Down, Dir::Left];

    /// The direction with this number.
    pub fn new(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

impl Cell {
    /// The next cell in this direction. Beyond an edge is the opposite one.
    pub fn next(self, dir: Dir, arena: &Config) -> Self {
        let Cell { x, y } = self;
        let before = |at: u8, size: u8| if at == 0 { size - 1 } else { at - 1 };
        let after = |at: u8, size: u8| if at + 1 == size { 0 } else { at + 1 };
        match dir {
            Dir::Up => Cell {
                x,
                y: before(y, arena.height),
            },
            Dir::Right => Cell {
                x: after(x, arena.width),
                y,
            },
            Dir::Down => Cell {
                x,
                y: after(y, arena.height),
            },
            Dir::Left => Cell {
                x: before(x, arena.width),
                y,
            },
        }
    }

    /// Whether the cell is inside this arena.
    pub fn is_in(self, arena: &Config) -> bool {
        self.x < arena.width && self.y < arena.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARENA: Config = Config {
        width: 8,
        height: 5,
        ..Config::DEFAULT
    };

    #[test]
    fn beyond_an_edge_is_the_opposite_one() {
        let corner = Cell { x: 0, y: 0 };
        assert_eq!(corner.next(Dir::Up, &ARENA), Cell { x: 0, y: 4 });
        assert_eq!(corner.next(Dir::Left, &ARENA), Cell { x: 7, y: 0 });
        let other = Cell { x: 7, y: 4 };
        assert_eq!(other.next(Dir::Down, &ARENA), Cell { x: 7, y: 0 });
        assert_eq!(other.next(Dir::Right, &ARENA), Cell { x: 0, y: 4 });
    }

    #[test]
    fn one_step_and_one_back_return_to_every_cell() {
        for (x, y) in (0..8).flat_map(|x| (0..5).map(move |y| (x, y))) {
            for dir in Dir::ALL {
                let back = Dir::ALL[(dir as usize + 2) % 4];
                let there = Cell { x, y }.next(dir, &ARENA);
                assert!(there.is_in(&ARENA) && there != Cell { x, y });
                assert_eq!(there.next(back, &ARENA), Cell { x, y });
            }
        }
    }

    #[test]
    fn the_longest_edge_that_fits_a_byte_wraps_too() {
        let wide = Config {
            width: 255,
            ..ARENA
        };
        let last = Cell { x: 254, y: 0 };
        assert_eq!(last.next(Dir::Right, &wide), Cell { x: 0, y: 0 });
    }
}
