//! Doors that do not open: what a browser is told of a refused upgrade is 1006, whatever the status
//! was.

use super::{
    read_to_end::{PATIENCE, drain},
    server_ends::goodbye,
    visits::Visit,
};
use axum::{
    Json,
    extract::ws::WebSocket,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Reads the request, answers this, and reads to the end.
async fn answer(mut stream: TcpStream, visit: Visit, status: &str, more: &str) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let answer = format!("HTTP/1.1 {status}\r\n{more}\r\n");
    let _unless_gone = stream.write_all(answer.as_bytes()).await;
    if !status.starts_with("101") {
        let _unless_gone = stream.shutdown().await;
    }
    visit.saw(format!("answered {status}"));
    drain(&mut stream).await;
}

const CLOSED: &str = "content-length: 0\r\nconnection: close\r\n";

pub(super) async fn says_200(stream: TcpStream, visit: Visit) {
    answer(stream, visit, "200 OK", CLOSED).await;
}

pub(super) async fn says_301(stream: TcpStream, visit: Visit) {
    let elsewhere = format!("location: /ws/goodbye\r\n{CLOSED}");
    answer(stream, visit, "301 Moved Permanently", &elsewhere).await;
}

pub(super) async fn says_401(stream: TcpStream, visit: Visit) {
    answer(stream, visit, "401 Unauthorized", CLOSED).await;
}

pub(super) async fn says_404(stream: TcpStream, visit: Visit) {
    answer(stream, visit, "404 Not Found", CLOSED).await;
}

pub(super) async fn says_503(stream: TcpStream, visit: Visit) {
    answer(stream, visit, "503 Service Unavailable", CLOSED).await;
}

/// A 101 with the answer to somebody else's key: what a cache would say.
pub(super) async fn bad_accept(stream: TcpStream, visit: Visit) {
    let upgrade = "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n";
    answer(stream, visit, "101 Switching Protocols", upgrade).await;
}

/// Asked over plain HTTP, before any upgrade: an answer that a page can read.
pub(super) fn asked_first(visit: Visit) -> Response {
    visit.saw("answered 503 Service Unavailable");
    let body = Json(json!({ "full": true, "elsewhere": "ws://other:7007" }));
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}

/// Nothing, for longer than anybody waits.
pub(super) async fn silent(mut stream: TcpStream, visit: Visit) {
    let asked = async { while stream.read_u8().await.is_ok() {} };
    let gone = timeout(PATIENCE, asked).await.is_ok();
    visit.saw(match gone {
        true => "the page gave up",
        false => "a minute and a half of silence",
    });
}

/// A server that is full, and says so inside: a browser reads it, at the price of an upgrade.
pub(super) async fn full(mut socket: WebSocket, visit: Visit) {
    visit.saw(goodbye(&mut socket, 1013, "go to ws://other:7007").await);
}
