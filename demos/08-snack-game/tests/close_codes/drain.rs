//! The server's own end.

use crate::common::{Client, Game, Received, ask, ask_json};
use rush::wire::ToClient;
use std::time::Duration;

#[test]
fn a_server_that_ends_lets_the_round_end_and_tells_everybody() {
    let mut game = Game::with(|options| {
        // Time for all the questions below, also on a busy machine.
        (options.round_seconds, options.podium_seconds) = (8, 1);
        options.drain = Duration::from_secs(60);
    });
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(2);
    let drained = game.drain();
    ann.receive_until("the notice", |_, heard| {
        matches!(heard, Received::Message(ToClient::Restarts { .. })).then_some(())
    });
    let seat = ask_json(game.address, "/api/seat");
    assert_eq!(
        (&seat["full"], &seat["draining"]),
        (&true.into(), &true.into())
    );
    assert_eq!(ask(game.address, "/health", "").0, 503);
    let refused = Client::try_connect(game.address, "hall", |_| {})
        .err()
        .expect("nobody new");
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
    let _ = ann.socket.flush(); // The answer to the goodbye.
    drop(ann);
    game.runtime.block_on(drained).expect("it ends");
}
