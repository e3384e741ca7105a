//! Ends of connections: what a goodbye keeps, what follows it, and which cause stands.

use super::{
    super::ToRoom,
    fixture::{Client, Fixture, turn},
};
use crate::{close_cause::CloseCause, decode::DecodeError, encode};
use bytes::Bytes;
use rush::{Dir, Seat, close::Close, wire::ToServer};

/// The code of an end, the message that causes it, and the close frame that the client is sent.
type End = (u16, fn(&Client) -> ToRoom, Bytes);

fn close_frame(client: &Client, code: Option<u16>) -> ToRoom {
    let id = client.connection.id;
    ToRoom::CloseFrame { id, code }
}

fn failed(client: &Client) -> ToRoom {
    let (id, cause) = (
        client.connection.id,
        CloseCause::Decode(DecodeError::TooBig),
    );
    ToRoom::Failed { id, cause }
}

fn message(client: &Client, message: ToServer) -> ToRoom {
    let id = client.connection.id;
    ToRoom::Message { id, message }
}

/// The code of the first cause of the client's end, whether or not it was sent a close frame.
fn cause(fixture: &mut Fixture, client: &Client) -> Option<u16> {
    let client = fixture.room().connections.get(client.connection.id);
    client.and_then(|it| it.cause.as_ref()).map(|it| it.code())
}

#[test]
fn a_goodbye_keeps_the_seat_and_its_token() {
    for code in [None, Some(1000), Some(1001), Some(4321)] {
        let mut fixture = Fixture::with(|_| {});
        let client = fixture.join();
        let (token, now) = (fixture.token(&client), client.between.1);
        fixture.ticks(1, now);
        fixture.room().apply(close_frame(&client, code), now);
        let room = fixture.room();
        assert_eq!((room.seats.taken(), room.seats_held()), (1, 1));
        assert!(room.seats.name_and_away(Seat(0)).1, "the player is away");
        assert_eq!(room.round.away, [(Seat(0), true)], "and others are told");
        assert_eq!(cause(&mut fixture, &client), Some(code.unwrap_or(1005)));
        fixture.ticks(2, now);
        fixture.room().apply(client.gone(), now);
        fixture.ticks(2, now);
        assert_eq!(fixture.room().round.world.players().count(), 1);
        let answer = code.map_or_else(encode::bare_close, |code| encode::close(code, ""));
        assert!(client.received().ends_with(&answer), "with its own code");
        let back = fixture.connect();
        fixture.send(&back, ToServer::Resume { token });
        assert_eq!((fixture.close_code(&back), fixture.taken()), (None, 1));
        let room = fixture.room();
        assert!(!room.seats.name_and_away(Seat(0)).1);
        assert_eq!(room.round.away, [(Seat(0), false)]);
    }
}

#[test]
fn a_leave_frees_the_seat_once_the_world_has_played_it() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.join();
    let (token, now) = (fixture.token(&client), client.between.1);
    fixture.ticks(1, now);
    fixture.send(&client, ToServer::Leave);
    let players = |fixture: &mut Fixture| fixture.room().state.admission.players();
    let room = fixture.room();
    assert_eq!((room.seats.taken(), room.seats_held()), (1, 0));
    assert_eq!(room.state.cluster.held_seats.count(), 0);
    assert_eq!(players(&mut fixture), 1);
    fixture.ticks(1, now);
    assert_eq!((fixture.taken(), players(&mut fixture)), (0, 0));
    assert_eq!(fixture.room().round.world.players().count(), 0);
    let late = fixture.connect();
    fixture.send(&late, ToServer::Resume { token });
    assert_eq!(fixture.close_code(&late), Some(4004));
}

#[test]
fn what_follows_an_end_is_neither_applied_nor_answered_and_the_first_cause_stands() {
    let ends: [End; 3] = [
        (
            1000,
            |client| message(client, ToServer::Leave),
            encode::close(1000, "left"),
        ),
        (
            1001,
            |client| close_frame(client, Some(1001)),
            encode::close(1001, ""),
        ),
        (1009, failed, encode::close(1009, "message too big")),
    ];
    for (code, end, frame) in ends {
        let mut fixture = Fixture::with(|_| {});
        let client = fixture.join();
        let (token, now) = (fixture.token(&client), client.between.1);
        fixture.ticks(1, now);
        fixture.room().apply(end(&client), now);
        let (taken, away) = (fixture.taken(), fixture.room().round.away.clone());
        let inputs = fixture.room().round.inputs.clone();
        let name = "eve".to_owned();
        for follows in [
            message(&client, ToServer::Echo(1)),
            ToRoom::Ping {
                id: client.connection.id,
                payload: Bytes::from_static(b"?"),
            },
            message(&client, turn(7, Dir::Up)),
            message(&client, ToServer::Join { name }),
            message(&client, ToServer::Resume { token }),
            message(&client, ToServer::Watch),
            message(&client, ToServer::Leave),
            close_frame(&client, Some(1003)),
            failed(&client),
        ] {
            fixture.room().apply(follows, now);
        }
        let room = fixture.room();
        assert_eq!(room.round.inputs, inputs, "{code}: nothing is played");
        assert_eq!((room.seats.taken(), &room.round.away), (taken, &away));
        assert_eq!(room.seats.name(Seat(0)).as_str(), "ann");
        assert_eq!(fixture.close_code(&client), Some(code));
        fixture.ticks(1, now);
        assert!(
            client.received().ends_with(&frame),
            "{code}: the close frame is the last one"
        );
    }
}

#[test]
fn a_connection_that_speaks_another_protocol_is_closed_at_once() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.connect();
    let (connection, refuse) = (client.connection.clone(), Some(Close::UnknownVersion));
    let connected = ToRoom::Connected { connection, refuse };
    fixture.room().apply(connected, client.between.1);
    assert_eq!(fixture.close_code(&client), Some(4003));
    assert!(
        client
            .received()
            .ends_with(&encode::close(4003, "unknown version"))
    );
}

#[test]
fn a_client_that_was_hung_up_on_ended_by_silence_whatever_is_found_later() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.join();
    let now = client.between.1 + fixture.room().state.options.silence * 2;
    fixture.ticks(10, now);
    assert!(client.is_hung_up());
    assert_eq!(cause(&mut fixture, &client), Some(1006));
    fixture.room().apply(failed(&client), now);
    let room = fixture.room();
    let ended = room
        .connections
        .get(client.connection.id)
        .expect("not gone");
    let cause = ended.cause.as_deref().expect("a cause");
    assert_eq!(
        *cause,
        CloseCause::Silent,
        "and not what it sent in the end"
    );
}

#[test]
fn a_connection_whose_seat_was_taken_over_cannot_take_it_along() {
    let mut fixture = Fixture::with(|_| {});
    let first = fixture.join();
    let (token, now) = (fixture.token(&first), first.between.1);
    fixture.ticks(1, now);
    fixture.send(&first, turn(3, Dir::Up));
    let second = fixture.connect();
    fixture.send(&second, ToServer::Resume { token });
    assert_eq!(fixture.close_code(&first), Some(4002));
    assert_eq!(fixture.close_code(&second), None);
    assert_eq!(
        fixture.room().round.away,
        [],
        "the player was here all the time"
    );
    fixture.room().apply(first.gone(), now);
    let room = fixture.room();
    assert!(
        !room.seats.name_and_away(Seat(0)).1,
        "the second has the seat"
    );
    assert_eq!(room.seats.taken(), 1);
    let inputs = room.round.inputs.len();
    fixture.send(&second, turn(3, Dir::Down));
    assert_eq!(fixture.room().round.inputs.len(), inputs, "counted already");
    fixture.send(&second, turn(4, Dir::Down));
    assert_eq!(fixture.room().round.inputs.len(), inputs + 1);
    fixture.room().apply(second.gone(), now);
    assert!(fixture.room().seats.name_and_away(Seat(0)).1);
    assert_eq!(fixture.room().connections.len(), 0);
}

#[test]
fn a_message_that_is_not_allowed_now_closes_the_connection_and_keeps_the_seat() {
    let mut fixture = Fixture::with(|_| {});
    let join = || ToServer::Join {
        name: "eve".to_owned(),
    };
    let resume = || ToServer::Resume {
        token: rush::wire::Token([7; 16]),
    };
    let new = fixture.connect();
    fixture.send(&new, turn(1, Dir::Up));
    assert_eq!(fixture.close_code(&new), Some(4001));
    for not_allowed in [join(), resume(), ToServer::Watch] {
        let player = fixture.join();
        let taken = fixture.taken();
        fixture.send(&player, not_allowed);
        assert_eq!(fixture.close_code(&player), Some(4001));
        assert_eq!(fixture.taken(), taken);
    }
    let inputs = fixture.room().round.inputs.len();
    for not_allowed in [join(), resume(), ToServer::Watch, turn(1, Dir::Up)] {
        let watcher = fixture.watch();
        assert_eq!(fixture.close_code(&watcher), None);
        fixture.send(&watcher, not_allowed);
        assert_eq!(fixture.close_code(&watcher), Some(4001));
    }
    for watches in [false, true] {
        let client = if watches {
            fixture.watch()
        } else {
            fixture.connect()
        };
        fixture.send(&client, ToServer::Leave);
        assert_eq!(fixture.close_code(&client), Some(1000));
    }
    assert_eq!(
        (fixture.room().round.inputs.len(), fixture.taken()),
        (inputs, 3)
    );
}
