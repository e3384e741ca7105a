//! A full disk, and a disk that has space again.

use crate::{
    common::{Client, Folder, TOKEN, ask_json, steering::win, wait_until},
    faults::running::Running,
};
use rush::{Dir, Phase};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

const SHORT: [&str; 4] = ["--round-seconds", "1", "--podium-seconds", "1"];

/// Plays until this player has points in a round that has ended, and has turned in the next round,
/// so that the next round is stored as well.
fn earn_points(running: &Running, name: &str) {
    let mut client = Client::join(running.address(), "hall", name);
    win(&mut client);
    let round = client.mirror().now().map(|(round, _)| round);
    client.receive_until("the next round", |client, _| {
        (client.mirror().now().map(|(round, _)| round) != round).then_some(())
    });
    client.turn(Dir::Up);
    client.turn(Dir::Left);
    client.receive_until("the end of the round", |client, _| {
        (client.mirror().phase() == Some(Phase::Podium)).then_some(())
    });
}

fn on_the_board(running: &Running, name: &str) -> bool {
    let board = ask_json(running.address(), "/api/leaderboard?room=hall");
    let ever = board["ever"].as_array().expect("a board");
    ever.iter().any(|score| score["name"] == name)
}

/// Fills the disk and frees it again. While it is full the game continues, and lost results are
/// counted. Afterwards results are stored again.
fn lose_and_recover(running: &Running, fill: impl FnOnce(), free: impl FnOnce()) {
    earn_points(running, "ann");
    wait_until("ann is on the board", || on_the_board(running, "ann"));
    assert_eq!(running.number("/results/failed"), 0);
    fill();
    earn_points(running, "bob");
    wait_until("the lost result is counted", || {
        running.number("/results/failed") >= 1
    });
    wait_until("the lost result is logged", || {
        running.stderr().contains("cannot store a result")
    });
    assert!(
        on_the_board(running, "ann"),
        "older scores stay on the leaderboard"
    );
    free();
    earn_points(running, "cho");
    wait_until("cho is on the board", || on_the_board(running, "cho"));
    assert!(
        !running.stderr().contains("panicked"),
        "{}",
        running.stderr()
    );
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_scores_are_lost_and_the_game_continues() {
    let folder = Folder::with_token();
    let data = folder.path().to_str().expect("a path");
    let alone = ["unshare", "--map-root-user", "--mount"];
    let small = "mount -t tmpfs -o size=3m tmpfs \"$0\" && exec \"$@\"";
    let may = Command::new(alone[0])
        .args(&alone[1..])
        .args(["sh", "-c", small, data, "true"])
        .output();
    if !may.is_ok_and(|it| it.status.success()) {
        skipped::skip("this system cannot mount a small disk");
        return;
    }
    let first = [&alone[..], &["sh", "-c", small, data]].concat();
    // Its folder is a new one, without the token of the tests.
    let options = [&SHORT[..], &["--token", TOKEN]].concat();
    let running = Running::behind(&first, folder.path(), &options);
    // Only that program sees the small disk. Others reach it through /proc/PID/root.
    let inside = PathBuf::from(format!("/proc/{}/root{data}", running.pid()));
    let ballast = inside.join("ballast");
    lose_and_recover(
        &running,
        || fill_up(&ballast),
        || fs::remove_file(&ballast).expect("the file exists"),
    );
}

/// Writes until the disk is full.
fn fill_up(ballast: &Path) {
    let mut file = fs::File::create(ballast).expect("there is space for a name");
    while file.write_all(&[1; 4096]).is_ok() {}
    while file.write_all(&[1]).is_ok() {}
}

#[cfg(target_os = "linux")]
#[test]
fn at_the_file_size_limit_scores_are_lost_and_the_game_continues() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let folder = Folder::with_token();
    // A write beyond the limit raises SIGXFSZ, which kills the process unless it is ignored. Then
    // the write fails.
    let first = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];
    let running = Running::behind(&first, folder.path(), &SHORT);
    let pid = Pid::from_raw(running.pid() as i32);
    let files = |current| {
        let maximum = None;
        prlimit(pid, Resource::Fsize, Rlimit { current, maximum }).expect("the server runs");
    };
    lose_and_recover(&running, || files(Some(0)), || files(None));
}
