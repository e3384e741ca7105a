//! Every end has a cause: each test makes one happen, and checks the close code and the log line.
//!
//! Not tested: `ack-timeout`, for which a network would have to lose packets, and
//! `gone-before-upgrade`, which is a race.

use crate::server::{
    Rooms, Server, WITHIN,
    client::{BINARY, CLOSE, Client, PING, PONG, TEXT, close_payload, frame, upgrade},
    patient,
};
use demo_07_websocket::{ends::End, limits::Limits, session};
use std::{
    io::{
        ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset},
        Read, Write,
    },
    net::TcpStream,
    time::{Duration, Instant},
};
use web_server::Rate;

/// Fewer messages than a flood sends.
const FEW_MESSAGES: Rate = Rate {
    at_once: 10,
    a_second: 1,
};
/// So many that the rate limit is reached while they are read, however long that takes.
const FLOOD: usize = 500;
/// More messages than any test sends.
const MANY_MESSAGES: Rate = Rate {
    at_once: 1_000_000,
    a_second: 1_000_000,
};

/// A server with these limits.
fn limited(change: impl FnOnce(&mut Limits)) -> Server {
    let mut config = patient();
    change(&mut config.limits);
    Server::start(config)
}

/// Sends these bytes, and checks the close code and the cause in the log.
#[track_caller]
fn assert_ends_with(server: &Server, bytes: &[u8], code: u16, cause: &str) {
    let mut ann = server.join("ann");
    let mut bob = server.join("bob");
    ann.send(bytes);
    assert_eq!(ann.wait_for_close().0, code);
    bob.wait_for_text("ann left");
    drop(ann);
    server.assert_single_end(cause);
}

/// Sends an HTTP request, and returns the whole answer.
fn get(server: &Server, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.set_read_timeout(Some(WITHIN)).expect("a time limit");
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{headers}\r\n");
    stream
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn leave_ends_with_1000() {
    let server = Server::start(patient());
    assert_ends_with(&server, &frame(true, TEXT, b"leave"), 1000, "left");
}

#[test]
fn a_page_that_closes_gets_its_own_code_back() {
    let server = Server::start(patient());
    let close = frame(true, CLOSE, &close_payload(1001, ""));
    assert_ends_with(&server, &close, 1001, "page-closed");
}

#[test]
fn a_killed_browser_ends_without_a_close_frame() {
    let server = Server::start(patient());
    let mut bob = server.join("bob");
    server.join("ann").disconnect();
    bob.wait_for_text("ann left");
    server.wait_for_end_with("no-close-frame");
}

#[test]
fn a_reset_connection_is_logged_as_reset() {
    let server = Server::start(patient());
    let mut bob = server.join("bob");
    server.join("ann").reset();
    bob.wait_for_text("ann left");
    server.assert_single_end("reset");
}

#[test]
fn a_ping_without_an_answer_ends_with_4006() {
    let server = limited(|limits| {
        limits.ping_after = Duration::from_millis(200);
        limits.pong_within = Duration::from_secs(1);
    });
    // The client never answers a ping, whether it has got a seat before it or not. No other player
    // is in the room, so nothing else is sent.
    let mut ann = server.client("/ws");
    ann.send_line("join ann");
    assert_eq!(ann.wait_for_close().0, 4006);
    drop(ann);
    server.assert_single_end("ping-timeout");
}

#[test]
fn a_client_that_answers_pings_stays_connected() {
    let server = limited(|limits| {
        limits.ping_after = Duration::from_millis(50);
    });
    let mut ann = server.join("ann");
    for _ in 0..5 {
        let ping = ann.next().expect("a ping");
        assert_eq!(&ping.payload[..], b"still there?");
        ann.send(&frame(true, PONG, &ping.payload));
    }
    ann.send_line("grab");
    ann.wait_for_text("ann grabbed");
    assert_eq!(server.ends(), Vec::<String>::new());
}

#[test]
fn a_message_that_is_too_big_ends_with_1009() {
    let server = Server::start(patient());
    let message = frame(true, TEXT, &[b'x'; 1025]);
    assert_ends_with(&server, &message, 1009, "message-too-big");
}

#[test]
fn a_message_at_the_limit_is_refused_as_a_long_line() {
    let server = Server::start(patient());
    let mut ann = server.join("ann");
    ann.send_line(&"x".repeat(1024));
    ann.wait_for_text("longer than 64 bytes");
}

#[test]
fn the_close_frame_arrives_even_while_16_mebibytes_are_being_sent() {
    let server = Server::start(patient());
    let mut ann = server.join("ann");
    // More than both kernels buffer: a socket that is closed with unread input would be reset while
    // this is being sent.
    ann.send(&frame(true, TEXT, &vec![b'x'; 16 << 20]));
    assert_eq!(ann.wait_for_close().0, 1009, "the server reads to the end");
}

#[test]
fn text_that_is_not_utf_8_ends_with_1007() {
    let server = Server::start(patient());
    assert_ends_with(
        &server,
        &frame(true, TEXT, b"grab\xff"),
        1007,
        "invalid-utf8",
    );
}

#[test]
fn an_invalid_frame_ends_with_1002() {
    let server = Server::start(patient());
    assert_ends_with(&server, b"\xffgrab\n", 1002, "protocol-error");
}

#[test]
fn a_binary_message_ends_with_1003() {
    let server = Server::start(patient());
    assert_ends_with(&server, &frame(true, BINARY, b"grab"), 1003, "binary");
}

#[test]
fn messages_beyond_the_rate_limit_end_with_1008() {
    let server = limited(|limits| limits.messages = FEW_MESSAGES);
    let flood = frame(true, TEXT, b"grab").repeat(FLOOD);
    assert_ends_with(&server, &flood, 1008, "rate-limit");
}

#[test]
fn pings_count_towards_the_rate_limit() {
    let server = limited(|limits| limits.messages = FEW_MESSAGES);
    let flood = frame(true, PING, b"").repeat(FLOOD);
    assert_ends_with(&server, &flood, 1008, "rate-limit");
}

#[test]
fn a_client_that_never_joins_ends_with_4005() {
    let server = limited(|limits| limits.join = Duration::from_millis(300));
    let mut silent = server.client("/ws");
    assert_eq!(silent.wait_for_close().0, 4005);
    drop(silent);
    server.assert_single_end("join-timeout");
}

#[test]
fn a_request_that_never_ends_is_cut_off() {
    let server = limited(|limits| limits.handshake = Duration::from_millis(300));
    for said in [&b""[..], b"GET /ws HTTP/1.1\r\nHos"] {
        let mut stream = TcpStream::connect(server.address).expect("a connection");
        stream.set_read_timeout(Some(WITHIN)).expect("a time limit");
        let mut answer = Vec::new();
        let ended = stream.write_all(said);
        let ended = ended.and_then(|()| stream.read_to_end(&mut answer));
        if let Err(error) = ended {
            // On a busy machine the bytes may arrive after the end, and are answered with a reset.
            let is_reset = [ConnectionReset, ConnectionAborted, BrokenPipe].contains(&error.kind());
            assert!(is_reset, "{error}");
        }
        assert_eq!(answer, b"", "no request has arrived");
    }
    server.wait_for_end_with("request-timeout");
    assert!(server.ends().iter().all(|end| end == "request-timeout"));
}

#[test]
fn a_client_that_sends_and_never_reads_cannot_block_its_session() {
    // Without a rate limit: what the client sends while the server stands still comes at once.
    let server = limited(|limits| {
        limits.messages = MANY_MESSAGES;
        limits.close = Duration::from_millis(300);
    });
    let mut client = Client::with_small_buffer(server.address, "/ws");
    let short = Some(Duration::from_millis(200));
    client
        .stream
        .set_write_timeout(short)
        .expect("a time limit");
    // Until the server closes the connection.
    let until = Instant::now() + WITHIN;
    let nonsense = frame(true, TEXT, b"pizza").repeat(8);
    while client.stream.write_all(&nonsense).is_ok() && server.ends().is_empty() {
        assert!(
            Instant::now() < until,
            "the session is blocked: {:?}",
            server.log()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    server.wait_for_end_with("write-timeout");
}

#[test]
fn a_room_that_panics_ends_with_1011() {
    let server = Server::with(patient(), Rooms::FirstPanics);
    let mut ann = server.join("ann");
    ann.send_line("grab");
    assert_eq!(ann.wait_for_close().0, 1011);
    drop(ann);
    server.assert_single_end("room-panicked");
}

#[test]
fn a_session_that_panics_ends_with_1011() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let end = runtime
        .expect("a runtime")
        .block_on(session::or_panicked(async { panic!("on purpose") }));
    assert_eq!((end.cause(), end.code()), ("session-panicked", Some(1011)));
}

#[test]
fn at_shutdown_every_client_gets_1012_and_no_task_is_left() {
    let mut server = Server::start(patient());
    let mut clients: Vec<Client> = ["ann", "bob", "eve"].map(|name| server.join(name)).into();
    let mut silent = server.client("/ws");
    let idle = TcpStream::connect(server.address).expect("a connection");
    server.begin_shutdown();
    for client in clients.iter_mut().chain([&mut silent]) {
        assert_eq!(client.wait_for_close().0, 1012);
    }
    drop((clients, silent, idle));
    server.wait_for_end_with("shutdown");
    server.shut_down();
}

#[test]
fn a_sleeping_phone_does_not_block_the_shutdown() {
    let mut server = limited(|limits| limits.close = Duration::from_millis(300));
    let _asleep = server.join("ann");
    server.begin_shutdown();
    server.shut_down();
}

#[test]
fn a_page_of_another_origin_is_refused_with_403() {
    let mut config = patient();
    config.origins.push("https://friend.example".to_owned());
    let server = Server::start(config);
    let ask = |origin: &str| {
        let stream = TcpStream::connect(server.address).expect("a connection");
        upgrade(stream, "/ws", &[&format!("Origin: {origin}")]).0
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
    server.wait_for_end_with("refused");
}

#[test]
fn a_full_server_answers_503_before_the_upgrade() {
    let server = limited(|limits| limits.sockets = 1);
    assert!(get(&server, "/api/seat", "").ends_with(r#"{"free":1,"full":false,"ws":"/ws"}"#));
    let mut ann = server.join("ann");
    let stream = TcpStream::connect(server.address).expect("a connection");
    let (status, _) = upgrade(stream, "/ws", &[]);
    assert!(
        status.contains(" 503 ") && status.contains("retry-after: 3"),
        "{status}"
    );
    let answer = get(&server, "/api/seat", "");
    assert!(
        answer.contains(" 503 ") && answer.contains("every seat is taken"),
        "{answer}"
    );
    ann.send_line("leave");
    ann.wait_for_close();
    drop(ann);
    server.wait_for_end_with("left");
    server.join("bob");
}

#[test]
fn a_connection_beyond_the_limit_waits() {
    let server = limited(|limits| limits.connections = 1);
    let mut ann = server.join("ann");
    let waiting = TcpStream::connect(server.address).expect("the kernel accepts it");
    let address = server.address;
    let waits = std::thread::spawn(move || {
        drop(waiting);
        Client::open(address, "/ws").next_text()
    });
    ann.send_line("leave");
    ann.wait_for_close();
    drop(ann);
    assert!(
        waits
            .join()
            .expect("it is served")
            .starts_with("* snack bar")
    );
}

#[test]
fn http_is_served_and_a_bad_upgrade_is_refused() {
    let server = Server::start(patient());
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
    server.wait_for_end_with("refused");
    let served = server
        .log()
        .iter()
        .any(|line| line["cause"] == End::Served.cause());
    assert!(served, "{:?}", server.log());
}

#[test]
fn garbage_instead_of_a_request_is_refused_with_400() {
    let server = Server::start(patient());
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.set_read_timeout(Some(WITHIN)).expect("a time limit");
    stream.write_all(b"join ann\n\n").expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the end");
    assert!(answer.contains(" 400 "), "{answer}");
    drop(stream);
    server.assert_single_end("refused");
}
