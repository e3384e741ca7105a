//! With a log in JSON, every line of a program's life is one object: its greeting, the words of its
//! workers and its bots, and why it failed.

use crate::{
    common::{
        Client, Folder, PATIENCE, ask_json,
        program::{on, run},
        wait_until,
    },
    program::running::{signal, start},
};
use rustix::process::Signal;
use serde_json::Value;

/// The messages of a stream, all of whose lines are objects.
#[track_caller]
fn messages(stream: &str) -> Vec<String> {
    let message = |line: &str| {
        let object: Value =
            serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        for field in ["timestamp", "level", "message"] {
            assert!(object[field].is_string(), "no {field}: {line}");
        }
        object["message"].as_str().unwrap_or_default().to_owned()
    };
    stream.lines().map(message).collect()
}

#[test]
fn every_line_of_a_programs_life_is_an_object() {
    let kept: &[&str] = match cfg!(target_os = "linux") {
        true => &[
            "--keep",
            "--bots",
            "3",
            "--audience",
            "--listen",
            "0.0.0.0:0",
        ],
        false => &["--bots", "3"],
    };
    // Into pipes it is JSON without being asked for.
    for more in [&["--bots", "3", "--log", "json"], kept] {
        let folder = Folder::with_token();
        let mut server = start(folder.path(), &[more, &["--drain-seconds", "0"]].concat());
        let mut ann = Client::join(server.address(), "room-1", "ann");
        ann.receive_ticks(3);
        wait_until("the bots have joined", || {
            ask_json(server.address(), "/api/rooms")["rooms"][0]["players"] == 4
        });
        if more == kept && cfg!(target_os = "linux") {
            signal(&server, Signal::USR2);
            wait_until("the new worker", || server.stderr().contains("took over"));
            ann.receive_ticks(3);
        }
        signal(&server, Signal::TERM);
        ann.receive_close();
        drop(ann);
        let ended = server.wait(PATIENCE);
        assert_eq!(ended.code, Some(0), "{ended}");
        let printed = messages(&ended.stdout);
        for said in [
            "listening on ",
            "Snack Rush · play at ",
            "shutting down (",
            "shut down gracefully",
        ] {
            assert!(
                printed.iter().any(|it| it.contains(said)),
                "no {said}: {ended}"
            );
        }
        assert!(!messages(&ended.stderr).is_empty(), "{ended}");
    }
}

#[test]
fn why_it_fails_is_an_object_too() {
    let folder = Folder::with_token();
    let server = start(folder.path(), &[]);
    let address = server.address().to_string();
    let folder = Folder::with_token();
    let args = [
        &on(folder.path())[..],
        &["--log", "json", "--listen", &address],
    ]
    .concat();
    let failed = run(&args);
    assert_eq!(failed.status.code(), Some(1));
    let said = messages(&String::from_utf8_lossy(&failed.stderr));
    assert!(said.iter().any(|it| it.contains("is taken")), "{said:?}");
}

#[test]
fn an_argument_that_is_wrong_is_an_object_in_a_pipe_unless_lines_are_asked_for() {
    for args in [&["--fast"][..], &["--log", "json", "--fast"]] {
        let failed = run(args);
        assert_eq!(failed.status.code(), Some(1), "{args:?}");
        let said = messages(&String::from_utf8_lossy(&failed.stderr));
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("there is no option --fast"), "{said:?}");
    }
    for args in [
        &["--log", "pretty", "--fast"][..],
        &["--log=pretty", "--fast"],
    ] {
        let failed = run(args);
        let said = String::from_utf8_lossy(&failed.stderr);
        assert!(
            said.starts_with("08-snack-game: there is no option --fast"),
            "{said}"
        );
    }
    // What was asked for is no log.
    assert!(
        run(&["--help"])
            .stdout
            .starts_with(b"08-snack-game: Snack Rush")
    );
}
