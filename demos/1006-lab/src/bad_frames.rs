//! Frames that break the protocol or a limit, from either side.

use super::{
    read_to_end::{drain, to_the_end},
    visits::Visit,
};
use axum::extract::ws::WebSocket;
use futures_util::{SinkExt, StreamExt};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{
    accept_async, accept_async_with_config,
    tungstenite::{
        Message,
        protocol::{CloseFrame, WebSocketConfig, frame::coding::CloseCode},
    },
};

/// The longest message, in bytes.
pub(super) const LIMIT: usize = 64 * 1024;

/// Sends these bytes instead of a frame, and reads the browser's answer.
async fn send(stream: TcpStream, visit: Visit, bytes: &[u8]) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    if socket.get_mut().write_all(bytes).await.is_ok() {
        visit.saw(to_the_end(&mut socket).await);
    }
}

/// A text frame that is not UTF-8.
pub(super) async fn bad_utf8(stream: TcpStream, visit: Visit) {
    send(stream, visit, &[0x81, 1, 0xFF]).await;
}

/// A text frame with the first reserved bit, which means “compressed” if both sides negotiated it.
pub(super) async fn reserved_bit(stream: TcpStream, visit: Visit) {
    send(stream, visit, &[0xC1, 2, b'h', b'i']).await;
}

/// A frame with a reserved opcode.
pub(super) async fn bad_opcode(stream: TcpStream, visit: Visit) {
    send(stream, visit, &[0x83, 2, b'h', b'i']).await;
}

/// A masked frame: only clients may mask.
pub(super) async fn masked(stream: TcpStream, visit: Visit) {
    send(stream, visit, &[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']).await;
}

/// A Close frame with code 1006, which may not be sent.
pub(super) async fn sends_1006(stream: TcpStream, visit: Visit) {
    send(stream, visit, &[0x88, 2, 0x03, 0xEE]).await;
}

/// The handler of most examples: an error ends the loop, and the handler returns.
pub(super) async fn gives_up(mut socket: WebSocket, visit: Visit) {
    while let Some(received) = socket.recv().await {
        if let Err(error) = received {
            visit.saw(error.to_string());
            return;
        }
    }
}

/// Sends a Close frame after the error, and then reads all bytes to the end.
pub(super) async fn explains(stream: TcpStream, visit: Visit) {
    let limits = WebSocketConfig::default().max_message_size(Some(LIMIT));
    let Ok(mut socket) = accept_async_with_config(stream, Some(limits)).await else {
        return;
    };
    while let Some(received) = socket.next().await {
        let Err(error) = received else { continue };
        let (code, reason) = match error {
            tokio_tungstenite::tungstenite::Error::Capacity(_) => {
                (CloseCode::Size, "at most 65536 bytes")
            }
            _ => (CloseCode::Invalid, "text is UTF-8"),
        };
        let close = CloseFrame {
            code,
            reason: reason.into(),
        };
        let sent = socket.send(Message::Close(Some(close))).await;
        // Closing now would cut off what the browser still sends, with its own Close frame at the
        // end.
        drain(socket.get_mut()).await;
        return visit.saw(match sent {
            Ok(()) => format!(
                "{error}; sent Close {} and read to the end",
                u16::from(code)
            ),
            Err(failed) => failed.to_string(),
        });
    }
}
