//! More connections than the process may have open files: the presenter's pages and demos still
//! work, and phones are refused with a reason.

use crate::ports;
use crate::stage::{
    Stage, build,
    phones::{frame, upgrade_request},
    presenter::Presenter,
};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(60);

const DEMO: &str = "06-actor --slow 3";

/// Phones that fit under 256 open files; `src/capacity.rs` says why.
const FIT: usize = 96;

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, SOON).expect("the kernel accepts it");
    stream.set_read_timeout(Some(SOON)).expect("a bound");
    stream
}

/// Sends a phone's request to follow over a new connection, and does not wait for the answer.
fn request_to_follow(address: SocketAddr) -> TcpStream {
    request_over(|| connect(address), address)
}

/// The time after which the stage may cut off a connection without a request, if it has too many.
/// `src/web/connections.rs` has it.
const SHORTEST_REFUSAL: Duration = Duration::from_millis(50);

/// Sends a phone's request to follow. If this test was slow between the connection and the request,
/// the stage need not answer; then it connects again.
#[track_caller]
fn request_over(connect: impl Fn() -> TcpStream, address: SocketAddr) -> TcpStream {
    let end = Instant::now() + SOON;
    loop {
        let began = Instant::now();
        let mut stream = connect();
        let request = upgrade_request(address, "/live");
        let sent = stream.write_all(request.as_bytes());
        if began.elapsed() < SHORTEST_REFUSAL {
            sent.expect("a request");
            return stream;
        }
        assert!(Instant::now() < end, "each request is too slow");
    }
}

/// Starts a stage with this limit of open files.
fn open_under(files: u32, more: &[&str]) -> Stage {
    let limit = format!("ulimit -n {files}; exec \"$@\"");
    let first = ["-c", &limit, "sh", env!("CARGO_BIN_EXE_slides")];
    Stage::open_as(Path::new("sh"), &[], &[&first, more].concat())
}

/// The first byte of a pong, which is also a sign of life that was not asked for.
const PONG: u8 = 0x8A;

/// The pause between two signs of life. The stage disconnects a phone that gives none for 50
/// seconds.
const SIGN: Duration = Duration::from_secs(5);

/// A phone, and what it has received.
struct Phone {
    stream: TcpStream,
    received: Vec<u8>,
    last_sign: Instant,
}

impl Phone {
    fn new(stream: TcpStream) -> Phone {
        Phone {
            stream,
            received: Vec::new(),
            last_sign: Instant::now(),
        }
    }
}

/// The state of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Following,
    Refused,
}

/// Reads what a phone has received, without waiting.
#[track_caller]
fn check(phone: &mut Phone) -> State {
    let mut stream = &phone.stream;
    stream.set_nonblocking(true).expect("a socket");
    let mut piece = [0; 4096];
    let ended = loop {
        match stream.read(&mut piece) {
            Ok(0) => break true,
            Ok(read) => phone.received.extend_from_slice(&piece[..read]),
            Err(error) => break error.kind() != ErrorKind::WouldBlock,
        }
    };
    let text = String::from_utf8_lossy(&phone.received);
    match (text.contains("\"slide\":"), ended) {
        (_, true) => {
            assert!(
                text.contains("503 Service Unavailable") && text.contains("Try again")
                    || text.contains("too many phones"),
                "closed without a reason: {text:?}"
            );
            State::Refused
        }
        (true, false) => {
            if phone.last_sign.elapsed() > SIGN {
                phone.last_sign = Instant::now();
                let pong = frame(PONG, b"");
                stream.set_nonblocking(false).expect("a socket");
                let _unless_it_ended = (&phone.stream).write_all(&pong);
            }
            State::Following
        }
        (false, false) => State::Waiting,
    }
}

/// Checks that the presenter's pages open, commands work and a demo starts. Its port is reserved.
fn check_presenter(stage: &Stage) {
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
    let mut presenter = Presenter::connect(stage);
    presenter.send(&format!(r#"["start","{DEMO}"]"#));
    presenter.wait_for("the demo runs", |state| {
        let demo = &state["demos"][DEMO];
        demo["status"] == "running" && demo["listens"] == true
    });
    presenter.send(&format!(r#"["stop","{DEMO}"]"#));
    // On a busy machine it may have ended before.
    presenter.wait_for("the demo is stopped", |state| {
        !["building", "running"].contains(&state["demos"][DEMO]["status"].as_str().unwrap_or(""))
    });
}

#[test]
fn with_256_open_files_400_phones_do_not_disturb_the_presenter() {
    // Before the first phone, because the test that has it may take longer than phones are patient.
    let _port = ports::reserve(6);
    sockets::raise_limit();
    build("06-actor");
    let stage = open_under(256, &["--phones", "0"]);
    assert!(
        stage
            .line("phones fit")
            .contains(&format!("{FIT} phones fit"))
    );
    let address = stage.phones();
    let mut phones: Vec<_> = (0..400)
        .map(|_| Phone::new(request_to_follow(address)))
        .collect();
    check_presenter(&stage);
    let end = Instant::now() + SOON;
    loop {
        let states: Vec<State> = phones.iter_mut().map(check).collect();
        let count = |state| states.iter().filter(|&&it| it == state).count();
        if count(State::Waiting) == 0 {
            assert_eq!(count(State::Following), FIT);
            break;
        }
        assert!(
            Instant::now() < end,
            "{} phones have no answer",
            count(State::Waiting)
        );
        thread::sleep(Duration::from_millis(20));
    }
    check_presenter(&stage);
    let why = stage.complaint("phones are refused");
    assert!(why.contains("ulimit -n 4096"), "{why}");
    let stderr = stage.program.stderr();
    assert_eq!(stderr.matches("phones are refused").count(), 1, "{stderr}");
    drop(phones);
    // Other phones can follow now.
    let end = Instant::now() + SOON;
    loop {
        let mut late = Phone::new(request_to_follow(address));
        let mut state = State::Waiting;
        while state == State::Waiting && Instant::now() < end {
            thread::sleep(Duration::from_millis(20));
            state = check(&mut late);
        }
        if state == State::Following {
            break;
        }
        assert!(Instant::now() < end, "no other phone can follow");
    }
}

#[test]
fn with_256_open_files_400_half_requests_end_and_do_not_disturb_the_presenter() {
    half_requests(256, 400);
}

#[test]
fn with_1024_open_files_1100_half_requests_end_and_do_not_disturb_the_presenter() {
    half_requests(1_024, 1_100);
}

/// Opens `many` connections that send half of a request and nothing more.
#[track_caller]
fn half_requests(files: u32, many: usize) {
    let _port = ports::reserve(6);
    sockets::raise_limit();
    build("06-actor");
    let stage = open_under(files, &["--phones", "0"]);
    let address = stage.phones();
    let mut halves: Vec<TcpStream> = (0..many)
        .map(|_| {
            let mut stream = connect(address);
            stream.write_all(b"GET / HTTP/1.1\r\nHost: ").expect("half");
            stream
        })
        .collect();
    check_presenter(&stage);
    for half in &mut halves {
        let mut answer = Vec::new();
        match half.read_to_end(&mut answer) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("half a request is still open: {error}"),
        }
    }
    check_presenter(&stage);
}

/// A phone's request to follow from an address of the loopback device.
fn follow_from(here: [u8; 4], to: SocketAddr) -> Phone {
    let connect = || {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.expect("a socket");
        socket
            .bind(&SocketAddr::from((here, 0)).into())
            .expect("an address of this machine");
        socket.connect_timeout(&to.into(), SOON).expect("accepted");
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(SOON)).expect("a bound");
        stream
    };
    Phone::new(request_over(connect, to))
}

/// How many of these phones follow, once each has an answer.
#[track_caller]
fn following(phones: &mut [Phone]) -> usize {
    let end = Instant::now() + SOON;
    loop {
        let states: Vec<State> = phones.iter_mut().map(check).collect();
        if !states.contains(&State::Waiting) {
            return states.iter().filter(|&&it| it == State::Following).count();
        }
        assert!(Instant::now() < end, "no answer: {states:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// One device takes every place there is. Others still get in, one by one, and a device that holds
/// no more than they do is not disturbed.
#[test]
fn one_device_cannot_lock_the_others_out() {
    let _port = ports::reserve(6);
    sockets::raise_limit();
    let stage = open_under(256, &["--phones", "0"]);
    let address = stage.phones();
    let rude_one = [127, 0, 0, 1];
    let mut rude: Vec<_> = (0..400).map(|_| follow_from(rude_one, address)).collect();
    assert_eq!(following(&mut rude), FIT);
    let mut others: Vec<_> = (2..10)
        .map(|last| {
            let mut phone = [follow_from([127, 0, 0, last], address)];
            assert_eq!(following(&mut phone), 1, "127.0.0.{last} does not get in");
            let [phone] = phone;
            phone
        })
        .collect();
    assert_eq!(following(&mut others), 8);
    let end = Instant::now() + SOON;
    while following(&mut rude) != FIT - 8 {
        assert!(Instant::now() < end, "{}", following(&mut rude));
    }
    // Half requests of the rude one take all connections that are left, and hold them.
    let _halves: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = connect(address);
            let _refused = stream.write_all(b"GET / HTTP/1.1\r\nHost: ");
            stream
        })
        .collect();
    let mut late = [follow_from([127, 0, 0, 99], address)];
    assert_eq!(following(&mut late), 1);
    assert_eq!(following(&mut others), 8, "others were disturbed");
    check_presenter(&stage);
}

/// A phone that gives up its place may never answer its Close frame, and is waited for. The one
/// that gets the place is not kept waiting by that.
#[test]
fn a_phone_is_served_before_the_one_that_made_room_for_it_has_gone() {
    sockets::raise_limit();
    let stage = open_under(256, &["--phones", "0"]);
    let address = stage.phones();
    let mut rude: Vec<_> = (0..FIT)
        .map(|_| follow_from([127, 0, 0, 1], address))
        .collect();
    assert_eq!(following(&mut rude), FIT);
    let mut others = Vec::new();
    // On a busy machine the wait may be over before the other one is served.
    let is_first = (2..12).any(|last| {
        let mut phone = [follow_from([127, 0, 0, last], address)];
        assert_eq!(following(&mut phone), 1, "127.0.0.{last} does not get in");
        others.extend(phone);
        let states = rude.iter_mut().map(check);
        let gone = states.filter(|it| *it == State::Refused).count();
        gone < others.len()
    });
    assert!(is_first, "each waited until another had gone");
}
