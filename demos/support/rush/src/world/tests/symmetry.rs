//! No edge, corner or direction is special: a world that was shifted, turned or mirrored plays the
//! same round.

use super::*;

/// Maps a square arena onto itself: quarter turns, then a mirror, then a shift.
#[derive(Clone, Copy, Debug)]
struct Moved {
    size: u8,
    turns: u8,
    mirrored: bool,
    by: (u8, u8),
}

impl Moved {
    fn cell(self, mut cell: Cell) -> Cell {
        for _ in 0..self.turns {
            cell = Cell {
                x: self.size - 1 - cell.y,
                y: cell.x,
            };
        }
        if self.mirrored {
            cell.x = self.size - 1 - cell.x;
        }
        Cell {
            x: (cell.x + self.by.0) % self.size,
            y: (cell.y + self.by.1) % self.size,
        }
    }

    fn dir(self, dir: Dir) -> Dir {
        let turned = Dir::ALL[(dir as usize + usize::from(self.turns)) % 4];
        match turned {
            Dir::Left if self.mirrored => Dir::Right,
            Dir::Right if self.mirrored => Dir::Left,
            other => other,
        }
    }

    fn input(self, input: Input) -> Input {
        match input {
            Input::Turn { seat, dir } => Input::Turn {
                seat,
                dir: self.dir(dir),
            },
            other => other,
        }
    }

    fn world(self, world: &World) -> World {
        let mut moved = world.clone();
        for player in moved.players.iter_mut().flatten() {
            player.cell = self.cell(player.cell);
            player.dir = self.dir(player.dir);
        }
        self.floor(world, &mut moved);
        moved
    }

    /// The generator draws cells by number, so new snacks are placed as in the other world.
    fn floor(self, from: &World, to: &mut World) {
        to.floor.fill(None);
        for (cell, kind) in from.snacks() {
            let cell = self.cell(cell);
            to.floor[usize::from(cell.y) * usize::from(self.size) + usize::from(cell.x)] =
                Some(kind);
        }
    }
}

fn squares() -> impl Strategy<Value = (World, Moved)> {
    (worlds(), 0..4_u8, any::<bool>(), 0..14_u8, 0..14_u8).prop_map(
        |(world, turns, mirrored, x, y)| {
            let size = world.config.width;
            let config = Config {
                height: size,
                ..world.config
            }
            .sound();
            let seated: Vec<_> = world.players().map(|it| (it.0, it.1.team)).collect();
            let by = (x % size, y % size);
            (
                World::new(config, world.seed, 0, seated),
                Moved {
                    size,
                    turns,
                    mirrored,
                    by,
                },
            )
        },
    )
}

proptest! {
    #[test]
    fn a_moved_world_plays_the_moved_round((mut world, moved) in squares(), ticks in wishes(20, 30)) {
        let mut other = moved.world(&world);
        for inputs in ticks {
            // New players stand on random cells.
            let stay = |it: &&Input| !matches!(it, Input::Join { .. });
            let inputs: Vec<_> = inputs.iter().filter(stay).copied().collect();
            let there: Vec<_> = inputs.iter().map(|&input| moved.input(input)).collect();
            let (here, there) = (world.step(&inputs), other.step(&there));
            let mut eaten: Vec<_> = here.eaten.iter().map(|&(cell, kind, seat)| (moved.cell(cell), kind, seat)).collect();
            eaten.sort_by_key(|it| it.0);
            prop_assert_eq!(eaten, there.eaten);
            moved.floor(&world, &mut other);
            other.rng = world.rng.clone();
            prop_assert_eq!(&moved.world(&world), &other);
        }
    }
}
