//! The crowd as a command.

use std::process::Command;
use std::time::Duration;

use bots::ports::free_address;
use bots::program::Program;

use super::server::{Lie, Server};

fn bots(args: &[&str]) -> (Option<i32>, String, String) {
    let mut bots = Command::new(env!("CARGO_BIN_EXE_bots"));
    let ended = Program::run(bots.args(args), Duration::from_secs(120));
    (ended.code, ended.stdout, ended.stderr)
}

/// Runs the command until it prints what is wanted: if a busy machine stands still for two
/// seconds, that is a freeze, too, and ends the play.
fn unless_the_machine_freezes(
    args: &[&str],
    wanted: impl Fn(Option<i32>, &str) -> bool,
) -> (Option<i32>, String, String) {
    for _ in 0..5 {
        let said = bots(args);
        if wanted(said.0, &said.1) {
            return said;
        }
        assert_eq!(said.0, Some(2), "{} {}", said.1, said.2);
    }
    panic!("it froze five times");
}

#[test]
fn a_second_of_play_prints_one_line_and_a_summary() {
    let server = Server::start(Lie::None);
    let address = server.address.to_string();
    let args = [
        &address,
        "--players",
        "3",
        "--rude",
        "1",
        "--seconds",
        "2",
        "--seed",
        "7",
    ];
    let (code, stdout, stderr) = unless_the_machine_freezes(&args, |code, _| code == Some(0));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    let lines: Vec<&str> = stdout.lines().collect();
    for (line, least) in lines.iter().zip([1.0, 2.0]) {
        // On a busy machine it may be later, but never earlier.
        let second = line.split_whitespace().next();
        let second = second.and_then(|second| second.parse::<f64>().ok());
        assert!(
            second >= Some(least) && line.contains(" replies/s"),
            "{stdout}"
        );
    }
    assert!(
        lines[2].ends_with("requests answered, none left waiting")
            && lines[3].ends_with("none of them twice"),
        "{stdout}"
    );
}

#[test]
fn a_freeze_ends_the_play_with_status_2() {
    for _ in 0..5 {
        let server = Server::start(Lie::MuteAfter(100));
        let (code, stdout, _) = bots(&[&server.address.to_string(), "--seconds", "60"]);
        assert_eq!(code, Some(2), "{stdout}");
        assert!(stdout.contains(" waiting, "), "{stdout}");
        // A busy machine may freeze before.
        if stdout.contains("100 requests answered, 8 unanswered") {
            return;
        }
    }
    panic!("no hundred requests were answered before");
}

#[test]
fn a_server_that_is_missing_or_ends_gives_status_1() {
    let nowhere = free_address();
    let (code, stdout, stderr) = bots(&[&nowhere.to_string()]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(
        stderr.starts_with(&format!("bots: nothing listens on {nowhere}: "))
            && stderr.lines().count() == 1,
        "{stderr}"
    );
}

#[test]
fn a_wrong_command_line_gives_one_line_and_status_1() {
    for (args, told) in [
        (&[][..], "which server?"),
        (&["somewhere"], "is not an address such as 127.0.0.1:7001"),
        (
            &["127.0.0.1:1", "--players", "many"],
            "--players wants a whole number, not \"many\"; see --help",
        ),
        (
            &["127.0.0.1:1", "--slow-after", "2.5"],
            "--slow-after wants a whole number, not \"2.5\"",
        ),
        (
            &["127.0.0.1:1", "--players", "0"],
            "1 to 10000 players, not 0",
        ),
        (
            &["127.0.0.1:1", "--slow", "18446744073709551615"],
            "1 to 10000 players",
        ),
        (&["127.0.0.1:1", "127.0.0.1:2"], "127.0.0.1:2"),
        (&["--fast"], "--fast"),
    ] {
        let (code, stdout, stderr) = bots(args);
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{args:?}");
        assert!(
            stderr.starts_with("bots: ") && stderr.contains(told) && stderr.lines().count() == 1,
            "{args:?}: {stderr}"
        );
    }
    let (code, stdout, stderr) = bots(&["--help"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.contains("cargo run -p bots -- ADDRESS") && stdout.contains("--rude N"));
}
