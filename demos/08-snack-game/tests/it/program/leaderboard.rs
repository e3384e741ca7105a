//! The leaderboard: it survives a kill, and contains no bots.

use crate::{
    common::{Client, Folder, ask_json, wait_until},
    program::running::start,
};
use rush::wire::ToServer;
use std::net::SocketAddr;

/// Plays a round, returns the points on the podium, and leaves. A kept seat would play on and
/// change the leaderboard.
fn play_a_round(address: SocketAddr) -> u64 {
    let mut ann = Client::join(address, "hall", "ann");
    ann.receive_until("the podium", |ann, _| {
        (ann.mirror().phase() == Some(rush::Phase::Podium)).then_some(())
    });
    let seat = ann.seat();
    let points = ann.mirror().player(seat).expect("seated").player.points;
    ann.send(&ToServer::Leave);
    assert_eq!(ann.receive_close().0, 1000);
    u64::from(points)
}

#[test]
fn the_leaderboard_survives_a_kill() {
    let folder = Folder::new();
    let mut best = 0;
    // The player moves straight on through snacks by chance: some round has points.
    let server = start(
        folder.path(),
        &["--round-seconds", "4", "--podium-seconds", "1"],
    );
    while best == 0 {
        best = play_a_round(server.address());
    }
    let shown = |address| ask_json(address, "/api/leaderboard?room=hall")["ever"].clone();
    let mut before = serde_json::Value::Null;
    wait_until("the leaderboard shows the points", || {
        before = shown(server.address());
        before[0]["points"] == best
    });
    drop(server); // Killed with SIGKILL.
    let server = start(folder.path(), &[]);
    assert_eq!(shown(server.address()), before);
}

#[test]
fn bots_are_on_the_podium_and_not_on_the_leaderboard() {
    let folder = Folder::new();
    let server = start(
        folder.path(),
        &[
            "--bots",
            "12",
            "--round-seconds",
            "4",
            "--podium-seconds",
            "1",
        ],
    );
    let mut ann = Client::join(server.address(), "room-1", "ann");
    let seat = ann.seat();
    ann.receive_until("ann and a bot have points on a podium", |ann, _| {
        let won = |theirs: bool| {
            let mut players = ann.mirror().players();
            players.any(|it| it.player.points > 0 && (it.seat == seat) == theirs)
        };
        let podium = ann.mirror().phase() == Some(rush::Phase::Podium);
        (podium && won(true) && won(false)).then_some(())
    });
    let mut board = serde_json::Value::Null;
    wait_until("the leaderboard shows ann", || {
        board = ask_json(server.address(), "/api/leaderboard");
        board["ever"][0]["name"] == "ann"
    });
    assert_eq!(board["ever"].as_array().map(Vec::len), Some(1), "{board}");
}
