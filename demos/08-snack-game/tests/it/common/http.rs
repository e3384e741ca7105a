//! HTTP requests. By hand, because tests send headers that a client would refuse to send, and look
//! at the whole answer.

use super::{PATIENCE, TOKEN};
use rush::wire::Token;
use serde_json::Value;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// The pages.
pub(crate) const PAGES: [&str; 6] = ["/", "/hall", "/watch", "/xray", "/porch", "/example"];

/// What any client may read, with status 200: the pages, and what they need.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    let others = [
        "/web/js/phone.js",
        "/example.js",
        "/api/seat",
        "/api/rooms",
        "/api/servers",
        "/api/leaderboard",
        "/api/address",
        "/qr.svg",
        "/health",
    ];
    PAGES.into_iter().chain(others)
}

/// What only the operator may read.
pub(crate) const OPERATOR_ONLY: [&str; 2] = ["/metrics", "/api/xray"];

/// Sends a GET request with extra headers, and with the token if only the operator may read what
/// it asks for. Returns the status and the whole answer.
pub(crate) fn ask(address: SocketAddr, path: &str, headers: &str) -> (u16, String) {
    match OPERATOR_ONLY.contains(&path) {
        true => {
            let token = format!("Authorization: Bearer {TOKEN}\r\n");
            ask_as_it_is(address, path, &format!("{token}{headers}"))
        }
        false => ask_as_it_is(address, path, headers),
    }
}

/// As [`ask`], without the token.
pub(crate) fn ask_as_it_is(address: SocketAddr, path: &str, headers: &str) -> (u16, String) {
    let host = if has_host(headers) {
        String::new()
    } else {
        format!("Host: {address}\r\n")
    };
    let head = format!("GET {path} HTTP/1.1\r\n{host}{headers}");
    exchange(address, &format!("{head}Connection: close\r\n\r\n"))
}

fn has_host(headers: &str) -> bool {
    let mut lines = headers.lines();
    lines.any(|line| line.to_ascii_lowercase().starts_with("host:"))
}

/// Sends a GET request and parses the JSON of the answer.
pub(crate) fn ask_json(address: SocketAddr, path: &str) -> Value {
    json(ask(address, path, ""))
}

/// `POST /api/where` with this query and this body. Returns the status and the whole answer.
pub(crate) fn post_where(address: SocketAddr, query: &str, body: &str) -> (u16, String) {
    post(address, &format!("/api/where{query}"), "", body)
}

/// Sends a POST request with extra headers and this body. Returns the status and the whole answer.
pub(crate) fn post(address: SocketAddr, path: &str, headers: &str, body: &str) -> (u16, String) {
    let length = body.len();
    exchange(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n{headers}\
             Connection: close\r\n\r\n{body}"
        ),
    )
}

/// Asks the server where the seat of `token` is.
pub(crate) fn ask_where(address: SocketAddr, token: &Token) -> Value {
    json(post_where(address, "", &digits(token)))
}

/// As [`ask_where`], by a client that claims that the seat was on the server with this URL.
pub(crate) fn ask_where_claiming(address: SocketAddr, url: &str, token: &Token) -> Value {
    json(post_where(address, &format!("?at={url}"), &digits(token)))
}

fn digits(token: &Token) -> String {
    token.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json((status, answer): (u16, String)) -> Value {
    assert_eq!(status, 200, "{answer}");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

fn exchange(address: SocketAddr, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer); // A reset after the answer does not matter.
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or(0), answer)
}
