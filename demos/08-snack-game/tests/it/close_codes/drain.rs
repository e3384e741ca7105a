//! The server shuts down.

use crate::common::{Client, Game, Received, ask, ask_json};
use rush::wire::ToClient;
use std::time::Duration;

#[test]
fn a_draining_server_finishes_the_round_and_closes_with_1012() {
    let mut game = Game::with(|options| {
        // Long enough for the requests below, also on a busy machine.
        (options.round_seconds, options.podium_seconds) = (8, 1);
        options.drain = Duration::from_secs(60);
    });
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(2);
    let drained = game.drain();
    ann.receive_until("the notice", |_, received| {
        matches!(received, Received::Message(ToClient::Restarts { .. })).then_some(())
    });
    let seat = ask_json(game.address, "/api/seat");
    assert_eq!(
        (&seat["full"], &seat["draining"]),
        (&true.into(), &true.into())
    );
    assert_eq!(ask(game.address, "/health", "").0, 503);
    let refused = Client::try_connect(game.address, "hall", |_| {})
        .err()
        .expect("no new player");
    assert!(refused.to_string().contains("503"), "{refused}");
    let (code, reason) = ann.receive_close();
    assert_eq!(code, 1012);
    assert!(
        reason.starts_with("retry in ") && reason.ends_with(" ms"),
        "{reason}"
    );
    assert_eq!(
        ann.mirror().phase(),
        Some(rush::Phase::Podium),
        "the round was played to its end"
    );
    let _ = ann.socket.flush(); // Answers the Close frame.
    drop(ann);
    game.runtime
        .block_on(drained)
        .expect("the server shuts down");
}
