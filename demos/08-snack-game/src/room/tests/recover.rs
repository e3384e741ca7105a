//! A room that panicked.

use super::fixture::{Fixture, JUST, turn};
use rush::{Dir, Seat, wire::ToServer};

#[test]
fn a_player_who_leaves_in_the_tick_that_panics_is_not_in_the_next_round() {
    let mut fixture = Fixture::with(|_| {});
    let (ann, bob) = (fixture.join(), fixture.join());
    let now = bob.between.1;
    fixture.ticks(2, now);
    fixture.send(&ann, ToServer::Leave);
    fixture.room().recover(now);
    fixture.ticks(1, now);
    let room = fixture.room();
    assert_eq!(room.round.world.players().count(), 1);
    let players = room.state.admission.players();
    assert_eq!((room.seats.taken(), players), (1, 1));
}

#[test]
fn a_room_that_panics_keeps_its_seats_and_begins_a_round_without_anything_of_the_last() {
    let mut fixture = Fixture::with(|_| {});
    let (ann, bob) = (fixture.join(), fixture.join());
    let (token, now) = (fixture.token(&ann), bob.between.1);
    fixture.ticks(3, now);
    let room = fixture.room();
    let teams = |room: &super::super::Room| {
        let players = room.round.world.players();
        players
            .map(|(seat, it)| (seat, it.team))
            .collect::<Vec<_>>()
    };
    let (before, round, seed) = (
        teams(room),
        room.round.world.round(),
        room.round.world.seed(),
    );
    room.round.restart = true;
    fixture.send(&ann, turn(9, Dir::Up));
    let new = fixture.join();
    fixture.room().recover(now);
    for client in [&ann, &bob, &new] {
        assert_eq!(fixture.close_code(client), Some(1011));
    }
    let room = fixture.room();
    assert_eq!(room.state.metrics.rooms.panics.get(), 1);
    assert_eq!((room.seats.taken(), room.seats_held()), (3, 3));
    assert_eq!(
        (room.round.world.round(), room.round.world.tick()),
        (round + 1, 0)
    );
    assert_ne!(room.round.world.seed(), seed, "it would only panic again");
    assert_eq!(teams(room), before);
    assert_eq!((room.round.log.ticks.len(), room.round.restart), (0, false));
    assert_eq!(room.round.log.seed, room.round.world.seed());
    let join = rush::Input::Join { seat: Seat(2) };
    assert_eq!(room.round.away, [], "the first picture says who is away");
    assert_eq!(
        room.round.inputs,
        [join],
        "one is in no world yet, and no turn is left"
    );
    fixture.ticks(1, now);
    assert_eq!(fixture.room().round.world.players().count(), 3);
    let back = fixture.connect();
    fixture.send(&back, ToServer::Resume { token });
    assert_eq!(fixture.close_code(&back), None);
}

/// The seats themselves may be what makes the room panic.
#[test]
fn a_room_that_panics_again_within_the_grace_period_frees_its_seats() {
    for (later, kept) in [(false, 0), (true, 2)] {
        let mut fixture = Fixture::with(|_| {});
        let grace = fixture.room().state.options.grace;
        let (ann, bob) = (fixture.join(), fixture.join());
        let (token, now) = (fixture.token(&ann), bob.between.1);
        fixture.ticks(1, now);
        fixture.room().recover(now);
        fixture.ticks(1, now);
        let again = if later {
            now + grace
        } else {
            now + grace - JUST
        };
        fixture.room().recover(again);
        let room = fixture.room();
        let players = room.state.admission.players() as usize;
        let held = room.state.cluster.held_seats.count();
        assert_eq!((room.seats.taken(), players, held), (kept, kept, kept));
        assert_eq!(room.seats_held(), kept);
        let back = fixture.connect();
        fixture.send(&back, ToServer::Resume { token });
        let code = (kept == 0).then_some(4004);
        assert_eq!(
            fixture.close_code(&back),
            code,
            "a token of a seat that is free"
        );
        let new = fixture.join();
        assert_eq!(fixture.close_code(&new), None);
        fixture.ticks(1, again);
        assert_eq!(fixture.room().round.world.players().count(), kept + 1);
        // The time counts from the last panic, not from the first.
        fixture.room().recover(again + grace - JUST);
        assert_eq!(fixture.taken(), 0);
        assert_eq!(fixture.room().state.admission.players(), 0);
    }
}
