//! The `crowd` command: its table, its exit status and its error messages.

use std::process::Output;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::room::Lie;
use crate::server;

/// How long `crowd` may take on a busy machine.
const WITHIN: Duration = Duration::from_secs(120);

async fn crowd(args: &[&str]) -> (Option<i32>, String, String) {
    let mut crowd = Command::new(env!("CARGO_BIN_EXE_crowd"));
    let ended = crowd.args(args).kill_on_drop(true).output();
    let ended = timeout(WITHIN, ended).await;
    let Output {
        status,
        stdout,
        stderr,
    } = ended.expect("crowd ends in time").expect("crowd runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

#[tokio::test]
async fn an_honest_server_gives_status_0_and_a_table() {
    let address = server::start(Lie::Honest).await.to_string();
    let args = [
        &address,
        "--players",
        "3",
        "--watchers",
        "1",
        "--seconds",
        "4",
        "--ramp-ms",
        "100",
    ];
    // A client waits two seconds for the answer to its `Leave`. A busy machine may take longer.
    for times in 1.. {
        let (code, stdout, stderr) = crowd(&args).await;
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
        let expected = ["in the room  3 seated, 1 watching", "closed 1000  4 (left)"];
        if expected.iter().all(|it| stdout.contains(it)) {
            break;
        }
        assert!(times < 5, "{stdout}");
    }
}

#[tokio::test]
async fn a_lie_gives_status_2() {
    let address = server::start(Lie::Texts).await.to_string();
    let (code, stdout, _) = crowd(&[&address, "--seconds", "4"]).await;
    assert_eq!(code, Some(2), "{stdout}");
    assert!(stdout.contains("GARBAGE"), "{stdout}");
}

#[tokio::test]
async fn no_connection_gives_status_1_and_the_cause() {
    let address = server::start(Lie::Refuses).await.to_string();
    let (code, _, stderr) = crowd(&[&address, "--seconds", "0.5", "--ramp-ms", "0"]).await;
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains("no client could connect") && stderr.contains("status 503"),
        "{stderr}"
    );
}

#[tokio::test]
async fn a_wrong_command_line_gives_a_message_of_one_line() {
    for (args, expected) in [
        (&[][..], "no server given"),
        (&["127.0.0.1:1"], "nothing listens on 127.0.0.1:1"),
        (
            &["127.0.0.1:1", "--players", "many"],
            "--players wants a number, not \"many\"; see --help",
        ),
        (
            &["127.0.0.1:1", "--seconds", "long"],
            "--seconds wants a number, not \"long\"",
        ),
        (&["127.0.0.1:1", "--players", "0"], "1 to 20000 clients"),
        (
            &["127.0.0.1:1", "--room", "A B"],
            "is not a valid room name",
        ),
        (&["127.0.0.1:1", "--seconds", "-3"], "is not a valid time"),
        (
            &["127.0.0.1:1", "--turns-per-second", "1000"],
            "from 0 to 100",
        ),
        (&["127.0.0.1:1", "--loud"], "invalid option '--loud'"),
    ] {
        let (code, stdout, stderr) = crowd(args).await;
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{args:?}");
        assert!(
            stderr.starts_with("crowd: ") && stderr.contains(expected),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}
