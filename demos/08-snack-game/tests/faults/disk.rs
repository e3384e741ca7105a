//! A disk that takes nothing more, and then takes things again.

use crate::{
    common::{Client, Folder, ask_json, wait_until},
    running::Running,
};
use rush::{Dir, Phase};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

const SHORT: [&str; 4] = ["--round-seconds", "3", "--podium-seconds", "1"];

/// Plays until this player has eaten something in a round that has ended, and has turned in the one
/// after that, which is worth a file.
fn wins(running: &Running, name: &str) {
    let mut client = Client::join(running.address(), "hall", name);
    let seat = client.seat();
    client.receive_until("a podium with points", |client, _| {
        let points = client.mirror().player(seat).map(|it| it.player.points);
        let podium = client.mirror().phase() == Some(Phase::Podium);
        (podium && points > Some(0)).then_some(())
    });
    let round = client.mirror().now().map(|(round, _)| round);
    client.receive_until("the next round", |client, _| {
        (client.mirror().now().map(|(round, _)| round) != round).then_some(())
    });
    client.turn(Dir::Up);
    client.turn(Dir::Left);
    client.receive_until("its end", |client, _| {
        (client.mirror().phase() == Some(Phase::Podium)).then_some(())
    });
}

fn on_the_board(running: &Running, name: &str) -> bool {
    let board = ask_json(running.address(), "/api/leaderboard?room=hall");
    let ever = board["ever"].as_array().expect("a board");
    ever.iter().any(|score| score["name"] == name)
}

/// While nothing can be written the game goes on, and what is lost is counted; then it is as
/// before.
fn loses_and_heals(running: &Running, fill: impl FnOnce(), free: impl FnOnce()) {
    wins(running, "ann");
    wait_until("ann is on the board", || on_the_board(running, "ann"));
    assert_eq!(running.number("/results/failed"), 0);
    fill();
    wins(running, "bob");
    wait_until("what could not be stored is counted", || {
        running.number("/results/failed") >= 1
    });
    wait_until("and said, through a pipe of its own", || {
        running.stderr().contains("a result could not be stored")
    });
    assert!(on_the_board(running, "ann"), "what was there stays there");
    free();
    wins(running, "cho");
    wait_until("cho is on the board", || on_the_board(running, "cho"));
    assert!(
        !running.stderr().contains("panicked"),
        "{}",
        running.stderr()
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_scores_and_not_the_game() {
    let folder = Folder::new();
    let data = folder.path().to_str().expect("a path");
    let alone = ["unshare", "--map-root-user", "--mount"];
    let small = "mount -t tmpfs -o size=3m tmpfs \"$0\" && exec \"$@\"";
    let may = Command::new(alone[0])
        .args(&alone[1..])
        .args(["sh", "-c", small, data, "true"])
        .output();
    if !may.is_ok_and(|it| it.status.success()) {
        skipped::skip("no small disk can be mounted here");
        return;
    }
    let first = [&alone[..], &["sh", "-c", small, data]].concat();
    let running = Running::behind(&first, folder.path(), &SHORT);
    // The small disk is seen by that program alone, and by whoever goes through its door in /proc.
    let inside = PathBuf::from(format!("/proc/{}/root{data}", running.pid()));
    let ballast = inside.join("ballast");
    loses_and_heals(
        &running,
        || fill_up(&ballast),
        || fs::remove_file(&ballast).expect("it is there"),
    );
}

/// Until not one byte more fits.
fn fill_up(ballast: &Path) {
    let mut file = fs::File::create(ballast).expect("there is place for a name");
    while file.write_all(&[1; 4096]).is_ok() {}
    while file.write_all(&[1]).is_ok() {}
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_files_costs_scores_and_not_the_game() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let folder = Folder::new();
    // Whoever writes beyond the limit is sent a signal that ends it, unless it is ignored; then the
    // write fails.
    let first = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"];
    let running = Running::behind(&first, folder.path(), &SHORT);
    let pid = Pid::from_raw(running.pid() as i32);
    let files = |current| {
        let maximum = None;
        prlimit(pid, Resource::Fsize, Rlimit { current, maximum }).expect("it runs");
    };
    loses_and_heals(&running, || files(Some(0)), || files(None));
}
