//! Timeouts of clients that send nothing, or do not read.

use super::{
    super::client::CLOSE_TIMEOUT,
    fixture::{Fixture, JUST, PATIENCE},
};
use crate::{connection::tests::shrink_receive_buffer, encode};
use rush::wire::ToServer;
use std::{
    io::{ErrorKind, Read},
    time::{Duration, Instant},
};

#[test]
fn a_client_that_sends_nothing_is_closed_after_the_timeout_and_not_before() {
    let mut fixture = Fixture::with(|_| {});
    let first_message = fixture.room().state.options.first_message;
    let client = fixture.connect();
    fixture.ticks(1, client.between.0 + first_message);
    assert_eq!(fixture.close_code(&client), None);
    fixture.ticks(1, client.between.1 + first_message + JUST);
    assert_eq!(fixture.close_code(&client), Some(4005));
    assert_eq!(client.received(), encode::close(4005, "nothing said"));
}

#[test]
fn a_client_that_has_sent_a_message_may_be_silent() {
    let mut fixture = Fixture::with(|_| {});
    let first_message = fixture.room().state.options.first_message;
    let client = fixture.join();
    fixture.ticks(1, client.between.1 + first_message + JUST);
    assert_eq!((fixture.close_code(&client), fixture.taken()), (None, 1));
}

#[test]
fn a_client_that_does_not_answer_a_close_frame_is_hung_up_on() {
    let mut fixture = Fixture::with(|_| {});
    let client = fixture.join();
    fixture.send(&client, ToServer::Leave);
    assert_eq!(fixture.close_code(&client), Some(1000));
    fixture.ticks(1, client.between.1 + CLOSE_TIMEOUT);
    assert!(!client.is_hung_up());
    fixture.ticks(1, client.between.1 + CLOSE_TIMEOUT + JUST);
    assert!(client.is_hung_up());
}

#[test]
fn a_silent_client_is_pinged_and_then_hung_up_on() {
    let mut fixture = Fixture::with(|_| {});
    let silence = fixture.room().state.options.silence;
    let client = fixture.join();
    let is_pinged = |fixture: &mut Fixture, now| {
        fixture.ticks(40, now);
        fixture.frames(&client).contains(&(0x89, Vec::new()))
    };
    assert!(!is_pinged(&mut fixture, client.between.0 + silence / 2));
    assert!(is_pinged(
        &mut fixture,
        client.between.1 + silence / 2 + JUST
    ));
    fixture.ticks(10, client.between.0 + silence);
    assert!(!client.is_hung_up());
    fixture.ticks(10, client.between.1 + silence + JUST);
    assert!(client.is_hung_up());
    assert_eq!(fixture.taken(), 1, "the seat is kept");
}

#[test]
fn a_seat_is_kept_for_the_grace_period_and_then_its_token_is_worthless() {
    let mut fixture = Fixture::with(|_| {});
    let grace = fixture.room().state.options.grace;
    let client = fixture.join();
    let token = fixture.token(&client);
    fixture.ticks(1, client.between.1);
    fixture.room().apply(client.gone(), client.between.1);
    fixture.ticks(10, client.between.1 + grace);
    assert_eq!(fixture.taken(), 1);
    fixture.ticks(10, client.between.1 + grace + JUST);
    assert_eq!(fixture.taken(), 0);
    let late = fixture.connect();
    fixture.send(&late, ToServer::Resume { token });
    assert_eq!(fixture.close_code(&late), Some(4004));
}

#[test]
fn a_client_that_stays_behind_is_closed_after_the_timeout_and_not_before() {
    let mut fixture = Fixture::with(|options| options.send_buffer = 4 * 1024);
    let behind = fixture.room().state.options.behind;
    // They are sent no tick, and it is the last one of their group.
    let _others: Vec<_> = (0..31).map(|_| fixture.connect()).collect();
    let mut client = fixture.join();
    shrink_receive_buffer(&client.socket);
    let (id, mut now) = (client.connection.id, client.between.1);
    let behind_since = |fixture: &mut Fixture| {
        let client = fixture.room().connections.get(id).expect("it is connected");
        client.outbox.behind_since()
    };
    // The kernel moves bytes to the client's buffer when it likes. If it took some in the meantime,
    // the client is behind since a later moment, and the time begins again.
    let closed = (0..20).any(|_| {
        let full = (0..100_000).any(|_| {
            fixture.ticks(1, now);
            behind_since(&mut fixture) == Some(now)
        });
        assert!(full, "the kernel's buffers of 4 kB are not full");
        fixture.ticks(1, now + behind);
        assert_eq!(fixture.close_code(&client), None);
        fixture.ticks(1, now + behind + JUST);
        let code = fixture.close_code(&client);
        assert!(
            code == Some(4000) || behind_since(&mut fixture) != Some(now),
            "{code:?}"
        );
        now += behind + JUST;
        code.is_some()
    });
    assert!(closed, "the kernel took bytes each time");

    // It reads again: what the kernel held, the rest of a frame that was begun, and the close
    // frame.
    client.socket.set_nonblocking(true).expect("non-blocking");
    let (mut received, mut chunk) = (Vec::new(), [0; 4096]);
    let until = Instant::now() + PATIENCE;
    loop {
        match client.socket.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => received.extend(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                assert!(Instant::now() < until, "no end");
                fixture.ticks(1, now);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(received.ends_with(&encode::close(4000, "too far behind")));
}

#[test]
fn after_a_freeze_what_arrived_is_read_before_a_client_is_closed_or_loses_its_seat() {
    let mut fixture = Fixture::with(|_| {});
    let options = fixture.room().state.options.clone();
    let (new, player, lost) = (fixture.connect(), fixture.join(), fixture.join());
    let gone_at = lost.between.1;
    fixture.room().apply(lost.gone(), gone_at);
    assert_eq!(fixture.taken(), 2);
    let freeze = Duration::from_secs(40);
    assert!(freeze > options.first_message && freeze > options.silence && freeze > options.grace);
    let awake = player.between.1 + freeze;
    fixture.room().tick_was_late(freeze, awake);
    fixture.ticks(40, awake);
    assert_eq!(fixture.close_code(&new), None);
    assert!(!player.is_hung_up());
    assert_eq!(fixture.taken(), 2, "its player may wait to be let in");
    // From then on every deadline runs as before.
    fixture.ticks(1, awake + options.first_message + JUST);
    assert_eq!(fixture.close_code(&new), Some(4005));
    fixture.ticks(40, awake + options.silence + JUST);
    assert!(player.is_hung_up());
    fixture.ticks(40, awake + options.grace + JUST);
    assert!(fixture.taken() < 2);
}
