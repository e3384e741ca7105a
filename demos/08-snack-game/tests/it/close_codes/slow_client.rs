//! Clients that do not read.

use crate::common::{Client, Game, ask_json, wait_until};
use crowd::{Crowd, Plan};
use std::time::Duration;

/// Starts players who turn as often as they may, so that each tick is large.
fn crowd(game: &Game) -> Crowd {
    let plan = Plan {
        players: 150,
        room: Some("hall".to_owned()),
        turns_per_second: 10.0,
        ramp: Duration::from_millis(500),
        ..Plan::default()
    };
    game.runtime.block_on(Crowd::start(game.address, plan))
}

#[test]
fn a_slow_client_gets_a_snapshot_instead_of_the_ticks_it_missed() {
    let game = Game::with(|options| {
        (options.behind, options.send_buffer) = (Duration::from_secs(600), 4 * 1024)
    });
    let mut slow = Client::slow(game.address, "hall");
    let crowd = crowd(&game);
    wait_until("the slow client is behind", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["slow"][0]["name"] == "slow"
    });
    // It reads again: what was sent before, then a snapshot, and no gap after it.
    slow.receive_until("a snapshot", |slow, _| (slow.snapshots > 1).then_some(()));
    slow.receive_ticks(3);
    wait_until("the snapshot is counted", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["caught_up"].as_u64() >= Some(1)
    });
    let seen = game.runtime.block_on(crowd.stop());
    assert_eq!(seen.gaps, 0, "no other client missed a tick\n{seen}");
}

#[test]
fn a_client_that_stays_behind_is_disconnected_with_4000() {
    let game = Game::with(|options| {
        (options.behind, options.send_buffer) = (Duration::from_secs(1), 4 * 1024)
    });
    let mut slow = Client::slow(game.address, "hall");
    let _crowd = crowd(&game);
    wait_until("the slow client is disconnected", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["shown_out"].as_u64() >= Some(1)
    });
    assert_eq!(
        slow.receive_close().0,
        4000,
        "the Close frame follows what it had not read"
    );
}
