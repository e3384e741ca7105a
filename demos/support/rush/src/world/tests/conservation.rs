//! No snack and no point appears or disappears, and no player jumps.

use std::collections::BTreeSet;

use super::*;

proptest! {
    #[test]
    fn eaten_snacks_are_scored_and_replaced_and_every_player_moves_one_cell(mut world in worlds(), ticks in wishes(20, 40)) {
        let snacks = usize::from(world.config().snacks);
        let mut given = 0;
        for inputs in ticks {
            let before = world.clone();
            let happened = world.step(&inputs);

            prop_assert_eq!(world.snacks().count(), snacks, "the floor is always as full");
            prop_assert_eq!(happened.eaten.len(), happened.spawned.len());
            let eaten: BTreeSet<_> = happened.eaten.iter().map(|it| it.0).collect();
            prop_assert_eq!(eaten.len(), happened.eaten.len(), "no snack twice");
            prop_assert!(happened.spawned.iter().all(|it| !eaten.contains(&it.0)), "elsewhere");
            let floor: BTreeSet<_> = world.snacks().collect();
            let expected: BTreeSet<_> = before.snacks().filter(|it| !eaten.contains(&it.0)).chain(happened.spawned.iter().copied()).collect();
            prop_assert_eq!(floor, expected);

            given += happened.eaten.iter().map(|it| u32::from(it.1.points())).sum::<u32>();
            let have: u32 = world.players().map(|it| u32::from(it.1.points)).sum();
            prop_assert_eq!(given, have + world.kept().iter().sum::<u32>(), "with a player, or left behind");
            prop_assert_eq!(world.team_points().iter().sum::<u32>(), given);

            for (seat, player) in world.players() {
                if happened.joined.iter().any(|it| it.0 == seat) {
                    prop_assert_eq!(player.points, 0);
                    continue;
                }
                let then = before.player(seat).expect("neither came nor left");
                let moved = if happened.phase == Phase::Playing { then.cell.next(player.dir, world.config()) } else { then.cell };
                prop_assert_eq!(player.cell, moved, "one cell a tick, around the edges");
                let turned = happened.turned.iter().find(|it| it.0 == seat).map_or(then.dir, |it| it.1);
                prop_assert_eq!((player.dir, player.team), (turned, then.team));
                let ate: u16 = happened.eaten.iter().filter(|it| it.2 == seat).map(|it| it.1.points()).sum();
                prop_assert_eq!(player.points, then.points + ate);
            }
            for (cell, kind, seat) in &happened.eaten {
                prop_assert!(before.snacks().any(|it| it == (*cell, *kind)));
                prop_assert_eq!(world.player(*seat).map(|it| it.cell), Some(*cell));
            }
            for (_, player) in world.players().filter(|_| happened.phase == Phase::Playing) {
                let lies_there = before.snacks().any(|it| it.0 == player.cell);
                let newcomer = happened.joined.iter().any(|it| it.1.cell == player.cell);
                prop_assert!(!lies_there || newcomer || eaten.contains(&player.cell), "no player steps over a snack");
            }
        }
    }

    #[test]
    fn lists_are_sorted_and_have_no_duplicates(mut world in worlds(), ticks in wishes(20, 40)) {
        for inputs in ticks {
            let it = world.step(&inputs);
            prop_assert!(it.left.is_sorted_by(|a, b| a < b));
            prop_assert!(it.joined.is_sorted_by(|a, b| a.0 < b.0));
            prop_assert!(it.turned.is_sorted_by(|a, b| a.0 < b.0));
            prop_assert!(it.eaten.is_sorted_by(|a, b| a.0 < b.0));
            prop_assert!(it.spawned.is_sorted_by(|a, b| a.0 < b.0));
        }
    }

    #[test]
    fn at_the_start_every_player_has_a_separate_cell_without_a_snack(world in worlds()) {
        let cells: BTreeSet<_> = world.players().map(|it| it.1.cell).chain(world.snacks().map(|it| it.0)).collect();
        let all = world.players().count() + usize::from(world.config().snacks);
        prop_assert!(cells.len() == all || all > world.config().cells(), "unless there are more of them than cells");
        prop_assert_eq!(world.snacks().count(), usize::from(world.config().snacks));
    }
}

#[test]
fn a_full_arena_still_has_room_for_every_player() {
    let config = Config {
        width: 4,
        height: 4,
        snacks: 4,
        seats: 1_024,
        ..Config::DEFAULT
    };
    let mut world = World::new(config, 1, 0, (0..1_000).map(|n| (Seat(n), Team::ALL[0])));
    for tick in 0..100 {
        let join: Vec<_> = (1_000..1_024)
            .map(|n| Input::Join { seat: Seat(n) })
            .collect();
        let happened = world.step(if tick == 0 { &join } else { &[] });
        let eaten: BTreeSet<_> = happened.eaten.iter().map(|it| it.0).collect();
        assert!(!eaten.is_empty(), "a player stands on every cell");
        assert!(
            happened.spawned.iter().all(|it| !eaten.contains(&it.0)),
            "elsewhere"
        );
        assert_eq!(world.snacks().count(), 4);
    }
    assert_eq!(world.players().count(), 1_024);
}
