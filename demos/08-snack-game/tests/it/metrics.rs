//! What Prometheus is told: the format, the names, and counters that go on after a restart.

use crate::common::{Client, Folder, Game, Samples, ask, wait_until, wait_until_seen};
use demo_08_snack_game::options::Options;
use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

/// Runs `promtool` with this input. `None` if it is not installed: the test is skipped.
pub(crate) fn promtool(args: &[&str], input: &str) -> Option<String> {
    let child = Command::new("promtool")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skipped::skip(
            "no promtool here: install Prometheus (Debian: apt-get install prometheus), and its service may stay off",
        );
        return None;
    };
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "promtool {args:?}: {said}");
    Some(said)
}

#[test]
fn prometheus_accepts_every_metric_in_both_formats() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    let _watcher = Client::watch(game.address, "hall");
    Client::join(game.address, "hall", "bob").disconnect();
    ask(game.address, "/ws/NO", "");
    ann.receive_ticks(25);
    // What is counted by its cause appears when it is counted first.
    wait_until("the end of bob's connection is counted", || {
        let (_, answer) = ask(game.address, "/metrics", "");
        answer.contains("snack_rush_ends_total{")
    });
    let (status, answer) = ask(game.address, "/metrics", "");
    let (head, text) = answer.split_once("\r\n\r\n").expect("a body");
    assert_eq!(status, 200);
    assert!(
        head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"),
        "{head}"
    );
    let said = promtool(&["check", "metrics"], text);
    assert_eq!(said.unwrap_or_default(), "", "promtool has no complaint");
    // A metric begins with its help, which is a sentence, and its type.
    let help: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("# HELP "))
        .collect();
    let kinds = text
        .lines()
        .filter(|line| line.starts_with("# TYPE "))
        .count();
    assert_eq!(help.len(), kinds);
    for line in &help {
        let sentence = line.splitn(4, ' ').nth(3).unwrap_or_default();
        assert!(sentence.ends_with('.') && sentence.contains(' '), "{line}");
    }
    let accept = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n";
    let (_, answer) = ask(game.address, "/metrics", accept);
    let (head, open) = answer.split_once("\r\n\r\n").expect("a body");
    assert!(
        head.contains("content-type: application/openmetrics-text; version=1.0.0"),
        "{head}"
    );
    assert!(open.ends_with("# EOF\n"), "{open}");
    let (text, open) = (Samples::parse(text), Samples::parse(open));
    assert!(text.0.keys().eq(open.0.keys()), "the same samples in both");
    open.not_below(&text);
}

#[test]
fn each_connection_is_in_one_state_and_each_seat_is_counted() {
    let game = Game::with(|options| options.max_players = 50);
    let mut ann = Client::join(game.address, "hall", "ann");
    let _watcher = Client::watch(game.address, "hall");
    let _joining = Client::connect(game.address, "hall");
    Client::join(game.address, "hall", "bob").disconnect();
    ann.receive_ticks(25);
    // The one that speaks HTTP is the one that asks. A room publishes the states once a second.
    let states = ["http", "joining", "playing", "watching", "slow", "closing"];
    wait_until_seen("the states", [1.0, 1.0, 1.0, 1.0, 0.0, 0.0], || {
        let now = Samples::of(game.address);
        states.map(|state| now.get(&format!("snack_rush_connections{{state=\"{state}\"}}")))
    });
    let seats = [
        "players",
        "players_away",
        "players_max",
        "rooms",
        "draining",
    ];
    // The seat of bob, who has not played, is kept, but a new player would get it.
    wait_until_seen("the seats", [1.0, 1.0, 50.0, 1.0, 0.0], || {
        let now = Samples::of(game.address);
        seats.map(|name| now.get(&format!("snack_rush_{name}")))
    });
    let now = Samples::of(game.address);
    for name in ["tick_duration", "delivery"] {
        let count = now.get(&format!("snack_rush_{name}_seconds_count"));
        assert!(count >= 25.0, "{name}: {count}");
        let within = now.get(&format!("snack_rush_{name}_seconds_bucket{{le=\"+Inf\"}}"));
        assert_eq!(within, count, "{name}");
    }
    let version = env!("CARGO_PKG_VERSION");
    let build = now
        .0
        .keys()
        .find(|name| name.starts_with("snack_rush_build_info"));
    assert!(
        build.is_some_and(|it| it.contains(&format!("version=\"{version}\""))),
        "{build:?}"
    );
    for name in [
        "process_start_time_seconds",
        "snack_rush_start_time_seconds",
    ] {
        assert!(now.get(name) > 1_500_000_000.0, "{name}");
    }
}

#[test]
fn no_counter_falls_when_a_room_panics() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(15);
    let before = Samples::of(game.address);
    game.runtime.block_on(game.server().make_room_panic("hall"));
    assert_eq!(ann.receive_close().0, 1011);
    Samples::of(game.address).not_below(&before);
    wait_until_seen("the panic is counted", 1.0, || {
        Samples::of(game.address).get("snack_rush_room_panics_total")
    });
}

#[test]
fn counters_go_on_after_a_graceful_shutdown() {
    let folder = Folder::with_token();
    let on_folder = |options: &mut Options| {
        options.data = Some(folder.path().to_owned());
        options.drain = Duration::from_secs(1);
    };
    let mut game = Game::with(on_folder);
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(15);
    let before = Samples::of(game.address);
    let drained = game.drain();
    assert_eq!(ann.receive_close().0, 1012);
    drop(ann);
    game.runtime.block_on(drained).expect("it shuts down");
    drop(game);
    let game = Game::with(on_folder);
    let after = Samples::of(game.address);
    after.not_below(&before);
    assert_eq!(
        after.get("snack_rush_restarts_total{after=\"shutdown\"}"),
        1.0
    );
    assert_eq!(after.get("snack_rush_ends_total{code=\"1012\"}"), 1.0);
    let began = "snack_rush_start_time_seconds";
    assert_eq!(after.get(began), before.get(began), "the server began once");
    // A crash would lose what is counted from here on, so nothing of it may come back.
    wait_until("the counts are taken", || {
        !folder.path().join("counts-at-closing").exists()
    });
}
