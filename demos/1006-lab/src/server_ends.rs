//! Servers that end: their handler does, or their socket.

use super::{read_to_end::to_the_end, visits::Visit};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{FutureExt, StreamExt};
use socket2::SockRef;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::net::TcpStream;
use tokio_tungstenite::accept_async;

/// The handler has nothing more to do, and returns.
pub(super) async fn returns(socket: WebSocket, visit: Visit) {
    visit.saw("the handler returned");
    drop(socket);
}

/// The handler says Close, reads to the end, and then returns.
pub(super) async fn says_goodbye(mut socket: WebSocket, visit: Visit) {
    visit.saw(goodbye(&mut socket, 1000, "bye").await);
}

/// The handler panics.
pub(super) async fn panics(_socket: WebSocket, _visit: Visit) {
    panic!("the lab's own panic: this handler was asked to");
}

/// Something in the handler panics, and whoever owns the socket says so.
pub(super) async fn admits_a_panic(mut socket: WebSocket, visit: Visit) {
    let work = async { panic!("the lab's own panic: this handler was asked to") };
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        visit.saw(goodbye(&mut socket, 1011, "something broke; come back").await);
    }
}

/// Says Close, reads to the end, and tells how that went. The whole cure for most of this lab.
pub(super) async fn goodbye(socket: &mut WebSocket, code: u16, reason: &'static str) -> String {
    let close = CloseFrame {
        code,
        reason: reason.into(),
    };
    match socket.send(Message::Close(Some(close))).await {
        Ok(()) => to_the_end(socket).await,
        Err(error) => error.to_string(),
    }
}

/// The socket is closed so that the kernel sends a reset.
pub(super) async fn resets(stream: TcpStream, visit: Visit) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    // The browser has spoken, so it knows that it is open.
    let heard = socket.next().await;
    let linger = SockRef::from(socket.get_ref()).set_linger(Some(Duration::ZERO));
    drop(socket);
    match matches!(heard, Some(Ok(_))) && linger.is_ok() {
        true => visit.saw("closed with SO_LINGER 0: the kernel sent a reset"),
        false => visit.saw("the socket could not be prepared"),
    }
}
