//! Step 3, played: it survives every crowd so far, and its counters show the price.

use bots::{
    conformance,
    program::{Ended, Program},
};
use std::time::Duration;

const SERVER: &str = env!("CARGO_BIN_EXE_03-short-locks");

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
fn it_serves_without_a_reader_of_its_output() {
    conformance::it_serves_without_a_reader_of_its_output(SERVER);
}

/// Two threads have to meet in a gap of a few instructions: on a busy machine that takes longer.
#[test]
fn it_survives_the_crowd_of_step_1_and_snacks_are_given_twice() {
    let mut shown = String::new();
    let is_said = ["10", "40", "160"].iter().any(|seconds| {
        let ended = served_to_the_end(&["--leave-after", "0", "--seconds", seconds]);
        shown = ended.to_string();
        let all = [
            "given twice",
            "saw events out of order",
            "\nVerdict: served, 2 promises broken: no snack twice, one order\n",
        ];
        all.iter().all(|said| ended.stdout.contains(said))
    });
    assert!(is_said, "{shown}");
}

#[test]
fn it_survives_a_slow_phone_and_its_outbox_grows() {
    let mut shown = String::new();
    let grows = ["5", "20", "80"].iter().any(|seconds| {
        let ended = served_to_the_end(&[
            "--slow",
            "1",
            "--leave-after",
            "0",
            "--slow-after",
            "0",
            "--seconds",
            seconds,
        ]);
        let deepest = ended.stdout.lines().find_map(|line| {
            let (_, rest) = line.split_once("deepest outbox: ")?;
            let (lines, whose) = rest.split_once(' ')?;
            let lines = lines
                .parse::<u64>()
                .ok()
                .filter(|_| whose.contains("slow-1"));
            lines.or(Some(0))
        });
        shown = ended.to_string();
        // A player who reads is never a hundred lines behind.
        deepest.is_some_and(|lines| lines > 1_000)
    });
    assert!(grows, "{shown}");
}

#[track_caller]
fn served_to_the_end(options: &[&str]) -> Ended {
    let ended = Program::start(SERVER, options).wait(Duration::from_secs(240));
    assert_eq!(ended.code, Some(0), "{ended}");
    ended
}
