//! A world in bytes is the same world, and has the same future.

use super::*;

proptest! {
    #[test]
    fn a_world_that_was_handed_over_plays_on_the_same(mut world in worlds(), ticks in wishes(20, 40), at in any::<prop::sample::Index>()) {
        let handover = at.index(ticks.len() + 1);
        let mut other = None;
        for (tick, inputs) in ticks.iter().enumerate() {
            if tick == handover {
                other = Some(World::decode(&world.encode()).expect("its own bytes"));
                prop_assert_eq!(other.as_ref(), Some(&world));
            }
            let here = world.step(inputs);
            if let Some(other) = &mut other {
                prop_assert_eq!(other.step(inputs), here);
                prop_assert_eq!(other.hash(), world.hash());
            }
        }
        prop_assert_eq!(World::decode(&world.encode()).map(|it| it.next()), Ok(world.next()));
    }

    #[test]
    fn the_order_of_the_seats_does_not_matter(seats in prop::collection::btree_map(0..30_u16, 0..4_usize, 0..20), seed: u64) {
        let seated: Vec<_> = seats.into_iter().map(|(seat, team)| (Seat(seat), Team::ALL[team])).collect();
        let backwards = seated.iter().rev().copied();
        prop_assert_eq!(World::new(Config::DEFAULT, seed, 0, seated.iter().copied()), World::new(Config::DEFAULT, seed, 0, backwards));
    }

    #[test]
    fn a_decoded_world_encodes_the_same_and_can_be_played(world in worlds(), at in any::<prop::sample::Index>(), to: u8) {
        let mut bytes = world.encode().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(mut changed) = World::decode(&bytes) {
            prop_assert_eq!(&changed.encode()[..], &bytes[..]);
            changed.team_points();
            changed.step(&[Input::Join { seat: Seat(0) }]);
            changed.next();
        }
    }
}

#[test]
fn worlds_that_differ_anywhere_have_different_hashes() {
    let world = World::new(
        Config::DEFAULT,
        1,
        0,
        [(Seat(0), Team::ALL[0]), (Seat(1), Team::ALL[1])],
    );
    let mut others = vec![world.clone(); 6];
    others[0].rng.draw();
    others[1].players[0] = None;
    others[2].players.swap(0, 1);
    others[3].kept[3] = 1;
    others[4].floor.swap(0, 1);
    others[4].floor.swap(1, 2);
    others[4].floor.rotate_left(1);
    others[5].tick = 1;
    for (n, other) in others.iter().enumerate() {
        assert_ne!(world.hash(), other.hash(), "change {n}");
    }
}

/// A golden round: if you change the rules, change this number, the version of the log and the
/// version of an encoded world.
#[test]
fn the_rules_are_those_of_version_1() {
    let mut world = World::new(
        Config::for_seats(160),
        2018,
        1,
        (0..160).map(|n| (Seat(n), Team::ALL[usize::from(n % 4)])),
    );
    for tick in 0..700_u16 {
        let turn = |n: u16| Input::Turn {
            seat: Seat(n * 37 % 160),
            dir: Dir::ALL[usize::from((tick + n) % 4)],
        };
        world.step(&[turn(tick), turn(tick + 1)]);
    }
    assert_eq!(format!("{:016x}", world.hash()), "dc453b14c4939e55");
}

/// The same for everything that the round above does not have: players who join and leave, in the
/// middle and on the podium.
#[test]
fn the_rules_of_joining_and_leaving_are_those_of_version_1() {
    let config = Config {
        round_ticks: 60,
        podium_ticks: 10,
        ..Config::for_seats(40)
    };
    let mut world = World::new(config, 2018, 1, [(Seat(7), Team::ALL[3])]);
    for tick in 0..70_u16 {
        let seat = |n: u16| Seat((tick * 7 + n) % 40);
        let turn = |n: u16| Input::Turn {
            seat: seat(n),
            dir: Dir::ALL[usize::from((tick + n) % 4)],
        };
        let (join, other) = (
            Input::Join { seat: seat(0) },
            Input::Join { seat: seat(11) },
        );
        world.step(&[
            turn(0),
            Input::Leave { seat: seat(3) },
            join,
            turn(0),
            turn(5),
            other,
        ]);
    }
    assert!(world.kept().iter().sum::<u32>() > 0, "who left had points");
    assert_eq!(format!("{:016x}", world.hash()), "2a88e43855aecebf");
}
