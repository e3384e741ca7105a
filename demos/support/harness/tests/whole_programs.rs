//! Servers under the harness, as programs of their own: their output and their exit status.

mod programs;

use bots::program::{Ended, Program};
use programs::{WITHIN, assert_says, example, play, say};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_server_that_answers_gets_a_summary() {
    let ended = play(
        "serves",
        &["--bots", "3", "--leave-after", "0", "--seconds", "2"],
    );
    let lines = [
        "3 bots play; it ends after 2 s, or with Ctrl-C\n",
        "\n   1 s  ",
        "\n\nServed to the end: ",
        " snacks given out, none of them twice\n",
        "  every player saw the events in one order\n",
        "  memory: ",
        "\n\nNext: cargo run -p demo-01-deadlock\n",
        "Verdict: served, every promise kept\n",
    ];
    assert_says(&ended, 0, &lines);
    assert!(!ended.stdout.contains("unanswered at the end"), "{ended}");
    assert!(ended.stderr.is_empty(), "{ended}");
}

/// How many seconds a run lasts in which a test has something to do. If the machine stands still
/// and the run is over before that, the next one is longer.
const SECONDS: [u8; 3] = [4, 20, 100];

#[test]
fn a_server_without_a_crowd_serves_a_player_who_connects() {
    let has_served = SECONDS.iter().any(|seconds| {
        let words = ["--bots", "0", "--seconds", &seconds.to_string()];
        let mut bar = Program::start(&example("serves"), &words);
        let ann = TcpStream::connect(bar.address()).and_then(|ann| {
            ann.set_read_timeout(Some(WITHIN))?;
            writeln!(&ann, "join ann")?;
            let mut heard = String::new();
            while !heard.ends_with("ann joined\n") {
                if BufReader::with_capacity(1, &ann).read_line(&mut heard)? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Ok(ann)
        });
        let ended = bar.wait(WITHIN);
        assert_says(
            &ended,
            0,
            &[&format!("the room is empty; it ends after {seconds} s")],
        );
        lasted_at_least(&ended, f64::from(*seconds));
        if ann.is_ok() {
            assert_says(&ended, 0, &[", 1 player, ", ": 1 reply in "]);
        }
        ann.is_ok()
    });
    assert!(has_served);
}

/// Checks the printed duration. A busy machine ends the run late, and never early.
#[track_caller]
fn lasted_at_least(ended: &Ended, least: f64) {
    let (_, told) = ended
        .stdout
        .split_once("Served to the end: ")
        .expect("it ended so");
    let seconds = told
        .split_once(" in ")
        .and_then(|(_, told)| told.split_once(" s"));
    let seconds: f64 = seconds
        .and_then(|(told, _)| told.parse().ok())
        .expect("seconds");
    assert!(seconds >= least, "{ended}");
}

#[test]
fn two_locks_in_two_orders_are_a_freeze_with_a_cycle() {
    let ended = play(
        "deadlocks",
        &["--bots", "2", "--leave-after", "0", "--seconds", "200"],
    );
    let lines = [
        "\n\nFROZEN: no reply to anyone for 2.",
        "; 2 requests are waiting\n\nThe cycle: ",
        "ann holds left (demos/support/harness/examples/deadlocks.rs:",
        "    and waits for right (demos/support/harness/examples/deadlocks.rs:",
        ", held by bob\n",
        "  2 more wait for left: ",
        "\n\nStep 2 takes both locks in one order: cargo run -p demo-02-lock-order\nVerdict: deadlock: ",
    ];
    assert_says(&ended, 2, &lines);
}

#[test]
fn a_phone_that_does_not_read_freezes_the_threads_that_need_the_lock() {
    let ended = play(
        "slow_phone",
        &[
            "--bots",
            "2",
            "--slow",
            "1",
            "--leave-after",
            "0",
            "--slow-after",
            "0",
            "--seconds",
            "200",
        ],
    );
    let lines = [
        "2 bots play, 1 comes that never reads; ",
        // The first to fill it is a bot, or slow-1 itself if it sends another request.
        "\nThe chain: ",
        " -> slow-1's phone\n",
        " holds room (demos/support/harness/examples/slow_phone.rs:",
        "    and waits for slow-1's phone to read (demos/support/harness/examples/slow_phone.rs:",
        " for room: ",
        "\nVerdict: stuck, waits for a phone: slow-1's phone\n",
    ];
    assert_says(&ended, 2, &lines);
}

#[test]
fn it_is_seen_to_work_before_the_phone_stops_reading() {
    // If the machine stands still for as long as the phone reads, it reads for longer.
    let lives = SECONDS.iter().any(|after| {
        let after = after.to_string();
        let words = [
            "--bots",
            "2",
            "--slow",
            "1",
            "--slow-after",
            &after,
            "--seconds",
            "200",
        ];
        let ended = play("slow_phone", &words);
        let lines = [
            &*format!("2 bots play, 1 more stops reading after {after} s; "),
            "\nVerdict: stuck, waits for a phone: slow-1's phone\n",
        ];
        assert_says(&ended, 2, &lines);
        let served = |line: &str| {
            let (_, rest) = line.trim_start().split_once(" s  ")?;
            let replies = rest.split_once(" replies/s, 3 players")?.0;
            Some(replies != "0")
        };
        ended.stdout.lines().filter_map(served).any(|it| it)
    });
    assert!(lives, "no reply while the phone reads");
}

#[test]
fn a_server_that_never_reads_is_frozen_too() {
    let ended = play(
        "never_answers",
        &["--bots", "1", "--leave-after", "0", "--seconds", "200"],
    );
    let lines = [
        "; 1 request is waiting\n\nNo thread or task waits for a lock, a phone or a mailbox.\n",
        "The server has not even read the requests.\n",
    ];
    assert_says(&ended, 2, &lines);
}

#[test]
fn a_server_without_requests_is_not_frozen() {
    let ended = play("never_answers", &["--bots", "0", "--seconds", "4"]);
    assert_says(
        &ended,
        0,
        &["Served to the end: 0 replies in ", " s, 0 a second."],
    );
    lasted_at_least(&ended, 4.0);
}

#[test]
fn a_server_that_ends_on_its_own_is_reported() {
    let words = ["--bots", "0", "--listen", "127.0.0.1:0"];
    let ended = say("ends", &words, "well");
    assert_says(&ended, 0, &["The server ended on its own: 0 replies in "]);
    let ended = say("ends", &words, "badly");
    assert_eq!(ended.code, Some(1), "{ended}");
    assert_eq!(ended.stderr, "ends: the server failed: the oven is cold\n");
    let ended = say("ends", &words, "in panic");
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(ended.stderr.contains("the oven burns"), "{ended}");
    assert!(
        ended
            .stderr
            .ends_with("ends: the server's thread panicked\n"),
        "{ended}"
    );
}

#[test]
fn a_taken_port_is_a_sentence_and_a_status() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    let address = taken.local_addr().expect("it is bound").to_string();
    let ended = say("serves", &["--listen", &address], "");
    assert_eq!(ended.code, Some(1), "{ended}");
    let begins = format!(
        "serves: port {} is taken, ",
        taken.local_addr().unwrap().port()
    );
    assert!(ended.stderr.starts_with(&begins), "{ended}");
    assert!(ended.stdout.is_empty(), "{ended}");
}

#[test]
fn a_machine_without_nc_gets_the_command_of_our_own_player() {
    let mut serves = Command::new(example("serves"));
    let words = ["--bots", "0", "--seconds", "1", "--listen", "127.0.0.1:0"];
    let ended = Program::run(serves.args(words).env("PATH", ""), WITHIN);
    let begin = "\nWalk up with `cargo run -p player -- ";
    let said = &ended.stdout;
    assert!(ended.code == Some(0) && said.contains(begin), "{ended}");
    assert!(
        said.contains("`, then type: join NAME, grab, leave"),
        "{said}"
    );
}

#[test]
fn an_invalid_option_is_a_sentence_and_a_status() {
    for (words, why) in [
        (
            ["--bots", "many"],
            "--bots wants a number of players, such as 8, not \"many\"",
        ),
        (
            ["--bogus", "1"],
            "invalid option '--bogus'; --help tells what there is",
        ),
        (
            ["--slow", "257"],
            "--bots 8 and --slow 257 are more players than the 256 seats of a room",
        ),
    ] {
        let ended = say("serves", &words, "");
        assert_eq!(ended.code, Some(1), "{ended}");
        assert_eq!(ended.stderr, format!("serves: {why}\n"));
    }
    let ended = say("serves", &["--help"], "");
    let lines = [
        "serves: a server for",
        "Usage: cargo run -p harness --example serves -- [OPTIONS]",
    ];
    assert_says(&ended, 0, &lines);
}

#[test]
fn a_server_whose_output_is_closed_serves_to_the_end() {
    let begun = Instant::now();
    let mut child = Command::new(example("serves"))
        .args(["--bots", "2", "--seconds", "4", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be started");
    drop(child.stdout.take());
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        assert!(begun.elapsed() < WITHIN, "it does not end");
        thread::sleep(Duration::from_millis(5));
    };
    assert!(begun.elapsed() >= Duration::from_secs(4), "it ended early");
    let mut why = String::new();
    let mut stderr = child.stderr.take().expect("piped");
    stderr.read_to_string(&mut why).expect("it speaks UTF-8");
    assert_eq!(
        why,
        "serves: standard output is closed; the server continues\n"
    );
    assert_eq!(status.code(), Some(0));
}
