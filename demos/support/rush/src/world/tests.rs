//! The rules, tested with generated inputs.

use super::*;
use crate::Dir;
use proptest::prelude::*;

mod conservation;
mod exactness;
mod fairness;
mod limits;
mod places;
mod symmetry;

/// Ticks of generated inputs, possible or not.
pub(crate) fn wishes(seats: u16, ticks: usize) -> impl Strategy<Value = Vec<Vec<Input>>> {
    let seat = (0..seats + 2).prop_map(Seat);
    let dir = (0..4_usize).prop_map(|n| Dir::ALL[n]);
    let one = prop_oneof![
        2 => seat.clone().prop_map(|seat| Input::Join { seat }),
        1 => seat.clone().prop_map(|seat| Input::Leave { seat }),
        6 => (seat, dir).prop_map(|(seat, dir)| Input::Turn { seat, dir }),
    ];
    prop::collection::vec(prop::collection::vec(one, 0..6), 0..ticks)
}

/// Small and crowded, so that all cases occur; short, so that rounds end.
pub(crate) fn arenas() -> impl Strategy<Value = Config> {
    (
        4..14_u8,
        4..14_u8,
        0..50_u16,
        1..30_u16,
        1..5_u16,
        1..20_u16,
    )
        .prop_map(
            |(width, height, snacks, round_ticks, podium_ticks, seats)| {
                Config {
                    width,
                    height,
                    snacks,
                    round_ticks,
                    podium_ticks,
                    tick_ms: 100,
                    seats,
                }
                .sound()
            },
        )
}

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let seated = prop::collection::vec((0..22_u16, 0..4_usize), 0..20);
    (arenas(), any::<u64>(), any::<u32>(), seated).prop_map(|(config, seed, round, seated)| {
        let seated = seated
            .into_iter()
            .map(|(seat, team)| (Seat(seat), Team::ALL[team]));
        World::new(config, seed, round, seated)
    })
}

#[test]
fn a_round_is_played_shown_and_over_and_then_stays_as_it_is() {
    let config = Config {
        round_ticks: 3,
        podium_ticks: 2,
        ..Config::DEFAULT
    };
    let mut world = World::new(config, 1, 5, [(Seat(0), Team::ALL[2])]);
    let mut cells = vec![world.player(Seat(0)).expect("seated").cell];
    let mut phases = vec![world.phase()];
    for _ in 0..5 {
        let happened = world.step(&[]);
        assert_eq!(
            (happened.round, happened.tick, happened.phase),
            (5, world.tick(), world.phase())
        );
        phases.push(happened.phase);
        cells.push(world.player(Seat(0)).expect("seated").cell);
    }
    use Phase::*;
    assert_eq!(phases, [Playing, Playing, Playing, Playing, Podium, Over]);
    cells.dedup();
    assert_eq!(cells.len(), 4, "three moves");
    let over = world.clone();
    let happened = world.step(&[Input::Leave { seat: Seat(0) }]);
    assert_eq!(world, over);
    assert_eq!(happened.tick, 5);
}

#[test]
fn the_next_round_has_the_same_teams_no_points_and_another_seed() {
    let seated = (0..40).map(|n| (Seat(n), Team::ALL[usize::from(n * 7 % 4)]));
    let mut world = World::new(Config::DEFAULT, 9, 0, seated);
    while world.phase() != Phase::Over {
        world.step(&[]);
    }
    assert!(world.team_points().iter().sum::<u32>() > 0);
    let next = world.next();
    let teams = |world: &World| {
        world
            .players()
            .map(|(seat, it)| (seat, it.team))
            .collect::<Vec<_>>()
    };
    assert_eq!(teams(&next), teams(&world));
    assert_eq!(
        (next.round(), next.tick(), next.team_points()),
        (1, 0, [0; 4])
    );
    assert_ne!(next.seed(), world.seed());
    assert_ne!(next.next().seed(), next.seed());
}

#[test]
fn impossible_inputs_are_ignored() {
    let mut world = World::new(Config::for_seats(2), 3, 0, [(Seat(0), Team::ALL[0])]);
    let before = world.player(Seat(0)).copied();
    let happened = world.step(&[
        Input::Join { seat: Seat(0) },
        Input::Join { seat: Seat(2) },
        Input::Join {
            seat: Seat(u16::MAX),
        },
        Input::Leave { seat: Seat(1) },
        Input::Turn {
            seat: Seat(1),
            dir: Dir::Up,
        },
    ]);
    assert_eq!(happened.joined, []);
    assert_eq!(happened.left, []);
    assert_eq!(happened.turned, []);
    assert_eq!(
        world.player(Seat(0)).map(|it| it.dir),
        before.map(|it| it.dir)
    );
}

#[test]
fn joins_and_leaves_within_a_tick_are_reported_as_their_result() {
    let (join, leave) = (
        Input::Join { seat: Seat(1) },
        Input::Leave { seat: Seat(1) },
    );
    let turn = Input::Turn {
        seat: Seat(1),
        dir: Dir::Left,
    };
    let tell = |seated: bool, inputs: &[Input]| {
        let seats = seated.then_some((Seat(1), Team::ALL[0]));
        let happened = World::new(Config::DEFAULT, 3, 0, seats).step(inputs);
        let joined = happened
            .joined
            .iter()
            .map(|it| it.1.dir)
            .collect::<Vec<_>>();
        (
            happened.left.len(),
            happened.turned.len(),
            joined.len(),
            joined.first() == Some(&Dir::Left),
        )
    };
    let (left, turned, joined, _) = tell(false, &[turn, join]);
    assert_eq!((left, turned, joined), (0, 0, 1), "too early for a turn");
    assert_eq!(
        tell(false, &[join, turn]),
        (0, 1, 1, true),
        "a newcomer turns"
    );
    assert_eq!(
        tell(false, &[join, turn, leave]),
        (0, 0, 0, false),
        "no client saw them"
    );
    assert_eq!(tell(true, &[turn, leave]), (1, 0, 0, false));
    assert_eq!(
        tell(true, &[leave, join, turn]),
        (1, 1, 1, true),
        "the seat changed hands"
    );
    assert_eq!(tell(true, &[leave, join, leave]), (1, 0, 0, false));
    assert_eq!(tell(true, &[turn, turn]), (0, 1, 0, false), "once");
}

#[test]
fn of_several_turns_in_a_tick_the_last_one_counts() {
    let turn = |seat, dir| Input::Turn {
        seat: Seat(seat),
        dir,
    };
    let join = Input::Join { seat: Seat(2) };
    let mut world = World::new(
        Config::for_seats(3),
        3,
        0,
        (0..2).map(|n| (Seat(n), Team::ALL[0])),
    );
    let before = world.player(Seat(0)).expect("seated").cell;
    let happened = world.step(&[
        turn(0, Dir::Up),
        join,
        turn(1, Dir::Left),
        turn(2, Dir::Up),
        turn(0, Dir::Down),
        turn(2, Dir::Left),
        turn(0, Dir::Right),
    ]);
    let last = [Dir::Right, Dir::Left, Dir::Left];
    let seats = || (0..).map(Seat);
    assert_eq!(
        happened.turned,
        seats().zip(last).collect::<Vec<_>>(),
        "one entry each"
    );
    let now = world.players().map(|it| it.1.dir).collect::<Vec<_>>();
    assert_eq!(now, last);
    assert_eq!(
        world.player(Seat(0)).map(|it| it.cell),
        Some(before.next(Dir::Right, world.config())),
        "and every player moves once"
    );
}

#[test]
fn a_second_join_at_a_seat_changes_nothing() {
    let join = |seat| Input::Join { seat: Seat(seat) };
    let played = |inputs: &[Input]| {
        let mut world = World::new(Config::for_seats(4), 3, 0, [(Seat(0), Team::ALL[0])]);
        (world.step(inputs), world)
    };
    let once = played(&[join(1), join(2)]);
    assert_eq!(played(&[join(1), join(1), join(0), join(2), join(1)]), once);
}

#[test]
fn a_turn_that_keeps_the_direction_is_reported_too() {
    let mut world = World::new(Config::DEFAULT, 3, 0, [(Seat(0), Team::ALL[0])]);
    let dir = world.player(Seat(0)).expect("seated").dir;
    let turn = Input::Turn { seat: Seat(0), dir };
    assert_eq!(
        world.step(&[turn]).turned,
        [(Seat(0), dir)],
        "the client waits for its acknowledgement"
    );
}

#[test]
fn players_join_turn_and_leave_on_the_podium_and_no_player_moves_or_eats() {
    let config = Config {
        round_ticks: 2,
        podium_ticks: 9,
        ..Config::for_seats(4)
    };
    let mut world = World::new(config, 3, 0, (0..2).map(|n| (Seat(n), Team::ALL[0])));
    world.step(&[]);
    world.step(&[]);
    let snacks: Vec<_> = world.snacks().collect();
    let seated = |world: &World, seat| *world.player(Seat(seat)).expect("seated");
    let before = seated(&world, 0);
    let happened = world.step(&[
        Input::Join { seat: Seat(3) },
        Input::Turn {
            seat: Seat(0),
            dir: Dir::ALL[(before.dir as usize + 1) % 4],
        },
        Input::Leave { seat: Seat(1) },
    ]);
    assert_eq!(happened.phase, Phase::Podium);
    assert_eq!(happened.left, [Seat(1)]);
    assert_eq!(happened.joined, [(Seat(3), seated(&world, 3))]);
    assert_eq!(happened.turned.len(), 1);
    assert_eq!(seated(&world, 0).cell, before.cell);
    assert_ne!(seated(&world, 0).dir, before.dir);
    assert_eq!((happened.eaten, happened.spawned), (vec![], vec![]));
    assert_eq!(world.snacks().collect::<Vec<_>>(), snacks);
    let joined = seated(&world, 3);
    world.step(&[]);
    assert_eq!(seated(&world, 3), joined, "nor does a new player move");
}

#[test]
fn a_seat_that_is_listed_twice_counts_once_and_a_seat_of_another_room_never() {
    let seats = [
        (Seat(1), 2),
        (Seat(1), 3),
        (Seat(2), 0),
        (Seat(u16::MAX), 0),
    ];
    let seats = seats.map(|(seat, team)| (seat, Team::ALL[team]));
    let world = World::new(Config::for_seats(2), 3, 0, seats);
    let seated: Vec<_> = world.players().map(|it| (it.0, it.1.team)).collect();
    assert_eq!(seated, [(Seat(1), Team::ALL[2])]);
}

#[test]
fn a_world_is_made_with_a_configuration_that_can_be_played() {
    let impossible = Config {
        width: 1,
        seats: 0,
        podium_ticks: 0,
        ..Config::DEFAULT
    };
    let mut world = World::new(impossible, 3, 0, []);
    assert_eq!(*world.config(), impossible.sound());
    world.step(&[Input::Join { seat: Seat(0) }]);
    assert_eq!(world.snacks().count(), usize::from(world.config().snacks));
    assert_eq!(World::decode(&world.encode()), Ok(world));
}

#[test]
fn after_the_last_number_of_a_round_comes_zero() {
    let world = World::new(Config::DEFAULT, 3, u32::MAX, [(Seat(0), Team::ALL[1])]);
    let next = world.next();
    assert_eq!((next.round(), next.players().count()), (0, 1));
}

#[test]
fn the_ranking_is_by_points_and_then_by_seat() {
    let mut world = World::new(
        Config::DEFAULT,
        3,
        0,
        (0..4).map(|n| (Seat(n), Team::ALL[0])),
    );
    for (seat, points) in [3, 9, 3, 0].into_iter().enumerate() {
        world.players[seat].as_mut().expect("seated").points = points;
    }
    assert_eq!(world.ranking(), [Seat(1), Seat(0), Seat(2), Seat(3)]);
    let places = [(1, Seat(1)), (2, Seat(0)), (2, Seat(2)), (4, Seat(3))];
    assert_eq!(world.places(), places);
}
