//! Upgrades that are refused: the page sees 1006, whatever the status is.

use super::{
    read_to_end::{PATIENCE, drain},
    server_ends::close,
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

/// Reads the request, sends an answer with this status and these headers, and reads to the end.
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

pub(super) async fn answers_200(stream: TcpStream, visit: Visit) {
    answer(stream, visit, "200 OK", CLOSED).await;
}

pub(super) async fn answers_301(stream: TcpStream, visit: Visit) {
    let elsewhere = format!("location: /ws/close-1000\r\n{CLOSED}");
    answer(stream, visit, "301 Moved Permanently", &elsewhere).await;
}

pub(super) async fn answers_401(stream: TcpStream, visit: Visit) {
    answer(stream, visit, "401 Unauthorized", CLOSED).await;
}

pub(super) async fn answers_404(stream: TcpStream, visit: Visit) {
    answer(stream, visit, "404 Not Found", CLOSED).await;
}

pub(super) async fn answers_503(stream: TcpStream, visit: Visit) {
    answer(stream, visit, "503 Service Unavailable", CLOSED).await;
}

/// A 101 with the answer to another key, as from a cache.
pub(super) async fn bad_accept(stream: TcpStream, visit: Visit) {
    let upgrade = "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n";
    answer(stream, visit, "101 Switching Protocols", upgrade).await;
}

/// The answer to a question over plain HTTP, which a page can read.
pub(super) fn asked_first(visit: Visit) -> Response {
    visit.saw("answered 503 Service Unavailable");
    let body = Json(json!({ "full": true, "elsewhere": "ws://other:7007" }));
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}

/// Sends nothing.
pub(super) async fn silent(mut stream: TcpStream, visit: Visit) {
    let reading = async { while stream.read_u8().await.is_ok() {} };
    let gone = timeout(PATIENCE, reading).await.is_ok();
    visit.saw(match gone {
        true => "the page gave up",
        false => "no end within 90 s",
    });
}

/// A full server that accepts the upgrade and then closes with 1013, which a page can read.
pub(super) async fn full(mut socket: WebSocket, visit: Visit) {
    visit.saw(close(&mut socket, 1013, "go to ws://other:7007").await);
}
