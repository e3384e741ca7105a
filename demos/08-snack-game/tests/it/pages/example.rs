//! The example for those who write a client: it plays against the real server.

use std::collections::BTreeMap;

use browser::{Page, for_test, picture};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{
    common::{Client, ask_json, wait_until},
    pages::server::{SOON, TestServer, fine_except_connection_errors, open, url},
};

const SOURCE: &str = include_str!("../../../examples/client.js");

/// Turns towards the nearest snack, as a player would with the arrow keys.
const STEER: &str = r#"void setInterval(() => {
  const arena = client.arena, me = arena?.players?.get(client.seat);
  if (!me || client.turns.length > 0) return;
  const part = (to, from, size) => ((to - from + size * 1.5) % size) - size / 2;
  const way = (cell) => [part(cell % 256, me.cell % 256, arena.width), part(cell >> 8, me.cell >> 8, arena.height)];
  const far = ([x, y]) => Math.abs(x) + Math.abs(y);
  const [x, y] = [...arena.snacks.keys()].map(way).sort((a, b) => far(a) - far(b))[0];
  const dir = x !== 0 ? (x > 0 ? 1 : 3) : y > 0 ? 2 : 0;
  const key = ["ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"][dir];
  if (dir !== me.dir) dispatchEvent(new KeyboardEvent("keydown", { key }));
}, 20)"#;

/// What the page knows, in the form of [`known_to`].
const KNOWN: &str = r#"({
  now: [client.arena.round, client.arena.tick],
  players: [...client.arena.players].map(([seat, it]) => [seat, it.cell, it.dir, it.team, it.points, it.name]).sort((a, b) => a[0] - b[0]),
  snacks: [...client.arena.snacks].sort((a, b) => a[0] - b[0]),
})"#;

/// What a client of the tests knows, which checks each tick.
fn known_to(client: &Client) -> Value {
    let cell = |cell: rush::Cell| u32::from(cell.x) + 256 * u32::from(cell.y);
    let players = client.mirror().players().map(|it| {
        let player = it.player;
        json!([
            it.seat.0,
            cell(player.cell),
            player.dir as u8,
            player.team.number(),
            player.points,
            it.name.as_str()
        ])
    });
    let snacks = client.mirror().snacks();
    let snacks: BTreeMap<u32, u8> = snacks.map(|(at, kind)| (cell(at), kind as u8)).collect();
    json!({
        "now": client.mirror().now(),
        "players": players.collect::<Vec<_>>(),
        "snacks": snacks.into_iter().map(|it| json!(it)).collect::<Vec<_>>(),
    })
}

/// Compares what the page knows with what the server sends to a watcher of the same room.
#[track_caller]
fn agrees(page: &Page, server: &TestServer, room: &str) {
    let mut watcher = Client::watch(server.address(), room);
    let (mut known, mut now) = (Value::Null, None);
    wait_until("the page knows a tick that the watcher is sent", || {
        known = page.eval(KNOWN);
        let number = |at: usize| known["now"][at].as_u64().expect("a number") as u32;
        now = Some((number(0), number(1)));
        now > watcher.mirror().now()
    });
    let sent = watcher.receive_until("the page's tick", |watcher, _| {
        (watcher.mirror().now() >= now).then(|| known_to(watcher))
    });
    assert_eq!(known, sent);
}

#[track_caller]
fn points(page: &Page) -> u64 {
    let points = page.eval("client.arena?.players?.get(client.seat)?.points ?? 0");
    points.as_u64().expect("a number")
}

#[test]
fn the_example_plays_through_a_crash_and_a_restart_and_leaves() {
    assert!(SOURCE.lines().count() <= 150, "it is a small client");
    let Some(browser) = for_test("the example plays") else {
        return;
    };
    let options = ["--keep", "--round-seconds", "300", "--drain-seconds", "0"];
    let mut server = open(&[&options[..], &["--seconds", "300"]].concat());
    let page = browser.open(&url(server.address(), "/example"));
    page.wait_for("globalThis.client", SOON);
    page.tap("#join");
    page.wait_for("client.arena?.players?.has(client.seat)", SOON);
    let room = page.eval("decodeURI(client.url.pathname.split('/').pop())");
    let room = room.as_str().expect("a room").to_owned();
    page.eval(STEER);
    page.eval("void (globalThis.first = client.socket)");
    page.wait_for("client.arena.players.get(client.seat).points >= 3", SOON);
    agrees(&page, &server, &room);
    let (seat, before) = (page.eval("client.seat"), points(&page));

    // Killed with -9: the supervisor keeps the socket, and nothing is noticed.
    let printed = server.stdout();
    // `worker 4711 · kill -9 4711, …`, with more around it if the log is JSON.
    let numbers = printed.split("worker ").skip(1);
    let worker = numbers
        .filter_map(|it| it.split(' ').next()?.parse().ok())
        .next();
    let worker = Pid::from_raw(worker.expect("a worker")).expect("a process");
    kill_process(worker, Signal::KILL).expect("it runs");
    page.wait_for(
        &format!(
            "client.arena.players.get(client.seat).points >= {}",
            before + 3
        ),
        SOON,
    );
    assert_eq!(page.eval("client.socket === first"), json!(true));
    agrees(&page, &server, &room);
    page.screenshot(&picture("example"));

    // Shut down and started again: it takes its seat again, with its points and its turns.
    let before = points(&page);
    server.shut_down();
    page.wait_for(
        "!client.socket && client.status.includes('trying again')",
        SOON,
    );
    page.eval("void client.turn(0)");
    server.restart();
    page.wait_for(
        "client.status === 'playing' && client.turns.length === 0",
        SOON,
    );
    assert_eq!(page.eval("client.seat"), seat);
    assert!(points(&page) >= before, "its points are kept");
    page.wait_for(
        &format!(
            "client.arena.players.get(client.seat).points >= {}",
            before + 1
        ),
        SOON,
    );
    agrees(&page, &server, &room);

    page.tap("#leave");
    page.wait_for("client.status === 'left' && !client.socket", SOON);
    wait_until("the seat is free", || {
        ask_json(server.address(), "/api/xray")["players"] == json!(0)
    });
    fine_except_connection_errors(&page);
}
