//! When a stage ends, by Ctrl-C or killed, its demos end, too; and a game closes its connections.
#![cfg(unix)]

mod stage;

use stage::build;
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

/// Killed when dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _unless_it_ended = self.0.kill();
        let _unless_it_ended = self.0.wait();
    }
}

fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
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
    socket.send(Message::text(token)).expect("the token");
    socket
}

/// Starts a stage. Returns the process, its output, and a WebSocket for commands.
fn start(more: &[&str]) -> (Process, BufReader<ChildStdout>, WebSocket<TcpStream>) {
    let child = Command::new(env!("CARGO_BIN_EXE_slides"))
        .args(["--listen", "127.0.0.1:0"])
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    let mut stage = Process(child.expect("the stage starts"));
    let mut output = BufReader::new(stage.0.stdout.take().expect("piped"));
    let mut text_after = |before: &str| loop {
        let mut line = String::new();
        assert!(
            output.read_line(&mut line).expect("a line") > 0,
            "no line has {before:?}"
        );
        if let Some((_, after)) = line.split_once(before) {
            return after.trim().to_owned();
        }
    };
    let address: SocketAddr = text_after("listening on ").parse().expect("an address");
    let token = text_after("#token=");
    text_after("Ctrl-C ends");
    (stage, output, connect(address, &token))
}

fn send(socket: &mut WebSocket<TcpStream>, commands: &[&str]) {
    for command in commands {
        socket.send(Message::text(*command)).expect("a command");
    }
}

fn wait_for_state(socket: &mut WebSocket<TcpStream>, words: &str) {
    wait_until(words, || {
        let state = socket.read().expect("a state");
        state.to_text().is_ok_and(|it| it.contains(words))
    });
}

const DECK: [&str; 2] = ["--deck", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deck")];

/// The port of step 1, which two tests share.
static PORT_7001: Mutex<()> = Mutex::new(());

fn is_taken() -> bool {
    TcpListener::bind("127.0.0.1:7001").is_err()
}

#[test]
fn ctrl_c_ends_the_stage_and_its_demo() {
    let _guard = PORT_7001.lock();
    build("01-deadlock");
    let (mut stage, mut output, mut socket) = start(&DECK);
    send(
        &mut socket,
        &[r#"["go",1,0]"#, r#"["start","01-deadlock"]"#],
    );
    wait_for_state(&mut socket, "listening on 127.0.0.1:7001");
    assert!(is_taken(), "the demo listens");
    let signal = Command::new("kill")
        .args(["-INT", &stage.0.id().to_string()])
        .status();
    assert!(signal.expect("kill is here").success());
    wait_until("the stage has ended", || {
        stage.0.try_wait().expect("a child").is_some()
    });
    assert_eq!(stage.0.wait().expect("a child").code(), Some(0));
    let mut last = String::new();
    output.read_to_string(&mut last).expect("its last lines");
    assert!(last.contains("Every demo has ended"), "{last}");
    wait_until("the demo's port is free", || !is_taken());
}

#[test]
fn the_demo_of_a_stage_that_is_killed_ends() {
    let _guard = PORT_7001.lock();
    build("01-deadlock");
    let (mut stage, _output, mut socket) = start(&DECK);
    send(
        &mut socket,
        &[r#"["go",1,0]"#, r#"["start","01-deadlock"]"#],
    );
    wait_for_state(&mut socket, "listening on 127.0.0.1:7001");
    assert!(is_taken(), "the demo listens");
    stage.0.kill().expect("it runs");
    stage.0.wait().expect("it was killed");
    wait_until("the demo's port is free", || !is_taken());
}

#[test]
fn a_game_that_is_stopped_closes_its_connections_with_1012() {
    build("08-snack-game");
    let (_stage, _output, mut socket) = start(&[]);
    send(&mut socket, &[r#"["start","08-snack-game"]"#]);
    wait_for_state(&mut socket, r#""status":"running""#);
    let mut player = None;
    wait_until("the game listens", || {
        player = TcpStream::connect("127.0.0.1:7008").ok();
        player.is_some()
    });
    let stream = player.expect("connected");
    stream.set_read_timeout(Some(SOON)).expect("a bound");
    let mut request = "ws://127.0.0.1:7008/ws/room-1"
        .into_client_request()
        .expect("an address");
    request.headers_mut().insert(
        "sec-websocket-protocol",
        HeaderValue::from_static("snack-rush.v1"),
    );
    let (mut player, _) = client(request, stream).expect("a socket");
    player.send(Message::binary(vec![0x03])).expect("a message");
    wait_until("the phone receives the game", || {
        player.read().is_ok_and(|it| it.is_binary())
    });
    send(&mut socket, &[r#"["stop","08-snack-game"]"#]);
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
