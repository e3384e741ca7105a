//! The WebSocket handshake.

use std::net::SocketAddr;

use rng::Rng;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tungstenite::handshake::{client::generate_key, derive_accept_key};

use crate::connection::Connection;
use crate::http::{self, Failure};

/// The receive buffer of a slow player. It is small, so that the server finds the player slow
/// within seconds and not minutes.
const SLOW_RECEIVE_BUFFER: u32 = 4 * 1024;

/// Opens a WebSocket. `slow` makes the receive buffer small; `masks` provides the frames' masks.
pub(crate) async fn connect(
    server: SocketAddr,
    path: &str,
    slow: bool,
    masks: Rng,
) -> Result<Connection, Failure> {
    let key = generate_key();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\
         Sec-WebSocket-Protocol: snack-rush.v1\r\n\r\n"
    );
    let handshake = async {
        let socket = if server.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        if slow {
            socket.set_recv_buffer_size(SLOW_RECEIVE_BUFFER)?;
        }
        let mut stream = socket.connect(server).await?;
        stream.set_nodelay(true)?;
        stream.write_all(request.as_bytes()).await?;
        let (head, rest) = http::read_head(&mut stream).await?;
        if head.status != 101 {
            let body = String::from_utf8_lossy(&rest).into_owned();
            return Err(Failure::Status(head.status, body));
        }
        if head.accept.as_deref() != Some(derive_accept_key(key.as_bytes()).as_str()) {
            return Err(Failure::Protocol("a wrong Sec-WebSocket-Accept"));
        }
        Ok(Connection::new(stream, rest, masks))
    };
    timeout(http::TIMEOUT, handshake)
        .await
        .unwrap_or(Err(Failure::Timeout))
}
