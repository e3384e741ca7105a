//! Step 4, played: it cures the race of step 3, and one slow phone stops even its heartbeat.

use bots::{
    conformance,
    program::{Ended, Program},
};
use std::time::Duration;

const SERVER: &str = env!("CARGO_BIN_EXE_04-await");
const ASYNC_MUTEX: &str = env!("CARGO_BIN_EXE_04-async-mutex");

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
fn it_survives_the_crowd_of_step_1_and_no_snack_is_given_twice() {
    let servers = [SERVER, ASYNC_MUTEX]
        .map(|server| Program::start(server, &["--leave-after", "0", "--seconds", "5"]));
    for mut server in servers {
        let ended = server.wait(Duration::from_secs(240));
        assert_eq!(ended.code, Some(0), "{ended}");
        says_all(
            &ended,
            &[
                "none of them twice",
                "in one order",
                "\nVerdict: served, every promise kept\n",
            ],
        );
    }
}

#[test]
fn one_slow_phone_stops_even_the_heartbeat() {
    let ended = frozen_by_a_slow_phone(SERVER);
    says_all(
        &ended,
        &[
            "blocks the runtime's only thread",
            "while it waits for room (demos/04-await/src/room.rs:",
            "holds room (demos/04-await/src/room.rs:",
            "The heartbeat stopped, too",
            "cargo run -p demo-04-await --bin 04-async-mutex",
            "\nVerdict: deadlock: ",
            "; the heartbeat stopped\n",
        ],
    );
}

#[test]
fn with_an_async_mutex_the_heartbeat_continues_and_no_player_is_served() {
    let ended = frozen_by_a_slow_phone(ASYNC_MUTEX);
    says_all(
        &ended,
        &[
            "holds room (demos/04-await/src/async_mutex/room.rs:",
            "and waits for slow-1's phone to read",
            "The heartbeat continues",
            "\nVerdict: stuck, waits for a phone: slow-1's phone; the heartbeat continues\n",
        ],
    );
}

#[track_caller]
fn frozen_by_a_slow_phone(server: &str) -> Ended {
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
    let ended = Program::start(server, &slow).wait(Duration::from_secs(240));
    assert_eq!(ended.code, Some(2), "{ended}");
    ended
}

#[track_caller]
fn says_all(ended: &Ended, sentences: &[&str]) {
    for said in sentences {
        assert!(ended.stdout.contains(said), "{said:?} is missing\n{ended}");
    }
}
