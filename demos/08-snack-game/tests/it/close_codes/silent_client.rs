//! Clients that send nothing.

use crate::common::{Client, Game};
use std::time::Duration;

#[test]
fn a_client_that_sends_no_first_message_gets_4005() {
    let game = Game::with(|options| options.first_message = Duration::from_millis(200));
    let mut client = Client::connect(game.address, "hall");
    assert_eq!(client.receive_close(), (4005, "nothing said".to_owned()));
}

#[test]
fn a_client_that_answers_no_ping_is_disconnected() {
    // The server pings after half of this time, within four seconds. Ann, who reads and so answers,
    // has the rest.
    let game = Game::with(|options| options.silence = Duration::from_secs(20));
    let mut ann = Client::watch(game.address, "hall");
    let mute = Client::join(game.address, "hall", "mute");
    let seat = mute.seat();
    ann.receive_until("mute has come", |ann, _| {
        ann.mirror().player(seat).map(drop)
    });
    ann.receive_until("mute is away", |ann, _| {
        ann.mirror().player(seat)?.away.then_some(())
    });
    // She has said nothing since before mute joined.
    ann.receive_ticks(20);
}
