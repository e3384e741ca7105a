//! The presenter kills the game's server, and the connections of its players stay open.
#![cfg(target_os = "linux")]

use crate::{
    game, ports,
    stage::{Stage, build, phones, presenter::Presenter},
};
use serde_json::Value;
use std::{io::ErrorKind, net::TcpStream, thread, time::Duration};
use tungstenite::{Error, Message, WebSocket};

/// The stage ignores another kill within this time; `src/stage/demos.rs` has it.
const KILL_PAUSE: Duration = Duration::from_secs(3);

const CRASH: &str = r#"["crash","08-snack-game"]"#;

/// Reads `more` further states of the game.
fn read(phone: &mut WebSocket<TcpStream>, mut more: usize) {
    while more > 0 {
        match phones::read(phone) {
            Ok(Message::Binary(_)) => more -= 1,
            Ok(Message::Close(why)) => panic!("closed: {why:?}"),
            Ok(_) => {}
            Err(error) => panic!("disconnected: {error}"),
        }
    }
}

/// Reads what has come already.
fn discard(phone: &mut WebSocket<TcpStream>) {
    phone.get_ref().set_nonblocking(true).expect("a socket");
    loop {
        match phones::read(phone) {
            Ok(Message::Close(why)) => panic!("closed: {why:?}"),
            Ok(_) => {}
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("disconnected: {error}"),
        }
    }
    phone.get_ref().set_nonblocking(false).expect("a socket");
}

#[test]
fn connections_survive_two_kills_of_the_games_server() {
    let _port = ports::reserve(8);
    build("08-snack-game");
    let stage = Stage::open(&[]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(r#"["start","08-snack-game"]"#);
    // The projector waits for this, too, before it loads the game's page.
    presenter.wait_for("the game listens", |state| {
        state["demos"]["08-snack-game"]["listens"] == true
    });
    let mut phone = game::watch().expect("the game listens");
    read(&mut phone, 10);
    for times in 1..=2 {
        presenter.send(CRASH);
        presenter.wait_for("a killed server", |state| {
            state["demos"]["08-snack-game"]["killed"] == times
        });
        discard(&mut phone);
        // From here on the stage's pause is over before this one.
        thread::sleep(KILL_PAUSE);
        // These are seconds of the game, so they come from the next server.
        read(&mut phone, 40);
    }
    let state = presenter.wait_for("a state", |_| true);
    assert_eq!(state["demos"]["08-snack-game"]["status"], "running");
    // The state has the output of a demo only while its slide is shown.
    let has_lines = |state: &Value| {
        let lines = state["demos"]["08-snack-game"]["lines"].as_array();
        lines.is_some_and(|lines| !lines.is_empty())
    };
    let is_shown = (0..200).any(|slide| {
        presenter.send(&format!(r#"["go",{slide},0]"#));
        has_lines(&presenter.wait_for("the slide", |state| state["slide"] == slide))
    });
    assert!(is_shown, "no slide has the game");
    let count = |state: &Value, what: &str| {
        let lines = state["demos"]["08-snack-game"]["lines"].as_array();
        let lines = lines.into_iter().flatten().filter_map(Value::as_str);
        lines.filter(|line| line.contains(what)).count()
    };
    // The game does not wait for its log, so its last lines may come later.
    let state = presenter.wait_for("both deaths in the log", |state| {
        count(state, "the worker died") >= 2
    });
    assert_eq!(count(&state, "the worker died"), 2, "{state}");
    assert_eq!(count(&state, "{"), 0, "the log is not JSON: {state}");
}

#[test]
fn only_a_running_game_can_be_killed() {
    let stage = Stage::open(&[]);
    let mut presenter = Presenter::connect(&stage);
    presenter.send(CRASH);
    presenter.send(r#"["crash","01-deadlock"]"#);
    presenter.send(r#"["crash","rm -rf /"]"#);
    presenter.send(r#"["go",4,0]"#);
    let state = presenter.wait_for("the stage still serves", |state| state["slide"] == 4);
    assert_eq!(state["demos"], serde_json::json!({}));
}
