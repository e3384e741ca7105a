//! Whoever says nothing.

use crate::common::{Client, Game};
use std::time::Duration;

#[test]
fn whoever_says_nothing_is_told_and_shown_out() {
    let game = Game::with(|options| options.first_word = Duration::from_millis(200));
    let mut phone = Client::connect(game.address, "hall");
    assert_eq!(phone.receive_close(), (4005, "nothing said".to_owned()));
}

#[test]
fn whoever_does_not_even_answer_a_ping_is_gone() {
    let game = Game::with(|options| options.silence = Duration::from_secs(7));
    let mut ann = Client::watch(game.address, "hall"); // Reads, and so answers pings.
    let mute = Client::join(game.address, "hall", "mute");
    let seat = mute.seat();
    ann.receive_until("mute has come", |ann, _| {
        ann.mirror().player(seat).map(drop)
    });
    ann.receive_until("mute is away", |ann, _| {
        ann.mirror().player(seat)?.away.then_some(())
    });
}
