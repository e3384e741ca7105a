//! Where players and new snacks appear: on free cells, each equally likely.

use super::*;
use std::collections::BTreeSet;

/// A world of sixteen cells with this many players and snacks.
fn tiny(seed: u64, players: u16, snacks: u16) -> World {
    let config = Config {
        width: 4,
        height: 4,
        snacks,
        seats: 40,
        ..Config::DEFAULT
    };
    let seated = (0..players).map(|n| (Seat(n), Team::ALL[0]));
    World::new(config, seed, 0, seated)
}

/// How often each of the numbers below `N` was drawn.
fn drawn<const N: usize>(draws: impl Iterator<Item = usize>) -> [u32; N] {
    let mut drawn = [0; N];
    draws.for_each(|it| drawn[it] += 1);
    drawn
}

fn index(cell: Cell) -> usize {
    usize::from(cell.y) * 4 + usize::from(cell.x)
}

#[test]
fn a_new_snack_and_a_new_player_get_cells_of_their_own_while_there_are_any() {
    for seed in 0..300 {
        let mut world = tiny(seed, 6, 4);
        let happened = world.step(&[
            Input::Join { seat: Seat(20) },
            Input::Join { seat: Seat(9) },
        ]);
        let newcomers: Vec<_> = happened.joined.iter().map(|it| it.1.cell).collect();
        let old = |seat: Seat| happened.joined.iter().all(|it| it.0 != seat);
        let others: BTreeSet<_> = world
            .players()
            .filter(|it| old(it.0))
            .map(|it| it.1.cell)
            .collect();
        let snacks: BTreeSet<_> = world.snacks().map(|it| it.0).collect();
        assert_ne!(newcomers[0], newcomers[1], "seed {seed}");
        for cell in &newcomers {
            assert!(
                !others.contains(cell) && !snacks.contains(cell),
                "seed {seed}"
            );
        }
        for (cell, _) in &happened.spawned {
            assert!(!others.contains(cell), "seed {seed}: under a player");
        }
    }
}

#[test]
fn every_cell_is_equally_likely_at_the_start() {
    let players = drawn::<16>(
        (0..3_200).map(|seed| index(tiny(seed, 1, 0).players[0].expect("seated").cell)),
    );
    assert!(
        players.iter().all(|n| (150..250).contains(n)),
        "{players:?}"
    );
    let snack = |seed| tiny(seed, 0, 1).snacks().next().expect("one").0;
    let snacks = drawn::<16>((0..3_200).map(|seed| index(snack(seed))));
    assert!(snacks.iter().all(|n| (150..250).contains(n)), "{snacks:?}");
}

#[test]
fn every_direction_is_equally_likely_at_the_start_and_for_a_new_player() {
    let first = |seed| tiny(seed, 1, 0).players[0].expect("seated").dir as usize;
    let joined = |seed| {
        tiny(seed, 0, 0)
            .step(&[Input::Join { seat: Seat(0) }])
            .joined[0]
            .1
            .dir as usize
    };
    for dirs in [
        drawn::<4>((0..800).map(first)),
        drawn::<4>((0..800).map(joined)),
    ] {
        assert!(dirs.iter().all(|n| (150..250).contains(n)), "{dirs:?}");
    }
}

/// With so few free cells, the draws of the fast path all fail now and then.
#[test]
fn of_the_last_free_cells_each_is_equally_likely() {
    let free = [0, 7, 15];
    let mut last = [0_u32; 16];
    let mut rng = rng::Rng::new(1);
    for _ in 0..3_000 {
        let mut taken = Taken::none(&tiny(1, 0, 0).config);
        (0..16).filter(|at| !free.contains(at)).for_each(|at| {
            taken.take(Cell {
                x: at % 4,
                y: at / 4,
            });
        });
        let mut order = Vec::new();
        while let Some(cell) = taken.free(&mut rng) {
            order.push(index(cell) as u8);
            assert!(
                order.len() <= free.len(),
                "more cells than are free: {order:?}"
            );
        }
        last[usize::from(*order.last().expect("three cells"))] += 1;
        order.sort_unstable();
        assert_eq!(order, free, "each of them, and once");
    }
    assert!(
        free.iter()
            .all(|&at| (900..1_100).contains(&last[usize::from(at)])),
        "{last:?}"
    );
}

/// One free cell of many is found by counting, so which one it is must not depend on its place.
#[test]
fn of_two_free_cells_in_a_large_arena_each_is_equally_likely() {
    let arena = Config::DEFAULT;
    let two = [Cell { x: 3, y: 1 }, Cell { x: 90, y: 50 }];
    let mut rng = rng::Rng::new(1);
    let first = (0..200).filter(|_| {
        let mut taken = Taken::none(&arena);
        for at in 0..arena.cells() {
            let cell = Cell {
                x: (at % 96) as u8,
                y: (at / 96) as u8,
            };
            if !two.contains(&cell) {
                taken.take(cell);
            }
        }
        let cell = taken.free(&mut rng).expect("two are free");
        assert!(two.contains(&cell));
        cell == two[0]
    });
    let first = first.count();
    assert!((70..130).contains(&first), "{first} of 200");
}

#[test]
fn in_a_full_arena_new_players_are_spread_over_all_cells() {
    let mut world = tiny(1, 16, 0);
    let joins: Vec<_> = (16..40).map(|n| Input::Join { seat: Seat(n) }).collect();
    let joined = world.step(&joins).joined;
    let cells: BTreeSet<_> = joined.iter().map(|it| it.1.cell).collect();
    assert!(cells.len() > 8, "24 players on {} cells", cells.len());
}
