//! Joining: seats that are given, refused and given back.

use super::fixture::{Fixture, turn};
use rush::{
    Dir, Phase, Seat, Team,
    wire::{Seq, ToClient, ToServer},
};
use std::time::Duration;

fn counted(fixture: &mut Fixture) -> (usize, u32, usize) {
    let room = fixture.room();
    (
        room.seats.taken(),
        room.state.admission.players(),
        room.state.cluster.held_seats.count(),
    )
}

#[test]
fn a_seat_refused_by_a_full_room_or_server_is_given_back() {
    for (seats, max_players) in [(1, 5), (5, 1)] {
        let mut fixture = Fixture::with(|options| {
            (options.seats, options.max_players) = (seats, max_players);
        });
        let ann = fixture.join();
        let now = ann.between.1;
        for _ in 0..3 {
            let bob = fixture.join();
            assert_eq!(fixture.close_code(&bob), Some(1013));
            assert_eq!(counted(&mut fixture), (1, 1, 1), "{seats} seats");
        }
        fixture.ticks(1, now);
        fixture.send(&ann, ToServer::Leave);
        let early = fixture.join();
        assert_eq!(fixture.close_code(&early), Some(1013), "until it is played");
        fixture.ticks(1, now);
        assert_eq!(counted(&mut fixture), (0, 0, 0));
        let eve = fixture.join();
        assert_eq!(
            (fixture.close_code(&eve), counted(&mut fixture)),
            (None, (1, 1, 1))
        );
    }
}

#[test]
fn a_seat_that_was_given_up_is_given_again_after_the_tick_with_nothing_of_its_last_player() {
    let mut fixture = Fixture::with(|options| options.seats = 3);
    let (ann, bob) = (fixture.join(), fixture.join());
    let now = bob.between.1;
    fixture.ticks(1, now);
    fixture.send(&ann, turn(900, Dir::Up));
    fixture.ticks(1, now);
    fixture.send(&ann, ToServer::Leave);
    let early = fixture.connect();
    fixture.send(
        &early,
        ToServer::Join {
            name: String::new(),
        },
    );
    let early = fixture.welcome(&early);
    assert_eq!(early.seat, Some(Seat(2)), "ann's is still taken");
    assert_eq!(early.name.as_ref().map(|it| it.as_str()), Some("Guest 3"));
    fixture.ticks(1, now);
    let late = fixture.join();
    let late = fixture.welcome(&late);
    assert_eq!(
        (late.seat, late.last_seq, late.resumed),
        (Some(Seat(0)), Seq(0), false)
    );
    fixture.ticks(1, now);
    assert_eq!(fixture.room().round.world.players().count(), 3);
}

#[test]
fn of_repeated_and_late_turns_none_is_applied_twice() {
    let mut fixture = Fixture::with(|_| {});
    let ann = fixture.join();
    let now = ann.between.1;
    fixture.ticks(1, now);
    let turns = [
        (5, Dir::Up),
        (5, Dir::Left),
        (4, Dir::Left),
        (6, Dir::Right),
        (5, Dir::Up),
    ];
    for (seq, dir) in turns {
        fixture.send(&ann, turn(seq, dir));
    }
    assert_eq!(fixture.room().round.inputs.len(), 2);
    fixture.ticks(1, now);
    let messages = fixture.messages(&ann).into_iter();
    let told = messages.filter_map(|it| match it {
        ToClient::Delta(delta) => Some(delta.turned),
        _ => None,
    });
    let told: Vec<_> = told.flatten().collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (told[0].seat, told[0].dir, told[0].seq),
        (Seat(0), Dir::Right, Seq(6))
    );
    fixture.ticks(1, now);
    assert!(fixture.room().round.inputs.is_empty(), "played once");
}

#[test]
fn the_first_player_of_an_empty_room_gets_a_whole_round() {
    for (ticks, begins_again) in [(30, false), (31, true)] {
        let mut fixture = Fixture::with(|_| {});
        let watcher = fixture.watch();
        let now = watcher.between.1;
        fixture.ticks(ticks, now);
        let before = fixture.room().round.world.round();
        let ann = fixture.join();
        let bob = fixture.join(); // In the same tick, and no longer the first.
        fixture.ticks(1, now);
        let world = &fixture.room().round.world;
        let round = before + u32::from(begins_again);
        assert_eq!(world.round(), round, "after {ticks} ticks");
        let tick = if begins_again { 0 } else { ticks as u32 + 1 };
        assert_eq!(world.tick(), tick);
        fixture.ticks(40, now);
        fixture.join();
        fixture.ticks(1, now);
        let world = &fixture.room().round.world;
        assert_eq!(
            (world.round(), world.players().count()),
            (round, 3),
            "the next joins in"
        );
        drop((ann, bob));
    }
}

#[test]
fn a_room_without_players_and_watchers_waits() {
    let mut fixture = Fixture::with(|_| {});
    let ann = fixture.join();
    let now = ann.between.1;
    fixture.ticks(2, now);
    fixture.send(&ann, ToServer::Leave);
    fixture.room().apply(ann.gone(), now);
    fixture.ticks(5, now);
    assert_eq!(fixture.room().round.world.tick(), 3, "the leave is played");
    let _watcher = fixture.watch();
    fixture.ticks(2, now);
    assert_eq!(fixture.room().round.world.tick(), 5);
}

#[test]
fn the_next_round_begins_by_itself_with_the_same_players() {
    let mut fixture = Fixture::with(|options| {
        (options.round_seconds, options.podium_seconds) = (1, 1);
    });
    let ann = fixture.join();
    let now = ann.between.1;
    fixture.ticks(20, now);
    let room = fixture.room();
    assert_eq!(
        (room.round.world.phase(), room.round.log.ticks.len()),
        (Phase::Over, 20)
    );
    assert!(room.round.won_on.is_some(), "its day is known");
    fixture.ticks(1, now);
    let room = fixture.room();
    let team = room.round.world.player(Seat(0)).map(|it| it.team);
    assert_eq!((room.round.world.round(), room.round.world.tick()), (1, 0));
    assert_eq!((team, room.round.won_on), (Some(Team::ALL[0]), None));
    assert_eq!(room.round.log.ticks.len(), 0);
    fixture.ticks(1, now);
    assert_eq!(fixture.room().round.world.tick(), 1);
}

#[test]
fn a_room_whose_round_no_player_would_miss_closes_at_once() {
    let mut fixture = Fixture::with(|_| {});
    let watcher = fixture.watch();
    let now = watcher.between.1;
    fixture.ticks(3, now);
    fixture.room().drain(now + Duration::from_secs(3_600));
    fixture.ticks(1, now);
    assert_eq!(fixture.close_code(&watcher), Some(1012));
    let closed = fixture.room().state.closed_rooms.all();
    assert!(closed.is_empty(), "no player can come back");
}

#[test]
fn a_draining_room_closes_when_its_round_has_ended() {
    let mut fixture = Fixture::with(|options| options.round_seconds = 1);
    let ann = fixture.join();
    let now = ann.between.1;
    fixture.ticks(1, now);
    fixture.room().drain(now + Duration::from_secs(3_600));
    fixture.ticks(9, now);
    assert_eq!(fixture.close_code(&ann), None);
    fixture.ticks(1, now);
    assert_eq!(fixture.room().round.world.phase(), Phase::Podium);
    assert_eq!(fixture.close_code(&ann), Some(1012));
}

#[test]
fn a_new_player_is_sent_a_welcome_and_the_picture_that_the_next_tick_continues() {
    let mut fixture = Fixture::with(|_| {});
    let watcher = fixture.watch();
    let now = watcher.between.1;
    fixture.ticks(5, now);
    for watches in [false, true] {
        let client = fixture.connect();
        let name = "bob".to_owned();
        let message = if watches {
            ToServer::Watch
        } else {
            ToServer::Join { name }
        };
        fixture.send(&client, message);
        fixture.ticks(1, now);
        let messages = fixture.messages(&client);
        let [
            ToClient::Welcome(hello),
            ToClient::Snapshot(seen),
            ToClient::Delta(next),
            ..,
        ] = &messages[..]
        else {
            panic!("{messages:?}");
        };
        assert_eq!(
            (hello.seat.is_none(), hello.name.is_none()),
            (watches, watches)
        );
        assert_eq!((hello.room.as_str(), hello.resumed), ("hall", false));
        let mut mirror = rush::mirror::Mirror::new(hello.config);
        mirror.snapshot(seen).expect("it is this room");
        mirror.delta(next).expect("it continues");
        let world = &fixture.room().round.world;
        assert_eq!(mirror.now(), Some((world.round(), world.tick())));
        let name = mirror.player(Seat(0)).map(|it| it.name.to_string());
        assert_eq!(name.as_deref(), Some("bob"));
    }
}

#[test]
fn a_draining_room_refuses_new_players_tells_all_clients_and_closes_once() {
    let mut fixture = Fixture::with(|_| {});
    let ann = fixture.join();
    let now = ann.between.1;
    let watcher = fixture.watch();
    fixture.ticks(1, now);
    let until = now + Duration::from_secs(3_600);
    fixture.room().drain(until);
    for client in [&ann, &watcher] {
        let messages = fixture.messages(client).into_iter();
        let told = messages.filter(|it| {
            matches!(
                it,
                ToClient::Restarts {
                    seconds: 3_590..=3_600
                }
            )
        });
        assert_eq!(told.count(), 1);
    }
    let bob = fixture.join();
    assert_eq!(fixture.close_code(&bob), Some(1012));
    assert_eq!(counted(&mut fixture), (1, 1, 1), "no seat is taken");
    fixture.ticks(1, now);
    assert_eq!(
        fixture.close_code(&ann),
        None,
        "the round is played to its end"
    );
    fixture.ticks(2, until);
    assert_eq!(fixture.close_code(&ann), Some(1012));
    assert_eq!(fixture.close_code(&watcher), Some(1012));
    let late = fixture.connect();
    assert_eq!(fixture.close_code(&late), Some(1012), "at once");
    let tick = fixture.room().round.world.tick();
    fixture.ticks(3, until);
    assert_eq!(
        fixture.room().round.world.tick(),
        tick,
        "it does not play on"
    );
    assert_eq!(
        fixture.room().state.closed_rooms.all().len(),
        1,
        "one snapshot"
    );
}
