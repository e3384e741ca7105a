//! Ctrl-C: the stage ends in order, and takes its demos along.
#![cfg(unix)]

use std::{
    io::{BufRead, BufReader, Read},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket, client};

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

#[test]
fn ctrl_c_ends_the_stage_and_the_demo_that_it_started() {
    let deck = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deck");
    let child = Command::new(env!("CARGO_BIN_EXE_slides"))
        .args(["--listen", "127.0.0.1:0", "--deck", deck])
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
    let mut socket = connect(address, &token);
    for wish in [r#"["go",1,0]"#, r#"["start","01-deadlock"]"#] {
        socket.send(Message::text(wish)).expect("a wish");
    }
    until("the demo runs", || {
        let state = socket.read().expect("a state");
        state
            .to_text()
            .is_ok_and(|it| it.contains("listening on 127.0.0.1:7001"))
    });
    let taken = || TcpListener::bind("127.0.0.1:7001").is_err();
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
