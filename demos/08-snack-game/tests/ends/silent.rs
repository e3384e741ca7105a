//! Whoever says nothing.

use crate::common::{Game, Phone};
use std::time::Duration;

#[test]
fn whoever_says_nothing_is_told_and_shown_out() {
    let game = Game::with(|options| options.first_word = Duration::from_millis(200));
    let mut phone = Phone::knock(game.address, "hall");
    assert_eq!(phone.hears_goodbye(), (4005, "nothing said".to_owned()));
}

#[test]
fn whoever_does_not_even_answer_a_ping_is_gone() {
    let game = Game::with(|options| options.silence = Duration::from_secs(7));
    let mut ann = Phone::watch(game.address, "hall"); // Reads, and so answers pings.
    let mute = Phone::join(game.address, "hall", "mute");
    let seat = mute.seat();
    ann.hears_until("mute has come", |ann, _| {
        ann.mirror().player(seat).map(drop)
    });
    ann.hears_until("mute is away", |ann, _| {
        ann.mirror().player(seat)?.away.then_some(())
    });
}
