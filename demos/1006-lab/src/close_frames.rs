//! Goodbyes: said, answered, cut short, and left unanswered.

use super::{
    read_to_end::{drain, to_the_end},
    visits::Visit,
};
use axum::extract::ws::{self, WebSocket};
use futures_util::SinkExt;
use std::io;
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

/// What is told before the goodbye.
const NEWS: usize = 256 * 1024;

/// The header of a binary frame of so many bytes.
const NEWS_HEADER: [u8; 10] = [0x82, 127, 0, 0, 0, 0, 0, 0x04, 0, 0];

/// A Close frame: 1000, “bye”.
const CLOSE_1000: [u8; 7] = [0x88, 5, 0x03, 0xE8, b'b', b'y', b'e'];

/// Waits for what the browser says last.
pub(super) async fn listens(mut socket: WebSocket, visit: Visit) {
    visit.saw(to_the_end(&mut socket).await);
}

/// A Close without a code.
pub(super) async fn no_code(mut socket: WebSocket, visit: Visit) {
    match socket.send(ws::Message::Close(None)).await {
        Ok(()) => visit.saw(to_the_end(&mut socket).await),
        Err(error) => visit.saw(error.to_string()),
    }
}

/// Says much, says Close, and closes the socket while something that the browser said is unread.
pub(super) async fn then_resets(stream: TcpStream, visit: Visit) {
    match says_everything(stream).await {
        Ok(socket) => {
            drop(socket);
            visit.saw("said Close 1000, and closed with bytes unread: the kernel made it a reset");
        }
        Err(error) => visit.saw(error.to_string()),
    }
}

/// Says the same, ends only its own half, and reads the other to the end.
pub(super) async fn then_reads(stream: TcpStream, visit: Visit) {
    match says_everything(stream).await {
        Ok(mut socket) => {
            let _unless_gone = socket.get_mut().shutdown().await;
            drain(socket.get_mut()).await;
            visit.saw("said Close 1000, and read to the end");
        }
        Err(error) => visit.saw(error.to_string()),
    }
}

async fn says_everything(stream: TcpStream) -> io::Result<WebSocketStream<TcpStream>> {
    let socket = accept_async(stream).await.map_err(io::Error::other)?;
    let mut socket = socket;
    // What the browser says has arrived, and nobody reads it.
    socket.get_ref().readable().await?;
    let mut words = NEWS_HEADER.to_vec();
    words.resize(NEWS_HEADER.len() + NEWS, 0);
    words.extend(CLOSE_1000);
    socket.get_mut().write_all(&words).await?;
    Ok(socket)
}

/// Hears the Close and never answers it.
pub(super) async fn mute(stream: TcpStream, visit: Visit) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    drain(socket.get_mut()).await;
    visit.saw("heard everything, answered nothing");
}

/// Says Close, hears the answer, and never hangs up.
pub(super) async fn holds_on(stream: TcpStream, visit: Visit) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    let bye = socket.get_mut().write_all(&CLOSE_1000).await;
    drain(socket.get_mut()).await;
    match bye {
        Ok(()) => visit.saw("said Close 1000; it was the browser who hung up"),
        Err(error) => visit.saw(error.to_string()),
    }
}

/// Says something first, so that whoever kills the other side knows that it is open.
pub(super) async fn waits_for_the_end(stream: TcpStream, visit: Visit) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    let _unless_gone = socket.send(Message::text("hello")).await;
    visit.saw(to_the_end(&mut socket).await);
}
