//! Servers behind a network that fails, with and without a heartbeat.

use super::{
    network::{IDLE_TIMEOUT, LAST_WORDS},
    server_ends::close,
    visits::Visit,
};
use axum::extract::ws::{Message, WebSocket};
use std::time::Duration;
use tokio::time::{Instant, interval, sleep_until, timeout};

/// Ping interval.
const PING_INTERVAL: Duration = Duration::from_millis(250);

/// After this long without a message, the client counts as gone.
const DEADLINE: Duration = Duration::from_millis(1500);

/// How long a server without a heartbeat is observed.
const A_WHILE: Duration = Duration::from_millis(3000);

/// Sends nothing.
pub(super) async fn quiet(mut socket: WebSocket, visit: Visit) {
    let saw = loop {
        match socket.recv().await {
            Some(Ok(Message::Close(_))) | None => break "a Close".to_owned(),
            Some(Ok(_)) => {}
            Some(Err(error)) => break error.to_string(),
        }
    };
    visit.saw(saw);
}

/// Sends pings, and is still connected after three times the proxy's timeout.
pub(super) async fn pings(mut socket: WebSocket, visit: Visit) {
    let mut ticks = interval(PING_INTERVAL);
    let enough = Instant::now() + 3 * IDLE_TIMEOUT;
    loop {
        tokio::select! {
            () = sleep_until(enough) => break,
            _ = ticks.tick() => {
                if let Err(error) = socket.send(Message::Ping("".into())).await {
                    return visit.saw(error.to_string());
                }
            }
            received = socket.recv() => match received {
                Some(Ok(_)) => {}
                Some(Err(error)) => return visit.saw(error.to_string()),
                None => return visit.saw("the end"),
            },
        }
    }
    visit.saw(close(&mut socket, 1000, "alive after 3 times the limit").await);
}

/// The network goes silent, and the server does not notice.
pub(super) async fn never_pings(mut socket: WebSocket, visit: Visit) {
    let _unless_gone = socket.send(Message::text(LAST_WORDS)).await;
    match timeout(A_WHILE, socket.recv()).await {
        Err(_) => visit.saw("nothing: to this server the connection is open"),
        Ok(_) => visit.saw("something"),
    }
}

/// The network goes silent, and the heartbeat notices.
pub(super) async fn pings_with_deadline(mut socket: WebSocket, visit: Visit) {
    let _unless_gone = socket.send(Message::text(LAST_WORDS)).await;
    let mut ticks = interval(PING_INTERVAL);
    let mut last_received = Instant::now();
    while last_received.elapsed() < DEADLINE {
        tokio::select! {
            _ = ticks.tick() => {
                let _unless_full = timeout(PING_INTERVAL, socket.send(Message::Ping("".into()))).await;
            }
            Some(Ok(_)) = socket.recv() => last_received = Instant::now(),
        }
    }
    visit.saw("no pong for 1500 ms: closed as dead");
}
