//! What a decoded world may say. A world within the limits can be played to its end, even at them;
//! beyond them it is refused, before any arithmetic could overflow.

use super::*;
use crate::Malformed;

/// A world of the longest round in its middle, with two players.
fn world() -> World {
    let config = Config {
        width: 8,
        height: 6,
        snacks: 12,
        round_ticks: Config::LONGEST_ROUND,
        podium_ticks: 3,
        tick_ms: 1,
        seats: 4,
    };
    let mut world = World::new(config, 5, 1, (0..2).map(|n| (Seat(n), Team::ALL[1])));
    world.tick = 6_000;
    world
}

/// Decodes the world after this change.
fn changed(change: impl FnOnce(&mut World)) -> Result<World, Malformed> {
    let mut world = world();
    change(&mut world);
    World::decode(&world.encode())
}

fn refused(change: impl FnOnce(&mut World)) -> &'static str {
    match changed(change) {
        Err(Malformed::Value(field)) => field,
        other => panic!("{other:?}"),
    }
}

fn player(world: &mut World, seat: usize) -> &mut Player {
    world.players[seat].as_mut().expect("seated")
}

#[test]
fn a_tick_after_the_end_is_refused() {
    let last = u32::from(Config::LONGEST_ROUND) + 3;
    let over = changed(|it| it.tick = last).expect("the last tick");
    assert_eq!(over.phase(), Phase::Over);
    assert_eq!(refused(|it| it.tick = last + 1), "tick");
    assert_eq!(refused(|it| it.tick = u32::MAX), "tick");
}

#[test]
fn more_points_than_the_ticks_allow_are_refused() {
    assert!(changed(|it| player(it, 0).points = 30_000).is_ok());
    assert_eq!(refused(|it| player(it, 0).points = 30_001), "player");
    assert_eq!(refused(|it| player(it, 1).points = u16::MAX), "player");
    let before = |it: &mut World| (it.tick, player(it, 0).points) = (0, 1);
    assert_eq!(refused(before), "player", "before the first tick");
    let podium = |points| {
        move |it: &mut World| {
            it.tick = u32::from(Config::LONGEST_ROUND) + 2;
            player(it, 0).points = points;
        }
    };
    assert!(changed(podium(60_000)).is_ok());
    assert_eq!(refused(podium(60_001)), "player", "no points on the podium");
}

/// Four seats, 6,000 ticks, five points.
#[test]
fn more_points_than_all_could_have_eaten_are_refused() {
    const MOST: u32 = 4 * 6_000 * 5;
    assert!(changed(|it| it.kept[0] = MOST).is_ok());
    for team in 0..Team::COUNT {
        assert_eq!(refused(|it| it.kept[team] = MOST + 1), "kept");
        assert_eq!(refused(|it| it.kept[team] = u32::MAX), "kept");
    }
    assert!(changed(|it| it.kept = [MOST / 4; 4]).is_ok());
    assert_eq!(
        refused(|it| it.kept = [MOST / 2; 4]),
        "kept",
        "taken together"
    );
    assert_eq!(
        refused(|it| it.kept = [1 << 30; 4]),
        "kept",
        "whose sum needs 33 bits"
    );
    let podium = |kept| {
        move |it: &mut World| {
            it.tick = u32::from(Config::LONGEST_ROUND) + 2;
            it.kept[1] = kept;
        }
    };
    assert!(changed(podium(2 * MOST)).is_ok(), "after all 12,000 ticks");
    let sentence = "nothing is eaten on the podium";
    assert_eq!(refused(podium(2 * MOST + 1)), "kept", "{sentence}");
    let with_a_players = |it: &mut World| (it.kept[2], player(it, 0).points) = (MOST, 1);
    assert_eq!(refused(with_a_players), "kept", "a player has some of them");
}

#[test]
fn no_more_is_eaten_in_a_tick_than_snacks_lie_on_the_floor() {
    let few = |kept| {
        let config = Config {
            snacks: 2,
            ..*world().config()
        };
        let mut world = World::new(config, 5, 1, []);
        (world.tick, world.kept[3]) = (10, kept);
        World::decode(&world.encode())
    };
    assert!(few(100).is_ok());
    assert_eq!(few(101), Err(Malformed::Value("kept")));
}

#[test]
fn a_place_outside_the_room_is_refused() {
    for cell in [
        Cell { x: 8, y: 0 },
        Cell { x: 0, y: 6 },
        Cell { x: 255, y: 255 },
    ] {
        assert_eq!(
            refused(|it| player(it, 1).cell = cell),
            "player",
            "{cell:?}"
        );
    }
    let corner = Cell { x: 7, y: 5 };
    assert!(changed(|it| player(it, 1).cell = corner).is_ok());
    // Writing this world writes five players in a room of four.
    let fifth = |it: &mut World| it.players.push(Some(Player::default()));
    assert_eq!(refused(fifth), "seat");
}

#[test]
fn every_other_number_of_snacks_is_refused() {
    let fewer = |it: &mut World| {
        let first = it.floor.iter().position(Option::is_some).expect("a snack");
        it.floor[first] = None;
    };
    let more = |it: &mut World| {
        let free = it
            .floor
            .iter()
            .position(Option::is_none)
            .expect("a free cell");
        it.floor[free] = Some(Kind::Golden);
    };
    assert_eq!(refused(fewer), "snacks");
    assert_eq!(refused(more), "snacks");
    // A floor with one more row puts a snack outside the arena.
    let outside = |it: &mut World| {
        fewer(it);
        it.floor.push(Some(Kind::Tteok));
    };
    assert_eq!(refused(outside), "snacks");
}

#[test]
fn a_configuration_that_cannot_be_played_is_refused() {
    for spoil in [
        (|it| it.seats = Config::MOST_SEATS + 1) as fn(&mut Config),
        |it| it.width = 3,
        |it| it.podium_ticks = 0,
        |it| it.round_ticks = Config::LONGEST_ROUND + 1,
        |it| it.snacks = 13,
        |it| it.tick_ms = 0,
    ] {
        assert_eq!(refused(|it| spoil(&mut it.config)), "config");
    }
}

#[test]
fn bytes_after_the_end_and_another_version_are_refused() {
    let bytes = world().encode();
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(World::decode(&longer), Err(Malformed::Long));
    let other = [&[bytes[0] + 1], &bytes[1..]].concat();
    assert_eq!(World::decode(&other), Err(Malformed::Tag(bytes[0] + 1)));
}

#[test]
fn a_world_at_its_limits_is_played_to_its_end() {
    let limits = |it: &mut World| {
        it.round = u32::MAX;
        it.config.round_ticks = Config::LONGEST_ROUND;
        it.tick = u32::from(Config::LONGEST_ROUND) - 1;
        let most = 5 * it.tick;
        it.floor.fill(None);
        (0..12).for_each(|at| it.floor[at] = Some(Kind::Golden));
        for seat in 0..2 {
            let player = player(it, seat);
            player.points = most as u16;
            player.cell = Cell {
                x: seat as u8,
                y: 5,
            };
            player.dir = Dir::Down;
        }
        it.kept = [0, 0, most, most];
    };
    let mut world = changed(limits).expect("within the limits");
    let happened = world.step(&[]);
    assert_eq!(happened.eaten.len(), 2);
    assert_eq!(player(&mut world, 0).points, 60_000);
    let again = World::decode(&world.encode()).expect("its own bytes");
    assert_eq!(again, world);
    let leave = |seat| Input::Leave { seat: Seat(seat) };
    world.step(&[leave(0), leave(1), Input::Join { seat: Seat(1) }]);
    world.step(&[leave(1)]);
    assert_eq!(world.phase(), Phase::Podium);
    world.step(&[]);
    assert_eq!(world.phase(), Phase::Over);
    assert_eq!(world.kept().iter().sum::<u32>(), 2 * 60_000 + 2 * 59_995);
    assert_eq!(world.next().round(), 0);
}
