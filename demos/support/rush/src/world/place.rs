//! Free cells for new snacks and players. There is always an answer, in bounded time.

use crate::{Cell, Config};
use rng::Rng;

/// Random draws before the free cells are counted instead. While half of the arena is free, that
/// happens once in 65,536 times.
const DRAWS: u32 = 16;

/// The cells that are taken during a tick.
#[derive(Debug)]
pub(crate) struct Taken {
    arena: Config,
    cells: Vec<bool>,
}

impl Taken {
    pub(crate) fn none(arena: &Config) -> Self {
        Self {
            arena: *arena,
            cells: vec![false; arena.cells()],
        }
    }

    pub(crate) fn index(&self, cell: Cell) -> usize {
        usize::from(cell.y) * usize::from(self.arena.width) + usize::from(cell.x)
    }

    pub(crate) fn take(&mut self, cell: Cell) {
        let at = self.index(cell);
        self.cells[at] = true;
    }

    /// Takes a free cell, each equally likely. `None` if no cell is free.
    pub(crate) fn free(&mut self, rng: &mut Rng) -> Option<Cell> {
        for _ in 0..DRAWS {
            let at = rng.below(self.cells.len() as u32) as usize;
            if !self.cells[at] {
                return Some(self.take_index(at));
            }
        }
        let free = || (0..).zip(&self.cells).filter(|(_, taken)| !**taken);
        let count = free().count() as u32;
        let (at, _) = free().nth(rng.below(count) as usize)?;
        Some(self.take_index(at))
    }

    /// Takes a free cell or, in a full arena, any: players may share one.
    pub(crate) fn place(&mut self, rng: &mut Rng) -> Cell {
        self.free(rng).unwrap_or_else(|| {
            let at = rng.below(self.cells.len() as u32) as usize;
            self.take_index(at)
        })
    }

    fn take_index(&mut self, at: usize) -> Cell {
        self.cells[at] = true;
        let width = usize::from(self.arena.width);
        Cell {
            x: (at % width) as u8,
            y: (at / width) as u8,
        }
    }
}
