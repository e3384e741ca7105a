//! When a stage ends, by Ctrl-C or killed, its demos end, too; and a game closes its connections.
#![cfg(unix)]

use crate::{
    game, ports,
    stage::{Stage, build, presenter::Presenter},
};
use std::{
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};
use tungstenite::Message;

const SOON: Duration = Duration::from_secs(60);

fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + SOON;
    while !is() {
        assert!(Instant::now() < end, "not after {SOON:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn is_taken() -> bool {
    TcpListener::bind("127.0.0.1:7001").is_err()
}

/// A stage on which step 1 listens.
fn with_step_1() -> Stage {
    build("01-deadlock");
    let stage = Stage::small(&[]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["go",1,0]"#);
    presenter.send(r#"["start","01-deadlock"]"#);
    presenter.wait_for("step 1 listens", |state| {
        let lines = state["demos"]["01-deadlock"]["lines"].to_string();
        lines.contains("listening on 127.0.0.1:7001")
    });
    assert!(is_taken(), "the demo listens");
    stage
}

#[test]
fn ctrl_c_ends_the_stage_and_its_demo() {
    let _port = ports::reserve(1);
    let last = with_step_1().end("-INT");
    assert!(last.contains("Every demo has ended"), "{last}");
    wait_until("the demo's port is free", || !is_taken());
}

#[test]
fn the_demo_of_a_stage_that_is_killed_ends() {
    let _port = ports::reserve(1);
    drop(with_step_1());
    wait_until("the demo's port is free", || !is_taken());
}

#[test]
fn a_game_that_is_stopped_closes_its_connections_with_1012() {
    let _port = ports::reserve(8);
    build("08-snack-game");
    let stage = Stage::open(&[]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["start","08-snack-game"]"#);
    presenter.wait_for("the game runs", |state| {
        state["demos"]["08-snack-game"]["status"] == "running"
    });
    let mut player = None;
    wait_until("the game listens", || {
        player = game::watch();
        player.is_some()
    });
    let mut player = player.expect("connected");
    wait_until("the phone receives the game", || {
        player.read().is_ok_and(|it| it.is_binary())
    });
    presenter.send(r#"["stop","08-snack-game"]"#);
    let mut code = None;
    wait_until("a Close frame", || match player.read() {
        Ok(Message::Close(close)) => {
            code = close.map(|it| u16::from(it.code));
            true
        }
        Ok(_) => false,
        Err(error) => panic!("no Close frame: {error}"),
    });
    assert_eq!(code, Some(1012));
}
