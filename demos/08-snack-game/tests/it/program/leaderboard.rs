//! The leaderboard: it survives a kill, and contains no bots.

use crate::{
    common::{
        Client, Folder, ask_json,
        steering::{steer_until, win},
        wait_until,
    },
    program::running::start,
};
use rush::wire::ToServer;
use std::net::SocketAddr;

/// Plays until a podium shows points, returns them, and leaves. A kept seat would play on and
/// change the leaderboard.
fn play_a_round(address: SocketAddr) -> u64 {
    let mut ann = Client::join(address, "hall", "ann");
    let points = win(&mut ann);
    ann.send(&ToServer::Leave);
    assert_eq!(ann.receive_close().0, 1000);
    u64::from(points)
}

#[test]
fn the_leaderboard_survives_a_kill() {
    let folder = Folder::with_token();
    let server = start(
        folder.path(),
        &["--round-seconds", "1", "--podium-seconds", "1"],
    );
    let best = play_a_round(server.address());
    let shown = |address| ask_json(address, "/api/leaderboard?room=hall")["ever"].clone();
    let mut before = serde_json::Value::Null;
    // They are more if another round was over before the server read that ann leaves.
    wait_until("the leaderboard shows the points", || {
        before = shown(server.address());
        before[0]["points"].as_u64() >= Some(best)
    });
    drop(server); // Killed with SIGKILL.
    let server = start(folder.path(), &[]);
    let after = shown(server.address());
    assert_eq!(after[0]["name"], "ann", "{after}");
    let points = |board: &serde_json::Value| board[0]["points"].as_u64();
    assert!(points(&after) >= points(&before), "{before}, then {after}");
}

#[test]
fn bots_are_on_the_podium_and_not_on_the_leaderboard() {
    let folder = Folder::with_token();
    let server = start(
        folder.path(),
        &[
            "--bots",
            "12",
            "--round-seconds",
            "2",
            "--podium-seconds",
            "1",
        ],
    );
    let mut ann = Client::join(server.address(), "room-1", "ann");
    let seat = ann.seat();
    // Ann and a bot have points on a podium.
    steer_until(&mut ann, |ann| {
        let won = |theirs: bool| {
            let mut players = ann.mirror().players();
            players.any(|it| it.player.points > 0 && (it.seat == seat) == theirs)
        };
        let podium = ann.mirror().phase() == Some(rush::Phase::Podium);
        podium && won(true) && won(false)
    });
    let mut board = serde_json::Value::Null;
    wait_until("the leaderboard shows ann", || {
        board = ask_json(server.address(), "/api/leaderboard");
        board["ever"][0]["name"] == "ann"
    });
    assert_eq!(board["ever"].as_array().map(Vec::len), Some(1), "{board}");
}
