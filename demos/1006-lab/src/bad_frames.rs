//! What may not be said on a WebSocket, by either side.

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

/// What one message may weigh here.
pub(super) const LIMIT: usize = 64 * 1024;

/// Says these bytes where a frame should stand, and reads what the browser thinks of it.
async fn says(stream: TcpStream, visit: Visit, bytes: &[u8]) {
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    if socket.get_mut().write_all(bytes).await.is_ok() {
        visit.saw(to_the_end(&mut socket).await);
    }
}

/// A text frame whose letter is none.
pub(super) async fn bad_utf8(stream: TcpStream, visit: Visit) {
    says(stream, visit, &[0x81, 1, 0xFF]).await;
}

/// A text frame with the first reserved bit, which means “compressed” to those who agreed on it.
pub(super) async fn reserved_bit(stream: TcpStream, visit: Visit) {
    says(stream, visit, &[0xC1, 2, b'h', b'i']).await;
}

/// A frame of a kind that does not exist.
pub(super) async fn bad_opcode(stream: TcpStream, visit: Visit) {
    says(stream, visit, &[0x83, 2, b'h', b'i']).await;
}

/// A frame that is masked: only browsers mask.
pub(super) async fn masked(stream: TcpStream, visit: Visit) {
    says(stream, visit, &[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']).await;
}

/// A Close frame that says 1006, which nobody may say.
pub(super) async fn says_1006(stream: TcpStream, visit: Visit) {
    says(stream, visit, &[0x88, 2, 0x03, 0xEE]).await;
}

/// The handler of most examples: an error ends the loop, and the handler.
pub(super) async fn gives_up(mut socket: WebSocket, visit: Visit) {
    while let Some(heard) = socket.recv().await {
        if let Err(error) = heard {
            visit.saw(error.to_string());
            return;
        }
    }
}

/// After an error a Close can still be sent; and then the bytes are read to the end, whatever they
/// mean.
pub(super) async fn explains(stream: TcpStream, visit: Visit) {
    let limits = WebSocketConfig::default().max_message_size(Some(LIMIT));
    let Ok(mut socket) = accept_async_with_config(stream, Some(limits)).await else {
        return;
    };
    while let Some(heard) = socket.next().await {
        let Err(error) = heard else { continue };
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
        // Ending our half now would cut short what the browser still sends, its own Close behind
        // it.
        drain(socket.get_mut()).await;
        return visit.saw(match sent {
            Ok(()) => format!(
                "{error}; said Close {} and read to the end",
                u16::from(code)
            ),
            Err(failed) => failed.to_string(),
        });
    }
}
