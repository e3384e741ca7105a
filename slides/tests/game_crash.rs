//! The presenter kills the game's server in front of everybody, and whoever watches sees no more
//! than the next tick.
#![cfg(target_os = "linux")]

mod stage;

use stage::{Stage, built, presenter::Desk};
use std::{
    net::TcpStream,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket, client, client::IntoClientRequest, http::HeaderValue};

const SOON: Duration = Duration::from_secs(60);

const CRASH: &str = r#"["crash","08-snack-game"]"#;

/// A phone in the game's first room.
fn watches() -> WebSocket<TcpStream> {
    let stream = TcpStream::connect("127.0.0.1:7008").expect("it has said that it listens");
    stream.set_read_timeout(Some(SOON)).expect("a bound");
    let asks = "ws://127.0.0.1:7008/ws/room-1".into_client_request();
    let mut asks = asks.expect("an address");
    let protocol = HeaderValue::from_static("snack-rush.v1");
    asks.headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let (mut phone, _) = client(asks, stream).expect("a socket");
    phone.send(Message::binary(vec![0x03])).expect("it watches");
    phone
}

/// So many pictures of the game more, through the same socket.
fn sees(phone: &mut WebSocket<TcpStream>, mut more: usize) {
    while more > 0 {
        match phone.read() {
            Ok(Message::Binary(_)) => more -= 1,
            Ok(Message::Close(why)) => panic!("closed: {why:?}"),
            Ok(_) => {}
            Err(error) => panic!("cut: {error}"),
        }
    }
}

#[test]
fn the_games_server_is_killed_twice_and_no_line_breaks() {
    built("08-snack-game");
    let stage = Stage::open(&[]);
    let mut desk = Desk::at(&stage);
    desk.wish(r#"["start","08-snack-game"]"#);
    // As the projector does, before it asks for the hall's picture.
    desk.until("the game listens", |state| {
        state["demos"]["08-snack-game"]["listens"] == true
    });
    let mut phone = watches();
    sees(&mut phone, 10);
    for times in 1..=2 {
        // The stage does not hear it again within three seconds: a keeper would take that for a
        // program that cannot live.
        let end = Instant::now() + SOON;
        let mut killed = 0;
        while killed < times {
            assert!(Instant::now() < end, "not killed {times} times");
            desk.wish(CRASH);
            let wanted = Instant::now();
            let state = desk.until("an answer", |state| {
                state["demos"]["08-snack-game"]["killed"] == times
                    || wanted.elapsed() > Duration::from_millis(700)
            });
            killed = state["demos"]["08-snack-game"]["killed"]
                .as_u64()
                .unwrap_or(0);
            // A reader, all the time.
            sees(&mut phone, 1);
        }
        // Seconds of the game: what the killed one had sent is long read.
        sees(&mut phone, 40);
    }
    let state = desk.until("a state", |_| true);
    assert_eq!(state["demos"]["08-snack-game"]["status"], "running");
    // The stage tells what a demo said where a slide has it.
    let lines = (0..200).find_map(|slide| {
        desk.wish(&format!(r#"["go",{slide},0]"#));
        let state = desk.until("the slide", |state| state["slide"] == slide);
        let lines = state["demos"]["08-snack-game"]["lines"].as_array()?;
        (!lines.is_empty()).then(|| lines.clone())
    });
    let lines = lines.expect("a slide with the game");
    let lines: Vec<_> = lines.iter().filter_map(|line| line.as_str()).collect();
    let said = |what: &str| lines.iter().filter(|line| line.contains(what)).count();
    assert_eq!(said("the worker died"), 2, "what a speaker sees: {lines:?}");
    assert_eq!(said("{"), 0, "in sentences: {lines:?}");
}

#[test]
fn nothing_but_a_game_that_runs_is_killed() {
    let stage = Stage::open(&[]);
    let mut desk = Desk::at(&stage);
    desk.wish(CRASH);
    desk.wish(r#"["crash","01-deadlock"]"#);
    desk.wish(r#"["crash","rm -rf /"]"#);
    desk.wish(r#"["go",4,0]"#);
    let state = desk.until("it goes on", |state| state["slide"] == 4);
    assert_eq!(state["demos"], serde_json::json!({}));
}
