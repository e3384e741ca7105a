//! Whoever does not read.

use crate::common::{Client, Game, ask_json, wait_until};
use crowd::{Crowd, Plan};
use std::time::Duration;

/// Players who turn as fast as they may, so that each tick is large.
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
fn whoever_is_behind_gets_the_newest_picture_instead_of_what_it_missed() {
    let game = Game::with(|options| {
        (options.behind, options.kernel_holds) = (Duration::from_secs(600), 4 * 1024)
    });
    let mut slow = Client::slow(game.address, "hall");
    let crowd = crowd(&game);
    wait_until("somebody is behind", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["slow"][0]["name"] == "slow"
    });
    // It reads again: all that was told before, then a picture, and no gap after that.
    slow.receive_until("a picture", |slow, _| (slow.snapshots > 1).then_some(()));
    slow.receive_ticks(3);
    wait_until("it is counted", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["caught_up"].as_u64() >= Some(1)
    });
    let seen = game.runtime.block_on(crowd.stop());
    assert_eq!(seen.gaps, 0, "nobody else missed anything\n{seen}");
}

#[test]
fn whoever_stays_behind_is_shown_out_and_told() {
    let game = Game::with(|options| {
        (options.behind, options.kernel_holds) = (Duration::from_secs(1), 4 * 1024)
    });
    let mut slow = Client::slow(game.address, "hall");
    let _crowd = crowd(&game);
    wait_until("it is shown out", || {
        ask_json(game.address, "/api/xray")["rooms"][0]["shown_out"].as_u64() >= Some(1)
    });
    assert_eq!(
        slow.receive_close().0,
        4000,
        "what it had not read, and then why that was all"
    );
}
