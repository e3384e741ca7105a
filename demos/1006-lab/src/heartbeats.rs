//! Lines that fail, and the heartbeat that keeps them alive or finds them dead.

use super::{
    network::{IDLE, LAST_WORDS},
    server_ends::goodbye,
    visits::Visit,
};
use axum::extract::ws::{Message, WebSocket};
use std::time::Duration;
use tokio::time::{Instant, interval, sleep_until, timeout};

/// Between two pings.
const BEAT: Duration = Duration::from_millis(250);

/// Without a word for this long, nobody is there.
const DEADLINE: Duration = Duration::from_millis(1500);

/// How long a server without a heartbeat is watched.
const A_WHILE: Duration = Duration::from_millis(3000);

/// A server that has nothing to say for a while.
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

/// The same with a heartbeat: it outlives three times what the proxy allows.
pub(super) async fn beats(mut socket: WebSocket, visit: Visit) {
    let mut beats = interval(BEAT);
    let enough = Instant::now() + 3 * IDLE;
    loop {
        tokio::select! {
            () = sleep_until(enough) => break,
            _ = beats.tick() => {
                if let Err(error) = socket.send(Message::Ping("".into())).await {
                    return visit.saw(error.to_string());
                }
            }
            heard = socket.recv() => match heard {
                Some(Ok(_)) => {}
                Some(Err(error)) => return visit.saw(error.to_string()),
                None => return visit.saw("the end"),
            },
        }
    }
    visit.saw(goodbye(&mut socket, 1000, "alive after 3 times the limit").await);
}

/// The line goes dark, and nobody asks whether anybody is there.
pub(super) async fn never_asks(mut socket: WebSocket, visit: Visit) {
    let _unless_gone = socket.send(Message::text(LAST_WORDS)).await;
    match timeout(A_WHILE, socket.recv()).await {
        Err(_) => visit.saw("nothing: to this server the socket is open"),
        Ok(_) => visit.saw("something"),
    }
}

/// The line goes dark, and the heartbeat finds out.
pub(super) async fn asks(mut socket: WebSocket, visit: Visit) {
    let _unless_gone = socket.send(Message::text(LAST_WORDS)).await;
    let mut beats = interval(BEAT);
    let mut heard_at = Instant::now();
    while heard_at.elapsed() < DEADLINE {
        tokio::select! {
            _ = beats.tick() => {
                let _unless_full = timeout(BEAT, socket.send(Message::Ping("".into()))).await;
            }
            Some(Ok(_)) = socket.recv() => heard_at = Instant::now(),
        }
    }
    visit.saw("no pong for 1500 ms: taken for gone");
}
