//! Step 5, played: it survives the crowd of step 1, and one slow phone stops it without a lock in
//! sight.

use bots::{conformance, program::Program};
use std::time::Duration;

const SERVER: &str = env!("CARGO_BIN_EXE_05-channels");

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
fn it_survives_the_crowd_of_step_1() {
    let ended = Program::start(SERVER, &["--leave-after", "0", "--seconds", "5"])
        .wait(Duration::from_secs(240));
    assert_eq!(ended.code, Some(0), "{ended}");
    for said in [
        "none of them twice",
        "in one order",
        "\nVerdict: served, every promise kept\n",
    ] {
        assert!(ended.stdout.contains(said), "{said:?} is missing\n{ended}");
    }
}

#[test]
fn one_slow_phone_stops_it_in_a_cycle_of_channels() {
    let slow = [
        "--slow",
        "1",
        "--leave-after",
        "0",
        "--slow-after",
        "0",
        "--seconds",
        "120",
    ];
    let ended = Program::start(SERVER, &slow).wait(Duration::from_secs(240));
    assert_eq!(ended.code, Some(2), "{ended}");
    for said in [
        "FROZEN: no reply to anyone",
        "The cycle: ",
        "room empties inbox (demos/05-channels/src/room.rs:",
        "and waits for a place in slow-1's outbox",
        "slow-1's writer empties slow-1's outbox (demos/05-channels/src/writer.rs:",
        "and waits for a place in inbox",
        "The heartbeat continues",
        "cargo run -p demo-06-actor",
        "\nVerdict: deadlock: room -> slow-1's writer -> room; the heartbeat continues\n",
    ] {
        assert!(ended.stdout.contains(said), "{said:?} is missing\n{ended}");
    }
}
