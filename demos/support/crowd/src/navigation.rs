//! The way to the nearest snack on an arena without borders.

use rush::{Cell, Config, Dir};

/// Returns the snack that is the fewest steps from `from`, over an edge if that is shorter. `None`
/// if there are no snacks.
pub fn nearest(from: Cell, snacks: impl IntoIterator<Item = Cell>, arena: &Config) -> Option<Cell> {
    snacks.into_iter().min_by_key(|&snack| {
        let (x, y) = offset(from, snack, arena);
        (x.unsigned_abs() + y.unsigned_abs(), snack)
    })
}

/// Returns the turn that leads from `from` to `to`, or `None` if the direction `dir` leads there.
pub fn turn(from: Cell, dir: Dir, to: Cell, arena: &Config) -> Option<Dir> {
    let (x, y) = offset(from, to, arena);
    let across = match x {
        0 => None,
        1.. => Some(Dir::Right),
        _ => Some(Dir::Left),
    };
    let along = match y {
        0 => None,
        1.. => Some(Dir::Down),
        _ => Some(Dir::Up),
    };
    let leads = Some(dir) == across || Some(dir) == along;
    let better = if x.abs() >= y.abs() { across } else { along };
    if leads { None } else { better }
}

/// Returns the signed numbers of columns and rows to go, the shorter way around.
fn offset(from: Cell, to: Cell, arena: &Config) -> (i16, i16) {
    let short = |from: u8, to: u8, size: u8| {
        let (size, ahead) = (i16::from(size), i16::from(to) - i16::from(from));
        let ahead = ahead.rem_euclid(size.max(1));
        if ahead > size / 2 {
            ahead - size
        } else {
            ahead
        }
    };
    (
        short(from.x, to.x, arena.width),
        short(from.y, to.y, arena.height),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARENA: Config = Config {
        width: 10,
        height: 6,
        ..Config::DEFAULT
    };

    fn at(x: u8, y: u8) -> Cell {
        Cell { x, y }
    }

    #[test]
    fn the_way_leads_over_an_edge_if_that_is_shorter() {
        let snacks = [at(4, 0), at(8, 0), at(0, 3)];
        assert_eq!(nearest(at(0, 0), snacks, &ARENA), Some(at(8, 0)));
        assert_eq!(nearest(at(0, 0), [], &ARENA), None);
        assert_eq!(turn(at(0, 0), Dir::Up, at(8, 0), &ARENA), Some(Dir::Left));
        assert_eq!(turn(at(0, 0), Dir::Left, at(8, 0), &ARENA), None);
    }

    #[test]
    fn the_turns_lead_to_the_snack_by_the_shortest_way() {
        for start in 0..60 {
            for goal in 0..60 {
                let (mut cell, goal) = (at(start % 10, start / 10), at(goal % 10, goal / 10));
                let (x, y) = offset(cell, goal, &ARENA);
                let mut dir = Dir::Up;
                for _ in 0..x.abs() + y.abs() {
                    dir = turn(cell, dir, goal, &ARENA).unwrap_or(dir);
                    cell = cell.next(dir, &ARENA);
                }
                assert_eq!(cell, goal);
            }
        }
    }
}
