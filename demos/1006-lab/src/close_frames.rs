//! Close frames: sent, answered, lost, and left without an answer.

use super::{
    read_to_end::{drain, to_the_end},
    visits::Visit,
};
use axum::extract::ws::{self, WebSocket};
use futures_util::SinkExt;
use std::io;
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

/// How many bytes of data are sent before the Close frame.
const DATA: usize = 256 * 1024;

/// The header of a binary frame with that many bytes.
const DATA_HEADER: [u8; 10] = [0x82, 127, 0, 0, 0, 0, 0, 0x04, 0, 0];

/// A Close frame with code 1000 and reason “bye”.
const CLOSE_1000: [u8; 7] = [0x88, 5, 0x03, 0xE8, b'b', b'y', b'e'];

/// Reads until the browser closes.
pub(super) async fn reads(mut socket: WebSocket, visit: Visit) {
    visit.saw(to_the_end(&mut socket).await);
}

/// Sends a Close frame without a code.
pub(super) async fn no_code(mut socket: WebSocket, visit: Visit) {
    match socket.send(ws::Message::Close(None)).await {
        Ok(()) => visit.saw(to_the_end(&mut socket).await),
        Err(error) => visit.saw(error.to_string()),
    }
}

/// Sends data and a Close frame, and closes the socket while input from the browser is unread.
pub(super) async fn then_resets(stream: TcpStream, visit: Visit) {
    match send_all(stream).await {
        Ok(socket) => {
            drop(socket);
            visit.saw("sent Close 1000, and closed with unread bytes: the kernel sent a reset");
        }
        Err(error) => visit.saw(error.to_string()),
    }
}

/// Sends the same, shuts down only its own side, and reads to the end.
pub(super) async fn then_reads(stream: TcpStream, visit: Visit) {
    match send_all(stream).await {
        Ok(mut socket) => {
            let _unless_gone = socket.get_mut().shutdown().await;
            drain(socket.get_mut()).await;
            visit.saw("sent Close 1000, and read to the end");
        }
        Err(error) => visit.saw(error.to_string()),
    }
}

async fn send_all(stream: TcpStream) -> io::Result<WebSocketStream<TcpStream>> {
    let socket = accept_async(stream).await.map_err(io::Error::other)?;
    let mut socket = socket;
    // The browser's message has arrived. It is left unread.
    socket.get_ref().readable().await?;
    let mut bytes = DATA_HEADER.to_vec();
    bytes.resize(DATA_HEADER.len() + DATA, 0);
    bytes.extend(CLOSE_1000);
    socket.get_mut().write_all(&bytes).await?;
    Ok(socket)
}

/// Receives the Close frame and never answers it.
pub(super) async fn never_answers(stream: TcpStream, visit: Visit) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    drain(socket.get_mut()).await;
    visit.saw("read everything, answered nothing");
}

/// Sends a Close frame, reads the answer, and never closes the TCP connection.
pub(super) async fn never_hangs_up(stream: TcpStream, visit: Visit) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    let sent = socket.get_mut().write_all(&CLOSE_1000).await;
    drain(socket.get_mut()).await;
    match sent {
        Ok(()) => visit.saw("sent Close 1000; the browser ended the TCP connection"),
        Err(error) => visit.saw(error.to_string()),
    }
}

/// Sends a text first, so that the test knows that the connection is open before it kills the other
/// side.
pub(super) async fn waits_for_the_end(stream: TcpStream, visit: Visit) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    let _unless_gone = socket.send(Message::text("hello")).await;
    visit.saw(to_the_end(&mut socket).await);
}
