//! Servers whose handler or socket ends.

use super::{read_to_end::to_the_end, visits::Visit};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{FutureExt, StreamExt};
use socket2::SockRef;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::net::TcpStream;
use tokio_tungstenite::accept_async;

/// The handler returns.
pub(super) async fn returns(socket: WebSocket, visit: Visit) {
    visit.saw("the handler returned");
    drop(socket);
}

/// The handler sends a Close frame, reads to the end, and then returns.
pub(super) async fn closes(mut socket: WebSocket, visit: Visit) {
    visit.saw(close(&mut socket, 1000, "bye").await);
}

/// The handler panics.
pub(super) async fn panics(_socket: WebSocket, _visit: Visit) {
    panic!("the lab's own panic: this handler was asked to");
}

/// Code in the handler panics, and the handler catches it and sends a Close frame.
pub(super) async fn reports_a_panic(mut socket: WebSocket, visit: Visit) {
    let work = async { panic!("the lab's own panic: this handler was asked to") };
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        visit.saw(close(&mut socket, 1011, "something broke; come back").await);
    }
}

/// Sends a Close frame, reads to the end, and returns what came. The cure for most of this lab.
pub(super) async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) -> String {
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    match socket.send(Message::Close(Some(frame))).await {
        Ok(()) => to_the_end(socket).await,
        Err(error) => error.to_string(),
    }
}

/// Closes the socket in a way that makes the kernel send a reset.
pub(super) async fn resets(stream: TcpStream, visit: Visit) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    // After the first message the browser knows that the connection is open.
    let first = socket.next().await;
    let linger = SockRef::from(socket.get_ref()).set_linger(Some(Duration::ZERO));
    drop(socket);
    match matches!(first, Some(Ok(_))) && linger.is_ok() {
        true => visit.saw("closed with SO_LINGER 0: the kernel sent a reset"),
        false => visit.saw("SO_LINGER could not be set"),
    }
}
