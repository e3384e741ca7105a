//! What a room keeps is bounded: after every tick nothing waits that the tick has played, and of a
//! connection that has ended nothing is left.

use super::{
    super::*,
    fixture::{Fixture, turn},
};
use crate::connection::tests::shrink_receive_buffer;
use bytes::Bytes;
use rush::{Dir, wire::ToServer};

/// The answers that may wait for a client, as `outbox.rs` promises.
const ANSWERS: usize = 8;

#[test]
fn of_clients_that_come_and_go_nothing_is_left() {
    let mut fixture = Fixture::with(|_| {});
    let watcher = fixture.watch();
    let now = watcher.between.1;
    for visit in 0..300_u16 {
        let client = fixture.join();
        for n in 1..20 {
            fixture.send(&client, turn(n, Dir::ALL[usize::from(n % 4)]));
        }
        let id = client.connection.id;
        if visit % 3 == 0 {
            let room = fixture.room();
            room.apply(ToRoom::CloseFrame { id, code: None }, now);
        }
        if visit % 3 == 1 {
            fixture.send(&client, ToServer::Leave);
        }
        fixture.room().apply(client.gone(), now);
        fixture.ticks(2, now); // The first may begin a round.
        if visit % 3 != 1 {
            // The player does not come back within the grace period.
            let seat = fixture.room().seats.all().next().expect("kept");
            fixture.room().leave(seat);
            fixture.ticks(2, now);
        }
        let room = fixture.room();
        assert_eq!(room.connections.len(), 1, "visit {visit}: the watcher");
        assert_eq!((room.round.inputs.len(), room.round.away.len()), (0, 0));
        assert_eq!(room.seats.save().1.len(), 0, "no seat is about to be freed");
        assert_eq!((room.seats.taken(), room.seats_held()), (0, 0));
        assert_eq!(room.state.cluster.held_seats.count(), 0);
        assert_eq!(room.state.admission.players(), 0);
        let (played, logged) = (room.round.world.tick(), room.round.log.ticks.len());
        assert_eq!(logged as u32, played, "of this round alone");
    }
}

#[test]
fn of_a_client_that_asks_and_does_not_read_only_some_answers_wait() {
    let mut fixture = Fixture::with(|options| options.send_buffer = 4 * 1024);
    let client = fixture.join();
    shrink_receive_buffer(&client.socket);
    let now = client.between.1;
    let waiting = |fixture: &mut Fixture| {
        let client = fixture.room().connections.get(client.connection.id);
        let backlog = client.expect("it is connected").outbox.backlog();
        backlog.map_or(0, |it| it.frames.len())
    };
    let full = (0..1_000_000).any(|number| {
        fixture.send(&client, ToServer::Echo(number));
        waiting(&mut fixture) >= ANSWERS
    });
    assert!(full, "the kernel's buffers of 4 kB are not full");
    for number in 0..1_000 {
        fixture.send(&client, ToServer::Echo(number));
        let (id, payload) = (client.connection.id, Bytes::from_static(b"?"));
        fixture.room().apply(ToRoom::Ping { id, payload }, now);
        fixture.ticks(usize::from(number % 100 == 0), now);
        assert!(waiting(&mut fixture) <= ANSWERS + 1, "and one tick");
    }
    // A frame of which no byte was written makes place for the close frame.
    fixture.send(&client, ToServer::Leave);
    assert!(waiting(&mut fixture) <= 2);
    assert_eq!(fixture.close_code(&client), Some(1000));
}

/// Numbers of ticks and of connections come from snapshots, so they may be any.
#[test]
fn the_last_numbers_of_a_tick_and_of_a_connection_are_no_panic() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.join();
    let room = fixture.room();
    room.lifecycle.beats = u64::MAX - 3;
    let admission = &room.state.admission;
    admission.skip_connection_ids(u64::MAX - 1);
    assert_eq!(admission.next_connection_id(), u64::MAX);
    admission.next_connection_id();
    fixture.ticks(50, client.between.1);
    assert_eq!(fixture.room().round.world.tick(), 50);
    assert_eq!(fixture.close_code(&client), None);
}
