//! Every end has a cause: each is made to happen, what the other side hears of it is its code, and
//! the log says it once.
//!
//! Not played here: `unreachable`, for which the network would have to swallow what is sent, and
//! `gone-at-the-door`, which is a race.

mod server;

use demo_07_websocket::{
    ends::End,
    limits::{Config, Limits},
    session,
};
use server::{
    Rooms, Server, WITHIN,
    client::{BINARY, CLOSE, Client, PONG, TEXT, asks, frame, goodbye},
};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// A server with these limits.
fn limited(change: impl FnOnce(&mut Limits)) -> Server {
    let mut config = Config::default();
    change(&mut config.limits);
    Server::start(config)
}

/// The client says this, and the server says goodbye with this code; then the log knows the cause.
#[track_caller]
fn says_and_ends(server: &Server, bytes: &[u8], code: u16, cause: &str) {
    let mut ann = server.joined("ann");
    let mut bob = server.joined("bob");
    ann.sends(bytes);
    assert_eq!(ann.hears_goodbye().0, code);
    bob.hears_until("ann left");
    drop(ann);
    server.ends_once_with(cause);
}

/// A request over HTTP, and all of its answer.
fn get(server: &Server, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.set_read_timeout(Some(WITHIN)).expect("a time limit");
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).expect("it is heard");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn who_leaves_has_left() {
    let server = Server::start(Config::default());
    says_and_ends(&server, &frame(true, TEXT, b"leave"), 1000, "left");
}

#[test]
fn a_page_that_is_closed_says_so_itself() {
    let server = Server::start(Config::default());
    let close = frame(true, CLOSE, &goodbye(1001, ""));
    says_and_ends(&server, &close, 1001, "page-left");
}

#[test]
fn a_browser_that_is_killed_has_vanished() {
    let server = Server::start(Config::default());
    let mut bob = server.joined("bob");
    server.joined("ann").vanishes();
    bob.hears_until("ann left");
    server.has_an_end_with("vanished");
}

#[test]
fn a_connection_that_is_reset_was_reset() {
    let server = Server::start(Config::default());
    let mut bob = server.joined("bob");
    server.joined("ann").resets();
    bob.hears_until("ann left");
    server.ends_once_with("reset");
}

#[test]
fn who_answers_no_ping_is_mute() {
    let server = limited(|limits| {
        limits.ping_after = Duration::from_millis(200);
        // Enough to join in, also on a busy machine.
        limits.pong_within = Duration::from_secs(5);
    });
    // It reads, and hears the ping: it just never answers. Nobody else is in, so nothing else is
    // said.
    let mut ann = server.joined("ann");
    assert_eq!(ann.hears_goodbye().0, 4006);
    drop(ann);
    server.ends_once_with("mute");
}

#[test]
fn who_answers_pings_stays() {
    let server = limited(|limits| {
        limits.ping_after = Duration::from_millis(50);
        limits.pong_within = Duration::from_secs(10);
    });
    let mut ann = server.joined("ann");
    for _ in 0..5 {
        let ping = ann.next().expect("a ping");
        assert_eq!(&ping.payload[..], b"still there?");
        ann.sends(&frame(true, PONG, &ping.payload));
    }
    ann.says("grab");
    ann.hears_until("ann grabbed");
    assert_eq!(server.ends(), Vec::<String>::new());
}

#[test]
fn a_message_that_is_too_big_ends_with_1009() {
    let server = Server::start(Config::default());
    let message = frame(true, TEXT, &[b'x'; 1025]);
    says_and_ends(&server, &message, 1009, "too-big");
}

#[test]
fn a_message_that_is_just_not_too_big_is_a_line_that_is_too_long() {
    let server = Server::start(Config::default());
    let mut ann = server.joined("ann");
    ann.says(&"x".repeat(1024));
    ann.hears_until("longer than 64 bytes");
}

#[test]
fn sixteen_megabytes_that_are_under_way_do_not_hide_the_goodbye() {
    let server = Server::start(Config::default());
    let mut ann = server.joined("ann");
    // More than both kernels hold: a socket that is closed with something unread is reset while
    // this is being sent.
    ann.sends(&frame(true, TEXT, &vec![b'x'; 16 << 20]));
    assert_eq!(ann.hears_goodbye().0, 1009, "it was read to the end");
}

#[test]
fn text_that_is_none_ends_with_1007() {
    let server = Server::start(Config::default());
    says_and_ends(&server, &frame(true, TEXT, b"grab\xff"), 1007, "not-text");
}

#[test]
fn what_is_no_frame_ends_with_1002() {
    let server = Server::start(Config::default());
    says_and_ends(&server, b"\xffgrab\n", 1002, "not-websocket");
}

#[test]
fn bytes_end_with_1003() {
    let server = Server::start(Config::default());
    says_and_ends(&server, &frame(true, BINARY, b"grab"), 1003, "binary");
}

#[test]
fn more_messages_than_anybody_may_send_end_with_1008() {
    let server = limited(|limits| (limits.a_second, limits.burst) = (1, 10));
    let flood = frame(true, TEXT, b"grab").repeat(12);
    says_and_ends(&server, &flood, 1008, "too-many");
}

#[test]
fn pings_count_as_messages() {
    let server = limited(|limits| (limits.a_second, limits.burst) = (1, 10));
    let flood = frame(true, 9, b"").repeat(12);
    says_and_ends(&server, &flood, 1008, "too-many");
}

#[test]
fn who_never_joins_is_asked_to_go() {
    let server = limited(|limits| limits.join = Duration::from_millis(300));
    let mut nobody = server.client("/ws");
    assert_eq!(nobody.hears_goodbye().0, 4005);
    drop(nobody);
    server.ends_once_with("never-joined");
}

#[test]
fn who_asks_too_slowly_is_not_waited_for() {
    // Longer than a busy machine takes between a connection and its first bytes: what came after
    // the end would be answered with a reset.
    let server = limited(|limits| limits.handshake = Duration::from_secs(3));
    for said in [&b""[..], b"GET /ws HTTP/1.1\r\nHos"] {
        let mut stream = TcpStream::connect(server.address).expect("a connection");
        stream.set_read_timeout(Some(WITHIN)).expect("a time limit");
        stream.write_all(said).expect("it is heard");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the end");
    }
    server.has_an_end_with("never-asked");
    assert!(server.ends().iter().all(|end| end == "never-asked"));
}

#[test]
fn who_talks_and_never_reads_is_not_waited_for_at_the_door() {
    let server = Server::start(Config::default());
    let mut deaf = Client::with_little_room(server.address, "/ws");
    let short = Some(Duration::from_millis(200));
    deaf.stream.set_write_timeout(short).expect("a time limit");
    // Slower than is too many, until the server hears no more.
    let until = Instant::now() + WITHIN;
    let nonsense = frame(true, TEXT, b"pizza").repeat(8);
    while deaf.stream.write_all(&nonsense).is_ok() && server.ends().is_empty() {
        assert!(
            Instant::now() < until,
            "it is waited for: {:?}",
            server.log()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    server.has_an_end_with("takes-nothing");
}

#[test]
fn a_room_that_fell_is_told_apart_from_all_that() {
    let server = Server::with(Config::default(), Rooms::FirstOneFalls);
    let mut ann = server.joined("ann");
    ann.says("grab");
    assert_eq!(ann.hears_goodbye().0, 1011);
    drop(ann);
    server.ends_once_with("room-fell");
}

#[test]
fn a_session_that_panics_has_an_end_like_any_other() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let end = runtime
        .expect("a runtime")
        .block_on(session::or_panicked(async { panic!("on purpose") }));
    assert_eq!((end.cause(), end.code()), ("panicked", Some(1011)));
}

#[test]
fn when_it_closes_everybody_is_told_and_nobody_is_left() {
    let mut server = Server::start(Config::default());
    let mut clients: Vec<Client> = ["ann", "bob", "eve"].map(|name| server.joined(name)).into();
    let mut nobody = server.client("/ws");
    let asking = TcpStream::connect(server.address).expect("a connection");
    server.begins_to_close();
    for client in clients.iter_mut().chain([&mut nobody]) {
        assert_eq!(client.hears_goodbye().0, 1012);
    }
    drop((clients, nobody, asking));
    server.has_an_end_with("closing");
    server.closes();
}

#[test]
fn a_phone_that_sleeps_does_not_keep_it_from_closing() {
    let mut server = limited(|limits| limits.goodbye = Duration::from_millis(300));
    let _asleep = server.joined("ann");
    server.begins_to_close();
    server.closes();
}

#[test]
fn a_page_of_another_origin_is_refused_where_it_can_be_read() {
    let mut config = Config::default();
    config.origins.push("https://friend.example".to_owned());
    let server = Server::start(config);
    let ask = |origin: &str| {
        let stream = TcpStream::connect(server.address).expect("a connection");
        asks(stream, "/ws", &[&format!("Origin: {origin}")]).0
    };
    for origin in [
        "http://evil.example",
        "null",
        "https://friend.example.evil",
        "",
    ] {
        assert!(ask(origin).contains(" 403 "), "{origin}");
    }
    let own = format!("http://{}", server.address);
    for origin in [&*own, "https://friend.example"] {
        assert!(ask(origin).contains(" 101 "), "{origin}");
    }
    server.has_an_end_with("refused");
}

#[test]
fn a_full_server_says_so_before_the_upgrade() {
    let server = limited(|limits| limits.sockets = 1);
    assert!(get(&server, "/api/seat", "").ends_with(r#"{"free":1,"full":false,"ws":"/ws"}"#));
    let mut ann = server.joined("ann");
    let stream = TcpStream::connect(server.address).expect("a connection");
    let (status, _) = asks(stream, "/ws", &[]);
    assert!(
        status.contains(" 503 ") && status.contains("retry-after: 3"),
        "{status}"
    );
    let answer = get(&server, "/api/seat", "");
    assert!(
        answer.contains(" 503 ") && answer.contains("every place is taken"),
        "{answer}"
    );
    ann.says("leave");
    ann.hears_goodbye();
    drop(ann);
    server.has_an_end_with("left");
    server.joined("bob");
}

#[test]
fn one_connection_too_many_waits_its_turn() {
    let server = limited(|limits| limits.connections = 1);
    let mut ann = server.joined("ann");
    let waiting = TcpStream::connect(server.address).expect("the kernel takes it");
    let address = server.address;
    let waits = std::thread::spawn(move || {
        drop(waiting);
        Client::open(address, "/ws").hears()
    });
    ann.says("leave");
    ann.hears_goodbye();
    drop(ann);
    assert!(
        waits
            .join()
            .expect("its turn came")
            .starts_with("* snack bar")
    );
}

#[test]
fn who_wants_no_websocket_is_served_and_what_is_none_is_refused() {
    let server = Server::start(Config::default());
    let page = get(&server, "/", "");
    assert!(
        page.contains(" 200 ") && page.contains("default-src 'none'"),
        "{page}"
    );
    for (path, status) in [("/nothing", " 404 "), ("/ws", " 426 "), ("/echo", " 404 ")] {
        let answer = get(&server, path, "");
        assert!(
            answer.contains(status) && answer.contains("\"why\""),
            "{answer}"
        );
    }
    let old = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: eA==\r\n";
    let answer = get(&server, "/ws", old);
    assert!(
        answer.contains(" 426 ") && answer.contains("sec-websocket-version: 13"),
        "{answer}"
    );
    server.has_an_end_with("refused");
    let served = server
        .log()
        .iter()
        .any(|line| line["cause"] == End::Served.cause());
    assert!(served, "{:?}", server.log());
}

#[test]
fn rubbish_instead_of_a_request_is_refused() {
    let server = Server::start(Config::default());
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.set_read_timeout(Some(WITHIN)).expect("a time limit");
    stream.write_all(b"join ann\n\n").expect("it is heard");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the end");
    assert!(answer.contains(" 400 "), "{answer}");
    drop(stream);
    server.ends_once_with("refused");
}
