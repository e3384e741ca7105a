//! However a stage ends, by Ctrl-C or killed, it takes its demos along; and a game says goodbye.
#![cfg(unix)]

mod stage;

use stage::built;
use std::{
    io::{BufRead, BufReader, Read},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket, client, client::IntoClientRequest, http::HeaderValue};

const SOON: Duration = Duration::from_secs(60);

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
    }
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + SOON;
    while !is() {
        assert!(Instant::now() < end, "not after {SOON:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn connect(address: SocketAddr, token: &str) -> WebSocket<TcpStream> {
    let stream = TcpStream::connect(address).expect("the stage listens");
    stream.set_read_timeout(Some(SOON)).expect("a bound");
    let (mut socket, _) = client(format!("ws://{address}/control"), stream).expect("a socket");
    socket.send(Message::text(token)).expect("the word");
    socket
}

/// A stage, what it says, and a socket to its controls.
fn opened(more: &[&str]) -> (Killed, BufReader<ChildStdout>, WebSocket<TcpStream>) {
    let child = Command::new(env!("CARGO_BIN_EXE_slides"))
        .args(["--listen", "127.0.0.1:0"])
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    let mut stage = Killed(child.expect("the stage starts"));
    let mut said = BufReader::new(stage.0.stdout.take().expect("piped"));
    let mut word = |before: &str| loop {
        let mut line = String::new();
        assert!(
            said.read_line(&mut line).expect("a line") > 0,
            "nothing with {before:?}"
        );
        if let Some((_, after)) = line.split_once(before) {
            return after.trim().to_owned();
        }
    };
    let address: SocketAddr = word("listening on ").parse().expect("an address");
    let token = word("#token=");
    word("Ctrl-C ends");
    (stage, said, connect(address, &token))
}

fn wish(socket: &mut WebSocket<TcpStream>, wishes: &[&str]) {
    for wish in wishes {
        socket.send(Message::text(*wish)).expect("a wish");
    }
}

fn until_it_says(socket: &mut WebSocket<TcpStream>, words: &str) {
    until(words, || {
        let state = socket.read().expect("a state");
        state.to_text().is_ok_and(|it| it.contains(words))
    });
}

const DECK: [&str; 2] = ["--deck", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deck")];

/// Both tests want step 1's port.
static PORT_7001: Mutex<()> = Mutex::new(());

fn taken() -> bool {
    TcpListener::bind("127.0.0.1:7001").is_err()
}

#[test]
fn ctrl_c_ends_the_stage_and_the_demo_that_it_started() {
    let _mine = PORT_7001.lock();
    built("01-deadlock");
    let (mut stage, mut said, mut socket) = opened(&DECK);
    wish(
        &mut socket,
        &[r#"["go",1,0]"#, r#"["start","01-deadlock"]"#],
    );
    until_it_says(&mut socket, "listening on 127.0.0.1:7001");
    assert!(taken(), "the demo listens");
    let signal = Command::new("kill")
        .args(["-INT", &stage.0.id().to_string()])
        .status();
    assert!(signal.expect("kill is here").success());
    until("the stage has ended", || {
        stage.0.try_wait().expect("a child").is_some()
    });
    assert_eq!(stage.0.wait().expect("a child").code(), Some(0));
    let mut last = String::new();
    said.read_to_string(&mut last).expect("its last words");
    assert!(last.contains("Every demo has ended"), "{last}");
    until("the demo's port is free", || !taken());
}

#[test]
fn a_stage_that_is_killed_leaves_no_demo_behind() {
    let _mine = PORT_7001.lock();
    built("01-deadlock");
    let (mut stage, _said, mut socket) = opened(&DECK);
    wish(
        &mut socket,
        &[r#"["go",1,0]"#, r#"["start","01-deadlock"]"#],
    );
    until_it_says(&mut socket, "listening on 127.0.0.1:7001");
    assert!(taken(), "the demo listens");
    stage.0.kill().expect("it runs");
    stage.0.wait().expect("it was killed");
    until("the demo's port is free", || !taken());
}

#[test]
fn a_game_that_is_stopped_tells_whoever_watches_that_it_restarts() {
    built("08-snack-game");
    let (_stage, _said, mut socket) = opened(&[]);
    wish(&mut socket, &[r#"["start","08-snack-game"]"#]);
    until_it_says(&mut socket, r#""status":"running""#);
    let mut player = None;
    until("the game listens", || {
        player = TcpStream::connect("127.0.0.1:7008").ok();
        player.is_some()
    });
    let stream = player.expect("connected");
    stream.set_read_timeout(Some(SOON)).expect("a bound");
    let mut asks = "ws://127.0.0.1:7008/ws/room-1"
        .into_client_request()
        .expect("an address");
    asks.headers_mut().insert(
        "sec-websocket-protocol",
        HeaderValue::from_static("snack-rush.v1"),
    );
    let (mut player, _) = client(asks, stream).expect("a socket");
    player
        .send(Message::binary(vec![0x03]))
        .expect("it watches");
    until("it sees the game", || {
        player.read().is_ok_and(|it| it.is_binary())
    });
    wish(&mut socket, &[r#"["stop","08-snack-game"]"#]);
    let mut why = None;
    until("goodbye", || match player.read() {
        Ok(Message::Close(close)) => {
            why = close.map(|it| u16::from(it.code));
            true
        }
        Ok(_) => false,
        Err(error) => panic!("no goodbye: {error}"),
    });
    assert_eq!(why, Some(1012));
}
