//! Players who are away: whom their seats are kept from, and whom not.

use super::fixture::{Client, Fixture, JUST, turn};
use rush::{Dir, Seat, wire::ToServer};
use std::time::{Duration, Instant};

fn players(fixture: &mut Fixture) -> u32 {
    fixture.room().state.admission.players()
}

/// Plays one turn, and then for this many ticks.
fn play(fixture: &mut Fixture, client: &Client, ticks: usize, now: Instant) {
    fixture.ticks(1, now);
    fixture.send(client, turn(1, Dir::Up));
    fixture.ticks(ticks, now);
}

/// Joins, drops and joins again, one connection at a time.
#[test]
fn a_script_that_joins_and_drops_takes_no_seat_from_a_player() {
    let mut fixture = Fixture::with(|options| (options.seats, options.max_players) = (40, 60));
    let ann = fixture.join();
    let now = ann.between.1;
    play(&mut fixture, &ann, 1, now);
    for n in 0..600 {
        let client = fixture.join();
        assert_eq!(fixture.close_code(&client), None, "{n}");
        if n % 2 == 0 {
            fixture.send(&client, turn(1, Dir::Left));
        }
        fixture.room().apply(client.gone(), now);
        if n % 17 == 0 {
            fixture.ticks(1, now);
            // Ann, and at most a quarter of the room for the tick that each of them has played.
            assert!(players(&mut fixture) <= 1 + 10, "{n}");
        }
    }
    fixture.ticks(2, now);
    let bob = fixture.join();
    assert_eq!(
        (fixture.close_code(&bob), fixture.close_code(&ann)),
        (None, None)
    );
    fixture.ticks(11, now + Duration::from_millis(300));
    assert_eq!(players(&mut fixture), 2, "ann and bob");
    let taken = fixture.taken();
    assert!(taken <= 2 + 10, "{taken} players on the arena");
    let held = fixture.room().state.cluster.held_seats.count();
    assert_eq!(held, fixture.room().seats_held());
}

#[test]
fn a_phone_that_was_offline_for_minutes_has_its_seat_and_its_points() {
    for others in [false, true] {
        let mut fixture = Fixture::with(|options| options.round_seconds = 1_000);
        let ann = fixture.join();
        let (token, now) = (fixture.token(&ann), ann.between.1);
        let bob = others.then(|| fixture.join());
        play(&mut fixture, &ann, 400, now);
        fixture.room().apply(ann.gone(), now);
        let later = now + Duration::from_secs(600);
        fixture.ticks(11, later);
        let room = fixture.room();
        assert_eq!(
            room.state.admission.players(),
            u32::from(others),
            "it blocks no other"
        );
        let (before, tick) = (
            room.round.world.player(Seat(0)).cloned(),
            room.round.world.tick(),
        );
        assert_eq!(room.stats.taken(), u32::from(others));
        assert!(room.stats.keeps_seats());
        fixture.ticks(7, later);
        let room = fixture.room();
        let played = room.round.world.tick() - tick;
        assert_eq!(
            played,
            if others { 7 } else { 0 },
            "without others the round waits"
        );
        let back = fixture.connect();
        fixture.send(&back, ToServer::Resume { token });
        let welcome = fixture.welcome(&back);
        assert_eq!((welcome.seat, welcome.resumed), (Some(Seat(0)), true));
        let room = fixture.room();
        let points = |it: &rush::Player| it.points;
        let now = room.round.world.player(Seat(0)).map(points);
        assert!(now >= before.as_ref().map(points), "{now:?} {before:?}");
        assert_eq!(room.state.admission.players(), 1 + u32::from(others));
        drop(bob);
    }
}

#[test]
fn a_hall_that_is_full_of_away_seats_of_one_address_lets_new_players_in() {
    let mut fixture = Fixture::with(|options| (options.seats, options.max_players) = (8, 8));
    let phones: Vec<_> = (0..8).map(|_| fixture.join()).collect();
    let tokens: Vec<_> = phones.iter().map(|it| fixture.token(it)).collect();
    let now = phones[7].between.1;
    for phone in &phones {
        fixture.send(phone, turn(1, Dir::Up));
    }
    fixture.ticks(300, now);
    let full = fixture.join();
    assert_eq!(fixture.close_code(&full), Some(1013), "they are here");
    for phone in &phones {
        fixture.room().apply(phone.gone(), now);
    }
    fixture.ticks(1, now);
    assert_eq!(players(&mut fixture), 2, "a quarter of the room is held");
    let new: Vec<_> = (0..6).map(|_| fixture.join()).collect();
    for client in &new {
        assert_eq!(fixture.close_code(client), None);
    }
    let last = fixture.join();
    assert_eq!(fixture.close_code(&last), Some(1013));
    assert_eq!((players(&mut fixture), fixture.taken()), (8, 8));
    fixture.ticks(1, now);
    // Each client was told that a seat has changed hands, and none is away any more.
    let room = fixture.room();
    assert_eq!(room.round.world.players().count(), 8);
    let away = (0..8).filter(|seat| room.seats.name_and_away(Seat(*seat)).1);
    assert_eq!(away.count(), 2);
    let resumed = tokens.into_iter().filter(|token| {
        let back = fixture.connect();
        fixture.send(&back, ToServer::Resume { token: *token });
        fixture.close_code(&back).is_none()
    });
    assert_eq!(resumed.count(), 2, "those that were held");
    let grace = fixture.room().state.options.grace;
    fixture.ticks(11, now + grace + JUST);
    assert_eq!(players(&mut fixture), 8);
}

#[test]
fn a_spare_seat_is_not_resumed_beyond_the_players_of_the_server() {
    let mut fixture = Fixture::with(|options| options.max_players = 1);
    let ann = fixture.join();
    let (token, now) = (fixture.token(&ann), ann.between.1);
    fixture.room().apply(ann.gone(), now);
    let bob = fixture.join();
    assert_eq!((fixture.close_code(&bob), players(&mut fixture)), (None, 1));
    let back = fixture.connect();
    fixture.send(&back, ToServer::Resume { token });
    assert_eq!(
        (fixture.close_code(&back), players(&mut fixture)),
        (Some(1013), 1)
    );
    fixture.send(&bob, ToServer::Leave);
    fixture.ticks(1, now);
    let back = fixture.connect();
    fixture.send(&back, ToServer::Resume { token });
    assert_eq!(
        (fixture.close_code(&back), players(&mut fixture)),
        (None, 1)
    );
}

#[test]
fn what_was_played_and_what_is_spare_survives_in_a_snapshot() {
    let mut fixture = Fixture::with(|_| {});
    let (ann, bob, eve) = (fixture.join(), fixture.join(), fixture.join());
    let now = eve.between.1;
    play(&mut fixture, &ann, 400, now);
    for client in [&ann, &bob] {
        fixture.room().apply(client.gone(), now);
    }
    fixture.ticks(1, now);
    let (before, _) = fixture.room().seats.save();
    fixture.shut_down(now);
    let room = fixture
        .reopen(Duration::from_secs(20))
        .expect("ann's seat is held");
    let (after, _) = room.seats.save();
    let text = |saved: &super::super::seats::SavedSeat| {
        let mut text = serde_json::to_value(saved).expect("text");
        let fields = text.as_object_mut().expect("an object");
        fields.retain(|name, _| ["played", "spare", "network", "token"].contains(&&**name));
        text
    };
    let texts = |all: &[_]| all.iter().map(text).collect::<Vec<_>>();
    assert_eq!(texts(&before), texts(&after));
    assert_eq!(texts(&after)[1]["spare"], true, "bob has never played");
    assert_eq!(texts(&after)[0]["spare"], serde_json::Value::Null);
    assert!(
        fixture.reopen(Duration::from_secs(3_000)).is_some(),
        "ann's seat is kept"
    );
    assert!(fixture.reopen(Duration::from_secs(4_000)).is_none());
}
