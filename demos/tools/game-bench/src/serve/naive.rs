//! The chat of axum's example: a broadcast channel, and two tasks per connection, each of which
//! sends for itself.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use tokio::sync::broadcast;
use tokio::time::{MissedTickBehavior, interval};

use super::stream::Stream;

/// The capacity of the example.
const ROOM_FOR: usize = 100;

struct Room {
    news: broadcast::Sender<Message>,
    here: AtomicUsize,
    stream: Stream,
    read_buffer: Option<usize>,
}

/// Accepts `connections`, then broadcasts tick after tick. `read_buffer`: `None` is axum's default,
/// 128 KiB.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    connections: usize,
    mut stream: Stream,
    read_buffer: Option<usize>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let room = Arc::new(Room {
        news: broadcast::channel(ROOM_FOR).0,
        here: AtomicUsize::new(0),
        stream: stream.clone(),
        read_buffer,
    });
    let app = Router::new()
        .route("/ws/{room}", get(enter))
        .with_state(Arc::clone(&room));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let mut pace = interval(stream.pace());
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while room.here.load(Relaxed) < connections {
        pace.tick().await;
    }
    for tick in 0..stream.ticks() {
        pace.tick().await;
        let payload = stream.payload(tick).to_vec();
        // An error means that no client is connected.
        let _ = room.news.send(Message::Binary(payload.into()));
    }
    Ok(())
}

async fn enter(upgrade: WebSocketUpgrade, State(room): State<Arc<Room>>) -> Response {
    let upgrade = upgrade.protocols(["snack-rush.v1"]);
    let upgrade = match room.read_buffer {
        Some(bytes) => upgrade.read_buffer_size(bytes),
        None => upgrade,
    };
    upgrade.on_upgrade(|socket| talk(socket, room))
}

async fn talk(socket: WebSocket, room: Arc<Room>) {
    let (mut sender, mut receiver) = socket.split();
    let mut news = room.news.subscribe();
    if receiver.next().await.is_none() {
        return;
    }
    for payload in room.stream.welcome_payloads() {
        if sender.send(Message::Binary(payload)).await.is_err() {
            return;
        }
    }
    room.here.fetch_add(1, Relaxed);
    let mut send = tokio::spawn(async move {
        while let Ok(message) = news.recv().await {
            if sender.send(message).await.is_err() {
                break;
            }
        }
    });
    let mut receive = tokio::spawn(async move { while let Some(Ok(_)) = receiver.next().await {} });
    tokio::select! {
        _ = &mut send => receive.abort(),
        _ = &mut receive => send.abort(),
    }
}
