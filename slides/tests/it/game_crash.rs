//! The presenter kills the game's server, and the connections of its players stay open.
#![cfg(target_os = "linux")]

use crate::{
    game, ports,
    stage::{Stage, build, presenter::Presenter},
};
use std::{
    net::TcpStream,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket};

const SOON: Duration = Duration::from_secs(60);

const CRASH: &str = r#"["crash","08-snack-game"]"#;

/// Reads `more` further states of the game.
fn read(phone: &mut WebSocket<TcpStream>, mut more: usize) {
    while more > 0 {
        match phone.read() {
            Ok(Message::Binary(_)) => more -= 1,
            Ok(Message::Close(why)) => panic!("closed: {why:?}"),
            Ok(_) => {}
            Err(error) => panic!("disconnected: {error}"),
        }
    }
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
        // The stage ignores a second kill within three seconds, because the supervisor would give
        // up on the server.
        let end = Instant::now() + SOON;
        let mut killed = 0;
        while killed < times {
            assert!(Instant::now() < end, "not killed {times} times");
            presenter.send(CRASH);
            let asked = Instant::now();
            let state = presenter.wait_for("an answer", |state| {
                state["demos"]["08-snack-game"]["killed"] == times
                    || asked.elapsed() > Duration::from_millis(700)
            });
            killed = state["demos"]["08-snack-game"]["killed"]
                .as_u64()
                .unwrap_or(0);
            read(&mut phone, 1);
        }
        // These are seconds of the game, so they come from the next server.
        read(&mut phone, 40);
    }
    let state = presenter.wait_for("a state", |_| true);
    assert_eq!(state["demos"]["08-snack-game"]["status"], "running");
    // The state has the output of a demo only while its slide is shown.
    let lines = (0..200).find_map(|slide| {
        presenter.send(&format!(r#"["go",{slide},0]"#));
        let state = presenter.wait_for("the slide", |state| state["slide"] == slide);
        let lines = state["demos"]["08-snack-game"]["lines"].as_array()?;
        (!lines.is_empty()).then(|| lines.clone())
    });
    let lines = lines.expect("a slide with the game");
    let lines: Vec<_> = lines.iter().filter_map(|line| line.as_str()).collect();
    let count = |what: &str| lines.iter().filter(|line| line.contains(what)).count();
    assert_eq!(count("the worker died"), 2, "{lines:?}");
    assert_eq!(count("{"), 0, "the log is not JSON: {lines:?}");
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
