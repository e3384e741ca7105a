//! The crowd as a command.

use std::process::Output;

use tokio::process::Command;

use crate::room::Lie;
use crate::server;

async fn crowd(args: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_crowd"))
        .args(args)
        .output()
        .await
        .expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

#[tokio::test]
async fn an_honest_server_is_told_in_a_table() {
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
    let (code, stdout, stderr) = crowd(&args).await;
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    assert!(
        stdout.contains("in the room  3 seated, 1 watching"),
        "{stdout}"
    );
    assert!(stdout.contains("closed 1000  4 (left)"), "{stdout}");
}

#[tokio::test]
async fn a_lie_is_status_2() {
    let address = server::start(Lie::Texts).await.to_string();
    let (code, stdout, _) = crowd(&[&address, "--seconds", "4"]).await;
    assert_eq!(code, Some(2), "{stdout}");
    assert!(stdout.contains("GARBAGE"), "{stdout}");
}

#[tokio::test]
async fn nobody_let_in_is_status_1_and_says_why() {
    let address = server::start(Lie::Refuses).await.to_string();
    let (code, _, stderr) = crowd(&[&address, "--seconds", "0.5", "--ramp-ms", "0"]).await;
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains("nobody was let in") && stderr.contains("status 503"),
        "{stderr}"
    );
}

#[tokio::test]
async fn wrong_use_is_told_in_a_sentence() {
    for (args, told) in [
        (&[][..], "which server?"),
        (&["127.0.0.1:1"], "nothing listens on 127.0.0.1:1"),
        (&["127.0.0.1:1", "--players", "many"], "see --help"),
        (&["127.0.0.1:1", "--players", "0"], "1 to 20000 people"),
        (&["127.0.0.1:1", "--room", "A B"], "is no room's name"),
        (&["127.0.0.1:1", "--seconds", "-3"], "is no time"),
        (
            &["127.0.0.1:1", "--turns-per-second", "1000"],
            "0 to 100 times",
        ),
        (&["127.0.0.1:1", "--loud"], "invalid option '--loud'"),
    ] {
        let (code, stdout, stderr) = crowd(args).await;
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{args:?}");
        assert!(
            stderr.starts_with("crowd: ") && stderr.contains(told),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}
