//! SIGTERM, once and twice.

use crate::{
    common::program::run,
    common::{Client, Folder, PATIENCE, ask_json, wait_until},
    program::running::{signal, start},
};
use rush::Dir;
use rustix::process::Signal;
use std::{fs, path::PathBuf};

#[test]
fn sigterm_during_a_round_with_bots_shuts_down_gracefully() {
    let folder = Folder::with_token();
    let mut server = start(
        folder.path(),
        &[
            "--bots",
            "12",
            "--round-seconds",
            "5",
            "--podium-seconds",
            "1",
            "--drain-seconds",
            "60",
        ],
    );
    let mut ann = Client::join(server.address(), "room-1", "ann");
    ann.turn(Dir::Up);
    wait_until("the bots have joined", || {
        ask_json(server.address(), "/api/rooms")["rooms"][0]["players"] == 13
    });
    signal(&server, Signal::TERM);
    let (code, reason) = ann.receive_close();
    assert!(
        code == 1012 && reason.starts_with("retry in "),
        "{code} {reason}"
    );
    let _ = ann.socket.flush();
    drop(ann);
    let ended = server.wait(PATIENCE);
    assert_eq!(ended.code, Some(0), "{ended}");
    let printed = ended.stdout;
    assert!(printed.contains("shut down gracefully"), "{printed}");
    // The last round: in one before, not every bot may have joined.
    let rounds = fs::read_dir(folder.path().join("rounds")).expect("a folder");
    let rounds = rounds.map(|it| it.expect("a file").path());
    let number = |file: &PathBuf| -> u32 {
        let name = file.file_stem().and_then(|it| it.to_str());
        let (_, number) = name.and_then(|it| it.rsplit_once('-')).expect("a name");
        number.parse().expect("a number")
    };
    let file = rounds.max_by_key(number).expect("a round");
    let file = file.to_str().expect("a path");
    let output = run(&["replay", file]);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    assert!(printed.contains("the replay matches"), "{printed}");
    // Ann and nine of the best. Bots that joined during the round have a name in it, too.
    let named = |line: &str| line.contains(" bot ") || line.contains(" ann ");
    let (places, of_them) = printed.lines().fold((0, 0), |(all, some), line| {
        let place = line
            .trim_start()
            .starts_with(|it: char| it.is_ascii_digit());
        (
            all + u32::from(place),
            some + u32::from(place && named(line)),
        )
    });
    assert_eq!((places, of_them), (10, 10), "{printed}");

    // A log with changed bytes is reported differently from a truncated one.
    let mut bytes = fs::read(file).expect("a file");
    bytes.truncate(bytes.len() - 8);
    fs::write(file, &bytes).expect("a file");
    refuses_at_the_end(&["replay", file], "breaks off after tick");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, &bytes).expect("a file");
    refuses_at_the_end(&["replay", file], "corrupt from byte");
}

fn refuses_at_the_end(args: &[&str], sentence: &str) {
    let output = run(args);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(
        printed.contains(sentence) && !printed.contains("panicked"),
        "{printed}"
    );
}

#[test]
fn a_second_signal_exits_at_once() {
    let folder = Folder::with_token();
    let mut server = start(
        folder.path(),
        &["--drain-seconds", "600", "--round-seconds", "600"],
    );
    let mut ann = Client::join(server.address(), "hall", "ann");
    ann.receive_ticks(3);
    signal(&server, Signal::TERM);
    wait_until("the server drains", || {
        ask_json(server.address(), "/api/seat")["draining"] == true
    });
    signal(&server, Signal::INT);
    let ended = server.wait(PATIENCE);
    assert_eq!(ended.code, Some(130), "{ended}");
    let printed = ended.stdout;
    assert!(printed.contains("exited at once"), "{printed}");
}
