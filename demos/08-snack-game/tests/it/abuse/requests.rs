//! Requests that RFC 9112 forbids, or asks a server to understand.

use crate::common::{Game, PATIENCE, paths};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// Sends bytes, and returns everything that is answered.
fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let _refused_early = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> u16 {
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    status.unwrap_or(0)
}

/// The head ends with `Connection: close`, if the line before it does not.
const REQUESTS: &[(u16, &str)] = &[
    (200, "GET /health HTTP/1.1\r\nHost: a\r\n"),
    (200, "\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n"),
    (200, "GET /health HTTP/1.0\r\n"),
    (200, "GET /health HTTP/1.0\r\nHost: a\r\n"),
    // Section 3.2: the host.
    (400, "GET /health HTTP/1.1\r\n"),
    (400, "GET /health HTTP/1.1\r\nHost: a\r\nHost: a\r\n"),
    (400, "GET /health HTTP/1.0\r\nHost: a\r\nHost: b\r\n"),
    (400, "GET /health HTTP/1.1\r\nHost:\r\n"),
    (400, "GET /health HTTP/1.1\r\nHost: a b\r\n"),
    (400, "GET /health HTTP/1.1\r\nHost: user@a\r\n"),
    (200, "GET http://a/health HTTP/1.1\r\nHost: a\r\n"),
    (200, "GET http://a:80 HTTP/1.1\r\nHost: b\r\n"),
    (400, "GET http://a/health HTTP/1.1\r\n"),
    // Section 2.2: where a line ends.
    (400, "GET /health HTTP/1.1\nHost: a\n\n"),
    (400, "GET /health HTTP/1.1\r\nHost: a\nX: y\r\n"),
    (400, "GET /health HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n"),
    // Section 5: fields.
    (400, "GET /health HTTP/1.1\r\nHost : a\r\n"),
    (400, "GET /health HTTP/1.1\r\n Host: a\r\n"),
    (400, "GET /health HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n"),
    (400, "GET /health HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n"),
    (400, "GET /health HTTP/1.1\r\nHost: a\r\nX(y: z\r\n"),
    // Section 3: the request line.
    (400, "GET  /health HTTP/1.1\r\nHost: a\r\n"),
    (400, "GET /health\r\n"),
    (400, "GET /hea lth HTTP/1.1\r\nHost: a\r\n"),
    (400, "GET health HTTP/1.1\r\nHost: a\r\n"),
    (400, "GET * HTTP/1.1\r\nHost: a\r\n"),
    (204, "OPTIONS * HTTP/1.1\r\nHost: a\r\n"),
    (405, "OPTIONS /health HTTP/1.1\r\nHost: a\r\n"),
    (405, "TRACE /health HTTP/1.1\r\nHost: a\r\n"),
    (501, "get /health HTTP/1.1\r\nHost: a\r\n"),
    (501, "BREW /health HTTP/1.1\r\nHost: a\r\n"),
    (501, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n"),
    // Section 6: the length of a body.
    (
        400,
        "POST /api/where HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    ),
    (
        400,
        "POST /api/where HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n",
    ),
    (
        400,
        "POST /api/where HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n",
    ),
    (
        400,
        "POST /api/where HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n",
    ),
    (426, "GET /ws/hall HTTP/1.1\r\nHost: a\r\n"),
];

#[test]
fn requests_are_answered_as_rfc_9112_says() {
    let game = Game::start();
    for (expected, request) in REQUESTS {
        let end = if request.ends_with("\n\n") {
            ""
        } else {
            "Connection: close\r\n\r\n"
        };
        let answer = exchange(game.address, format!("{request}{end}").as_bytes());
        assert_eq!(status(&answer), *expected, "{request:?}: {answer}");
        if *expected == 405 {
            assert!(answer.to_lowercase().contains("\r\nallow: "), "{answer}");
        }
    }
    let long = "a".repeat(9_000);
    let target = format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(status(&exchange(game.address, target.as_bytes())), 414);
    let header = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}{long}\r\n\r\n");
    assert_eq!(status(&exchange(game.address, header.as_bytes())), 431);
}

#[test]
fn every_page_is_answered_to_head_without_a_body() {
    let game = Game::start();
    for path in paths() {
        let request = format!("HEAD {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let answer = exchange(game.address, request.as_bytes());
        assert_eq!(status(&answer), 200, "{path}: {answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{path}: {answer}");
    }
}

/// The host of a target in absolute form is the one that the page may connect to.
#[test]
fn the_host_of_the_target_counts() {
    let game = Game::start();
    let request = "GET http://in.target/ HTTP/1.1\r\nHost: in.header\r\nConnection: close\r\n\r\n";
    let answer = exchange(game.address, request.as_bytes());
    assert!(answer.contains("ws://in.target"), "{answer}");
    assert!(!answer.contains("in.header"), "{answer}");
}

/// A proxy that goes by the other length would take the second request for another client's.
#[test]
fn a_request_with_two_lengths_ends_the_connection() {
    let game = Game::start();
    let smuggled = "0\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    for lengths in [
        format!(
            "Content-Length: {}\r\nTransfer-Encoding: chunked\r\n",
            smuggled.len()
        ),
        format!(
            "Transfer-Encoding: chunked\r\nContent-Length: {}\r\n",
            smuggled.len()
        ),
    ] {
        let head = format!("POST /api/where HTTP/1.1\r\nHost: a\r\n{lengths}\r\n");
        let answer = exchange(game.address, format!("{head}{smuggled}").as_bytes());
        assert_eq!(status(&answer), 400, "{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
}

/// A connection has several requests, and the lines of each end with two characters.
#[test]
fn a_bare_line_feed_in_a_later_request_ends_the_connection() {
    let game = Game::start();
    let good = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    for bare in [
        "GET /health HTTP/1.1\nHost: a\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\n\n",
    ] {
        let answer = exchange(game.address, format!("{good}{bare}{good}").as_bytes());
        assert!(answer.contains("200 OK") && answer.contains("400 Bad"));
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 2, "{answer}");
    }
    // Where a body ends is not looked for: its request is the last one.
    let body = "POST /api/where HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nno\n\nn";
    let answer = exchange(game.address, format!("{good}{body}{good}").as_bytes());
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 2, "{answer}");
    assert!(answer.contains("a token is 32"), "{answer}");
}
