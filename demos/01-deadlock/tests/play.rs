//! Step 1, played: a player is served, and the crowd freezes the server.

use bots::{
    conformance,
    program::{Ended, Program},
};
use std::time::Duration;

const SERVER: &str = env!("CARGO_BIN_EXE_01-deadlock");

/// It freezes within 10 s, and the watchdog reports it 2 s later. The rest is for a busy machine.
const FREEZES_WITHIN: Duration = Duration::from_secs(240);

#[test]
fn every_player_sees_every_event() {
    conformance::every_player_sees_every_event(SERVER);
}

#[test]
fn a_closed_connection_counts_as_leaving() {
    conformance::a_closed_connection_counts_as_leaving(SERVER);
}

#[test]
fn nonsense_is_refused_and_the_session_continues() {
    conformance::nonsense_is_refused_and_the_session_continues(SERVER);
}

#[test]
fn a_name_belongs_to_one_player() {
    conformance::a_name_belongs_to_one_player(SERVER);
}

#[cfg(unix)]
#[test]
fn it_keeps_serving_after_running_out_of_descriptors() {
    conformance::it_keeps_serving_after_running_out_of_descriptors(SERVER);
}

#[test]
fn the_crowd_freezes_it_and_it_says_who_waits_for_whom() {
    let ended =
        Program::start(SERVER, &["--leave-after", "0", "--seconds", "200"]).wait(FREEZES_WITHIN);
    is_a_lock_inversion(&ended);
}

#[test]
#[ignore = "takes half a minute: cargo test -p demo-01-deadlock -- --ignored"]
fn it_freezes_ten_times_of_ten() {
    for _ in 0..10 {
        let ended = Program::start(SERVER, &["--leave-after", "0", "--seconds", "200"])
            .wait(FREEZES_WITHIN);
        is_a_lock_inversion(&ended);
    }
}

/// Checks for a cycle: one thread holds the room and waits for a player, whose thread holds that
/// player and waits for the room.
#[track_caller]
fn is_a_lock_inversion(ended: &Ended) {
    assert_eq!(ended.code, Some(2), "{ended}");
    for said in [
        "FROZEN: no reply to anyone",
        "The cycle: ",
        "holds room (demos/01-deadlock/src/room.rs:",
        "holds player ",
        "and waits for room (demos/01-deadlock/src/room.rs:",
        "and waits for player ",
        "cargo run -p demo-02-lock-order",
        "\nVerdict: deadlock: ",
    ] {
        assert!(ended.stdout.contains(said), "{said:?} is missing\n{ended}");
    }
}
