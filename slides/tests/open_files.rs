//! More connections than the process may have open files: the presenter stays in charge, and phones
//! are refused in a sentence.
#![cfg(target_os = "linux")]

mod stage;

use stage::{Stage, built, presenter::Desk};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

/// One test at a time: a demo has one port.
static TURN: Mutex<()> = Mutex::new(());

const DEMO: &str = "06-actor --slow 3";

/// Phones that fit under 256 open files; `src/capacity.rs` says why.
const FIT: usize = 96;

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, SOON).expect("the kernel takes it");
    stream.set_read_timeout(Some(SOON)).expect("a bound");
    stream
}

/// A phone that asks to follow, and does not wait for the answer.
fn follows(address: SocketAddr) -> TcpStream {
    let mut stream = connect(address);
    let request = format!(
        "GET /live HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a request");
    stream
}

/// What became of a phone so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Waiting,
    Following,
    Refused,
}

/// Reads what a phone was sent, without waiting.
fn look(stream: &mut TcpStream, heard: &mut Vec<u8>) -> Became {
    stream.set_nonblocking(true).expect("a socket");
    let mut piece = [0; 4096];
    let ended = loop {
        match stream.read(&mut piece) {
            Ok(0) => break true,
            Ok(read) => heard.extend_from_slice(&piece[..read]),
            Err(error) => break error.kind() != ErrorKind::WouldBlock,
        }
    };
    let heard = String::from_utf8_lossy(heard);
    match (heard.contains("\"slide\":"), ended) {
        (_, true) => {
            assert!(
                heard.contains("503 Service Unavailable") && heard.contains("Try again")
                    || heard.contains("too many phones"),
                "closed without a sentence: {heard:?}"
            );
            Became::Refused
        }
        (true, false) => Became::Following,
        (false, false) => Became::Waiting,
    }
}

/// The pages open, the controls work, and a demo starts.
fn the_presenter_is_in_charge(stage: &Stage) {
    for path in [
        "/",
        "/speaker",
        "/deck/en",
        "/web/projector.js",
        "/qr/follow",
    ] {
        let address = stage.address();
        let mut stream = connect(address);
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    let mut desk = Desk::at(stage);
    desk.wish(&format!(r#"["start","{DEMO}"]"#));
    desk.until("the demo runs", |state| {
        let demo = &state["demos"][DEMO];
        demo["status"] == "running" && demo["listens"] == true
    });
    desk.wish(&format!(r#"["stop","{DEMO}"]"#));
    desk.until("the demo is stopped", |state| {
        state["demos"][DEMO]["status"] == "stopped"
    });
}

#[test]
fn four_hundred_phones_under_256_open_files_leave_the_presenter_in_charge() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    descriptors::raise();
    built("06-actor");
    let stage = Stage::open_under(256, &["--phones", "0"]);
    assert!(
        stage
            .line("phones fit")
            .contains(&format!("{FIT} phones fit"))
    );
    let address = stage.phones();
    let mut phones: Vec<_> = (0..400).map(|_| (follows(address), Vec::new())).collect();
    the_presenter_is_in_charge(&stage);
    let end = Instant::now() + SOON;
    loop {
        let became: Vec<Became> = phones
            .iter_mut()
            .map(|(stream, heard)| look(stream, heard))
            .collect();
        let count = |what| became.iter().filter(|&&it| it == what).count();
        if count(Became::Waiting) == 0 {
            assert_eq!(count(Became::Following), FIT);
            break;
        }
        assert!(
            Instant::now() < end,
            "{} phones have no answer",
            count(Became::Waiting)
        );
        thread::sleep(Duration::from_millis(20));
    }
    the_presenter_is_in_charge(&stage);
    let told = stage.stderr();
    assert_eq!(told.matches("phones are refused").count(), 1, "{told}");
    assert!(told.contains("ulimit -n 4096"), "{told}");
    drop(phones);
    // Their places are free again.
    let end = Instant::now() + SOON;
    loop {
        let (mut late, mut heard) = (follows(address), Vec::new());
        let mut became = Became::Waiting;
        while became == Became::Waiting && Instant::now() < end {
            thread::sleep(Duration::from_millis(20));
            became = look(&mut late, &mut heard);
        }
        if became == Became::Following {
            break;
        }
        assert!(Instant::now() < end, "no place is given back");
    }
}

#[test]
fn four_hundred_half_requests_under_256_open_files_end_and_leave_the_presenter_in_charge() {
    half_requests(256, 400);
}

#[test]
fn eleven_hundred_half_requests_under_1024_open_files_end_and_leave_the_presenter_in_charge() {
    half_requests(1_024, 1_100);
}

/// So many connections that say half of what they want, and nothing more.
#[track_caller]
fn half_requests(files: u32, many: usize) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    descriptors::raise();
    built("06-actor");
    let stage = Stage::open_under(files, &["--phones", "0"]);
    let address = stage.phones();
    let mut halves: Vec<TcpStream> = (0..many)
        .map(|_| {
            let mut stream = connect(address);
            stream.write_all(b"GET / HTTP/1.1\r\nHost: ").expect("half");
            stream
        })
        .collect();
    the_presenter_is_in_charge(&stage);
    for half in &mut halves {
        let mut rest = Vec::new();
        match half.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("half a request is still open: {error}"),
        }
    }
    the_presenter_is_in_charge(&stage);
}
