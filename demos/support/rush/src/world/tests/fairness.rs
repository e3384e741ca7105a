//! Two players, one snack.

use super::*;

/// Returns which of the players, with these points, gets the snack that all of them reach.
fn contest(seed: u64, points: &[u16]) -> Seat {
    contest_after(seed, 0, points)
}

/// The same after this many ticks of the round.
fn contest_after(seed: u64, ticks: u32, points: &[u16]) -> Seat {
    let config = Config {
        snacks: 1,
        ..Config::DEFAULT
    };
    let seated = (0..points.len() as u16).map(|n| (Seat(n), Team::ALL[0]));
    let mut world = World::new(config, seed, 0, seated);
    world.tick = ticks;
    let (snack, _) = world.snacks().next().expect("one");
    for (player, &points) in world.players.iter_mut().flatten().zip(points) {
        player.points = points;
        player.dir = Dir::Right;
        player.cell = snack.next(Dir::Left, &config);
    }
    let happened = world.step(&[]);
    assert_eq!(happened.eaten.len(), 1);
    happened.eaten[0].2
}

#[test]
fn the_player_with_fewer_points_gets_the_snack() {
    for seed in 0..50 {
        assert_eq!(contest(seed, &[7, 3, 5]), Seat(1));
        assert_eq!(contest(seed, &[1, 1, 1, 0]), Seat(3));
        assert_ne!(contest(seed, &[2, 3, 2]), Seat(1));
    }
}

#[test]
fn among_equals_no_seat_is_favoured() {
    let mut won = [0_u32; 3];
    for seed in 0..3_000 {
        won[contest(seed, &[4, 4, 4]).index()] += 1;
    }
    assert!(won.iter().all(|n| (900..1_100).contains(n)), "{won:?}");
}

#[test]
fn among_equals_the_order_changes_with_the_tick() {
    let lots = |tick: u64| (0..2).min_by_key(|&seat| rng::Rng::lot(1, [tick, seat]));
    let first = (0..2_000).filter(|&tick| lots(tick) == Some(0)).count();
    assert!((900..1_100).contains(&first), "{first} of 2,000");
}

/// In a round, one player does not win every tie.
#[test]
fn among_equals_another_player_wins_in_another_tick_and_in_another_round() {
    let winners = |contest: &dyn Fn(u32) -> Seat| {
        let first = (0..500).filter(|&n| contest(n) == Seat(0)).count();
        assert!((200..300).contains(&first), "{first} of 500");
    };
    winners(&|tick| contest_after(1, tick, &[4, 4]));
    winners(&|seed| contest_after(u64::from(seed), 7, &[4, 4]));
}

#[test]
fn newcomers_fill_the_teams_evenly() {
    let mut world = World::new(Config::DEFAULT, 1, 0, [(Seat(9), Team::ALL[1])]);
    let joins: Vec<_> = (0..7).map(|n| Input::Join { seat: Seat(n) }).collect();
    world.step(&joins);
    for team in Team::ALL {
        assert_eq!(world.players().filter(|it| it.1.team == team).count(), 2);
    }
}

#[test]
fn the_points_of_a_player_who_leaves_stay_with_the_team() {
    let mut world = World::new(
        Config::DEFAULT,
        1,
        0,
        [(Seat(0), Team::ALL[2]), (Seat(1), Team::ALL[2])],
    );
    for player in world.players.iter_mut().flatten() {
        player.points = 4;
        player.cell = Cell::default();
    }
    world.floor.fill(None); // Nothing to eat on the way out.
    world.step(&[Input::Leave { seat: Seat(0) }]);
    assert_eq!(
        (world.kept(), world.team_points()),
        ([0, 0, 4, 0], [0, 0, 8, 0])
    );
    world.step(&[Input::Leave { seat: Seat(1) }]);
    assert_eq!(world.kept(), [0, 0, 8, 0], "of everyone who left");
    world.step(&[Input::Join { seat: Seat(1) }]);
    assert_eq!(world.player(Seat(1)).map(|it| it.points), Some(0));
    assert_eq!(world.team_points(), [0, 0, 8, 0]);
}
