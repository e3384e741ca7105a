//! The server shuts down.

use crate::common::{Client, Game, PATIENCE, Received, ask, ask_json};
use rush::wire::ToClient;

#[test]
fn a_draining_server_finishes_the_round_and_closes_with_1012() {
    let mut game = Game::with(|options| {
        (options.round_seconds, options.podium_seconds) = (3, 60);
        options.drain = PATIENCE;
    });
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(2);
    let drained = game.drain();
    receive_notice(&mut ann);
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

#[test]
fn a_draining_server_takes_no_player_and_says_so() {
    // A round that outlasts the requests below.
    let mut game = Game::with(|options| options.drain = PATIENCE * 10);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(2);
    let _drained = game.drain();
    receive_notice(&mut ann);
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
    ann.receive_ticks(2);
}

/// Waits until the client is told that the server restarts.
fn receive_notice(client: &mut Client) {
    client.receive_until("the notice", |_, received| {
        matches!(received, Received::Message(ToClient::Restarts { .. })).then_some(())
    });
}
